// The system's errors in the vault's words. Always true: no path and no name is among them.
import { DeskError } from '../errors.ts';
import { systemCode } from './durable.ts';

/** @throws DeskError vault/*, for whatever the system throws */
export async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw inDeskWords(error);
  }
}

export function inDeskWords(cause: unknown): DeskError {
  switch (systemCode(cause)) {
    case 'EEXIST':
      return taken(cause);
    case 'ENOENT':
      return new DeskError('vault/absent', 'The vault has no such file.', { cause });
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new DeskError('vault/full', 'There is no room left in the vault. Make room and try again.', { cause });
    default:
      return new DeskError('vault/failed', 'The vault could not be read or written.', { cause });
  }
}

export function taken(cause?: unknown): DeskError {
  return new DeskError('vault/exists', 'The vault has a file of this name already; it was left as it is.', { cause });
}

export function cutOff(): DeskError {
  return new DeskError('vault/damaged', 'A file in the vault ends too early. Restore it from a backup.');
}
