// One desk files into another's CyberTipline door, and is killed: at each of its durable steps, and at each call on either side of what
// the other desk does. The other desk ends with exactly one finished report, whole; and both chains verify.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ncmecRecipient } from '../../lib/client/index.ts';
import { createApi, type Api } from '../../lib/http/index.ts';
import { verifyCustody, type FilingStatus, type ReferralRecord } from '../../lib/index.ts';
import { initLocalDesk, openLocalDesk } from '../../lib/local/open.ts';
import { freshDesk, gather, noise, referralBody, stream, type TestDesk } from '../material.ts';
import { deliver } from './filing-life.ts';

const CHILD = join(import.meta.dirname, 'filing-child.ts');
const files = [noise('first.jpg', 70_000), noise('second.png', 0)];

/** The desk that receives, behind a server that may kill whoever calls it. */
interface Receiver {
  readonly test: TestDesk;
  readonly url: string;
  readonly password: string;
  /** Called for each call, before and after the desk did what was asked. */
  onCall: (path: string, when: 'before' | 'after') => void;
  end(): Promise<void>;
}

async function receiver(root: string): Promise<Receiver> {
  const test = await freshDesk();
  const api = createApi(test.desk);
  const password = join(root, `${randomUUID()}.password`);
  writeFileSync(password, test.keys.reporter);
  const made: Receiver = { test, url: '', password, onCall: () => undefined, end: () => end(server, test) };
  const server = createServer((request, response) => void pass(api, made, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(made, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ispws` });
}

async function end(server: Server, test: TestDesk): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await test.end();
}

async function pass(api: Api, made: Receiver, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const body = await gather(request).catch(() => undefined);
  if (body === undefined) return; // whoever called is dead
  made.onCall(url, 'before');
  const answer = await api.fetch(
    new Request(`http://desk.local${url}`, {
      method,
      headers: headers as Record<string, string>,
      ...(method === 'GET' ? {} : { body }),
    }),
  );
  made.onCall(url, 'after');
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
}

// ── the desk that files ───────────────────────────────────────────────────────────────────────────────────────────────

const receivers: Receiver[] = [];
let root: string;
let sender: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'referral-desk-filing-'));
  sender = join(root, 'sender');
  const { keys } = await initLocalDesk({ dir: sender });
  const recipients = [ncmecRecipient({ url: 'test', server: 'the other desk', user: 'nobody', password: 'nothing' })]; // never called
  const local = await openLocalDesk({ dir: sender, recipients });
  const reporter = await local.desk.authenticate(keys.reporter);
  const declared = files.map(({ path, sha256 }) => ({ path, sha256, fileDetails: { publiclyAvailable: false } }));
  const { referralId, attachments } = await local.desk.open(
    reporter,
    referralBody(files, { attachments: declared }),
    'one',
  );
  for (const [n, { sha256, bytes, path }] of files.entries()) {
    const declared = { sha256, sizeBytes: bytes.length };
    const id = attachments[n]?.id ?? '';
    await local.desk.attach(reporter, referralId, id, declared, { name: path }, stream(bytes));
  }
  await local.desk.finish(reporter, referralId);
  await local.desk.orderFiling(await local.desk.authenticate(keys.supervisor), referralId, { to: 'ncmec' });
  await local.close();
});
afterAll(async () => {
  await Promise.all(receivers.map((each) => each.end()));
  rmSync(root, { recursive: true, force: true });
});

type Ended = FilingStatus & { readonly steps: number };

function start(
  { url, password }: Receiver,
  dir: string,
  killAt: number,
): { child: ChildProcess; ended: Promise<Ended | undefined> } {
  const child = spawn(process.execPath, [CHILD, dir, url, password, String(killAt)], {
    env: { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  const ended = new Promise<Ended | undefined>((resolve) => {
    child.on('close', (code) => {
      resolve(code === 0 ? (JSON.parse(out) as Ended) : undefined);
    });
  });
  return { child, ended };
}

/** What does not hold at the end. */
async function wrongIn(
  { test }: Receiver,
  before: readonly ReferralRecord[],
  dir: string,
  ended: FilingStatus | undefined,
): Promise<string[]> {
  if (ended?.state !== 'delivered') return [`ended as ${ended?.state ?? 'nothing'}`];
  const wrong: string[] = [];
  const auditor = await test.as('auditor');
  const items = (await reportsOf(test)).filter(({ id }) => !before.some((known) => known.id === id));
  const finished = items.filter(({ state }) => state === 'finished');
  if (finished.length !== 1) wrong.push(`${finished.length} finished reports`);
  const open = items.filter(({ state }) => state === 'open');
  if (open.length > ended.orphans) wrong.push(`${open.length} open reports and ${ended.orphans} known orphans`);
  for (const { id } of open)
    if ((await test.desk.status(auditor, id)).attachments.length > 0) wrong.push('an orphan holds a file');
  const id = finished[0]?.id ?? '';
  if (finished[0]?.report?.id !== ended.reportId) wrong.push('another report than the one that was finished');
  const sizes = (await test.desk.status(auditor, id)).attachments.map(({ sizeBytes }) => sizeBytes);
  if (sizes.join() !== files.map(({ bytes }) => bytes.length).join()) wrong.push(`files of ${sizes.join()} bytes`);
  await test.desk.integrate();
  wrong.push(
    ...verifyCustody(await test.desk.custody(auditor, id), { trust: test.trust }).findings.map(({ code }) => code),
  );
  const local = await openLocalDesk({ dir });
  await local.desk.integrate();
  wrong.push(...(await local.desk.watch()).findings.map(({ code, where }) => `${code} at ${where}, sending`));
  await local.close();
  return wrong;
}

/** Every report that was opened. */
async function reportsOf({ desk, as }: TestDesk): Promise<readonly ReferralRecord[]> {
  return (await desk.list(await as('auditor'), { limit: 200 })).items;
}

/** Lets another run go on: in a process of its own where asked so; with one each time it takes a third longer. */
async function goOn(made: Receiver, dir: string, isAlone: boolean): Promise<FilingStatus | undefined> {
  if (isAlone) return start(made, dir, 0).ended;
  return deliver({ dir, url: made.url, password: made.password }).catch(() => undefined);
}

/** Kills one run, lets another go on, and answers what does not hold; undefined when nothing was killed. */
async function killed(
  made: Receiver,
  name: string,
  how: (made: Receiver, dir: string) => Promise<boolean>,
  isAlone: boolean,
): Promise<string[] | undefined> {
  const dir = join(root, name);
  execFileSync('cp', ['-a', sender, dir]);
  const before = await reportsOf(made.test);
  try {
    if (!(await how(made, dir))) return undefined;
    made.onCall = () => undefined;
    const wrong = await wrongIn(made, before, dir, await goOn(made, dir, isAlone));
    return wrong.map((each) => `${name}: ${each}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Two at a time, each with a desk of its own to file into. */
async function inPairs<T>(all: readonly T[], work: (made: Receiver, each: T) => Promise<string[]>): Promise<string[]> {
  const [queue, wrong] = [[...all], [] as string[]];
  const worker = async (): Promise<void> => {
    const made = await receiver(root);
    receivers.push(made);
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) wrong.push(...(await work(made, next)));
    wrong.push(...(await made.test.desk.watch()).findings.map(({ code, where }) => `${code} at ${where}, receiving`));
  };
  await Promise.all([worker(), worker()]);
  return wrong;
}

describe('a desk that files into another and is killed', () => {
  it('files exactly once, whichever durable step it was killed at', async () => {
    const made = await receiver(root);
    receivers.push(made);
    const whole = join(root, 'whole');
    execFileSync('cp', ['-a', sender, whole]);
    const ended = await start(made, whole, 0).ended;
    expect(await wrongIn(made, [], whole, ended)).toEqual([]);
    const steps = ended?.steps ?? 0;
    expect(steps).toBeGreaterThan(12);
    const each = Array.from({ length: steps }, (_, n) => n + 1);
    const wrong = await inPairs(each, async (made, at) => {
      const isKilled = async (to: Receiver, dir: string): Promise<boolean> =>
        (await start(to, dir, at).ended) === undefined;
      return (await killed(made, `step-${at}`, isKilled, at % 8 === 0)) ?? [`nothing was killed at step ${at}`];
    });
    expect(wrong).toEqual([]);
  }, 600_000);

  it('files exactly once, whichever call it was killed at, before the other desk did it and after', async () => {
    const calls = Array.from({ length: 6 }, (_, n) => n); // submit, upload, fileinfo, upload, fileinfo, finish
    const each = calls.flatMap((n) => (['before', 'after'] as const).map((when) => ({ n, when })));
    const wrong = await inPairs(each, async (made, { n, when }) => {
      const how = async (to: Receiver, dir: string): Promise<boolean> => {
        let count = 0;
        const { child, ended } = start(to, dir, 0);
        to.onCall = (_path, now) => {
          if (now === when && count++ === n) child.kill('SIGKILL');
        };
        return (await ended) === undefined;
      };
      return (await killed(made, `call-${n}-${when}`, how, n === 0)) ?? [`nothing was killed ${when} call ${n}`];
    });
    expect(wrong).toEqual([]);
  }, 600_000);
});
