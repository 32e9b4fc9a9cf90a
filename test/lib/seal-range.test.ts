// Sealed objects in real vaults: a large stream put away, and any stretch of it opened again.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestsHere } from '../../lib/digests.ts';
import { assemble, daysAfter, SETTINGS, type Chain, type Core } from '../../lib/core.ts';
import { DeskError } from '../../lib/errors.ts';
import { localVault } from '../../lib/local/vault.ts';
import type { DigestsBeside, ObjectRecord, Ports, Range, Vault } from '../../lib/ports.ts';
import {
  openSealed,
  openSealedRange,
  openSmall,
  PieceRoot,
  sealDigested,
  sealFile,
  sealSmall,
  sealStream,
} from '../../lib/seal.ts';
import { memoryKeys, memoryLedger, memoryVault } from '../conformance/memory.ts';
import { gather, noise, stream } from '../material.ts';

const NOW = new Date('2026-11-22T10:00:00.000Z');
const MIB = 1024 * 1024;
const AROUND_FRAME = 32;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'referral-desk-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(vault: Vault): Promise<{ core: Core; chain: Chain; read: Range[] }> {
  const read: Range[] = [];
  const watched: Vault = {
    ...vault,
    get: (name, range) => {
      if (range !== undefined) read.push({ offset: range.offset, sizeBytes: range.sizeBytes });
      return vault.get(name, range);
    },
  };
  const nothing = (): Promise<never> => Promise.reject(new Error('not needed here'));
  const ports: Ports = {
    vault: watched,
    keys: memoryKeys('a-desk'),
    ledger: memoryLedger(),
    now: () => NOW,
    newId: randomUUID,
    pause: () => Promise.resolve(),
    alarm: nothing,
    font: nothing,
    scratch: { keep: nothing },
  };
  const core = assemble('a-desk', ports, SETTINGS);
  const owner = randomUUID();
  return { core, chain: { owner, secret: await core.newSecret(owner) }, read };
}

const vaults = [
  { where: 'in memory', vaultOf: (): Vault => memoryVault() },
  { where: 'on disk', vaultOf: (): Vault => localVault({ folder: join(folder, randomUUID()) }) },
];

async function* broken(bytes: Uint8Array, trouble: Error): AsyncGenerator<Uint8Array> {
  yield* stream(bytes);
  throw trouble;
}

describe.each(vaults)('a sealed stream $where', ({ vaultOf }) => {
  it.each([0, 1, MIB, 3 * MIB + 5])('is put away whole, locked, in a file of its own: %d bytes', async (size) => {
    const { core, chain } = await start(vaultOf());
    const { bytes, sha256 } = noise('packet.zip', size);
    const { object, ...found } = await sealDigested(core, chain, 'packet', stream(bytes, 50_000));
    const { record, sealed } = object;
    expect(found).toEqual({ sha256, sizeBytes: size });
    expect(record).toMatchObject({ owner: chain.owner, kind: 'packet', place: { name: record.id, offset: 0 } });
    expect(await core.vault.stat(record.id)).toEqual({
      sizeBytes: record.place.sizeBytes,
      lockedUntil: daysAfter(NOW, SETTINGS.lockDays),
    });
    const root = new PieceRoot();
    for await (const chunk of core.vault.get(record.id)) root.add(chunk);
    expect(root.end()).toBe(sealed);
    expect((await gather(openSealed(core, record))).equals(bytes)).toBe(true);
    await expect(openSmall(core, { ...record, kind: 'evidence' })).rejects.toMatchObject({ code: 'keys/refused' });
  });

  it('leaves nothing when its source fails, and hands out the very error', async () => {
    const { core, chain } = await start(vaultOf());
    for (const trouble of [new Error('cut'), new DeskError('sealed/damaged', 'A piece does not open.')]) {
      const sealing = sealDigested(core, chain, 'packet', broken(randomBytes(2 * MIB), trouble));
      await expect(sealing).rejects.toBe(trouble);
    }
    const names: string[] = [];
    for await (const name of core.vault.list()) names.push(name);
    expect(names).toEqual([]);
  });

  it('opens at any stretch, reading only the frames it lies in', async () => {
    const { core, chain, read } = await start(vaultOf());
    const { bytes } = noise('packet.zip', 4 * MIB + 9);
    const object = await sealStream(core, chain, 'packet', stream(bytes));
    const ends = [0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB, 4 * MIB, 4 * MIB + 8, 4 * MIB + 9];
    for (const from of ends) {
      for (const to of ends.filter((end) => end >= from)) {
        read.length = 0;
        const opened = await gather(openSealedRange(core, object.record, { offset: from, sizeBytes: to - from }));
        expect(opened.equals(bytes.subarray(from, to))).toBe(true);
        const frames = to - from === 0 && to < bytes.length ? 0 : Math.ceil((to - from) / MIB) + 1;
        const most = 1024 + frames * (MIB + AROUND_FRAME);
        expect(read.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThan(most);
      }
    }
    const beyond = gather(openSealedRange(core, object.record, { offset: 1, sizeBytes: bytes.length }));
    await expect(beyond).rejects.toMatchObject({ code: 'input/range' });
  });

  it('opens at any stretch where several objects share one file, and reads none but its own', async () => {
    const { core, chain, read } = await start(vaultOf());
    const words = [randomBytes(300), randomBytes(0), randomBytes(MIB + 3)];
    const objects = await Promise.all(words.map((plain) => sealSmall(core, chain, plain)));
    expect(new Set(objects.map(({ record }) => record.place.name)).size).toBeLessThan(3);
    const file = noise('a.bin', MIB + 1);
    const sealed = await sealFile(core, chain, stream(file.bytes), file, () => ({ version: 1 }));
    const all: { record: ObjectRecord; plain: Buffer }[] = [
      ...objects.map(({ record }, n) => ({ record, plain: words[n] ?? Buffer.alloc(0) })),
      { record: sealed.file.record, plain: file.bytes },
      { record: sealed.words.record, plain: Buffer.from('{"version":1}') },
    ];
    for (const { record, plain } of all) {
      const offset = Math.floor(plain.length / 3);
      read.length = 0;
      const opened = await gather(openSealedRange(core, record, { offset, sizeBytes: plain.length - offset }));
      expect(opened.equals(plain.subarray(offset))).toBe(true);
      const end = record.place.offset + record.place.sizeBytes;
      const isWithin = (at: Range): boolean => at.offset >= record.place.offset && at.offset + at.sizeBytes <= end;
      expect(read.length).toBe(3);
      expect(read.every(isWithin)).toBe(true);
    }
  });
});

describe('a vault', () => {
  it('that does not take all of the bytes is not believed', async () => {
    const put: Vault['put'] = async (_name, source) => {
      for await (const chunk of source) return chunk.length;
      return 0;
    };
    const { core, chain } = await start({ ...memoryVault(), put });
    const sealing = sealDigested(core, chain, 'packet', stream(randomBytes(10)));
    await expect(sealing).rejects.toMatchObject({ code: 'vault/failed' });
    const sha256 = createHash('sha256').update('x').digest('hex');
    const filing = sealFile(core, chain, stream(Buffer.from('x')), { sha256 }, () => ({}));
    await expect(filing).rejects.toMatchObject({ code: 'vault/failed' });
  });

  it('that fails after the last byte leaves no digests running on the other core, and one that does not ends them once', async () => {
    for (const isFailing of [true, false]) {
      const told: string[] = [];
      const digestsBeside: DigestsBeside = (names) => {
        const here = digestsHere(names);
        const end: typeof here.end = () => {
          told.push('end');
          return here.end();
        };
        return { ...here, end, abandon: () => void told.push('abandon') };
      };
      const memory = memoryVault();
      const put: Vault['put'] = async (name, source, until) => {
        const size = await memory.put(name, source, until);
        if (isFailing) throw new DeskError('vault/failed', 'the last sync failed');
        return size;
      };
      const { core, chain } = await start({ ...memory, put });
      const lent = { ...core, digestsBeside };
      const file = noise('a.bin', 3000);
      const all = await Promise.allSettled([
        sealDigested(lent, chain, 'packet', stream(file.bytes)),
        sealFile(lent, chain, stream(file.bytes), file, () => ({})),
      ]);
      expect(all.map(({ status }) => status)).toEqual(Array(2).fill(isFailing ? 'rejected' : 'fulfilled'));
      expect(told.sort()).toEqual(isFailing ? ['abandon', 'end'] : ['end', 'end']); // a file's are asked before its words are sealed
    }
  });
});
