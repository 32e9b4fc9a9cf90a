// The story from the newspaper, on one machine and through the command line alone: two charities watched ten chat groups for twenty
// days; their 800 files and their report find a door, and a stranger can check what became of them. All of it is invented.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Referral } from '../../schemas/index.ts';
import { run, serve, type Ran, type Serving } from '../lib/cli/command-line.ts';
import { cliDesk, type CliDesk } from '../lib/cli/desk.ts';

const GROUPS = 10;
const MEMBERS = 256;
const FILES = 800;
const DAY_MS = 86_400_000;

let desk: CliDesk;
let serving: Serving;
let charity: string;
let other: string;
let referralId: string;

beforeAll(async () => {
  desk = await cliDesk();
  await writeEvidence();
  serving = await serve(['--watch-every', '0'], { cwd: desk.dir });
  charity = await newReporter('Example Charity');
  other = await newReporter('Another Charity');
}, 120_000);
afterAll(async () => {
  await serving.stop();
  await desk.end();
});

async function newReporter(name: string): Promise<string> {
  const { json } = await desk.desk('actor', 'add', '--role', 'reporter', '--name', name);
  return (json as { key: string }).key;
}

/** A referral of ten groups, and 800 files of noise in as many folders as there are groups. */
async function writeEvidence(): Promise<void> {
  const start = Date.now() - 25 * DAY_MS;
  const at = (days: number): string => new Date(start + days * DAY_MS).toISOString();
  const span = { from: at(0), to: at(20) };
  const attachments: NonNullable<Referral['attachments']> = [];
  for (let n = 0; n < FILES; n++) {
    const path = `group ${n % GROUPS}/קובץ-${n}.bin`;
    const bytes = randomBytes(n === 0 ? 3_000_000 : 500 + n);
    await mkdir(dirname(desk.at(`evidence/${path}`)), { recursive: true });
    await writeFile(desk.at(`evidence/${path}`), bytes);
    attachments.push({ path, sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length });
  }
  const referral: Referral = {
    incidentSummary: {
      incidentType: 'Misleading Words or Digital Images on the Internet',
      platform: 'Example Chat',
      incidentDateTime: at(20),
    },
    reporter: { reportingPerson: { email: [{ value: 'noa@charity.example.org' }] } },
    attachments,
    chatGroups: Array.from({ length: GROUPS }, (_, group) => ({
      id: `g${group}`,
      platform: 'Example Chat',
      names: [{ name: `Umbrellas ${group}`, ...span }],
      members: Array.from({ length: MEMBERS }, (_, member) => ({
        id: `g${group}m${member}`,
        phone: { value: `+1 202 555 01${String(member % 100).padStart(2, '0')}` },
        role: member === 0 ? ('owner' as const) : ('member' as const),
        ...span,
      })),
    })),
    observations: Array.from({ length: 4 }, (_, n) => ({
      observer: { name: `Observer ${n}`, organisation: n % 2 === 0 ? 'Example Charity' : 'Another Charity' },
      device: { make: 'Example', model: 'One', serial: `000${n}` },
      window: span,
      done: 'Joined by the public link and read along.',
      chatGroups: Array.from({ length: GROUPS }, (_, group) => `g${group}`),
    })),
  };
  await writeFile(desk.at('referral.json'), JSON.stringify(referral));
}

const as = (key: string, ...args: string[]): Promise<Ran> =>
  run([...args, '--desk', serving.url, '--key', key, '--json'], { cwd: desk.dir });

describe('the evening of two charities', () => {
  it('begins with a look at what the desk would say, which sends nothing', async () => {
    const { code, json } = await run(['check', 'referral.json', '--json'], { cwd: desk.dir });
    expect([code, json]).toEqual([0, expect.objectContaining({ ok: true })]);
    expect(await as(charity, 'list')).toMatchObject({ json: { items: [] } });
  });

  it('goes on when the desk is restarted in the middle, and every file arrives once', async () => {
    const first = await as(charity, 'submit', 'referral.json', 'evidence/group 0', '--receipt', 'first.json');
    expect(first).toMatchObject({ code: 1, json: { state: 'open' } });
    const { missing } = first.json as { missing: unknown[] };
    expect(missing).toHaveLength(FILES - FILES / GROUPS);
    expect(await serving.stop()).toBe(0);
    serving = await serve(['--watch-every', '0'], { cwd: desk.dir });
    const again = await as(charity, 'submit', 'referral.json', 'evidence', '--receipt', 'receipt.json');
    expect(again).toMatchObject({ code: 0, json: { state: 'finished', missing: [] } });
    const { attachments } = again.json as { attachments: { state: string }[] };
    expect(attachments.filter(({ state }) => state === 'there-already')).toHaveLength(FILES / GROUPS);
    expect(attachments.filter(({ state }) => state === 'sent')).toHaveLength(FILES - FILES / GROUPS);
    referralId = (again.json as { referralId: string }).referralId;
  }, 120_000);

  it('shows the referral to its own charity and to a supervisor, and to no other charity', async () => {
    expect(await as(charity, 'status', referralId)).toMatchObject({ code: 0, json: { state: 'finished' } });
    expect(await as(desk.keys.supervisor, 'status', referralId)).toMatchObject({ code: 0 });
    expect(await as(other, 'status', referralId)).toMatchObject({
      code: 1,
      json: { error: { code: 'absent/referral' } },
    });
    expect(await as(other, 'list')).toMatchObject({ json: { items: [] } });
  });

  it('lets a stranger check all of it with trust.json, a receipt and the files, and nothing else', async () => {
    expect(await desk.desk('watch')).toMatchObject({ code: 0, json: { ok: true } });
    const exported = await as(desk.keys.auditor, 'custody', referralId, '--out', 'custody.json');
    expect(exported.code).toBe(0);
    const trust = ['--trust', 'desk-data/trust.json'];
    const proof = ['verify', 'custody.json', 'evidence', 'referral.json', ...trust, '--against', 'receipt.json'];
    expect(await run([...proof, '--json'], { cwd: desk.dir })).toMatchObject({ code: 0, json: { ok: true } });
    const first = ['verify', 'custody.json', ...trust, '--against', 'first.json', '--json'];
    expect(await run(first, { cwd: desk.dir })).toMatchObject({ code: 0 });
  });

  it('keeps no word, number or name of it where the book or the exported custody could be read', async () => {
    const telling = /Umbrellas|\+1 ?202 ?555|noa@|Observer|קובץ/;
    for (const name of ['custody.json', 'desk-data/ledger.db']) {
      expect((await readFile(desk.at(name))).toString('latin1')).not.toMatch(telling);
      expect((await readFile(desk.at(name))).toString('utf8')).not.toMatch(telling);
    }
  });

  it('keeps it: nobody destroys it before its time, and its files come out as they went in', async () => {
    const order = ['--reason', 'in a hurry', '--legal-basis', 'none'];
    const refused = await as(desk.keys.supervisor, 'destroy', referralId, ...order);
    expect(refused).toMatchObject({ code: 1, json: { error: { code: 'state/retained' } } });
    const { json } = await as(charity, 'status', referralId);
    const { attachments } = json as { attachments: { id: string; declared: number }[] };
    const big = attachments.find(({ declared }) => declared === 0)?.id ?? '';
    const out = await as(desk.keys.supervisor, 'view', referralId, big, '--out', 'opened', '--purpose', 'order 1/26');
    expect(out.code).toBe(0);
    const opened = await readFile(desk.at(`opened/${big}.bin`));
    expect(opened.equals(await readFile(desk.at('evidence/group 0/קובץ-0.bin')))).toBe(true);
  });
});
