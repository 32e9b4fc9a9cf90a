// Handling codes travel with a packet, and are enforced when one is ordered or given on.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgencyRequest, PacketRequest } from '../../../schemas/index.ts';
import { freshDesk, refer, type TestDesk } from '../../material.ts';
import { ORDER, pack } from './material.ts';

let test: TestDesk;
beforeAll(async () => {
  test = await freshDesk();
  const operator = await test.as('operator');
  const agencies: AgencyRequest[] = [
    { id: 'a-police', name: 'Police of Example', kind: 'police' },
    { id: 'a-court', name: 'Court of Example', kind: 'judicial' },
    { id: 'a-shop', name: 'Unknown of Example' },
  ];
  for (const agency of agencies) await test.desk.addAgency(operator, agency);
});
afterAll(() => test.end());

async function referred(...codes: string[]): Promise<string> {
  const handling = {
    codes: codes.map((code) => (code === 'H3' ? { code, conditions: 'Ask the umbrella club first.' } : { code })),
  };
  return (await refer(test, [], { more: { handling } })).opened.referralId;
}

async function order(referralId: string, more: Partial<PacketRequest> = {}): Promise<string> {
  const supervisor = await test.as('supervisor');
  return (await test.desk.orderPacket(supervisor, referralId, { ...ORDER, ...more })).packetId;
}

const refused = { code: 'state/handling' };

describe('an order of a packet', () => {
  it.each(['a-court', 'a-shop'])('for police only (H0) is refused to %s, and not to police', async (agency) => {
    const referralId = await referred('H0');
    await expect(order(referralId, { agency })).rejects.toMatchObject({ ...refused, findings: [{ code: 'H0' }] });
    await order(referralId, { agency: 'a-police' });
  });

  it('not before a court (H1) is refused in the form for a court, and in no other', async () => {
    const referralId = await referred('H1');
    await expect(order(referralId, { profile: 'court' })).rejects.toMatchObject({
      ...refused,
      findings: [{ code: 'H1' }],
    });
    await order(referralId, { agency: 'a-court' });
  });

  it('not to be passed on (H2) goes to one agency, and to a second with the consent of the reporter alone', async () => {
    const referralId = await referred('H2');
    await order(referralId);
    await order(referralId);
    const agency = 'a-police';
    await expect(order(referralId, { agency })).rejects.toMatchObject({ ...refused, findings: [{ code: 'H2' }] });
    await order(referralId, { agency, originatorConsent: 'letter of 2026-01-05' });
    await expect(order(referralId, { agency })).rejects.toMatchObject(refused);
  });

  it('not to be passed on (H2) goes to one of two agencies that are named at once', async () => {
    const referralId = await referred('H2');
    const both = await Promise.allSettled([order(referralId), order(referralId, { agency: 'a-police' })]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('with conditions (H3) needs the word that they are accepted', async () => {
    const referralId = await referred('H3');
    await expect(order(referralId)).rejects.toMatchObject({ ...refused, findings: [{ code: 'H3' }] });
    await order(referralId, { conditionsAccepted: true });
  });

  it('names everything that stands in the way at once', async () => {
    const referralId = await referred('H2', 'H3');
    await order(referralId, { conditionsAccepted: true });
    const findings = [{ code: 'H2' }, { code: 'H3' }];
    await expect(order(referralId, { agency: 'a-shop' })).rejects.toMatchObject({ ...refused, findings });
  });

  it('is not held up where no code applies', async () => {
    const { opened } = await refer(test, []);
    for (const agency of ['a-court', 'a-shop']) await order(opened.referralId, { agency });
  });
});

describe('a packet', () => {
  it('shows the codes to whoever may take it', async () => {
    const packetId = await pack(test, await referred('H3', 'H1'), undefined, { ...ORDER, conditionsAccepted: true });
    const status = await test.desk.packet(await test.as('investigator'), packetId);
    expect(status.handling).toEqual(['H1', 'H3']);
    await test.desk.makeLink(await test.as('supervisor'), packetId);
  });
});
