import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  completeFolder,
  createFolder,
  ownFolder,
  prepareFolder,
  readFolder,
  socketPath,
} from '../../../lib/local/folder.ts';
import { refuses } from '../../conformance/check.ts';
import { CHILD, deskFolder, emptyFolder, filesBeneath, keysOf, modeOf } from './desk-folder.ts';

const NOW = new Date('2026-01-02T03:04:05Z');

describe('a data folder', () => {
  it('is its owner’s alone, file by file', async () => {
    const { dir } = await deskFolder();
    expect(modeOf(dir)).toBe('700');
    for (const file of filesBeneath(dir)) expect(modeOf(file)).toBe('600');
  });

  it('is read as it was made, and can be moved with its keys', async () => {
    const made = await deskFolder();
    expect(await readFolder(made.dir)).toEqual(made);
    const moved = join(emptyFolder(), 'moved');
    renameSync(made.dir, moved);
    const folder = await readFolder(moved);
    expect(folder).toMatchObject({
      desk: 'desk-1',
      created: NOW.toISOString(),
      keyFile: join(moved, 'keys', 'desk.key'),
    });
    (await keysOf(folder)).close();
  });

  it('finds its keys where they were put, outside it', async () => {
    const [dir, keys] = [join(emptyFolder(), 'desk'), join(emptyFolder(), 'medium')];
    await createFolder({ dir, desk: 'desk-1', now: NOW, keys });
    const folder = await readFolder(dir);
    expect([folder.keysFolder, folder.destroyedList]).toEqual([keys, join(keys, 'destroyed.txt')]);
    expect(modeOf(keys)).toBe('700');
    (await keysOf(folder)).close();
    rmSync(keys, { recursive: true });
    await refuses('desk/damaged', readFolder(dir));
  });

  it('is never made over a desk or over what is left of one', async () => {
    const { dir, deskFile, keyFile } = await deskFolder();
    const [desk, key] = [readFileSync(deskFile), readFileSync(keyFile)];
    await refuses('desk/exists', createFolder({ dir, desk: 'desk-2', now: NOW }));
    expect([readFileSync(deskFile), readFileSync(keyFile)]).toEqual([desk, key]);
    rmSync(deskFile);
    await refuses('desk/exists', createFolder({ dir, desk: 'desk-2', now: NOW }));
    expect(readFileSync(keyFile)).toEqual(key);
    await refuses('desk/absent', readFolder(dir));
  });

  it('holds no desk before it is complete, and one from then on', async () => {
    const options = { dir: join(emptyFolder(), 'desk'), desk: 'desk-1', now: NOW };
    const folder = await prepareFolder(options);
    await refuses('desk/absent', readFolder(folder.dir));
    await completeFolder(folder);
    expect(await readFolder(folder.dir)).toEqual(folder);
    await refuses('desk/exists', completeFolder(folder));
    await refuses('desk/exists', prepareFolder(options));
  });

  it('is made once when two make it at once', async () => {
    const dir = join(emptyFolder(), 'desk');
    const made = await Promise.allSettled(['one', 'two'].map((desk) => createFolder({ dir, desk, now: NOW })));
    const whole = made.filter(({ status }) => status === 'fulfilled');
    expect(whole.length).toBe(1);
    const folder = await readFolder(dir);
    expect(whole[0]).toMatchObject({ value: { desk: folder.desk } });
  });

  it('is refused when there is none', async () => {
    const dir = emptyFolder();
    await refuses('desk/absent', readFolder(dir));
    await refuses('desk/absent', readFolder(join(dir, 'nothing')));
    writeFileSync(join(dir, 'file'), '');
    await refuses('desk/absent', readFolder(join(dir, 'file')));
  });

  it('is refused when others can read it, its keys folder or its desk.json', async () => {
    const { dir, keysFolder, deskFile } = await deskFolder();
    for (const [path, mode] of [
      [dir, 0o700],
      [keysFolder, 0o700],
      [deskFile, 0o600],
    ] as const) {
      for (const more of [0o040, 0o004, 0o010]) {
        chmodSync(path, mode | more);
        await refuses('desk/readable-by-others', readFolder(dir));
      }
      chmodSync(path, mode);
    }
    expect((await readFolder(dir)).desk).toBe('desk-1');
  });

  it('is not made where others can read it', async () => {
    const dir = join(emptyFolder(), 'desk');
    mkdirSync(dir);
    chmodSync(dir, 0o755);
    await refuses('desk/readable-by-others', createFolder({ dir, desk: 'desk-1', now: NOW }));
    expect(filesBeneath(dir)).toEqual([]);
  });

  it('is refused when it was written by a newer program, or cannot be read', async () => {
    const { dir, deskFile } = await deskFolder();
    const text = readFileSync(deskFile, 'utf8');
    for (const newer of [text.replace('"version": 1', '"version": 2'), '{"version":3,"other":true}']) {
      writeFileSync(deskFile, newer);
      await refuses('desk/newer', readFolder(dir));
    }
    const broken = [text.replace('"version": 1', '"version": 0'), text.replace('desk-1', ''), '{}', 'null', '[]'];
    for (const damaged of [...broken, ...Array.from({ length: text.length - 2 }, (_, n) => text.slice(0, n))]) {
      writeFileSync(deskFile, damaged);
      await refuses('desk/damaged', readFolder(dir));
    }
  });
});

describe('ownership of a data folder', () => {
  it('is one process’s at a time, and can be given up', async () => {
    const { dir } = await deskFolder();
    const first = ownFolder(dir);
    expect(first).toBeDefined();
    expect(ownFolder(dir)).toBeUndefined();
    expect(ownFolder(dir)).toBeUndefined();
    first?.release();
    first?.release();
    const second = ownFolder(dir);
    expect(second).toBeDefined();
    second?.release();
    expect(modeOf(join(dir, 'owner.db'))).toBe('600');
  });

  it('passes at once from a process that was killed', async () => {
    const { dir } = await deskFolder();
    const child = spawn(process.execPath, [CHILD, 'own', dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(ownFolder(dir)).toBeUndefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const mine = ownFolder(dir);
    expect(mine).toBeDefined();
    mine?.release();
  });

  it('is said to be impossible where the folder cannot be locked', () => {
    const dir = emptyFolder();
    expect(() => ownFolder(join(dir, 'nothing'))).toThrow(expect.objectContaining({ code: 'desk/damaged' }));
  });
});

describe('socketPath', () => {
  it('is in the folder where that is short enough, and the same however the folder is named', () => {
    const dir = emptyFolder();
    const link = join(emptyFolder(), 'link');
    symlinkSync(dir, link);
    expect(socketPath(dir)).toMatch(/\/desk\.sock$/u);
    expect([socketPath(link), socketPath(`${dir}/.`)]).toEqual([socketPath(dir), socketPath(dir)]);
  });

  it('is in a private folder of its own where the folder’s path is too long', () => {
    const long = (name: string): string => {
      const dir = join(emptyFolder(), name.repeat(60), name.repeat(60));
      mkdirSync(dir, { recursive: true });
      return dir;
    };
    const [a, b] = [long('a'), long('b')];
    expect(Buffer.byteLength(socketPath(a))).toBeLessThanOrEqual(100);
    expect(socketPath(a)).toBe(socketPath(a));
    expect(socketPath(a)).not.toBe(socketPath(b));
    expect(modeOf(join(socketPath(a), '..'))).toBe('700');
  });
});
