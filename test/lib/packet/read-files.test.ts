// A packet read while another core takes digests: the next file's bytes come before the digests of the last are there, and each still finds its own.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestsHere } from '../../../lib/digests.ts';
import { DeskError, verifyPacket } from '../../../lib/index.ts';
import type { DigestsBeside } from '../../../lib/ports.ts';
import { freshDesk, noise, type TestDesk } from '../../material.ts';
import { packed, sourceOf } from './material.ts';

let test: TestDesk;
let bytes: Buffer;

beforeAll(async () => {
  test = await freshDesk();
  bytes = (
    await packed(
      test,
      [1, 2, 3, 4, 5, 6, 7].map((n) => noise(`${n}.jpg`, 1000 * n)),
    )
  ).bytes;
});
afterAll(() => test.end());

/** Answers some turns of the event loop later than it was asked, and counts the streams that were not answered yet. */
function late(): { readonly digestsBeside: DigestsBeside; readonly mostUnderWay: () => number } {
  let [underWay, most] = [0, 0];
  const digestsBeside: DigestsBeside = (names) => {
    const run = digestsHere(names);
    const end = async (): ReturnType<typeof run.end> => {
      most = Math.max(most, ++underWay);
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return run.end();
    };
    return { ...run, end };
  };
  return { digestsBeside, mostUnderWay: () => most };
}

describe('digests of a packet that are taken on another core', () => {
  it('are waited for while more is read, and are those of their own file', async () => {
    const { digestsBeside, mostUnderWay } = late();
    const verdict = await verifyPacket(sourceOf(bytes), { trust: test.trust, digestsBeside });
    expect(verdict).toEqual(await verifyPacket(sourceOf(bytes), { trust: test.trust }));
    expect(verdict.ok).toBe(true);
    expect(mostUnderWay()).toBeGreaterThan(1);
    expect(mostUnderWay()).toBeLessThan(6);
  });

  it('fail in silence where the reading ended before them', async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown): void => void unheard.push(reason);
    process.on('unhandledRejection', hear);
    const gone = new Error('the medium is gone');
    const digestsBeside: DigestsBeside = (names) => ({ ...digestsHere(names), end: () => Promise.reject(gone) });
    const larger = await packed(
      test,
      [1, 2, 3, 4, 5, 6, 7].map((n) => noise(`${n}.mp4`, 700_000)),
    );
    const source = sourceOf(larger.bytes);
    const read: typeof source.read = (offset, sizeBytes) =>
      offset > 2_500_000 && offset < 3_800_000 ? Promise.reject(gone) : source.read(offset, sizeBytes);
    await expect(verifyPacket({ ...source, read }, { trust: test.trust, digestsBeside })).rejects.toBe(gone);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', hear);
    expect(unheard).toEqual([]);
  });

  it('are given up where the reading ends within their file', async () => {
    const gone = new Error('the medium is gone');
    let [begun, ended] = [0, 0];
    const digestsBeside: DigestsBeside = (names) => {
      const run = digestsHere(names);
      begun++;
      const end = (): ReturnType<typeof run.end> => (ended++, run.end());
      const abandon = (): void => {
        ended++;
      };
      return { ...run, end, abandon };
    };
    const { bytes: larger } = await packed(test, [noise('1.mp4', 3_000_000)]);
    const source = sourceOf(larger);
    const read: typeof source.read = (offset, sizeBytes) =>
      offset > 1_500_000 && offset < 2_500_000 ? Promise.reject(gone) : source.read(offset, sizeBytes);
    await expect(verifyPacket({ ...source, read }, { trust: test.trust, digestsBeside })).rejects.toBe(gone);
    expect(begun).toBeGreaterThan(1);
    expect(ended).toBe(begun);
  });

  it('are missed where they are another file’s', async () => {
    let before = '0'.repeat(32);
    const swap = (found: Readonly<Record<string, string>>): Record<string, string> => {
      const swapped = { ...found, ...('md5' in found ? { md5: before } : {}) };
      before = found['md5'] ?? before;
      return swapped;
    };
    const digestsBeside = ((names) => {
      const run = digestsHere(names);
      return { ...run, end: async () => swap(await run.end()) };
    }) as DigestsBeside;
    const { findings } = await verifyPacket(sourceOf(bytes), { trust: test.trust, digestsBeside });
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['packet/exhibit']));
  });

  it.each(['md5', 'sha1'] as const)('are missed where %s does not come', async (name) => {
    const digestsBeside = ((names) => {
      const run = digestsHere(names);
      const end = async (): Promise<object> => ({ ...(await run.end()), [name]: undefined });
      return { ...run, end };
    }) as DigestsBeside;
    const { ok, findings } = await verifyPacket(sourceOf(bytes), { trust: test.trust, digestsBeside });
    expect([ok, findings.length]).toEqual([false, 7]);
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['packet/exhibit']));
  });

  it('end the verifying where the other core gave up', async () => {
    const gaveUp = new DeskError('internal', 'The other core gave up.');
    const digestsBeside: DigestsBeside = (names) => ({ ...digestsHere(names), end: () => Promise.reject(gaveUp) });
    await expect(verifyPacket(sourceOf(bytes), { trust: test.trust, digestsBeside })).rejects.toBe(gaveUp);
  });
});
