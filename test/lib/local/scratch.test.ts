// Scratch room on one machine: bytes come back as they went in, and nothing of them can be found on the disk by any name.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localScratch } from '../../../lib/local/scratch.ts';
import type { Scratch } from '../../../lib/ports.ts';
import { gather, noise, stream } from '../../material.ts';

let root: string;
let folder: string;
let scratch: Scratch;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'referral-desk-'));
  folder = join(root, 'scratch');
  scratch = localScratch(folder);
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** How many files this process has open in the scratch room, named or not. */
async function openFiles(): Promise<number> {
  const { readlink } = await import('node:fs/promises');
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  return (await Promise.all(links)).filter((target) => target.startsWith(folder)).length;
}

describe('scratch room', () => {
  it.each([0, 1, 262_143, 262_144, 262_145, 3_000_000])('gives %d bytes back, as often as asked', async (size) => {
    const { bytes } = noise('a', size);
    const kept = await scratch.keep(stream(bytes));
    expect(kept.sizeBytes).toBe(size);
    for (let n = 0; n < 2; n++) expect((await gather(kept.read())).equals(bytes)).toBe(true);
    await kept.discard();
  });

  it('is read by two at once, each from the first byte', async () => {
    const { bytes } = noise('a', 1_000_000);
    const kept = await scratch.keep(stream(bytes));
    const both = await Promise.all([gather(kept.read()), gather(kept.read())]);
    expect(both.map((each) => each.equals(bytes))).toEqual([true, true]);
    await kept.discard();
  });

  it('keeps what several bring at once apart', async () => {
    const files = Array.from({ length: 8 }, (_, n) => noise(`${n}`, 300_000 + n));
    const kept = await Promise.all(files.map(({ bytes }) => scratch.keep(stream(bytes))));
    for (const [n, each] of kept.entries()) {
      expect((await gather(each.read())).equals(files[n]?.bytes ?? Buffer.alloc(0))).toBe(true);
      await each.discard();
    }
  });

  it('has no names, while it takes bytes in and while it keeps them', async () => {
    async function* watched(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one');
      expect(await readdir(folder)).toEqual([]);
      yield Buffer.from('two');
    }
    const kept = await scratch.keep(watched());
    expect([await readdir(folder), await openFiles()]).toEqual([[], 1]);
    expect((await stat(folder)).mode & 0o077).toBe(0);
    expect((await gather(kept.read())).toString()).toBe('onetwo');
    await kept.discard();
  });

  it('leaves nothing of a source that fails, whose error passes through unchanged', async () => {
    const error = new RangeError('the sender went away');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.alloc(300_000));
      throw error;
    }
    await expect(scratch.keep(broken())).rejects.toBe(error);
    expect([await readdir(folder), await openFiles()]).toEqual([[], 0]);
  });

  it('gives its room up when told to, and again is fine', async () => {
    const kept = await scratch.keep(stream(Buffer.from('abc')));
    await kept.discard();
    await kept.discard();
    expect(await openFiles()).toBe(0);
    await expect(gather(kept.read())).rejects.toMatchObject({ code: 'vault/failed' });
  });

  it('says so where there is none', async () => {
    await writeFile(folder, 'a file, and no folder');
    await expect(scratch.keep(stream(Buffer.from('abc')))).rejects.toMatchObject({ code: 'vault/failed' });
  });
});
