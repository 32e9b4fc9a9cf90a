// What every Vault promises (lib/ports.ts), check by check. Names are fresh in every check, so a store that cannot be emptied
// passes too.
import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { isCode } from '../../lib/errors.ts';
import type { Vault } from '../../lib/ports.ts';
import { uploadChecks } from './vault-uploads.ts';
import { all, gather, refuses, register, same, sameBytes, type Check, type Opened } from './check.ts';

export interface VaultPort {
  readonly vault: Vault;
}

export function vaultConformance(name: string, open: () => Promise<Opened<VaultPort>>): void {
  register(name, vaultChecks, open);
}

const KIB = 1024;
const MIB = 1024 * KIB;
const SIZES = [0, 1, 16, 64 * KIB, 256 * KIB, MIB].flatMap((size) => [size - 1, size, size + 1]).filter((n) => n >= 0);
const LATER = new Date('2031-03-04T05:06:07Z');

export const vaultChecks: readonly Check<VaultPort>[] = [
  {
    title: 'gives back the very bytes it was given, whatever their number and however they came',
    run: async ({ vault }) => {
      for (const size of SIZES) {
        for (const step of [1000, 64 * KIB, 2 * MIB]) {
          const [name, bytes] = [randomUUID(), randomBytes(size)];
          assert.equal(await vault.put(name, slices(bytes, step), LATER), size);
          sameBytes(await gather(vault.get(name)), bytes);
          assert.equal((await vault.stat(name))?.sizeBytes, size);
        }
      }
    },
  },
  {
    title: 'hands out chunks that are the reader’s own: emptying them harms nothing',
    run: async ({ vault }) => {
      const [name, bytes] = [randomUUID(), randomBytes(3 * MIB + 5)];
      await vault.put(name, slices(bytes, MIB), LATER);
      for await (const chunk of vault.get(name)) chunk.fill(0);
      for await (const { buffer } of vault.get(name)) if (buffer instanceof ArrayBuffer) buffer.transfer(0);
      sameBytes(await gather(vault.get(name)), bytes);
    },
  },
  {
    title: 'takes its bytes from what waits for them as from what has them ready',
    run: async ({ vault }) => {
      const [name, bytes] = [randomUUID(), randomBytes(100_000)];
      await vault.put(name, slowly(slices(bytes, 999)), LATER);
      sameBytes(await gather(vault.get(name)), bytes);
    },
  },
  {
    title: 'takes names of 1 to 64 characters and no others',
    run: async ({ vault }) => {
      const [short, long] = ['0123456789abcdef-', randomBytes(32).toString('hex')];
      for (const name of [`${short}${randomUUID()}`.slice(0, 64), long]) {
        await vault.put(name, [Buffer.of(7)], LATER);
        sameBytes(await gather(vault.get(name)), Buffer.of(7));
      }
      for (const name of ['', '../a', 'a/b', 'A', 'a.b', `${long}0`, 'é', 'a\n']) {
        await refuses('vault/failed', vault.put(name, [Buffer.of(7)], LATER));
      }
    },
  },
  {
    title: 'streams what is larger than one would hold in memory',
    run: async ({ vault }) => {
      const name = randomUUID();
      const given = createHash('sha256');
      assert.equal(await vault.put(name, flood(20, given), LATER), 20 * MIB);
      const got = createHash('sha256');
      for await (const chunk of vault.get(name)) {
        assert.ok(chunk.length <= 4 * MIB, 'a chunk is a small part of the file');
        got.update(chunk);
      }
      assert.equal(got.digest('hex'), given.digest('hex'));
    },
  },
  {
    title: 'writes a name once: the first bytes and their lock stay',
    run: async ({ vault }) => {
      const [name, first] = [randomUUID(), randomBytes(1000)];
      await vault.put(name, [first], LATER);
      await refuses('vault/exists', vault.put(name, [randomBytes(1000)], later(1000)));
      await refuses('vault/exists', vault.put(name, [first], LATER));
      await refuses('vault/exists', vault.put(name, [], LATER));
      sameBytes(await gather(vault.get(name)), first);
      same((await vault.stat(name))?.lockedUntil, LATER);
    },
  },
  {
    title: 'lets exactly one of many writers of a name win, and keeps that one whole',
    run: async ({ vault }) => {
      const name = randomUUID();
      const given = Array.from({ length: 8 }, (_, n) => Buffer.alloc(300_000, n + 1));
      const puts = given.map((bytes) => vault.put(name, slowly(slices(bytes, 50_000)), LATER));
      const results = await Promise.allSettled(puts);
      const winners = given.filter((_, n) => results[n]?.status === 'fulfilled');
      assert.equal(winners.length, 1);
      for (const result of results) {
        if (result.status === 'rejected') assert.ok(isCode(result.reason, 'vault/exists'));
      }
      sameBytes(await gather(vault.get(name)), winners[0] ?? Buffer.of());
    },
  },
  {
    title: 'keeps nothing of a source that fails, and passes its error on unchanged',
    run: async ({ vault }) => {
      for (const before of [0, 1, 70_000, 3 * MIB]) {
        const name = randomUUID();
        const failure = new Error('the source failed');
        const outcome: unknown = await vault.put(name, failing(randomBytes(before), failure), LATER).then(
          () => 'it was taken',
          (error: unknown) => error,
        );
        assert.equal(outcome, failure);
        assert.equal(await vault.stat(name), undefined);
        await refuses('vault/absent', gather(vault.get(name)));
        assert.ok(!(await all(vault.list())).includes(name));
        await vault.put(name, [Buffer.of(1)], LATER);
        sameBytes(await gather(vault.get(name)), Buffer.of(1));
      }
    },
  },
  {
    title: 'shows nothing of a file that is not finished',
    run: async ({ vault }) => {
      const name = randomUUID();
      const seen: unknown[] = [];
      const source = async function* (): AsyncGenerator<Uint8Array> {
        yield randomBytes(2 * MIB);
        seen.push(await vault.stat(name));
        seen.push((await all(vault.list())).includes(name));
        await refuses('vault/absent', gather(vault.get(name)));
        await refuses('vault/absent', vault.extendLock(name, LATER));
        yield randomBytes(1);
      };
      await vault.put(name, source(), LATER);
      same(seen, [undefined, false]);
      assert.equal((await vault.stat(name))?.sizeBytes, 2 * MIB + 1);
    },
  },
  {
    title: 'gives back any stretch of a file, byte for byte',
    run: async ({ vault }) => {
      const [name, bytes] = [randomUUID(), randomBytes(MIB + 1)];
      await vault.put(name, [bytes], LATER);
      const edges = [0, 1, 64 * KIB - 1, 64 * KIB, 256 * KIB, 256 * KIB + 1, MIB, MIB + 1];
      for (const offset of edges) {
        for (const end of edges.filter((edge) => edge >= offset)) {
          const range = { offset, sizeBytes: end - offset };
          sameBytes(await gather(vault.get(name, range)), bytes.subarray(offset, end), `${offset} to ${end}`);
        }
      }
    },
  },
  {
    title: 'keeps many small objects apart in one file',
    run: async ({ vault }) => {
      const name = randomUUID();
      const pieces = Array.from({ length: 300 }, (_, n) => randomBytes((n * 37) % 500));
      await vault.put(name, pieces, LATER);
      let offset = 0;
      for (const piece of pieces) {
        sameBytes(await gather(vault.get(name, { offset, sizeBytes: piece.length })), piece);
        offset += piece.length;
      }
    },
  },
  {
    title: 'says so when a file ends before the stretch that is asked for',
    run: async ({ vault }) => {
      const name = randomUUID();
      await vault.put(name, [randomBytes(100)], LATER);
      for (const [offset, sizeBytes] of [
        [0, 101],
        [100, 1],
        [99, 2],
        [500, 10],
      ] as const) {
        await refuses('vault/damaged', gather(vault.get(name, { offset, sizeBytes })));
      }
    },
  },
  {
    title: 'says so when there is no file of that name',
    run: async ({ vault }) => {
      const name = randomUUID();
      assert.equal(await vault.stat(name), undefined);
      await refuses('vault/absent', gather(vault.get(name)));
      await refuses('vault/absent', gather(vault.get(name, { offset: 0, sizeBytes: 1 })));
      await refuses('vault/absent', vault.extendLock(name, LATER));
    },
  },
  {
    title: 'lets a reader stop early, and many read at once',
    run: async ({ vault }) => {
      const [name, bytes] = [randomUUID(), randomBytes(2 * MIB)];
      await vault.put(name, [bytes], LATER);
      for (let n = 0; n < 20; n++) {
        for await (const chunk of vault.get(name)) {
          sameBytes(chunk, bytes.subarray(0, chunk.length));
          break;
        }
      }
      const all = await Promise.all(Array.from({ length: 5 }, () => gather(vault.get(name))));
      for (const got of all) sameBytes(got, bytes);
    },
  },
  {
    title: 'gives each reader bytes of his own: what he does to them changes nothing',
    run: async ({ vault }) => {
      const [name, bytes] = [randomUUID(), randomBytes(1000)];
      await vault.put(name, [Buffer.from(bytes)], LATER);
      for await (const chunk of vault.get(name)) chunk.fill(0);
      sameBytes(await gather(vault.get(name)), bytes);
    },
  },
  {
    title: 'locks a file from the moment it exists, to the second',
    run: async ({ vault }) => {
      for (const date of ['2027-01-01T00:00:00Z', '2031-12-31T23:59:59Z', '2036-02-29T12:00:01Z']) {
        const name = randomUUID();
        await vault.put(name, [Buffer.of(1)], new Date(date));
        same((await vault.stat(name))?.lockedUntil, new Date(date));
      }
    },
  },
  {
    title: 'never lets a lock end before the moment asked for, not even by part of a second',
    run: async ({ vault }) => {
      const [name, asked] = [randomUUID(), new Date('2031-03-04T05:06:07.300Z')];
      await vault.put(name, [Buffer.of(1)], asked);
      await isLockedUntil(vault, name, asked);
      const longer = new Date('2032-03-04T05:06:07.999Z');
      await vault.extendLock(name, longer);
      await isLockedUntil(vault, name, longer);
    },
  },
  {
    title: 'moves the end of a lock later, never earlier',
    run: async ({ vault }) => {
      const [name, bytes] = [randomUUID(), randomBytes(10)];
      await vault.put(name, [bytes], LATER);
      for (const [asked, kept] of [
        [-1, 0],
        [-100_000, 0],
        [0, 0],
        [1, 1],
        [86_400, 86_400],
        [500, 86_400],
      ] as const) {
        await vault.extendLock(name, later(asked));
        same((await vault.stat(name))?.lockedUntil, later(kept));
      }
      sameBytes(await gather(vault.get(name)), bytes);
    },
  },
  {
    title: 'keeps the latest of many extensions at once',
    run: async ({ vault }) => {
      const name = randomUUID();
      await vault.put(name, [Buffer.of(1)], LATER);
      const seconds = [50, 900, 10, 899, 1, 300];
      await Promise.all(seconds.map((second) => vault.extendLock(name, later(second))));
      same((await vault.stat(name))?.lockedUntil, later(900));
    },
  },
  {
    title: 'lists every file once',
    run: async ({ vault }) => {
      const names: string[] = Array.from({ length: 50 }, () => randomUUID());
      await Promise.all(names.map((name) => vault.put(name, [Buffer.from(name)], LATER)));
      const listed = await all(vault.list());
      same(listed.filter((name) => names.includes(name)).sort(), [...names].sort());
      for await (const name of vault.list()) {
        assert.ok(listed.includes(name));
        break;
      }
    },
  },
  {
    title: 'says whether the store itself keeps locked bytes from being changed',
    run: ({ vault }) => {
      assert.ok(['enforced', 'advisory'].includes(vault.immutability));
      return Promise.resolve();
    },
  },
  ...uploadChecks,
];

function later(seconds: number): Date {
  return new Date(LATER.getTime() + seconds * 1000);
}

async function isLockedUntil(vault: Vault, name: string, asked: Date): Promise<void> {
  const end = (await vault.stat(name))?.lockedUntil.getTime() ?? 0;
  assert.ok(end >= asked.getTime() && end < asked.getTime() + 1000, `${end} is not ${asked.getTime()}`);
}

function* slices(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function* slowly(bytes: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of bytes) {
    await new Promise(setImmediate);
    yield chunk;
  }
}

async function* failing(before: Uint8Array, failure: Error): AsyncGenerator<Uint8Array> {
  yield* slowly(slices(before, 64 * KIB));
  throw failure;
}

function* flood(mebibytes: number, hash: { update(bytes: Uint8Array): unknown }): Generator<Uint8Array> {
  for (let n = 0; n < mebibytes * 16; n++) {
    const chunk = randomBytes(64 * KIB);
    hash.update(chunk);
    yield chunk;
  }
}
