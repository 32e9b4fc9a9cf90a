// What S3 answers, in the desk's words. Always true: no name, key or address of a request is in a message.
import { DeskError } from '../errors.ts';

export function isS3Error(error: unknown, ...names: readonly string[]): boolean {
  if (!(error instanceof Error)) return false;
  const { name } = error;
  const code: unknown = Reflect.get(error, 'Code');
  return (
    names.includes(name) ||
    (typeof code === 'string' && names.includes(code)) ||
    names.some((each) => isStatus(error, each))
  );
}

/** HEAD has no body: only its status tells. */
const STATUS: Readonly<Record<string, number>> = {
  NotFound: 404,
  PreconditionFailed: 412,
  ConditionalRequestConflict: 409,
};

function isStatus(error: Error, name: string): boolean {
  const metadata: unknown = Reflect.get(error, '$metadata');
  if (typeof metadata !== 'object' || metadata === null) return false;
  return STATUS[name] !== undefined && Reflect.get(metadata, 'httpStatusCode') === STATUS[name];
}

/** @throws DeskError vault/absent, vault/full, vault/failed */
export async function inVaultWords<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw vaultError(error);
  }
}

export function vaultError(cause: unknown): DeskError {
  if (cause instanceof DeskError) return cause;
  if (isS3Error(cause, 'NoSuchKey', 'NotFound', 'NoSuchVersion')) {
    return new DeskError('vault/absent', 'The vault has no such file.', { cause });
  }
  if (isS3Error(cause, 'QuotaExceeded', 'EntityTooLarge')) {
    return new DeskError('vault/full', 'There is no room left in the vault. Make room and try again.', { cause });
  }
  return new DeskError('vault/failed', 'The vault could not be read or written.', { cause });
}
