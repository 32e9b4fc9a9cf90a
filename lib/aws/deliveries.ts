// Events that may come twice. Always true: of two deliveries of one event at most one goes on, on whatever machines they arrive.
import { DeskError } from '../errors.ts';
import { deliveryKey } from './layout.ts';
import type { Table } from './table.ts';

const KEPT_SECONDS = 86_400;

/**
 * Takes an event on, once.
 * @param event its id, as AWS gave it
 * @throws DeskError state/exists when it was taken on before; ledger/failed
 */
export async function claimDelivery(table: Table, event: string, now: Date): Promise<void> {
  const key = deliveryKey(event);
  const expires = Math.ceil(now.getTime() / 1000) + KEPT_SECONDS;
  const isFirst = await table.write([{ key, was: undefined, becomes: { ...key, expires }, isBound: true }]);
  if (!isFirst) throw new DeskError('state/exists', 'This very event was delivered before: send a request anew.');
}
