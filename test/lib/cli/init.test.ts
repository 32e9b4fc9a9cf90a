import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { run, scratch } from './command-line.ts';

let folder: Awaited<ReturnType<typeof scratch>>;
beforeAll(async () => {
  folder = await scratch();
  await writeFile(folder.at('pass.txt'), 'seven invented words\n');
});
afterAll(() => folder.end());

describe('init', () => {
  it('makes a desk, shows six keys once, and writes trust.json with the fingerprint it shows', async () => {
    const { code, json, stderr } = await run(['init', '--data', 'one', '--json'], { cwd: folder.dir });
    const made = json as { desk: string; keys: Record<string, string>; trust: string; fingerprint: string };
    expect([code, stderr]).toEqual([0, '']);
    expect(Object.keys(made.keys)).toEqual([
      'reporter',
      'investigator',
      'supervisor',
      'supervisor2',
      'auditor',
      'operator',
    ]);
    expect(new Set(Object.values(made.keys)).size).toBe(6);
    expect(made.trust).toBe(folder.at('one/trust.json'));
    const trust = JSON.parse(await readFile(made.trust, 'utf8')) as { fingerprint: string; desk: string };
    expect(trust).toMatchObject({ desk: made.desk, fingerprint: made.fingerprint });
    expect(made.fingerprint.split(' ')).toHaveLength(12);
  });

  it('tells people what to keep, what to send by which way, and what to do next', async () => {
    const { code, stdout } = await run(['init', '--data', 'two', '--keys', 'stick'], { cwd: folder.dir });
    expect(code).toBe(0);
    expect(stdout).toContain(folder.at('stick/desk.key'));
    expect(stdout).toContain(folder.at('two/trust.json'));
    expect(stdout).toMatch(/only a backup brings it back/);
    expect(stdout).toMatch(/by another way than the evidence/);
    expect(stdout).toMatch(/rdk_/);
    expect((await stat(folder.at('stick/desk.key'))).mode & 0o077).toBe(0);
  });

  it('refuses a folder that holds a desk, and leaves that desk as it is', async () => {
    const before = await readFile(folder.at('one/keys/desk.key'), 'utf8');
    const ran = await run(['init', '--data', 'one', '--json'], { cwd: folder.dir });
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'desk/exists' } } });
    expect(await readFile(folder.at('one/keys/desk.key'), 'utf8')).toBe(before);
  });

  it('locks the key file with a passphrase, and then nothing opens it without', async () => {
    const where = { cwd: folder.dir };
    const locked = await run(['init', '--data', 'three', '--passphrase-file', 'pass.txt', '--json'], where);
    expect(locked.code).toBe(0);
    const without = await run(['list', '--data', 'three', '--json'], where);
    expect(without).toMatchObject({ code: 1, json: { error: { code: 'keys/wrong-passphrase' } } });
    const withIt = await run(['list', '--data', 'three', '--passphrase-file', 'pass.txt', '--json'], where);
    expect(withIt).toMatchObject({ code: 0, json: { items: [] } });
  });

  it('counts a relative folder from where the user stands, also under npm and out of the environment', async () => {
    const env = { INIT_CWD: folder.dir, REFERRAL_DESK_DATA: 'four' };
    const { code, json } = await run(['init', '--json'], { cwd: '/', env });
    expect(code).toBe(0);
    expect(json).toMatchObject({ trust: folder.at('four/trust.json') });
  });

  it('takes a folder without a desk for wrong use', async () => {
    const ran = await run(['list', '--data', 'nowhere', '--json'], { cwd: folder.dir });
    expect(ran).toMatchObject({ code: 2, json: { error: { code: 'desk/absent' } } });
  });

  it('leaves a file that lies where the folder would go, and says so', async () => {
    await writeFile(folder.at('file'), 'kept');
    for (const [place, code] of [
      ['file', 'desk/exists'],
      ['file/below', 'desk/absent'],
    ] as const) {
      const ran = await run(['init', '--data', place, '--json'], { cwd: folder.dir });
      expect(ran.json).toMatchObject({ error: { code } });
      expect(ran.stderr).not.toMatch(/remove|restore/i);
    }
    expect(await readFile(folder.at('file'), 'utf8')).toBe('kept');
  });

  const isRoot = process.getuid?.() === 0;
  const unlessRoot = isRoot ? it.skip : it; // root may do whatever a mode says
  unlessRoot('speaks of rights, not of damage, where this user lacks them', async () => {
    for (const [place, mode] of [
      ['one/desk.json', 0],
      ['one/ledger.db', 0],
      ['one', 0o500],
    ] as const) {
      const before = (await stat(folder.at(place))).mode & 0o777;
      await chmod(folder.at(place), mode);
      const ran = await run(['list', '--data', 'one', '--json'], { cwd: folder.dir });
      await chmod(folder.at(place), before);
      expect(ran).toMatchObject({ code: 1, json: { error: { code: 'desk/not-allowed' } } });
      expect(ran.stderr).not.toMatch(/remove|restore/i);
    }
  });
});
