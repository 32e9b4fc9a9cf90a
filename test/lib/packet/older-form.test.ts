// A referral that came before leaves were digests: its first entry commits to `document`. What was promised of it then is kept, and a
// packet that shows a part of it says at least how many parts there are.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { assemble, SETTINGS, type Core } from '../../../lib/core.ts';
import {
  commitment,
  commitmentKey,
  documentKey,
  documentRoot,
  entryCommitment,
  parseEntry,
} from '../../../lib/custody.ts';
import { canonical } from '../../../lib/formats/canonical.ts';
import { isReferralOf, verifyCustody, verifyPacket, verifyReceipt } from '../../../lib/index.ts';
import type { Disclosure } from '../../../lib/packet/disclosure.ts';
import { openReferral } from '../../../lib/receive.ts';
import { chainOf } from '../../../lib/referral.ts';
import { freshDesk, noise, referralBody, stream, type TestDesk } from '../../material.ts';
import { caseIn, jsonIn, ORDER, pack, sourceOf, takeAll, unpack } from './material.ts';

const RED = noise('red.jpg', 40);
const BODY = referralBody([RED], { additionalInfo: 'A closing word.' });
const DOCUMENT = JSON.parse(BODY.toString('utf8')) as Record<string, unknown>;
let test: TestDesk;
let referralId: string;
beforeAll(async () => {
  test = await freshDesk();
});
afterAll(() => test.end());

type Commit = Parameters<Core['commit']>[0];

/** A core that enters what it takes in as desks did before. */
function olderCore(): Core {
  const core = assemble(test.desk.id, test.local.ports, SETTINGS);
  const commit = async (given: Commit) => core.commit(await asBefore(core, given));
  return { ...core, commit };
}

async function asBefore(core: Core, given: Commit): Promise<Commit> {
  const { commitments, ...entry } = parseEntry(given.entry.text);
  const { secret, owner } = await chainOf(core, entry.chain);
  const keyOf = (label: string): Buffer => commitmentKey(secret, owner, 0, label);
  const root = documentRoot('document', documentKey(secret, owner, 0, 'document'), DOCUMENT);
  const others = Object.fromEntries(Object.entries(commitments).filter(([label]) => label !== 'parts'));
  const older = { ...others, document: commitment(keyOf('document'), 'document', 'root', root) };
  const vouched = { ...older, entry: entryCommitment(keyOf('entry'), { ...entry, commitments: older }) };
  return { ...given, entry: { ...given.entry, text: canonical({ ...entry, commitments: vouched }) } };
}

it('is taken in, finished and vouched for as it was', async () => {
  const reporter = await test.as('reporter');
  const opened = await openReferral(olderCore(), reporter, BODY, 'an older key');
  ({ referralId } = opened);
  const [attachment] = opened.attachments;
  const declared = { sha256: RED.sha256, sizeBytes: RED.bytes.length };
  await test.desk.attach(reporter, referralId, attachment?.id ?? '', declared, {}, stream(RED.bytes));
  const again = await test.desk.open(reporter, BODY, 'an older key');
  const finished = await test.desk.finish(reporter, referralId);
  for (const receipt of [again.receipt, finished]) {
    expect(receipt.openings.map(({ label }) => label)).toContain('document');
    expect(verifyReceipt(receipt, { trust: test.trust }).findings).toEqual([]);
    expect(isReferralOf(receipt, DOCUMENT)).toBe(true);
    expect(isReferralOf(receipt, { ...DOCUMENT, additionalInfo: 'Another.' })).toBe(false);
  }
});

it('makes packets that hold, whole and in part', async () => {
  const take = async (more: object) => takeAll(test, await pack(test, referralId, undefined, { ...ORDER, ...more }));
  for (const more of [{}, { selection: { leaveOut: ['/additionalInfo'] } }]) {
    const { findings } = await verifyPacket(sourceOf(await take(more)), { trust: test.trust });
    expect(findings).toEqual([]);
  }
  const files = await unpack(await take({ selection: { leaveOut: ['/additionalInfo'] } }));
  expect((jsonIn(files, 'data/disclosure.json') as Disclosure).version).toBe(1);
  expect(caseIn(files).packet?.part?.isExact).toBeUndefined();
  expect(files.get('README.txt')?.toString()).toContain('3 of at least 4 parts');
  await test.desk.integrate();
  const custody = await test.desk.custody(await test.as('auditor'), referralId);
  expect(verifyCustody(custody, { trust: test.trust }).findings).toEqual([]);
});
