// What the reader has to say about an archive: every difference from what the writer would have made, and where it is.
import { isSafeName } from './form.ts';

export type ZipCode =
  | 'zip/header' // an entry's local header is not the one that belongs before it
  | 'zip/directory' // an entry's record in the directory is not the one that belongs there, is missing, or is one too many
  | 'zip/end' // the records that end the archive are not those that belong there
  | 'zip/contents' // an entry's bytes do not have the CRC or the length that was recorded
  | 'zip/names-differ' // header and directory call an entry by different names; `also` is the other one
  | 'zip/name' // an entry's name is none we write; its contents were not handed on
  | 'zip/duplicate' // a second entry of the same name, case aside; its contents were not handed on
  | 'zip/packed' // both headers call the entry compressed
  | 'zip/encrypted' // both headers call the entry encrypted
  | 'zip/leading' // bytes before the first entry
  | 'zip/gap' // bytes put in or missing before this entry
  | 'zip/cut' // the archive ends inside this
  | 'zip/trailing' // bytes after the end
  | 'zip/unreadable' // nothing could be made of what follows this
  | 'zip/too-many'; // more entries, or more findings, than are looked at

export interface ZipFinding {
  readonly code: ZipCode;
  /** An entry's name or a PART. Shown safely: printable ASCII only. */
  readonly where: string;
  readonly also?: string;
}

/** Places in an archive that are no entry; they hold blanks, so that no entry is called so. */
export const PART = {
  start: 'beginning of the archive',
  directory: 'directory of the archive',
  end: 'end of the archive',
} as const;

export interface Findings {
  readonly list: ZipFinding[];
  add(code: ZipCode, where: string, also?: string): void;
}

const MOST_FINDINGS = 10_000;

/** Keeps each finding once, and no more of them than a hostile archive may cost. */
export function newFindings(): Findings {
  const list: ZipFinding[] = [];
  const known = new Set<string>();
  return {
    list,
    add(code, where, also) {
      const finding = { code, where: shown(where), ...(also === undefined ? {} : { also: shown(also) }) };
      const key = JSON.stringify(finding);
      if (known.has(key) || list.length > MOST_FINDINGS) return;
      known.add(key);
      list.push(list.length === MOST_FINDINGS ? { code: 'zip/too-many', where: PART.directory } : finding);
    },
  };
}

function shown(where: string): string {
  if (isSafeName(where)) return where;
  return where.slice(0, 255).replace(/[^ -~]/g, '?');
}
