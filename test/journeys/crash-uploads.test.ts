// Killed at any durable step of a large file's way past the desk: nothing half-done is seen, and the same run made again comes to its end with the
// file whole, once, and without sending again what was there.
import { spawn } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { initLocalDesk, openLocalDesk } from '../../lib/local/open.ts';
import { gather } from '../material.ts';

const CHILD = join(import.meta.dirname, 'crash-uploads-child.ts');
const now = (): Date => new Date('2026-11-22T10:00:00.000Z');

let root: string;
let keysFile: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'referral-desk-crash-uploads-'));
  const { keys } = await initLocalDesk({ dir: join(root, 'desk'), now });
  keysFile = join(root, 'keys.json');
  writeFileSync(keysFile, JSON.stringify(keys));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

interface Run {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
}

function runChild(dir: string, killAt: number): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CHILD, dir, `${dir}.slots`, String(killAt), keysFile], {
      env: { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (out += data.toString()));
    child.on('close', (code, signal) => {
      resolve({ code, signal, out });
    });
  });
}

/** What does not hold in a desk that nobody uses. */
async function findings(dir: string): Promise<string[]> {
  const local = await openLocalDesk({ dir, now });
  try {
    await local.desk.integrate();
    return (await local.desk.watch()).findings.map(({ code, where }) => `${code} at ${where}`);
  } finally {
    await local.close();
  }
}

/** What does not hold once the run has come to its end. */
async function remains(dir: string, out: string): Promise<string[]> {
  const { isFinished, referralId, id } = JSON.parse(out) as { isFinished: boolean; referralId: string; id: string };
  const wrong = isFinished ? [] : ['not finished'];
  const local = await openLocalDesk({ dir, now });
  try {
    const supervisor = await local.desk.houseCaller('supervisor');
    const { attachments } = await local.desk.status(supervisor, referralId);
    if (attachments.map(({ state }) => state).join() !== 'sealed') wrong.push('not sealed, or twice');
    const read = await local.desk.readAttachment(supervisor, referralId, id, 'to compare');
    const expected = Buffer.alloc(16 * 1024 * 1024 + 70_000, 'large');
    if (!(await gather(read.bytes)).equals(expected)) wrong.push('other bytes');
  } finally {
    await local.close();
  }
  const left = readdirSync(`${dir}.slots`);
  return left.length === 0 ? wrong : [...wrong, 'a key is left behind'];
}

async function killAndResume(killAt: number): Promise<string[]> {
  const dir = join(root, `at-${killAt}`);
  execFileSync('cp', ['-a', join(root, 'desk'), dir]);
  try {
    const killed = await runChild(dir, killAt);
    const wrong = killed.signal === 'SIGKILL' ? [] : [`ended with ${killed.code}: ${killed.out}`];
    wrong.push(...(await findings(dir)));
    const again = await runChild(dir, 0);
    wrong.push(...(again.code === 0 ? await remains(dir, again.out) : [`did not go on: ${again.out}`]));
    wrong.push(...(await findings(dir)));
    return wrong.map((each) => `killed at step ${killAt}: ${each}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
    rmSync(`${dir}.slots`, { recursive: true, force: true });
  }
}

describe('a desk that is killed while a large file goes past it', () => {
  it('loses nothing and shows nothing half-done, whichever durable step it was killed at', async () => {
    const dir = join(root, 'whole');
    execFileSync('cp', ['-a', join(root, 'desk'), dir]);
    const whole = await runChild(dir, 0);
    expect([whole.code, whole.out]).toEqual([0, expect.stringContaining('"parts":2')]);
    const { steps } = JSON.parse(whole.out) as { steps: number };
    expect(steps).toBeGreaterThan(30);
    const queue = Array.from({ length: steps }, (_, n) => n + 1);
    const wrong: string[] = [];
    const worker = async (): Promise<void> => {
      for (let at = queue.shift(); at !== undefined; at = queue.shift()) wrong.push(...(await killAndResume(at)));
    };
    await Promise.all([worker(), worker()]);
    expect(wrong).toEqual([]);
  }, 600_000);
});
