// Filings for the independent reader: one that is delivered after a fault, one that is refused and ordered again, one under way.
import type { Caller } from '../../lib/access.ts';
import type { Desk } from '../../lib/desk.ts';
import type { Recipient } from '../../lib/ports.ts';
import { lost, ncmecDouble, refusal, unreached } from '../lib/filing/ncmec-double.ts';

/** One that loses an answer, one that refuses everything, one that is never there. */
export function examplesOfNcmec(now: () => Date): readonly Recipient[] {
  const [forgetful, strict, busy] = [ncmecDouble(now), ncmecDouble(now), ncmecDouble(now)];
  forgetful.between = (path, n) => (path === '/upload' && n === 0 ? { after: lost } : undefined);
  strict.between = () => ({ instead: refusal(4100) });
  busy.between = () => ({ before: unreached });
  return [
    { ...forgetful.recipient, name: 'forgetful' },
    { ...strict.recipient, name: 'strict' },
    { ...busy.recipient, name: 'busy' },
  ];
}

export async function fileThem(desk: Desk, supervisor: Caller, referralId: string): Promise<void> {
  for (const to of ['forgetful', 'strict', 'busy', 'strict']) {
    await desk.orderFiling(supervisor, referralId, { to });
    await untilEnded(desk, supervisor, referralId, to);
  }
}

/** The clock runs as fast as it is asked, so every rest ends. */
async function untilEnded(desk: Desk, supervisor: Caller, referralId: string, to: string): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    await desk.deliverFilings();
    const filing = (await desk.filings(supervisor, referralId)).items.find((each) => each.to === to);
    if (filing?.state !== 'ordered' || (to === 'busy' && filing.step !== undefined)) return;
  }
  throw new Error(`the filing with ${to} never ended`);
}
