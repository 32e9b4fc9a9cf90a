// Which parts of an upload were announced before. Always true: of two announcements of one part at most one is told that it is the first.
import { partKey } from './layout.ts';
import type { Uploads } from '../ports.ts';
import type { Table } from './table.ts';

export type IsFirst = NonNullable<Uploads['isFirst']>;

/** As long as a slot may last and a day: DynamoDB takes such items away by itself. */
const KEPT_SECONDS = 86_400;

/** In the book's table, past the book: it is no act, and nothing is decided on it but whether S3 is asked. @throws DeskError ledger/failed */
export function announcedIn(table: Table): IsFirst {
  return ({ name }, numbers, until) => {
    const expires = Math.ceil(until.getTime() / 1000) + KEPT_SECONDS;
    const changes = numbers.map((number) => {
      const key = partKey(name, number);
      return { key, was: undefined, becomes: { ...key, expires }, isBound: true };
    });
    return table.write(changes);
  };
}
