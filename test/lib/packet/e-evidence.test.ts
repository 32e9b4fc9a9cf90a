// A packet whose profile asks for SHA-512 and for the e-Evidence manifest: both are there, both hold, and whatever is done to them is found.
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROFILES } from '../../../schemas/index.ts';
import { verifyPacket, type Case, type UnpackedFile } from '../../../lib/index.ts';
import { eEvidenceManifest } from '../../../lib/packet/e-evidence.ts';
import { profileOf } from '../../../lib/profile/index.ts';
import { freshDesk, noise, refer, type TestDesk } from '../../material.ts';
import {
  caseIn,
  deskSigner,
  forge,
  jsonIn,
  ORDER,
  pack,
  sourceOf,
  takeAll,
  unpack,
  zipOf,
  type Change,
  type Files,
} from './material.ts';

const SENT = 'data/e-evidence-manifest.json';
const [PAYLOAD, TAGS] = ['manifest-sha512.txt', 'tagmanifest-sha512.txt'];

interface Sent {
  readonly recipient: unknown;
  readonly dateTime: string;
  readonly availableUntil: string;
  readonly archive: string;
  readonly files: readonly { readonly name: string; readonly sizeBytes: number; readonly hash: string }[];
}

let test: TestDesk;
let files: Files;
let manifest: Case;
let bytes: Buffer;

beforeAll(async () => {
  test = await freshDesk();
  const { opened } = await refer(test, [noise('umbrella.jpg', 3000), noise('empty.txt', 0)]);
  bytes = await takeAll(test, await pack(test, opened.referralId, randomUUID(), { ...ORDER, profile: 'e-evidence' }));
  files = await unpack(bytes);
  manifest = caseIn(files);
});
afterAll(() => test.end());

const sha512 = (content: Buffer): string => createHash('sha512').update(content).digest('hex');

async function codesOf(packet: Buffer): Promise<string[]> {
  const { findings } = await verifyPacket(sourceOf(packet), { trust: test.trust });
  return findings.map(({ code, where }) => `${code} ${where}`);
}

/** Everything made to fit but what was changed, and signed by the desk itself. */
async function codesOfForged(change: Change): Promise<string[]> {
  return codesOf((await forge(files, { ...change, signer: deskSigner(test) })).bytes);
}

function changed(path: string, from: RegExp | string, to: string): (all: Files) => void {
  return (all) =>
    void all.set(path, Buffer.from((all.get(path) ?? Buffer.alloc(0)).toString('utf8').replace(from, to)));
}

async function* asUnpacked(all: Files): AsyncGenerator<UnpackedFile> {
  for (const [path, content] of [...all].reverse()) yield await Promise.resolve({ path, bytes: pieces(content) });
}

async function* pieces(content: Buffer): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(content);
}

describe('a packet for an answer under the e-Evidence regulation', () => {
  it('is authentic, as it comes and unpacked in any order', async () => {
    expect(await codesOf(bytes)).toEqual([]);
    expect((await verifyPacket(asUnpacked(files), { trust: test.trust })).findings).toEqual([]);
  });

  it('names of a part just what lies in that part', async () => {
    const part = { ...ORDER, profile: 'e-evidence' as const, selection: { files: ['E0001'] } };
    const packet = await takeAll(test, await pack(test, manifest.referral.id, randomUUID(), part));
    expect(await codesOf(packet)).toEqual([]);
    const all = await unpack(packet);
    const payload = [...all.keys()].filter((path) => path.startsWith('data/') && path !== SENT);
    expect((jsonIn(all, SENT) as Sent).files.map(({ name }) => name)).toEqual(payload);
    expect(payload.filter((path) => path.startsWith('data/media/'))).toEqual(['data/media/E0001.jpg']);
  });

  it('names every file of its payload but itself with its size and SHA-512', () => {
    const { files: told } = jsonIn(files, SENT) as Sent;
    const payload = [...files].filter(([path]) => path.startsWith('data/') && path !== SENT);
    expect(told).toEqual(
      payload.map(([name, content]) => ({ name, sizeBytes: content.length, hash: sha512(content) })),
    );
  });

  it('tells from whom to whom, by which order, and until when it can be fetched', () => {
    const { packet, desk, referral } = manifest;
    expect(jsonIn(files, SENT)).toMatchObject({
      regulation: '(EU) 2023/1543',
      sender: { desk, organisation: referral.reporter },
      recipient: packet?.agency,
      order: { packet: packet?.id, referral: referral.id, purpose: packet?.purpose, legalBasis: packet?.legalBasis },
      dateTime: '2026-11-22T10:00:00.000Z',
      availableUntil: '2027-01-06T23:59:59.999Z',
      archive: `referral-desk-packet-${packet?.id ?? ''}.zip`,
      hashAlgorithm: 'SHA-512',
    });
  });

  it('promises nothing beyond the time for which the referral is kept', () => {
    const until = (keepUntil: string): unknown => {
      const short = { ...manifest, referral: { ...manifest.referral, keepUntil } };
      return (JSON.parse(eEvidenceManifest(short, new Map()).toString('utf8')) as Sent).availableUntil;
    };
    expect(until('2026-12-24T10:00:00.000Z')).toBe('2026-12-24T10:00:00.000Z');
    expect(until('2028-01-01T00:00:00.000Z')).toBe('2027-01-06T23:59:59.999Z');
  });

  it('is a bag that sha512sum holds, where there is one', () => {
    if (!existsSync('/usr/bin/sha512sum')) return;
    const folder = mkdtempSync(join(tmpdir(), 'e-evidence-'));
    for (const [path, content] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    for (const list of [PAYLOAD, TAGS]) execFileSync('sha512sum', ['--strict', '-c', list], { cwd: folder });
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['the manifest tells another digest', changed(SENT, /"hash":"./, '"hash":"x'), `packet/derived ${SENT}`],
    ['the manifest tells another time', changed(SENT, '2027-01-06', '2027-02-06'), `packet/derived ${SENT}`],
    ['the manifest is spelled otherwise', changed(SENT, '{', '{ '), `packet/derived ${SENT}`],
    ['the manifest is gone', (all: Files) => void all.delete(SENT), `packet/missing ${SENT}`],
    ['the second list of the payload is gone', (all: Files) => void all.delete(PAYLOAD), `packet/missing ${PAYLOAD}`],
    ['the second list of the tags is gone', (all: Files) => void all.delete(TAGS), `packet/missing ${TAGS}`],
  ])('is found out when %s, by the desk itself', async (_, change, finding) => {
    expect(await codesOfForged({ files: change, keepsList: true })).toContain(finding);
  });

  it.each([
    ['the list of the payload has another digest', PAYLOAD, /^./, '?', 'bag/malformed'],
    ['an exhibit has another digest there', PAYLOAD, /^[0-9a-f]{4}/, '0000', 'bag/digest'],
    ['the list of the tags has another digest', TAGS, /^[0-9a-f]{4}/, '0000', 'bag/digest'],
    ['the list of the tags is in capitals', TAGS, /[a-f]/, 'A', 'packet/derived'],
    ['the list of the tags has two blanks more', TAGS, '  ', '    ', 'packet/derived'],
  ])('is found out when %s', async (_, path = '', from, to, code) => {
    const other = new Map(files);
    changed(path, from, to)(other);
    const found = (await codesOf(await zipOf(other, manifest))).map((each) => each.split(' ')[0]);
    expect(found).toContain(code);
  });

  it('is found out whichever byte of the second tag manifest was changed', async () => {
    const text = files.get(TAGS) ?? Buffer.alloc(0);
    for (let at = 0; at < text.length; at += 7) {
      const other = new Map(files);
      const harmed = Buffer.from(text);
      harmed[at] = (harmed[at] ?? 0) ^ 0x20;
      other.set(TAGS, harmed);
      expect([at, (await codesOf(await zipOf(other, manifest))).length > 0]).toEqual([at, true]);
    }
  });
});

describe('profiles', () => {
  it.each(PROFILES)('%s has SHA-256, and SHA-512 where it asks for the e-Evidence manifest', (name) => {
    const { digests, eEvidence } = profileOf(name);
    expect(digests[0]).toBe('sha256');
    expect(!eEvidence || digests.includes('sha512')).toBe(true);
  });
});
