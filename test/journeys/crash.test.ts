// Killed at any durable step of receive, seal, finish, integrate and destroy: what was acknowledged is there, nothing half-done is
// seen, and the same run made again comes to its end.
import { spawn } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyCustody, type Receipt, type Trust } from '../../lib/index.ts';
import { initLocalDesk, openLocalDesk } from '../../lib/local/open.ts';

const CHILD = join(import.meta.dirname, 'crash-child.ts');
const START = Date.parse('2026-11-22T10:00:00.000Z');

let root: string;
let keysFile: string;
let trust: Trust;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'referral-desk-crash-'));
  const made = await initLocalDesk({ dir: join(root, 'desk'), now: () => new Date(START) });
  trust = made.trust;
  keysFile = join(root, 'keys.json');
  writeFileSync(keysFile, JSON.stringify(made.keys));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

interface Run {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
}

function runChild(dir: string, acknowledgements: string, killAt: number): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CHILD, dir, acknowledgements, String(killAt), keysFile], {
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

function acknowledged(file: string): Map<string, unknown> {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line) as [string, unknown]));
}

/** What a stranger sees after the crash: all that was acknowledged, nothing half-done. */
async function inspect(dir: string, acks: Map<string, unknown>): Promise<string[]> {
  const wrong: string[] = [];
  let days = acks.has('integrate') ? 366 : 0;
  const local = await openLocalDesk({ dir, now: () => new Date(START + days * 86_400_000) });
  try {
    await local.desk.integrate();
    await local.desk.tick();
    await local.desk.integrate();
    wrong.push(...(await local.desk.watch()).findings.map(({ code, where }) => `${code} at ${where}`));
    const auditor = await local.desk.houseCaller('auditor');
    const opened = acks.get('open') as { id: string; receipt: Receipt } | undefined;
    if (opened === undefined) return wrong;
    const status = await local.desk.status(auditor, opened.id);
    const sealed = status.attachments.filter(({ state }) => state === 'sealed').length;
    const promised = [...acks.keys()].filter((name) => name.startsWith('attach')).length;
    if (sealed < promised) wrong.push(`${promised} attachments acknowledged, ${sealed} there`);
    const custody = await local.desk.custody(auditor, opened.id);
    const receipts = [opened.receipt, acks.get('finish') as Receipt | null | undefined];
    for (const receipt of receipts) {
      if (receipt === undefined || receipt === null) continue;
      wrong.push(...verifyCustody(custody, { trust, against: receipt }).findings.map(({ code }) => code));
    }
    if (acks.has('finish') && !['finished', 'destroying', 'destroyed'].includes(status.state))
      wrong.push('not finished');
    if (acks.has('approve') && status.state !== 'destroyed') wrong.push('not destroyed');
    days = 0;
    return wrong;
  } finally {
    await local.close();
  }
}

/** Kills one run at a step; undefined when the run came to its end before it. */
async function killAndResume(killAt: number): Promise<string[] | undefined> {
  const dir = join(root, `desk-${killAt}`);
  const acks = join(root, `acks-${killAt}`);
  execFileSync('cp', ['-a', join(root, 'desk'), dir]);
  try {
    const killed = await runChild(dir, acks, killAt);
    if (killed.signal === null && killed.code === 0) return undefined;
    const wrong = killed.signal === 'SIGKILL' ? [] : [`ended with ${killed.code}: ${killed.out}`];
    wrong.push(...(await inspect(dir, acknowledged(acks))));
    const again = await runChild(dir, acks, 0);
    if (again.code !== 0) wrong.push(`did not go on: ${again.out}`);
    wrong.push(...(await inspect(dir, acknowledged(acks))));
    return wrong.map((each) => `killed at step ${killAt}: ${each}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe('a desk that is killed', () => {
  it('has lost nothing it acknowledged and shows nothing half-done, whichever durable step it was killed at', async () => {
    const dir = join(root, 'whole');
    execFileSync('cp', ['-a', join(root, 'desk'), dir]);
    const whole = await runChild(dir, join(root, 'acks-whole'), 0);
    expect([whole.code, whole.out]).toEqual([0, expect.stringContaining('steps')]);
    const { steps } = JSON.parse(whole.out) as { steps: number };
    expect(steps).toBeGreaterThan(60);
    const wrong: string[] = [];
    const queue = Array.from({ length: steps }, (_, n) => n + 1);
    const worker = async (): Promise<void> => {
      for (let at = queue.shift(); at !== undefined; at = queue.shift())
        wrong.push(...((await killAndResume(at)) ?? []));
    };
    await Promise.all([worker(), worker()]);
    expect(wrong).toEqual([]);
  }, 600_000);
});
