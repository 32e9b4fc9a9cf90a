// One file out of a packet that lies on the disk, without unpacking the rest.
import { open } from 'node:fs/promises';
import { DeskError } from '../errors.ts';
import { readZip } from '../formats/zip/read.ts';
import { fileSource } from './file-source.ts';
import { writeOutput } from './paths.ts';

/** Writes the packet's file of this path (as `data/summary.pdf`) to `out`; what lies behind it is not read. @returns the whole path */
export async function fileOutOf(packet: string, path: string, out: string): Promise<string> {
  const bytes = await readUntil(packet, path);
  if (bytes === undefined) throw new DeskError('proof/malformed', 'The packet has no such file.');
  return writeOutput(out, once(bytes));
}

class Found extends Error {}

async function readUntil(packet: string, path: string): Promise<Buffer | undefined> {
  const handle = await open(packet, 'r');
  const kept: Buffer[] = [];
  try {
    const onFile = async (name: string, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
      if (!name.endsWith(`/${path}`)) return;
      for await (const piece of bytes) kept.push(Buffer.from(piece));
      throw new Found();
    };
    await readZip(await fileSource(handle), { onFile });
    return undefined;
  } catch (error) {
    if (error instanceof Found) return Buffer.concat(kept);
    throw error;
  } finally {
    await handle.close();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
