// Bytes handed to the disk without a copy in the system's page cache (open(2), O_DIRECT). Copying them, and having the copy written later, costs
// the processor five times as much. Always true: what is not said to be written may be there in part, and is to be written again whole, at the
// same place.
import { closeSync, constants, openSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { systemCode } from './durable.ts';

/** What a direct write begins at, in memory and in the file, and what its length is a multiple of: a page, which every disk takes. */
export const PAGE_BYTES = 4096;

/** Room that begins where a page does: V8 takes what may be resized from the system in whole pages. @param sizeBytes of whole pages */
export function pageRoom(sizeBytes: number): Buffer<ArrayBuffer> {
  return Buffer.from(new ArrayBuffer(sizeBytes, { maxByteLength: sizeBytes }), 0, sizeBytes);
}

/** A file that is open to be written directly. */
export interface Direct {
  /** @returns whether all was written; false too where it cannot be @throws the system's error */
  write(bytes: Buffer, position: number): Promise<boolean>;
  /** Once nothing is written any more. @throws the system's error */
  close(): void;
}

/** Opens a file once more. @param fd open to be written @returns undefined where there is no such way */
export type OpenDirect = (fd: number) => Direct | undefined;

const writeAt = promisify(write);
/** How file systems say that they do not write so. */
const CANNOT = new Set<string | undefined>(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP']);

/** Of Linux, through what it says of a process's own files. */
export const openDirect: OpenDirect = (fd) => {
  const own = reopen(fd);
  if (own === undefined) return undefined;
  return {
    async write(bytes, position) {
      try {
        const { bytesWritten } = await writeAt(own, bytes, 0, bytes.length, position);
        return bytesWritten === bytes.length;
      } catch (error) {
        if (CANNOT.has(systemCode(error))) return false;
        throw error;
      }
    },
    close: () => {
      closeSync(own);
    },
  };
};

/** Takes microseconds, and asking another thread some fifty. */
function reopen(fd: number): number | undefined {
  const { O_DIRECT, O_WRONLY } = constants as Partial<typeof constants>;
  if (O_DIRECT === undefined || O_WRONLY === undefined) return undefined;
  try {
    return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_DIRECT);
  } catch {
    return undefined;
  }
}
