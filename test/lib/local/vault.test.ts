import { readdirSync, readFileSync, writeFileSync, mkdirSync, truncateSync, chmodSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { localVault, sweepTemp } from '../../../lib/local/vault.ts';
import { all, gather, refuses } from '../../conformance/check.ts';
import { CHILD, cutOff, deskFolder, emptyFolder, modeOf } from './desk-folder.ts';

const LATER = new Date('2031-03-04T05:06:07Z');

describe('localVault', () => {
  it('keeps a file read-only beneath the first two characters of its name, its lock as its date', async () => {
    const folder = join(emptyFolder(), 'not', 'yet', 'there');
    await localVault({ folder }).put('abcdef', [Buffer.from('sealed')], LATER);
    expect(readFileSync(join(folder, 'ab', 'abcdef'), 'utf8')).toBe('sealed');
    expect(modeOf(join(folder, 'ab', 'abcdef'))).toBe('444');
    for (const dir of [folder, join(folder, 'ab'), join(folder, 'tmp')]) expect(modeOf(dir)).toBe('700');
    expect((await localVault({ folder }).stat('abcdef'))?.lockedUntil).toEqual(LATER);
  });

  it('keeps one whose name begins with the time beneath the first six, with what came in the same hours', async () => {
    const folder = emptyFolder();
    const vault = localVault({ folder });
    const [timed, byChance] = ['019b7765-ec00-7000-8000-0000000000ab', 'c0ffee00-0000-4000-8000-000000000007'];
    for (const name of [timed, byChance]) await vault.put(name, [Buffer.from(name)], LATER);
    expect(readFileSync(join(folder, '019b77', timed), 'utf8')).toBe(timed);
    expect(readFileSync(join(folder, 'c0', byChance), 'utf8')).toBe(byChance);
    expect((await all(vault.list())).sort()).toEqual([timed, byChance]);
    for (const name of [timed, byChance]) expect((await gather(vault.get(name))).toString()).toBe(name);
  });

  it('says of a name that can be none what names are, whatever is asked of it', async () => {
    const vault = localVault({ folder: emptyFolder() });
    const asked = [gather(vault.get('../aa')), vault.stat('../aa'), vault.extendLock('../aa', LATER)];
    for (const each of asked) await expect(each).rejects.toThrow('A name in the vault');
  });

  it('leaves no temp file, whether a write is taken, refused or fails', async () => {
    const folder = emptyFolder();
    const vault = localVault({ folder });
    await vault.put('aa', [Buffer.of(1)], LATER);
    await refuses('vault/exists', vault.put('aa', [Buffer.of(1)], LATER));
    const failing = (function* () {
      yield Buffer.alloc(500_000);
      throw new Error('the source failed');
    })();
    await expect(vault.put('bb', failing, LATER)).rejects.toThrow('the source failed');
    await Promise.allSettled([1, 2, 3].map((n) => vault.put('cc', [Buffer.of(n)], LATER)));
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  it('does not ask a source for a byte when the name is taken', async () => {
    const vault = localVault({ folder: emptyFolder() });
    await vault.put('aa', [Buffer.of(1)], LATER);
    let isAsked = false;
    const source = (function* () {
      isAsked = true;
      yield Buffer.of(2);
    })();
    await refuses('vault/exists', vault.put('aa', source, LATER));
    expect(isAsked).toBe(false);
  });

  it('takes the bytes as they are when they are handed over, though the source uses its buffer again', async () => {
    const vault = localVault({ folder: emptyFolder() });
    const buffer = Buffer.alloc(1000);
    const source = (function* () {
      for (let n = 1; n <= 600; n++) yield buffer.fill(n % 251);
    })();
    await vault.put('aa', source, LATER);
    const got = await gather(vault.get('aa'));
    for (let n = 1; n <= 600; n++) expect(got[n * 1000 - 1]).toBe(n % 251);
  });

  it('closes a file that is not read to its end', async () => {
    const vault = localVault({ folder: emptyFolder() });
    await vault.put('aa', [Buffer.alloc(3_000_000)], LATER);
    const open = async (): Promise<number> => (await readdir('/dev/fd')).length;
    const before = await open();
    for (let n = 0; n < 50; n++) for await (const chunk of vault.get('aa')) if (chunk.length > 0) break;
    await refuses('vault/damaged', gather(vault.get('aa', { offset: 0, sizeBytes: 3_000_001 })));
    expect(await open()).toBe(before);
  });

  it('says that a file is damaged when it ends too early', async () => {
    const folder = emptyFolder();
    const vault = localVault({ folder });
    await vault.put('aa', [Buffer.alloc(1000)], LATER);
    const file = join(folder, 'aa', 'aa');
    chmodSync(file, 0o600);
    truncateSync(file, 999);
    await refuses('vault/damaged', gather(vault.get('aa', { offset: 0, sizeBytes: 1000 })));
    expect((await gather(vault.get('aa', { offset: 0, sizeBytes: 999 }))).length).toBe(999);
  });

  it('lists what it wrote and nothing else that lies there', async () => {
    const folder = emptyFolder();
    const vault = localVault({ folder });
    expect(await all(vault.list())).toEqual([]);
    await vault.put('a', [], LATER);
    await vault.put('abc', [], LATER);
    mkdirSync(join(folder, 'cd'));
    for (const stray of ['README', 'cd/.DS_Store', 'cd/abc', 'tmp/0123', 'ef']) writeFileSync(join(folder, stray), '');
    expect((await all(vault.list())).sort()).toEqual(['a', 'abc']);
  });

  it('names no path in what it says', async () => {
    const folder = emptyFolder();
    const vault = localVault({ folder });
    writeFileSync(join(folder, 'ab'), 'in the way');
    const error: unknown = await vault.put('abc', [Buffer.of(1)], LATER).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'vault/failed', cause: { code: 'ENOTDIR' } });
    expect(String(error)).not.toContain(folder);
  });
});

describe('localVault, its process killed', () => {
  it.each(['before-write', 'before-sync', 'before-link'])('has nothing of the file at %s', async (step) => {
    const { dir, vaultFolder } = await deskFolder();
    cutOff('vault.put', dir, step);
    const vault = localVault({ folder: vaultFolder });
    expect(await vault.stat('abc')).toBeUndefined();
    expect(await all(vault.list())).toEqual([]);
    expect(await sweepTemp(vaultFolder)).toBe(1);
    expect(readdirSync(join(vaultFolder, 'tmp'))).toEqual([]);
    expect(await vault.put('abc', [Buffer.of(1)], LATER)).toBe(1);
  });

  it.each(['after-link', 'after-sync', 'after-unlink'])('has the whole file and its lock at %s', async (step) => {
    const { dir, vaultFolder } = await deskFolder();
    cutOff('vault.put', dir, step);
    expect(await sweepTemp(vaultFolder)).toBe(step === 'after-unlink' ? 0 : 1);
    const vault = localVault({ folder: vaultFolder });
    expect(await vault.stat('abc')).toEqual({ sizeBytes: 100_000, lockedUntil: LATER });
    expect(await gather(vault.get('abc'))).toEqual(Buffer.alloc(100_000, 7));
    expect(modeOf(join(vaultFolder, 'ab', 'abc'))).toBe('444');
  });

  it.each(['before', 'after'])('has the one lock or the other at %s', async (step) => {
    const { dir, vaultFolder } = await deskFolder();
    const vault = localVault({ folder: vaultFolder });
    const first = new Date('2030-01-01T00:00:00Z');
    await vault.put('abc', [Buffer.of(1)], first);
    cutOff('vault.extendLock', dir, step);
    expect((await vault.stat('abc'))?.lockedUntil).toEqual(step === 'before' ? first : LATER);
  });
});

describe('localVault, the disk full', () => {
  it('keeps nothing of a file that does not fit, and says so', async () => {
    const { dir, vaultFolder } = await deskFolder();
    const script = 'ulimit -f 2000; exec "$0" "$@"'; // at most 2,000 blocks of 512 bytes (some shells: 1,024) a file
    const { stdout } = spawnSync('sh', ['-c', script, process.execPath, CHILD, 'vault.fill', dir], {
      encoding: 'utf8',
    });
    expect(JSON.parse(stdout)).toMatchObject({ outcome: { code: 'vault/full' }, found: null });
    expect(readdirSync(join(vaultFolder, 'tmp'))).toEqual([]);
    expect(await all(localVault({ folder: vaultFolder }).list())).toEqual([]);
  });
});
