// Handling codes are held against an order to file as against one of a packet: who takes filings is one more to whom it goes.
import { describe, expect, it } from '@jest/globals';
import type { FilingRequest } from '../../../schemas/index.ts';
import { countOf, filingDesk, type FilingDesk } from './material.ts';

const AGENCY = { agency: 'europol', purpose: 'an inquiry', legalBasis: 'an example act' };
const refused = (...codes: string[]) => ({ code: 'state/handling', findings: codes.map((code) => ({ code })) });

async function referred(test: FilingDesk, ...codes: string[]): Promise<string> {
  const said = codes.map((code) => (code === 'H3' ? { code, conditions: 'Ask the umbrella club first.' } : { code }));
  return test.refer([], { handling: { codes: said } });
}

async function file(test: FilingDesk, referral: string, more: Partial<FilingRequest> = {}) {
  return test.desk().orderFiling(await test.as('supervisor'), referral, { to: 'ncmec', ...more });
}

describe('an order to file', () => {
  it('for police only (H0) is refused, not before a court (H1) is not', async () => {
    const test = await filingDesk();
    const referral = await referred(test, 'H0');
    await expect(file(test, referral)).rejects.toMatchObject(refused('H0'));
    expect(await countOf(test, referral, 'order-filing')).toBe(0);
    await file(test, await referred(test, 'H1'));
  });

  it('with conditions (H3) needs the word that they are accepted, which is committed to', async () => {
    const test = await filingDesk();
    const referral = await referred(test, 'H3');
    await expect(file(test, referral)).rejects.toMatchObject(refused('H3'));
    await file(test, referral, { conditionsAccepted: true });
    await test.deliver();
    expect(test.ncmec.reports.size).toBe(1);
  });

  it('of what an agency was handed (H2) needs its reporter’s consent to the recipient', async () => {
    const test = await filingDesk();
    const referral = await referred(test, 'H2');
    const [supervisor, reporter] = [await test.as('supervisor'), await test.as('reporter')];
    await test.desk().orderPacket(supervisor, referral, AGENCY);
    await expect(file(test, referral)).rejects.toMatchObject(refused('H2'));
    const consent = { to: 'ncmec', reason: 'asked for' };
    await test.desk().consent(reporter, referral, consent);
    await test.desk().consent(reporter, referral, { ...consent, end: true });
    await expect(file(test, referral)).rejects.toMatchObject(refused('H2'));
    await test.desk().consent(reporter, referral, consent);
    const { entry } = await file(test, referral);
    expect(entry.act).toBe('order-filing');
  });

  it('that came first makes the recipient the one it was handed to (H2)', async () => {
    const test = await filingDesk();
    const referral = await referred(test, 'H2');
    await file(test, referral);
    const order = test.desk().orderPacket(await test.as('supervisor'), referral, AGENCY);
    await expect(order).rejects.toMatchObject(refused('H2'));
  });
});
