// What the system would not let this user do. Nothing is damaged then, so nothing is to be taken away or put back: what is said is
// about rights and paths.
import { DeskError } from '../errors.ts';
import { systemCode } from './durable.ts';

/** The desk's words for a fault of rights or of a path; undefined for any other. */
export function rightsFault(cause: unknown): DeskError | undefined {
  switch (systemCode(cause)) {
    case 'EACCES':
    case 'EPERM':
      return notAllowed(cause);
    case 'EROFS':
      return new DeskError('desk/not-allowed', 'The file system can only be read: make it writable, or use another.', {
        cause,
      });
    case 'ENOTDIR':
      return new DeskError('desk/absent', 'The path leads through a file: name a folder.', { cause });
    case 'EEXIST':
      return new DeskError(
        'desk/exists',
        'Something else lies where the desk would go, and stays: name another path.',
        {
          cause,
        },
      );
    default:
      return undefined;
  }
}

export function notAllowed(cause: unknown): DeskError {
  return new DeskError(
    'desk/not-allowed',
    'This user may not read or write all of the folders of the desk: run it as the user they belong to, or give it the rights.',
    { cause },
  );
}
