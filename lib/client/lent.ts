// Sealed bytes that a desk lends: fetched from where they lie and opened here. Always true: no byte is handed out whose tag was not checked, and the
// key goes nowhere.
import { lentObject } from '../../schemas/lent.ts';
import { DeskError } from '../errors.ts';
import { openMessageRange } from '../formats/message/index.ts';
import type { Lent } from '../lend.ts';
import type { Range } from '../ports.ts';

/** What a caller accepts who opens sealed bytes by herself. */
export const ACCEPT_LENT = 'application/vnd.referral-desk.lent+json, */*';

/** What an answer lends, beside its other words; undefined where it is the bytes themselves. @throws DeskError desk/other-bytes */
export async function lentIn(
  answer: Response,
): Promise<(Readonly<Record<string, unknown>> & { lent: Lent }) | undefined> {
  if (!/^application\/vnd\.referral-desk\.lent\+json\b/.test(answer.headers.get('content-type') ?? ''))
    return undefined;
  const value = (await answer.json()) as Readonly<Record<string, unknown>>;
  const lent = lentObject.safeParse(value['lent']);
  if (!lent.success) throw new DeskError('desk/other-bytes', 'The desk lent something that cannot be opened.');
  return { ...value, lent: lent.data };
}

/**
 * A stretch of the plaintext.
 * @throws DeskError desk/unreachable (cut off, or the address has expired: ask the desk again), sealed/damaged, input/range
 */
export function openLent({ url, place, object, owner, key }: Lent, range: Range): AsyncGenerator<Uint8Array, void> {
  const opening = { key: Buffer.from(key, 'hex'), context: { owner, object } };
  const read = (at: number, count: number): AsyncGenerator<Uint8Array> => fetchRange(url, place.offset + at, count);
  return openMessageRange(opening, { sizeBytes: place.sizeBytes, read }, range);
}

async function* fetchRange(url: string, offset: number, count: number): AsyncGenerator<Uint8Array> {
  if (count === 0) return;
  try {
    const headers = { Range: `bytes=${offset}-${offset + count - 1}` };
    const answer = await fetch(url, { headers, redirect: 'error' });
    if (answer.status !== 206) throw new Error(`HTTP status ${answer.status}`);
    yield* answer.body ?? [];
  } catch (cause) {
    throw new DeskError('desk/unreachable', 'The sealed bytes cannot be fetched, or were cut off: ask again.', {
      cause,
    });
  }
}
