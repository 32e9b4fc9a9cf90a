// The list of the destroyed: a text file with one owner's id a line, only ever added to. It outlives the secrets and every
// backup, so that a restore knows what must not come back.
import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { DeskError } from '../errors.ts';
import type { Owner } from '../ports.ts';
import { systemCode } from './durable.ts';

export interface Destroyed {
  has(owner: Owner): boolean;
  all(): Iterable<Owner>;
  /** Durable when it returns; adding what stands there is done already. */
  add(owner: Owner): void;
  close(): void;
}

/**
 * A last line without its end was cut short by a crash before anybody was told: it is dropped.
 * @throws DeskError desk/absent, desk/damaged, desk/readable-by-others
 */
export function openDestroyed(file: string, create: boolean): Destroyed {
  const handle = openList(file, create);
  try {
    const { owners, sizeBytes } = readList(handle);
    let end = sizeBytes;
    let isOpen = true;
    const add = (owner: Owner): void => {
      // the handle's number may be another file's by then
      if (!isOpen) throw new DeskError('keys/failed', 'The list of the destroyed is closed.');
      if (owners.has(owner)) return;
      if (!isOwner(owner)) throw new DeskError('keys/failed', 'An owner is 1 to 200 printable characters, no blanks.');
      end = append(handle, end, `${owner}\n`);
      owners.add(owner);
    };
    return {
      has: (owner) => owners.has(owner),
      all: () => owners.values(),
      add,
      close: () => {
        if (isOpen) closeSync(handle);
        isOpen = false;
      },
    };
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

/** What the list can hold on a line of its own; only such an owner may have a secret. */
export function isOwner(owner: string): boolean {
  return /^[!-~]{1,200}$/u.test(owner);
}

function openList(file: string, create: boolean): number {
  try {
    return openSync(file, constants.O_RDWR);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw failed(error);
    if (create) return makeList(file);
    throw new DeskError('desk/absent', 'The list of the destroyed is missing. Restore it before anything else.');
  }
}

function makeList(file: string): number {
  try {
    const handle = openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
    fsyncSync(handle);
    const folder = openSync(dirname(file), 'r');
    fsyncSync(folder);
    closeSync(folder);
    return handle;
  } catch (error) {
    throw failed(error);
  }
}

function readList(handle: number): { owners: Set<Owner>; sizeBytes: number } {
  const text = readFileSync(handle, 'latin1');
  const sizeBytes = text.lastIndexOf('\n') + 1;
  const lines = text.slice(0, sizeBytes).split('\n').slice(0, -1);
  if (!lines.every(isOwner)) {
    throw new DeskError('desk/damaged', 'The list of the destroyed is damaged. Restore it from a backup.');
  }
  return { owners: new Set(lines), sizeBytes };
}

/** Writes at `end`, over whatever a failed attempt left there, and answers the new end. */
function append(handle: number, end: number, line: string): number {
  const bytes = Buffer.from(line, 'latin1');
  try {
    ftruncateSync(handle, end);
    for (let done = 0; done < bytes.length;) {
      done += writeSync(handle, bytes, done, bytes.length - done, end + done);
    }
    fsyncSync(handle);
    return end + bytes.length;
  } catch (error) {
    throw failed(error);
  }
}

function failed(cause: unknown): DeskError {
  return new DeskError('keys/failed', 'The list of the destroyed could not be read or written.', { cause });
}
