// Handling codes travel with a packet, and are enforced when one is ordered or given on.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgencyRequest, PacketRequest } from '../../../schemas/index.ts';
import { parseEntry } from '../../../lib/custody.ts';
import { canonicalBytes } from '../../../lib/formats/canonical.ts';
import { verifyPacket, type Case } from '../../../lib/index.ts';
import { freshDesk, gather, refer, type TestDesk } from '../../material.ts';
import { caseIn, deskSigner, forge, jsonIn, ORDER, pack, sourceOf, unpack, type Files } from './material.ts';

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

describe('the originator’s consent to a second agency (H2)', () => {
  const agency = 'a-police';
  const asked = { to: agency, reason: 'asked for by telephone' };
  let referralId: string;
  beforeAll(async () => {
    referralId = await referred('H2');
    await pack(test, referralId);
  });

  async function consent(more: object = {}, actor: 'reporter' | 'supervisor' = 'reporter'): Promise<number> {
    return (await test.desk.consent(await test.as(actor), referralId, { ...asked, ...more })).entry.seq;
  }
  async function takeFor(id: string): Promise<Buffer> {
    return gather((await test.desk.takePacket(await test.as('supervisor'), id)).bytes);
  }

  it('is entered by nobody but who referred it, for an agency that is known, and once', async () => {
    await expect(consent({}, 'supervisor')).rejects.toMatchObject({ code: 'access/denied' });
    await expect(consent({ to: 'nobody-known' })).rejects.toMatchObject({ code: 'input/invalid' });
    await expect(consent({ end: true })).rejects.toMatchObject({ code: 'input/invalid' });
    await expect(order(referralId, { agency })).rejects.toMatchObject(refused);
    const seq = await consent();
    await expect(consent()).rejects.toMatchObject({ code: 'state/exists' });
    const status = await test.desk.status(await test.as('reporter'), referralId);
    expect(status.consents).toEqual([{ to: agency, at: test.clock.now().toISOString(), seq }]);
  });

  it('lets it go to that agency, and to no other', async () => {
    await expect(order(referralId, { agency: 'a-court' })).rejects.toMatchObject(refused);
    await order(referralId, { agency });
  });

  it('is named by the packet, which holds only with that entry', async () => {
    await consent({ to: 'a-court' });
    await consent({ to: 'a-court', end: true });
    const packetId = await pack(test, referralId, undefined, { ...ORDER, agency });
    const files = await unpack(await takeFor(packetId));
    const seq = caseIn(files).packet?.terms.consent ?? -1;
    const { entries } = jsonIn(files, 'custody/chain.json') as { entries: string[] };
    expect(parseEntry(entries[seq] ?? '').act).toBe('consent');
    const find = async (change: object): Promise<string[]> => {
      const { bytes } = await forge(files, { ...change, signer: deskSigner(test) });
      return (await verifyPacket(sourceOf(bytes), { trust: test.trust })).findings.map(({ code }) => code);
    };
    expect(await find({})).toEqual([]);
    const without = (label: string) => (all: Files) => {
      const said = jsonIn(all, 'custody/openings.json') as { openings: { label: string }[] };
      const openings = said.openings.filter((each) => each.label !== label);
      all.set('custody/openings.json', canonicalBytes({ version: 1, openings }));
    };
    expect(await find({ files: without('consent') })).toEqual(['packet/consent']);
    expect(await find({ files: without('ends') })).toEqual(['packet/consent']);
    const by = (role: string) => (manifest: Case) => {
      for (const actor of manifest.actors) if (actor.role === 'reporter') actor.role = role;
    };
    expect(await find({ manifest: by('supervisor') })).toEqual(['packet/consent']);
    const another = (manifest: Case): void => {
      if (manifest.packet !== undefined) manifest.packet.terms.consent = seq + 1;
    };
    expect(await find({ manifest: another })).toEqual(expect.arrayContaining(['packet/consent', 'packet/order']));
  });

  it('ended, it lets nothing more go, not by a link either', async () => {
    const packetId = await pack(test, referralId, undefined, { ...ORDER, agency });
    const supervisor = await test.as('supervisor');
    await test.desk.makeLink(supervisor, packetId);
    await consent({ end: true });
    await expect(order(referralId, { agency })).rejects.toMatchObject(refused);
    await expect(test.desk.makeLink(supervisor, packetId)).rejects.toMatchObject(refused);
  });

  it('a packet whose order names an ended consent does not hold', async () => {
    const seq = await consent();
    await consent({ end: true });
    const ordered = await pack(test, referralId, undefined, { ...ORDER, agency, originatorConsent: 'letter 7' });
    const files = await unpack(await takeFor(ordered));
    const manifest = (said: Case): void => {
      if (said.packet !== undefined) said.packet.terms.consent = seq;
    };
    const { bytes } = await forge(files, { manifest, signer: deskSigner(test) });
    const { findings, unchecked } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
    expect(findings.map(({ code }) => code)).toContain('packet/consent');
    expect(unchecked.find(({ what }) => what === 'consent')?.why).toContain('as stated by the supervisor');
    expect(files.get('README.txt')?.toString()).toContain('as stated by the supervisor');
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
