import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { storyMaterial } from '../../../lib/cli/story/index.ts';
import { minimal } from '../../schemas/fixtures.ts';
import { run, scratch } from './command-line.ts';

let folder: Awaited<ReturnType<typeof scratch>>;
beforeAll(async () => {
  folder = await scratch();
  await storyMaterial(folder.dir, { scale: 'small', now: new Date() });
  await writeFile(folder.at('minimal.json'), JSON.stringify(minimal));
  await writeFile(folder.at('schema.json'), JSON.stringify({ ...minimal, incidentSummery: {} }));
  const future = { ...minimal.incidentSummary, incidentDateTime: '2999-01-01T00:00:00Z' };
  await writeFile(folder.at('rule.json'), JSON.stringify({ ...minimal, incidentSummary: future }));
  await writeFile(folder.at('cut.json'), '{"incidentSummary":');
});
afterAll(() => folder.end());

const check = (name: string, ...more: string[]) => run(['check', name, '--json', ...more], { cwd: folder.dir });

describe('check', () => {
  it('says of a good referral that a desk would take it and an agency could act on it', async () => {
    const { code, json } = await check('referral.json');
    expect(json).toMatchObject({ ok: true, predicted: 'referral' });
    expect(code).toBe(0);
  });

  it('takes a meagre one too, names what an investigator will miss, and predicts that it stays informational', async () => {
    const { code, json, stderr } = await check('minimal.json');
    expect(json).toMatchObject({ ok: true, predicted: 'informational' });
    const { findings } = json as { findings: { kind: string; code: string; path: string; message: string }[] };
    expect(findings.every(({ kind, path, message }) => kind === 'gap' && path !== '' && message !== '')).toBe(true);
    expect(findings.map((finding) => finding.code)).toContain('no-content');
    expect([code, stderr]).toEqual([0, '']);
  });

  it.each([
    ['schema.json', 'schema', 'unknown-field', '/incidentSummery'],
    ['rule.json', 'rule', 'not-in-future', '/incidentSummary/incidentDateTime'],
    ['cut.json', 'schema', 'input/malformed', ''],
  ])('refuses %s, naming kind, code and place', async (name, kind, code, path) => {
    const ran = await check(name);
    expect(ran.json).toMatchObject({ ok: false });
    expect((ran.json as { findings: unknown[] }).findings).toContainEqual(
      expect.objectContaining({ kind, code, path }),
    );
    expect(ran.code).toBe(1);
  });

  it('tells people the same in words', async () => {
    const { code, stdout } = await run(['check', 'rule.json'], { cwd: folder.dir });
    expect(stdout).toMatch(/Breaks a rule/);
    expect(stdout).toMatch(/will miss/);
    expect(stdout).toMatch(/would refuse it/);
    expect(code).toBe(1);
  });

  it('reads paths from where the user stands, which under npm is not where the program runs', async () => {
    const { code } = await run(['check', 'referral.json'], { cwd: '/', env: { INIT_CWD: folder.dir } });
    expect(code).toBe(0);
  });

  it('takes a file that is not there for wrong use', async () => {
    const { code, json } = await check('absent.json');
    expect(json).toMatchObject({ error: { code: 'usage' } });
    expect(code).toBe(2);
  });
});

describe('explain', () => {
  it('says what a field is for, by name, path or pointer', async () => {
    const { code, json } = await run(['explain', '/victim/0/victimPerson/age', '--json']);
    expect(json).toMatchObject({ path: 'victim.victimPerson.age', cybertip: 'report/victim/victimPerson/age' });
    expect(code).toBe(0);
  });

  it('takes a name that no field has for wrong use', async () => {
    expect(await run(['explain', 'shoeSize', '--json'])).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
  });
});

describe('the command line', () => {
  it('says in one line that an old Node will not do, before it loads anything', async () => {
    const pretend = "Object.defineProperty(process,'versions',{value:{...process.versions,node:'22.18.0'}})";
    const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(pretend)}` };
    const { code, stdout, stderr } = await run(['demo'], { env });
    expect([code, stdout, stderr]).toEqual([2, '', 'referral-desk needs Node 22.19 or later; this is 22.18.0.\n']);
  });

  it.each([
    ['no such command', ['frobnicate']],
    ['a missing argument', ['check']],
    ['an option that does not exist', ['check', 'a.json', '--frob']],
    ['too many arguments', ['check', 'a.json', 'b.json']],
    ['data and desk together', ['status', 'x', '--data', 'a', '--desk', 'http://127.0.0.1:1']],
  ])('ends with 2 on %s, and says so on the last line of stdout', async (_, args) => {
    const { code, json } = await run([...args, '--json']);
    expect(json).toMatchObject({ error: { code: 'usage' } });
    expect(code).toBe(2);
  });

  it('helps with every command, with an example each, and names the exit codes', async () => {
    const { stdout, code } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Exit codes/);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
    const helped = commands.filter((name) => name !== 'help');
    expect(helped.length).toBeGreaterThan(3);
    for (const ran of await Promise.all(helped.map((name) => run([name, '--help'])))) {
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      expect(ran.stdout).toMatch(/Example:|Commands:/);
    }
  });
});
