// One stretch out of a Range header (RFC 9110, 14.2). Where it asks for several, or cannot be read, it is as if it were not there.
import { DeskError } from '../errors.ts';

/** Nothing of what was asked for is there: the answer says how many bytes there are. */
export class NoSuchRange extends DeskError {
  readonly sizeBytes: number;

  constructor(sizeBytes: number) {
    super('input/range', `There are ${sizeBytes} bytes: ask for one stretch of them, bytes=<first>-<last>.`);
    this.sizeBytes = sizeBytes;
  }
}

/**
 * What is asked for of `sizeBytes` bytes, or undefined for all of them: no Range, another unit, several or malformed ranges, or an
 * If-Range of something else.
 * @param etag of these bytes, with its quotes
 * @throws NoSuchRange input/range where nothing of it is there
 */
export function readRange(
  headers: Headers,
  etag: string,
  sizeBytes: number,
): { readonly offset: number; readonly sizeBytes: number } | undefined {
  const condition = headers.get('if-range');
  if (condition !== null && condition !== etag) return undefined;
  const [, first, last] = /^bytes\s*=\s*(\d*)-(\d*)\s*$/i.exec(headers.get('range') ?? '') ?? [];
  if (first === undefined || last === undefined) return undefined;
  if (first === '') return last === '' ? undefined : suffix(Number(last), sizeBytes);
  const end = last === '' ? Infinity : Number(last);
  return end < Number(first) ? undefined : stretch(Number(first), end, sizeBytes);
}

function stretch(first: number, last: number, total: number): { offset: number; sizeBytes: number } {
  if (first >= total) throw new NoSuchRange(total);
  return { offset: first, sizeBytes: Math.min(last, total - 1) - first + 1 };
}

/** The last so many bytes. */
function suffix(last: number, total: number): { offset: number; sizeBytes: number } {
  const count = Math.min(last, total);
  if (count === 0) throw new NoSuchRange(total);
  return { offset: total - count, sizeBytes: count };
}
