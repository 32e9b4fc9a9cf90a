// Cursors of pages, as every ledger gives them. Always true: what a ledger never gave is no cursor.
import { DeskError } from '../errors.ts';

/** A row's place in a list. */
export interface Place {
  readonly sort: string;
  readonly id: string;
  readonly kind: string;
}

export function toCursor({ sort, id, kind }: Place): string {
  return Buffer.from(JSON.stringify([sort, id, kind]), 'utf8').toString('base64url');
}

/** @throws DeskError input/malformed */
export function parseCursor(cursor: string): Place {
  const parts = tryParse(Buffer.from(cursor, 'base64url').toString('utf8'));
  const [sort, id, kind] = Array.isArray(parts) ? (parts as unknown[]) : [];
  if (typeof sort === 'string' && typeof id === 'string' && typeof kind === 'string') {
    const place = { sort, id, kind };
    if (toCursor(place) === cursor) return place;
  }
  throw new DeskError('input/malformed', 'This is no cursor of a list. Begin at the first page.');
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Of the checkpoints: their number. @throws DeskError input/malformed */
export function parseNumberCursor(cursor: string): number {
  if (/^[1-9]\d{0,14}$/u.test(cursor)) return Number(cursor);
  throw new DeskError('input/malformed', 'This is no cursor of the checkpoints. Begin at the first page.');
}
