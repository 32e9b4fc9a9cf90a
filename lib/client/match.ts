// Which file is which declared attachment: by its bytes, and where the referral declares no digest, by its path. Nothing is guessed.
import { DeskError } from '../errors.ts';
import type { HashedFile } from './file.ts';

/** One of the referral's `attachments`. */
export interface DeclaredFile {
  /** Its place among them, from 0. */
  readonly place: number;
  readonly path: string;
  readonly sha256?: string;
}

export interface Match {
  readonly met: readonly { readonly file: HashedFile; readonly place: number }[];
  readonly undeclared: readonly HashedFile[];
}

/** What a referral declares. What is no referral declares nothing: the desk will say what is wrong with it. */
export function readDeclared(referral: Uint8Array): DeclaredFile[] {
  const value = tryParse(referral);
  const list: unknown = isObject(value) ? value['attachments'] : undefined;
  if (!Array.isArray(list)) return [];
  return list.map((each: unknown, place) => {
    const { path, sha256 } = isObject(each) ? each : {};
    return {
      place,
      path: typeof path === 'string' ? path : '',
      ...(typeof sha256 === 'string' ? { sha256 } : {}),
    };
  });
}

/**
 * Each declared attachment is met by one file at most: of the same bytes and path, else of the same bytes, else, where it declares
 * no digest, of the same path.
 * @throws DeskError attachment/not-as-declared when what lies under a declared path has other bytes and nothing else has the right ones
 */
export function matchFiles(declared: readonly DeclaredFile[], files: readonly HashedFile[]): Match {
  const free = new Set(files);
  const met = new Map<number, HashedFile>();
  const pair = (isMet: (each: DeclaredFile, file: HashedFile) => boolean): void => {
    const index = indexOf(free);
    for (const each of declared) {
      if (met.has(each.place)) continue;
      const file = (index.get(each.sha256 ?? each.path) ?? []).find((found) => free.has(found) && isMet(each, found));
      if (file === undefined) continue;
      met.set(each.place, file);
      free.delete(file);
    }
  };
  pair((each, file) => each.sha256 === file.sha256 && each.path === file.path);
  pair((each, file) => each.sha256 === file.sha256);
  pair((each, file) => each.sha256 === undefined && each.path === file.path);
  refuseOtherBytes(declared, met, free);
  return { met: [...met].map(([place, file]) => ({ place, file })), undeclared: [...free] };
}

/** Files by digest and by path. */
function indexOf(files: Iterable<HashedFile>): Map<string, HashedFile[]> {
  const index = new Map<string, HashedFile[]>();
  for (const file of files) {
    for (const key of [file.sha256, file.path]) {
      const there = index.get(key);
      if (there === undefined) index.set(key, [file]);
      else there.push(file);
    }
  }
  return index;
}

function refuseOtherBytes(
  declared: readonly DeclaredFile[],
  met: ReadonlyMap<number, HashedFile>,
  free: ReadonlySet<HashedFile>,
): void {
  const paths = new Set([...free].map(({ path }) => path));
  const wrong = declared.filter(({ place, path }) => !met.has(place) && paths.has(path));
  if (wrong.length === 0) return;
  throw new DeskError('attachment/not-as-declared', 'Files are not what the referral declares under their paths.', {
    findings: wrong.map(({ place, path }) => ({
      code: 'other-bytes',
      path: `/attachments/${place}/sha256`,
      message: `The bytes have another SHA-256 than declared: ${path}`,
    })),
  });
}

function tryParse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
