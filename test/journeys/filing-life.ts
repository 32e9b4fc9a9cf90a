// A desk that delivers its one filing over HTTP, until it is delivered or given up. Lived again, it goes on.
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { ncmecRecipient } from '../../lib/client/index.ts';
import type { FilingStatus } from '../../lib/index.ts';
import { openLocalDesk } from '../../lib/local/open.ts';

export interface Filer {
  /** The data folder. */
  readonly dir: string;
  readonly url: string;
  /** The file of the password. */
  readonly password: string;
  /** Called at each durable step. */
  readonly probe?: () => void;
}

export async function deliver({ dir, url, password, probe }: Filer): Promise<FilingStatus> {
  const secret = readFileSync(password, 'utf8');
  const local = await openLocalDesk({
    dir,
    recipients: [ncmecRecipient({ url, server: 'the other desk', user: 'example-esp', password: secret })],
    alarm: () => Promise.resolve(),
    ...(probe === undefined ? {} : { probe }),
  });
  try {
    const { desk } = local;
    const supervisor = await desk.houseCaller('supervisor');
    const [referral] = (await desk.list(supervisor)).items;
    for (;;) {
      while ((await desk.deliverFilings()) > 0);
      const [filing] = (await desk.filings(supervisor, referral?.id ?? '')).items;
      if (filing === undefined) throw new Error('there is no filing');
      if (filing.state !== 'ordered') return filing;
      await wait(50); // it rests
    }
  } finally {
    await local.close();
  }
}
