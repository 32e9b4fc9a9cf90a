// One stretch out of a Range header (RFC 9110, 14.2). More than one at a time is not taken.
import { DeskError } from '../errors.ts';

/**
 * What is asked for of `sizeBytes` bytes, or undefined for all of them: no Range, another unit, or an If-Range of something else.
 * @throws DeskError input/range where nothing of it is there, or it cannot be read
 */
export function readRange(
  headers: Headers,
  etag: string,
  sizeBytes: number,
): { readonly offset: number; readonly sizeBytes: number } | undefined {
  const text = headers.get('range');
  const condition = headers.get('if-range');
  if (text === null || !/^bytes\s*=/i.test(text)) return undefined;
  if (condition !== null && condition !== etag) return undefined;
  const [, first = '', last = ''] = /^bytes\s*=\s*(\d{0,15})-(\d*)\s*$/i.exec(text) ?? [];
  const range = first === '' ? suffix(last, sizeBytes) : stretch(Number(first), last, sizeBytes);
  if (range === undefined) {
    throw new DeskError(
      'input/range',
      `There are ${sizeBytes} bytes: ask for one stretch of them, bytes=<first>-<last>.`,
    );
  }
  return range;
}

function stretch(first: number, last: string, total: number): { offset: number; sizeBytes: number } | undefined {
  const end = last === '' ? total - 1 : Math.min(Number(last), total - 1);
  if (first >= total || (last !== '' && Number(last) < first)) return undefined;
  return { offset: first, sizeBytes: end - first + 1 };
}

/** The last so many bytes. */
function suffix(last: string, total: number): { offset: number; sizeBytes: number } | undefined {
  const count = Math.min(Number(last), total);
  return last === '' || count === 0 ? undefined : { offset: total - count, sizeBytes: count };
}
