// Killed at any durable step of receive, seal, finish, integrate, packet, release and destroy: what was acknowledged is there, nothing half-done is
// seen, and the same run made again comes to its end.
import { spawn } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyCustody, verifyPacket, type Desk, type Receipt, type Trust } from '../../lib/index.ts';
import { initLocalDesk, openLocalDesk } from '../../lib/local/open.ts';
import { gather } from '../material.ts';
import { acknowledged, live, type Part } from './crash-life.ts';

const CHILD = join(import.meta.dirname, 'crash-child.ts');
const START = Date.parse('2026-11-22T10:00:00.000Z');

let root: string;
let keysFile: string;
let trust: Trust;
let keys: Readonly<Record<string, string>>;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'referral-desk-crash-'));
  const made = await initLocalDesk({ dir: join(root, 'desk'), now: () => new Date(START) });
  trust = made.trust;
  keys = made.keys;
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

function runChild(part: Part, dir: string, acknowledgements: string, killAt: number): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CHILD, dir, acknowledgements, String(killAt), keysFile, part], {
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

/** What a stranger sees after the crash: all that was acknowledged, nothing half-done. */
async function inspect(part: Part, dir: string, acks: Map<string, unknown>): Promise<string[]> {
  const wrong: string[] = [];
  let days = part === 'destroy' && acks.has('integrate') ? 366 : 0;
  const local = await openLocalDesk({ dir, now: () => new Date(START + days * 86_400_000) });
  try {
    await local.desk.integrate();
    await local.desk.freezePackets();
    await local.desk.digestPackets();
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
    if (acks.has('order') && status.state === 'finished') wrong.push(...(await inspectPacket(local.desk, acks)));
    if (acks.has('approve') && status.state !== 'destroyed') wrong.push('not destroyed');
    days = 0;
    return wrong;
  } finally {
    await local.close();
  }
}

/** What was ordered is made, is authentic, is what was taken before, and carries the answer. */
async function inspectPacket(desk: Desk, acks: Map<string, unknown>): Promise<string[]> {
  const wrong: string[] = [];
  const { packetId } = acks.get('order') as { packetId: string };
  const investigator = await desk.authenticate(keys['investigator'] ?? '');
  const bytes = await gather((await desk.takePacket(investigator, packetId)).bytes);
  const read = (offset: number, size: number): Promise<Uint8Array> =>
    Promise.resolve(bytes.subarray(offset, offset + size));
  const verdict = await verifyPacket({ sizeBytes: bytes.length, read }, { trust });
  wrong.push(...verdict.findings.map(({ code, where }) => `packet: ${code} at ${where}`));
  const before = acks.get('take');
  const now = createHash('sha256').update(bytes).digest('hex');
  if (before !== undefined && before !== now) wrong.push('another packet');
  const { answers, sha256: entered } = await desk.packet(investigator, packetId);
  if (entered !== now) wrong.push('another SHA-256 is entered of it');
  if (acks.has('acknowledge') && answers.length === 0) wrong.push('the answer is lost');
  return wrong;
}

/** Lives the rest; undefined where all went well. Each eighth in a process of its own; with one each time it takes a quarter longer. */
async function goOn(part: Part, dir: string, acknowledgements: string, killAt: number): Promise<string | undefined> {
  if (killAt % 8 === 0) {
    const { code, out } = await runChild(part, dir, acknowledgements, 0);
    return code === 0 ? undefined : out;
  }
  return live({ dir, acknowledgements, keys, part }).then(() => undefined, String);
}

/** Kills one run at a step; undefined when the run came to its end before it. */
async function killAndResume(part: Part, from: string, killAt: number): Promise<string[] | undefined> {
  const dir = join(root, `${part}-${killAt}`);
  const acks = `${dir}.acks`;
  execFileSync('cp', ['-a', from, dir]);
  if (existsSync(`${from}.acks`)) execFileSync('cp', ['-a', `${from}.acks`, acks]);
  try {
    const killed = await runChild(part, dir, acks, killAt);
    if (killed.signal === null && killed.code === 0) return undefined;
    const wrong = killed.signal === 'SIGKILL' ? [] : [`ended with ${killed.code}: ${killed.out}`];
    wrong.push(...(await inspect(part, dir, acknowledged(acks))));
    const again = await goOn(part, dir, acks, killAt);
    if (again !== undefined) wrong.push(`did not go on: ${again}`);
    wrong.push(...(await inspect(part, dir, acknowledged(acks))));
    return wrong.map((each) => `killed at step ${killAt} of ${part}: ${each}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Kills a run at each of its steps in turn, two at a time. */
async function killEverywhere(part: Part, from: string, atLeast: number): Promise<string[]> {
  const dir = join(root, `whole-${part}`);
  execFileSync('cp', ['-a', from, dir]);
  if (existsSync(`${from}.acks`)) execFileSync('cp', ['-a', `${from}.acks`, `${dir}.acks`]);
  const whole = await runChild(part, dir, `${dir}.acks`, 0);
  expect([whole.code, whole.out]).toEqual([0, expect.stringContaining('steps')]);
  const { steps } = JSON.parse(whole.out) as { steps: number };
  expect(steps).toBeGreaterThan(atLeast);
  const wrong: string[] = [];
  const queue = Array.from({ length: steps }, (_, n) => n + 1);
  const worker = async (): Promise<void> => {
    for (let at = queue.shift(); at !== undefined; at = queue.shift())
      wrong.push(...((await killAndResume(part, from, at)) ?? []));
  };
  await Promise.all([worker(), worker()]);
  return wrong;
}

describe('a desk that is killed', () => {
  it('has lost nothing it acknowledged and shows nothing half-done, whichever durable step it was killed at', async () => {
    expect(await killEverywhere('destroy', join(root, 'desk'), 60)).toEqual([]);
  }, 600_000);

  it('makes the very packet that was ordered, whichever durable step of packing and releasing it was killed at', async () => {
    const finished = join(root, 'finished');
    execFileSync('cp', ['-a', join(root, 'desk'), finished]);
    expect((await runChild('start', finished, `${finished}.acks`, 0)).code).toBe(0);
    expect(await killEverywhere('packet', finished, 30)).toEqual([]);
  }, 600_000);
});
