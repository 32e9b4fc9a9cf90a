// A part of a referral, made by a desk that would leave out more than was ordered, or tell a digest that is none.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { verifyPacket } from '../../../lib/index.ts';
import { canonicalBytes, sha256Hex } from '../../../lib/formats/canonical.ts';
import { nodeHash } from '../../../lib/formats/merkle.ts';
import type { Disclosure } from '../../../lib/packet/disclosure.ts';
import { freshDesk, noise, refer, type TestDesk } from '../../material.ts';
import { caseIn, deskSigner, forge, jsonIn, ORDER, pack, sourceOf, takeAll, unpack, type Files } from './material.ts';

const [RED, BLUE] = ['red.jpg', 'blue.jpg'].map((path, n) => noise(path, 40 + n));
const sent = { at: '2026-01-01T10:00:00Z', clockSource: 'device' };
let test: TestDesk;
let referralId: string;
let files: Files;

beforeAll(async () => {
  test = await freshDesk();
  const text = `as in ${(BLUE?.sha256 ?? '').toUpperCase()}, you know`;
  const more = {
    messages: [
      { id: '1', sender: 'pump', sent, text },
      { id: '2', sender: 'pump', sent, text: 'A word between.' },
    ],
    additionalInfo: 'A closing word.',
  };
  const all = [RED, BLUE].flatMap((file) => file ?? []);
  const { opened } = await refer(test, all, { finish: false, more });
  referralId = opened.referralId;
  const reporter = await test.as('reporter');
  const look = { viewer: 'staff 3', from: '2026-01-02T10:00:00Z', extent: 'full' as const };
  await test.desk.recordView(reporter, referralId, { ...look, sha256: RED?.sha256 ?? '' });
  await test.desk.finish(reporter, referralId);
  files = await ordered({ selection: { leaveOut: ['/additionalInfo'] } });
});
afterAll(() => test.end());

async function ordered(more: object): Promise<Files> {
  return unpack(await takeAll(test, await pack(test, referralId, undefined, { ...ORDER, ...more })));
}

async function findingsIn(of: Files, change: Omit<Parameters<typeof forge>[1], 'signer'>): Promise<string[]> {
  const { bytes } = await forge(of, { ...change, signer: deskSigner(test) });
  const { findings } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
  return findings.map(({ where }) => where);
}

const MORE = 'data/case.json: more is left out than the order asks for';

it('leaves out no part for a reason that the order does not give', async () => {
  const tell = (why: 'file' | 'triage' | 'asked', field: string) =>
    findingsIn(files, {
      manifest: ({ packet }) => void packet?.part?.leftOut.splice(0, 1, { field, why, parts: 1 }),
    });
  expect(await tell('asked', 'additionalInfo')).toEqual([]);
  expect(await tell('asked', 'messages')).toEqual([MORE]);
  expect(await tell('file', 'additionalInfo')).toEqual([MORE]);
  expect(await tell('triage', 'additionalInfo')).toEqual([MORE]);
});

it('leaves out no file and no look that the order does not leave out', async () => {
  const [red] = caseIn(files).exhibits;
  const lookless = await findingsIn(files, {
    files: (all) => {
      const disclosure = jsonIn(all, 'data/disclosure.json') as Disclosure;
      const [seq = 0] = caseIn(all).views.flatMap((view) => view.seq ?? []);
      all.set('data/disclosure.json', canonicalBytes({ ...disclosure, looks: [seq] }));
    },
    manifest: (manifest) => {
      manifest.views = [];
      for (const exhibit of manifest.exhibits) exhibit.viewed = 'unstated';
      if (manifest.packet?.part !== undefined) manifest.packet.part.looks.here = 0;
    },
  });
  expect(lookless).toContain(MORE);
  const fileless = await findingsIn(files, {
    files: (all) => {
      const disclosure = jsonIn(all, 'data/disclosure.json') as Disclosure;
      const left = { name: red?.attachment ?? '', seq: red?.seq ?? 0 };
      all.set('data/disclosure.json', canonicalBytes({ ...disclosure, contents: [left] }));
      all.delete(red?.path ?? '');
    },
    manifest: (manifest) => void manifest.exhibits.shift(),
  });
  expect(fileless).toContain(MORE);
});

it('says that what was left out was not checked, and asks of a part what is asked of a part', async () => {
  const { bytes } = await forge(files, { signer: deskSigner(test) });
  const { unchecked, steps } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
  expect(unchecked.map(({ what }) => what)).toContain('left-out');
  expect(steps.find(({ step }) => step === 'exhibits')?.about).toContain('each that is told of was finished');
});

it('a digest in the middle of a text names the file that it is of', async () => {
  const part = await ordered({ selection: { files: ['E0001'] } });
  expect(caseIn(part).packet?.part?.leftOut).toContainEqual({ field: 'messages', why: 'file', parts: 1 });
});

it.each(['md5', 'sha1'] as const)('an exhibit that is told with another %s is found', async (name) => {
  const wrong = sha256Hex(new Uint8Array()).slice(0, name === 'md5' ? 32 : 40);
  const manifest: NonNullable<Parameters<typeof forge>[1]['manifest']> = ({ exhibits: [first] }) => {
    if (first !== undefined) first[name] = wrong;
  };
  expect(await findingsIn(await ordered({}), { manifest })).toEqual(['data/media/E0001.jpg']);
});

it('says, since a node of the tree passes for a leaf, that how much is left out was not proved', async () => {
  const part = await ordered({ selection: { leaveOut: ['/messages'] } });
  const joined = (all: Files): void => {
    const disclosure = jsonIn(all, 'data/disclosure.json') as Disclosure;
    const [one, two] = disclosure.parts.slice(4, 6).map(({ leaf }) => Buffer.from(leaf, 'hex'));
    if (one === undefined || two === undefined || disclosure.parts.length !== 7) throw new Error('no pair');
    const parts = disclosure.parts.toSpliced(4, 2, { leaf: nodeHash(one, two).toString('hex') });
    all.set('data/disclosure.json', canonicalBytes({ ...disclosure, parts }));
  };
  const { bytes } = await forge(part, {
    files: joined,
    manifest: ({ packet }) => {
      if (packet?.part === undefined) return;
      packet.part.parts.of -= 1;
      packet.part.leftOut = [{ field: 'messages', why: 'asked', parts: 1 }];
    },
    signer: deskSigner(test),
  });
  const { ok, unchecked } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
  expect(ok && !unchecked.some(({ why }) => why.includes('at least how many'))).toBe(false);
});
