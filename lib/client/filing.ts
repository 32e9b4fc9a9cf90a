// Waiting for a filing: asked after until it is delivered or has ended otherwise.
import { setTimeout as wait } from 'node:timers/promises';
import { DeskError } from '../errors.ts';
import type { FilingStatus } from '../filing/shown.ts';
import type { DeskClient } from './desk-client.ts';

/** How to wait for a filing. */
export interface FilingWaitOptions {
  /** Hears how it stands, each time it was asked after. */
  readonly onStatus?: (status: FilingStatus) => void;
  /** Waits this many milliseconds; for tests. */
  readonly pause?: (ms: number) => Promise<void>;
}

/**
 * Asks after a filing until it is under way no more, and answers how it ended: `delivered`, `refused`, `undelivered` or `dropped`. The desk
 * itself gives up at the filing's deadline, and so does this.
 * @throws DeskError absent/filing, and what `DeskClient.filings` throws
 */
export async function waitForFiling(
  client: Pick<DeskClient, 'filings'>,
  referralId: string,
  filingId: string,
  { onStatus = () => undefined, pause = (ms: number) => wait(ms) }: FilingWaitOptions = {},
): Promise<FilingStatus> {
  for (let ms = 50; ; ms = Math.min(2 * ms, 1000)) {
    const status = (await client.filings(referralId)).find((each) => each.filingId === filingId);
    if (status === undefined)
      throw new DeskError('absent/filing', 'There is no such filing, or it is not yours to see.');
    onStatus(status);
    if (status.state !== 'ordered') return status;
    await pause(ms);
  }
}
