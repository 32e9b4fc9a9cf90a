// The help that the compiled package has stored is what commander prints: for every command, to the byte, on the same stream, with the same exit code.
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { HelpTexts } from '../../../lib/cli/stored-help.ts';
import { COMMANDS } from '../../../lib/cli/commands.ts';
import { linkCompiled } from '../../bench/compiled.ts';

let folder: string;
let stored: string;
let bin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'referral-desk-'));
  const package_ = join(folder, 'package');
  await mkdir(package_);
  linkCompiled(package_);
  bin = join(package_, 'dist/lib/cli/index.js');
  stored = join(package_, 'dist/lib/cli/help.json');
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Said {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function said(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> {
  const options = { env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: join(folder, 'cache'), ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...argv], options, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

/** Two at once. */
async function allSaid(lines: readonly (readonly string[])[]): Promise<Said[]> {
  const half = Math.ceil(lines.length / 2);
  const each = async (some: readonly (readonly string[])[]): Promise<Said[]> => {
    const answers: Said[] = [];
    for (const line of some) answers.push(await said(line));
    return answers;
  };
  return (await Promise.all([each(lines.slice(0, half)), each(lines.slice(half))])).flat();
}

it('is what commander prints of the program and of each command', async () => {
  const paths = Object.keys(createRequire(import.meta.url)(stored) as HelpTexts);
  const names = COMMANDS.flatMap(({ commands }) => commands.map(([usage]) => usage.split(' ')[0]));
  expect(paths).toEqual(expect.arrayContaining(['', ...names, 'log export', 'actor add']));
  const lines = [[], ['help'], ['-h'], ['log', '-h'], ...paths.map((path) => [...path.split(' '), '--help'])].map(
    (line) => line.filter((word) => word !== ''),
  );
  const byStore = await allSaid(lines);
  await rename(stored, `${stored}.away`);
  const byCommander = await allSaid(lines);
  await rename(`${stored}.away`, stored);
  expect(byStore).toEqual(byCommander);
  expect(byStore.map(({ code }) => code)).toEqual(lines.map((line) => (line.length === 0 ? 2 : 0)));
}, 120_000);

it('names the program as it was called', async () => {
  const { stdout } = await said(['log', '--help'], { npm_lifecycle_event: 'npx' });
  expect(stdout).toContain('\n  npx referral-desk log > checkpoint.txt\n');
});

it('leaves to commander what is no bare question for help', async () => {
  expect(await said(['nothing', '--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage:') });
  expect(await said(['log', '--nothing'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--nothing') });
});

it('loads nothing else', () => {
  const loaded = `
    import { registerHooks } from 'node:module';
    registerHooks({ load: (url, context, next) => { process._rawDebug(url); return next(url, context); } });`;
  const hook = `data:text/javascript,${encodeURIComponent(loaded)}`;
  const { stderr } = spawnSync(process.execPath, ['--import', hook, bin, 'packet', '--help'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  const files = stderr.split('\n').filter((url) => url.startsWith('file:'));
  const expected = ['index.js', 'stored-help.js', 'command-line.js', 'gone.js', 'shown.js', 'help.json'];
  expect(files.map((url) => url.split('/').at(-1))).toEqual(expected);
});
