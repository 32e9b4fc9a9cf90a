// An agency's answer: by its investigator's key, or by its signature; seen by the reporter, its words sealed.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { acknowledgementMessage, verifyCustody } from '../../lib/index.ts';
import type { AcknowledgementRequest } from '../../schemas/index.ts';
import { freshDesk, noise, refer, type TestDesk } from '../material.ts';
import { ORDER, pack, packed, signingKey } from './packet/material.ts';

let test: TestDesk;
let referralId: string;
let packetId: string;
/** A packet for an agency that has a signing key. */
let signedId: string;
const agencyKey = signingKey();

beforeAll(async () => {
  test = await freshDesk();
  ({ referralId, packetId } = await packed(test, [noise('a.jpg', 10)]));
  const agency = { id: 'de-bka', name: 'BKA', signingKey: agencyKey.publicKey };
  await test.desk.addAgency(await test.as('operator'), agency);
  const order = { ...ORDER, agency: 'de-bka' };
  ({ packetId: signedId } = await test.desk.orderPacket(await test.as('supervisor'), referralId, order));
  await test.desk.integrate();
  await test.desk.freezePackets();
});
afterAll(() => test.end());

async function answer(said: object, id = packetId, actor: 'investigator' | 'supervisor' = 'investigator') {
  return test.desk.acknowledge(await test.as(actor), id, said as AcknowledgementRequest);
}

async function seenByReporter(id: string, referral = referralId) {
  const { packets } = await test.desk.status(await test.as('reporter'), referral);
  return packets.find((each) => each.packetId === id)?.answers;
}

function signed(said: AcknowledgementRequest, { desk = test.desk.id, id = signedId, key = agencyKey } = {}): object {
  return { ...said, signature: key.sign(acknowledgementMessage(desk, id, said)) };
}

describe('an agency’s answer', () => {
  it('is taken from its investigator, step by step, and seen by the reporter in status', async () => {
    await answer({ answer: 'received' });
    await answer({ answer: 'triaged', note: 'looked at' });
    await answer({ answer: 'outcome', reason: 'childSafeguarded', caseNumber: '12/26' });
    const at = test.clock.now().toISOString();
    expect(await seenByReporter(packetId)).toEqual([
      { answer: 'received', at },
      { answer: 'triaged', at },
      { answer: 'outcome', reason: 'childSafeguarded', at },
    ]);
    const { answers } = await test.desk.packet(await test.as('investigator'), packetId);
    expect(answers).toEqual(await seenByReporter(packetId));
  });

  it.each([
    ['an outcome without a reason', { answer: 'outcome' }],
    ['a reason without an outcome', { answer: 'received', reason: 'arrest' }],
    ['a reason of no list', { answer: 'outcome', reason: 'bored' }],
    ['an answer of no list', { answer: 'lost' }],
    ['nothing', {}],
    ['a blank note', { answer: 'received', note: ' ' }],
    ['a word nobody knows', { answer: 'received', more: 1 }],
    ['a note longer than a page', { answer: 'received', note: 'x'.repeat(3001) }],
  ])('is not %s', async (_name, said) => {
    const before = await seenByReporter(packetId);
    await expect(answer(said)).rejects.toMatchObject({ code: 'input/invalid' });
    expect(await seenByReporter(packetId)).toEqual(before);
  });

  it.each(['reporter', 'auditor', 'operator'] as const)('is not entered by a %s', async (actor) => {
    const asked = test.desk.acknowledge(await test.as(actor), packetId, { answer: 'received' });
    await expect(asked).rejects.toMatchObject({ code: 'access/denied' });
  });

  it('is entered by a supervisor only with the agency’s signature', async () => {
    const said = { answer: 'outcome', reason: 'arrest', caseNumber: '7', note: 'שלום' } as const;
    await expect(answer(said, signedId, 'supervisor')).rejects.toMatchObject({ code: 'access/signature' });
    await answer(signed(said), signedId, 'supervisor');
    expect(await seenByReporter(signedId)).toMatchObject([{ answer: 'outcome', reason: 'arrest' }]);
  });

  it('does not hold by a signature of anything else', async () => {
    const said = { answer: 'outcome', reason: 'arrest', caseNumber: '7', note: 'so' } as const;
    const good = signed(said) as { signature: string };
    const wrong: object[] = [
      signed(said, { key: signingKey() }),
      signed(said, { id: packetId }),
      signed(said, { desk: packetId }),
      { ...good, note: 'not so' },
      { ...good, note: undefined },
      { ...good, caseNumber: '8' },
      { ...good, reason: 'noOffence' },
      { ...said, answer: 'received', reason: undefined, signature: good.signature },
      { ...good, signature: Buffer.alloc(64).toString('base64') },
      { ...good, signature: '' },
      { ...good, signature: good.signature.slice(0, 40) },
    ];
    const before = await seenByReporter(signedId);
    for (const each of wrong)
      await expect(answer(each, signedId, 'supervisor')).rejects.toMatchObject({ code: 'access/signature' });
    expect(await seenByReporter(signedId)).toEqual(before);
  });

  it('does not hold by any signature where the agency has no key, nor by a wrong one from its own investigator', async () => {
    const said = { answer: 'received' } as const;
    const asked = signed(said, { id: packetId });
    await expect(answer(asked, packetId, 'supervisor')).rejects.toMatchObject({ code: 'access/signature' });
    await expect(answer(asked, packetId)).rejects.toMatchObject({ code: 'access/signature' });
  });

  it('keeps the agency’s number and words out of the book', async () => {
    const [caseNumber, note] = ['zebra/26', 'zebra found'];
    await answer({ answer: 'outcome', reason: 'other', caseNumber, note });
    test = await test.reopen();
    const names = ['ledger.db', 'ledger.db-wal'].map((name) =>
      readFile(join(test.dir, name)).catch(() => Buffer.alloc(0)),
    );
    const bytes = Buffer.concat(await Promise.all(names));
    expect([bytes.length > 10_000, bytes.includes('zebra'), bytes.includes('acknowledge')]).toEqual([
      true,
      false,
      true,
    ]);
    const told = JSON.stringify([
      await test.desk.status(await test.as('reporter'), referralId),
      await test.desk.packet(await test.as('auditor'), packetId),
    ]);
    expect(told).not.toContain('zebra');
  });

  it('leaves a chain that verifies, and a desk in which nothing is found', async () => {
    await Promise.all([1, 2, 3].map(() => answer({ answer: 'received' })));
    await test.desk.integrate();
    const custody = await test.desk.custody(await test.as('auditor'), referralId);
    expect(verifyCustody(custody, { trust: test.trust }).findings).toEqual([]);
    expect((await test.desk.watch()).findings).toEqual([]);
  });

  it('is to a packet that is made', async () => {
    const { packetId: id } = await test.desk.orderPacket(await test.as('supervisor'), referralId, ORDER);
    await expect(answer({ answer: 'received' }, id)).rejects.toMatchObject({ code: 'state/not-frozen' });
    expect(await seenByReporter(id)).toEqual([]);
    await test.desk.integrate();
    await test.desk.freezePackets();
    await answer({ answer: 'received' }, id);
  });

  it('is one of a hundred to one packet at most', async () => {
    const id = await pack(test, referralId);
    for (let n = 0; n < 100; n++) await answer({ answer: 'received' }, id);
    await expect(answer({ answer: 'received' }, id)).rejects.toMatchObject({ code: 'state/too-many' });
    expect(await seenByReporter(id)).toHaveLength(100);
  });

  it('counts once by one signature, also many times at once and spelt otherwise', async () => {
    const said = { answer: 'triaged', note: 'once' } as const;
    const good = signed(said) as { signature: string };
    const before = (await seenByReporter(signedId))?.length ?? 0;
    const all = await Promise.allSettled([1, 2, 3].map(() => answer(good, signedId, 'supervisor')));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(answer(good, signedId, 'supervisor')).rejects.toMatchObject({ code: 'state/exists' });
    // the bits that the last letter has to spare
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const last = good.signature.at(-3) ?? '';
    const spelt = `${good.signature.slice(0, -3)}${letters[letters.indexOf(last) + 1]}==`;
    await expect(answer({ ...good, signature: spelt }, signedId, 'supervisor')).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:state\/exists|input\/invalid)$/),
    });
    expect(await seenByReporter(signedId)).toHaveLength(before + 1);
    await answer(signed({ ...said, note: 'another' }), signedId, 'supervisor');
  });

  it('is to a packet that there is', async () => {
    for (const id of ['00000000-0000-4000-8000-000000000000', 'x', '../packets'])
      await expect(answer({ answer: 'received' }, id)).rejects.toMatchObject({ code: 'absent/packet' });
  });

  it('is not entered once the referral is destroyed', async () => {
    const { opened } = await refer(test, []);
    const id = await pack(test, opened.referralId);
    await answer({ answer: 'received' }, id);
    test.clock.addDays(400);
    const law = { reason: 'over', legalBasis: 'order 3' };
    const asked = await test.desk.requestDestruction(await test.as('supervisor'), opened.referralId, law);
    await test.desk.approveDestruction(await test.as('supervisor2'), opened.referralId, asked.destructionId);
    await expect(answer({ answer: 'triaged' }, id)).rejects.toMatchObject({ code: 'absent/destroyed' });
    expect(await seenByReporter(id, opened.referralId)).toMatchObject([{ answer: 'received' }]);
  });
});
