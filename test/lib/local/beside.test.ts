// Digests on another core: the same as here whatever the cuts, many at once, given up or cut short; and nothing hangs when the thread ends.
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Digester, digestsHere } from '../../../lib/digests.ts';
import { localBeside, type Beside } from '../../../lib/local/beside.ts';
import type { DigestName, RunningDigests } from '../../../lib/ports.ts';

const NAMES = ['md5', 'sha1', 'sha256', 'sha512'] as const;
const opened: Beside[] = [];

function beside(cores = 2): Beside {
  const made = localBeside(cores);
  opened.push(made);
  return made;
}

afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

async function addAll(run: RunningDigests<DigestName>, bytes: Uint8Array, most: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const size = randomInt(1, most + 1);
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    await run.add(chunk);
    chunk.fill(0); // what was given is the caller's again
    at += size;
  }
}

const only = (names: readonly DigestName[], bytes: Uint8Array): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, createHash(name).update(bytes).digest('hex')]));

const expected = (bytes: Uint8Array): Record<string, string> => only(NAMES, bytes);

describe('digests beside', () => {
  it.each([0, 1, 262_143, 262_144, 262_145, 3_000_000])('are those taken here, of %d bytes', async (sizeBytes) => {
    const bytes = randomBytes(sizeBytes);
    const both: readonly DigestName[] = ['md5', 'sha1'];
    for (const { digestsBeside } of [beside(), { digestsBeside: digestsHere }]) {
      for (const names of [NAMES, both]) {
        const run = digestsBeside(names);
        await addAll(run, bytes, 300_000);
        expect(await run.end()).toEqual(only(names, bytes));
      }
    }
  });

  it.each([1_500_000, 3_500_000])(
    'are right wherever each is taken, alone and beside others, of %d bytes',
    async (sizeBytes) => {
      const { digestsBeside } = beside();
      const streams = Array.from({ length: 6 }, () => randomBytes(sizeBytes));
      const digest = async (bytes: Buffer, names: readonly DigestName[]): Promise<void> => {
        const run = digestsBeside(names, sizeBytes);
        await addAll(run, bytes, 700_000);
        expect(await run.end()).toEqual(only(names, bytes));
      };
      const kinds: (readonly DigestName[])[] = [['md5', 'sha1', 'sha256'], ['md5', 'sha1'], ['sha256']];
      for (const names of kinds) for (const bytes of streams.slice(0, 2)) await digest(bytes, names);
      await Promise.all(streams.flatMap((bytes) => kinds.map((names) => digest(bytes, names))));
    },
  );

  it('keep forty streams apart, and forget those given up', async () => {
    const { digestsBeside } = beside();
    const streams = Array.from({ length: 40 }, (_, n) => randomBytes(700_000 + n));
    await Promise.all(
      streams.map(async (bytes, n) => {
        const run = digestsBeside(NAMES);
        await addAll(run, bytes, 100_000);
        if (n % 4 === 0) run.abandon();
        else expect(await run.end()).toEqual(expected(bytes));
      }),
    );
  });

  it('never begin another thread for what is known to be small, or on one core', async () => {
    for (const run of [beside().digestsBeside(NAMES, 1000), beside(1).digestsBeside(NAMES)]) {
      expect(await run.add(randomBytes(1_000_000))).toBeUndefined();
      expect(Object.keys(await run.end())).toEqual([...NAMES]);
    }
  });

  it('fail with a code when the thread ends, at once and for whoever waits', async () => {
    const made = beside();
    const [waiting, later] = [made.digestsBeside(NAMES), made.digestsBeside(NAMES)];
    await addAll(waiting, randomBytes(600_000), 100_000);
    await addAll(later, randomBytes(600_000), 100_000);
    const ended = waiting.end();
    made.close();
    const [first] = await Promise.allSettled([ended]);
    if (first.status === 'rejected') expect(first.reason).toMatchObject({ code: 'internal' });
    await expect(later.end()).rejects.toMatchObject({ code: 'internal' });
  });

  it('begin anew after a thread ended', async () => {
    const made = beside();
    const first = made.digestsBeside(NAMES);
    await addAll(first, randomBytes(600_000), 100_000);
    made.close();
    await expect(first.end()).rejects.toMatchObject({ code: 'internal' });
    const bytes = randomBytes(600_000);
    const second = made.digestsBeside(NAMES);
    await addAll(second, bytes, 100_000);
    expect(await second.end()).toEqual(expected(bytes));
  });
});

describe('a digester', () => {
  it('gives its stream up when the sender goes away', async () => {
    const given: string[] = [];
    const spied = (): RunningDigests<DigestName> => ({
      add: () => undefined,
      end: () => Promise.reject(new Error('nobody asks')),
      abandon: () => given.push('up'),
    });
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.alloc(10));
      throw new Error('gone');
    }
    const drain = async (): Promise<void> => {
      for await (const chunk of new Digester(['md5'], spied).through(cut())) expect(chunk).toHaveLength(10);
    };
    await expect(drain()).rejects.toThrow('gone');
    expect(given).toEqual(['up']);
  });
});
