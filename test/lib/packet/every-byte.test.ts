// One byte after another of a small packet is flipped, in the archive and in each of its files, and each flip is found. To be done within
// seconds, what a flip cannot have touched is not looked at again: a file's flip is held against the bag by its own digest alone, and only
// where no list has that file is the signature held too; a flip between the files of the archive is read by the archive's own reader. That
// `verifyPacket` as a whole says what these parts find is shown for some bytes of every file.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkBag } from '../../../lib/formats/bag.ts';
import { checkTimes, readZip, type BytesSource } from '../../../lib/formats/zip/read.ts';
import { verifyPacket, type Trust } from '../../../lib/index.ts';
import { bagOf } from '../../../lib/packet/read-files.ts';
import type { ReadFile } from '../../../lib/packet/told.ts';
import { checkSignature } from '../../../lib/packet/verify-signer.ts';
import { Report } from '../../../lib/proofs/report.ts';
import { freshDesk, noise, type TestDesk } from '../../material.ts';
import { caseIn, packed, sourceOf, unpack, type Files } from './material.ts';

let test: TestDesk;
let trust: Trust;
let bytes: Buffer;
let files: Files;

beforeAll(async () => {
  test = await freshDesk();
  ({ bytes } = await packed(test, [noise('one.jpg', 100)]));
  files = await unpack(bytes);
  trust = test.trust;
});
afterAll(() => test.end());

/** The same bytes with one of them flipped, in place; `again` puts it back. */
function flip(content: Buffer, at: number): void {
  content[at] = (content[at] ?? 0) ^ (1 << (at % 8));
}

function readAs(path: string, content: Buffer): ReadFile {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { path, sizeBytes: content.length, sha256, content };
}

describe('a small packet', () => {
  it('has every byte of every file listed by digest, or signed: each flip is found', () => {
    const read = new Map([...files].map(([path, content]) => [path, readAs(path, content)]));
    const manifest = caseIn(files);
    const isFound = (): boolean => {
      const report = new Report();
      if (checkBag(bagOf(read)).length > 0) return true;
      checkSignature(report, read, manifest, trust);
      return report.findings.length > 0;
    };
    expect(isFound()).toBe(false);
    let flips = 0;
    const missed: string[] = [];
    for (const [path, original] of files) {
      const content = Buffer.from(original);
      const listed = listedDigest(path);
      for (let at = 0; at < content.length; at++, flips++) {
        flip(content, at);
        const again = readAs(path, content);
        // where a list has the file, checkBag compares just this; the lists themselves and what none has go the whole way
        if (listed === undefined || listed === again.sha256) {
          read.set(path, again);
          if (!isFound()) missed.push(`${path} ${at}`);
        }
        flip(content, at);
      }
      read.set(path, readAs(path, content));
    }
    expect(missed).toEqual([]);
    expect(flips).toBe([...files.values()].reduce((sum, { length }) => sum + length, 0));
  });

  /** What the bag says of a file that is none of its lists. */
  function listedDigest(path: string): string | undefined {
    if (/manifest|^bag|^signature/.test(path)) return undefined;
    const list = path.startsWith('data/') ? 'manifest-sha256.txt' : 'tagmanifest-sha256.txt';
    const line = (files.get(list) ?? '')
      .toString()
      .split('\n')
      .find((each) => each.endsWith(`  ${path}`));
    expect([path, line?.length]).toEqual([path, 66 + path.length]);
    return line?.slice(0, 64);
  }

  it('has no byte in its archive that could be another: each flip is found', async () => {
    const content = Buffer.from(bytes);
    const time = new Date(caseIn(files).packet?.orderedAt ?? 0);
    const isFound = async (): Promise<boolean> => {
      const reading = await readZip(sourceOf(content), { onFile: drain });
      return reading.findings.length > 0 || checkTimes(reading, time).length > 0;
    };
    expect(await isFound()).toBe(false);
    const inside = placesOf();
    const missed: number[] = [];
    let at = 0;
    for (; at < content.length; at++) {
      flip(content, at);
      const file = inside.find(({ from, to }) => at >= from && at < to);
      // of a file's own bytes the reader takes the CRC-32, and nothing else looks at them
      const isIn = file !== undefined && at % 499 !== 0;
      const isSeen = isIn ? crc32(content.subarray(file.from, file.to)) !== file.crc : await isFound();
      if (!isSeen) missed.push(at);
      flip(content, at);
    }
    expect(missed).toEqual([]);
    expect(at).toBe(bytes.length);
  });

  /** Where in the archive the bytes of each file lie. */
  function placesOf(): { from: number; to: number; crc: number }[] {
    let after = 0;
    return [...files.values()].map((content) => {
      const from = content.length === 0 ? after : bytes.indexOf(content, after);
      expect(from).toBeGreaterThanOrEqual(after);
      after = from + content.length;
      return { from, to: after, crc: crc32(content) };
    });
  }

  async function drain(_name: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const piece of content) expect(piece.length).toBeGreaterThan(0);
  }

  it('is not authentic as a whole, whichever file a byte of which is flipped', async () => {
    for (const { from, to } of placesOf()) {
      for (const at of new Set([from, Math.floor((from + to) / 2), to - 1])) {
        const content = Buffer.from(bytes);
        flip(content, at);
        const source: BytesSource = sourceOf(content);
        expect([at, (await verifyPacket(source, { trust })).ok]).toEqual([at, false]);
      }
    }
  });
});
