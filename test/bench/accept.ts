// Row 6. Referrals of about 3 KB accepted durably through the API: ours (parsed, sealed, chained, receipted) and a bare Hono endpoint that
// only stores the JSON in SQLite (synchronous FULL), with a commit per request or one for all that one turn of the event loop brings. In process.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Hono } from 'hono';
import { createApi } from '../../lib/http/index.ts';
import { eachAtOnce, newDesk } from './desk.ts';
import { percentile, type Figures, type Place } from './measured.ts';

const BODY = JSON.stringify({
  incidentSummary: {
    incidentType: 'Online Enticement of Children for Sexual Acts',
    incidentDateTime: '2026-01-01T10:00:00Z',
    incidentDateTimeDescription: 'invented for a measurement '.repeat(40),
  },
  reporter: { reportingPerson: { firstName: 'Ada', lastName: 'Example', email: [{ value: 'ada@example.org' }] } },
  personOrUserReported: [
    {
      espIdentifier: 'user-1',
      screenName: 'invented',
      ipCaptureEvent: Array.from({ length: 8 }, (_, n) => ({
        ipAddress: `192.0.2.${n + 1}`,
        eventName: 'Login',
        dateTime: '2026-01-01T10:00:00Z',
        port: 40_000 + n,
      })),
    },
  ],
  additionalInfo: 'nothing here is about anyone '.repeat(30),
});

/** How many referrals, from how many callers at once. */
export interface Calls {
  readonly calls: number;
  readonly callers: number;
}

/** Accepts one referral. */
type Accept = () => Response | Promise<Response>;

/** Requests a second, and the milliseconds that 99 of 100 did not exceed. */
async function measure(accept: Accept, { calls, callers }: Calls): Promise<Figures> {
  const times: number[] = [];
  const started = performance.now();
  await eachAtOnce(calls, callers, async () => {
    const begun = performance.now();
    const response = await accept();
    const text = await response.text();
    if (response.status !== 201) throw new Error(`refused: ${text}`);
    times.push(performance.now() - begun);
  });
  return { rate: calls / ((performance.now() - started) / 1000), p99: percentile(times, 0.99) };
}

export function accept(place: Place, asked: Calls): Promise<Figures> {
  return acceptWatched(place, asked, () => 0);
}

/** @param spent milliseconds of something so far; `spent` among the figures is what they grew by meanwhile */
export async function acceptWatched({ scratch }: Place, asked: Calls, spent: () => number): Promise<Figures> {
  const { local, keys } = await newDesk(scratch);
  const api = createApi(local.desk);
  const headers = { authorization: `Bearer ${keys.reporter}`, 'content-type': 'application/json' };
  const before = spent();
  const figures = await measure(() => {
    const init = { method: 'POST', headers: { ...headers, 'idempotency-key': randomUUID() }, body: BODY };
    return api.fetch(new Request('http://desk/v1/referrals', init));
  }, asked);
  const grown = spent() - before;
  await local.close();
  return { ...figures, spent: grown };
}

/** Keeps what it is given, durably. */
type Keep = (id: string, body: string) => void | Promise<void>;

async function acceptBare({ scratch }: Place, asked: Calls, keepIn: (db: DatabaseSync) => Keep): Promise<Figures> {
  const db = new DatabaseSync(join(scratch, 'bare.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE report (id TEXT PRIMARY KEY, body TEXT)');
  const keep = keepIn(db);
  const app = new Hono().post('/', async (context) => {
    const body = await context.req.text();
    JSON.parse(body);
    await keep(randomUUID(), body);
    return context.json({ ok: true }, 201);
  });
  const figures = await measure(() => app.fetch(new Request('http://bare/', { method: 'POST', body: BODY })), asked);
  db.close();
  return figures;
}

const INSERT = 'INSERT INTO report VALUES (?, ?)';

/** A commit for each request. */
export function acceptEach(place: Place, asked: Calls): Promise<Figures> {
  return acceptBare(place, asked, (db) => {
    const insert = db.prepare(INSERT);
    return (id, body) => void insert.run(id, body);
  });
}

/** A commit for all that came in one turn of the event loop. */
export function acceptTogether(place: Place, asked: Calls): Promise<Figures> {
  return acceptBare(place, asked, (db) => {
    const insert = db.prepare(INSERT);
    let waiting: { readonly row: readonly [string, string]; readonly done: () => void }[] = [];
    const commit = (): void => {
      const all = waiting;
      waiting = [];
      db.exec('BEGIN');
      for (const { row } of all) insert.run(...row);
      db.exec('COMMIT');
      for (const { done } of all) done();
    };
    return (id, body) =>
      new Promise((done) => {
        if (waiting.length === 0) setImmediate(commit);
        waiting.push({ row: [id, body], done });
      });
  });
}
