// The README's examples, run as they stand there: TypeScript in a folder of its own, shell line by line. What a line says it prints, it
// must print.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serveLocal } from '../lib/local/serve.ts';
import { initLocalDesk, openLocalDesk } from '../lib/local/open.ts';
import { noise, referralBody } from './material.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DOORS: Readonly<Record<string, string>> = {
  'referral-desk': 'lib/index.ts',
  'referral-desk/local': 'lib/local/open.ts',
  'referral-desk/client': 'lib/client/index.ts',
  'referral-desk/schemas': 'schemas/index.ts',
};
const file = noise('clip.bin', 300_000);
let folder = '';
let blocks: { readonly language: string; readonly text: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'referral-desk-readme-'));
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
  await writeFile(join(folder, 'referral.json'), referralBody([file]));
  await writeFile(join(folder, 'clip.bin'), file.bytes);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The TypeScript example that holds this word. */
function example(word: string): string {
  return blocks.find(({ language, text }) => language === 'ts' && text.includes(word))?.text ?? '';
}

/** Runs an example, and answers what it printed and what it says it prints. */
async function run(text: string, env: Record<string, string> = {}): Promise<{ printed: string[]; said: string[] }> {
  const source = text.replaceAll(
    /from '(referral-desk[^']*)'/g,
    (_, door: string) => `from '${join(ROOT, DOORS[door] ?? '')}'`,
  );
  await writeFile(join(folder, 'example.ts'), source);
  const { stdout } = await promisify(execFile)(process.execPath, ['example.ts'], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', ...env },
  });
  const said = [...text.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, value = '']) => value);
  return { printed: stdout.trim().split('\n'), said };
}

describe('the README', () => {
  it('shows a desk inside a program, and its packet verified by a stranger, as they run', async () => {
    const desk = await run(example('initLocalDesk'));
    expect(desk.said.length).toBeGreaterThan(0);
    expect(desk.printed).toEqual(desk.said);
    const { local, index } = { local: join(ROOT, 'lib/local/open.ts'), index: join(folder, 'desk-data') };
    const { openLocalDesk: open } = (await import(local)) as { openLocalDesk: typeof openLocalDesk };
    const opened = await open({ dir: index });
    await writeFile(join(folder, 'trust.json'), JSON.stringify(await opened.desk.trust()));
    await opened.close();
    const stranger = await run(example('verifyPacket'));
    expect(stranger.said).toEqual(['true', '[]']);
    expect(stranger.printed).toEqual(stranger.said);
  });

  it('shows the client of a desk elsewhere as it runs', async () => {
    const dir = join(folder, 'served');
    const { keys } = await initLocalDesk({ dir });
    const server = await serveLocal(await openLocalDesk({ dir }), { port: 0 });
    try {
      const { reporter, supervisor, investigator } = keys;
      const env = {
        DESK_URL: server.url,
        REPORTER_KEY: reporter,
        SUPERVISOR_KEY: supervisor,
        INVESTIGATOR_KEY: investigator,
      };
      const ran = await run(example('deskClient'), env);
      expect(ran.said.length).toBeGreaterThan(1);
      expect(ran.printed).toEqual(ran.said);
    } finally {
      await server.close();
    }
  });

  it('shows commands that work, line by line', async () => {
    const place = join(folder, 'shell');
    await mkdir(join(place, 'evidence'), { recursive: true });
    await writeFile(join(place, 'referral.json'), referralBody([file]));
    await writeFile(join(place, 'evidence', 'clip.bin'), file.bytes);
    const lines = (blocks.find(({ text }) => text.includes('desk -- init'))?.text ?? '').trim().split('\n');
    expect(lines.length).toBeGreaterThan(6);
    let investigator = '';
    for (const line of lines) {
      const answer = await runLine(line, place, investigator);
      investigator ||= (answer as { keys?: { investigator?: string } }).keys?.investigator ?? '';
    }
    expect(investigator).not.toBe('');
  });
});

/** Runs one line in `place`, with the ids there in the place of those that the README invents. */
async function runLine(line: string, place: string, investigator: string): Promise<unknown> {
  const names = await readdir(place);
  const referral = names.find((name) => name.endsWith('.receipt.json'))?.replace('.receipt.json', '') ?? '';
  const packet = /packet-(.*)\.zip/.exec(names.find((name) => name.endsWith('.zip')) ?? '')?.[1] ?? '';
  const [command = ''] = line.split(' #');
  const real = command
    .replace('npm run -s desk --', `'${process.execPath}' '${join(ROOT, 'lib/cli/index.ts')}'`)
    .replaceAll('0f0e…', referral)
    .replaceAll('1a1b…', packet);
  const env = { ...process.env, NODE_OPTIONS: '', INIT_CWD: place, INVESTIGATOR_KEY: investigator };
  const { stdout } = await promisify(execFile)('sh', ['-c', `${real} --json`], { cwd: place, env });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
