// Accepting referrals of about 3 KB durably through the API: ours (parsed, sealed, chained, receipted) and a bare Hono endpoint that
// only stores the JSON in SQLite (synchronous FULL) with a commit per request. Both in process; each answers requests a second.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Hono } from 'hono';
import { createApi } from '../../lib/http/index.ts';
import { initLocalDesk, openLocalDesk } from '../../lib/local/open.ts';

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

type Send = (n: number) => Promise<Response>;

async function measure(send: Send, calls: number, callers: number): Promise<number> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < calls) {
      const response = await send(next++);
      if (response.status !== 201) throw new Error(`refused: ${await response.text()}`);
      await response.arrayBuffer();
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  return calls / ((performance.now() - started) / 1000);
}

export async function acceptOurs(folder: string, calls: number, callers: number): Promise<number> {
  const dir = join(folder, 'desk');
  const { keys } = await initLocalDesk({ dir });
  const local = await openLocalDesk({ dir });
  try {
    const api = createApi(local.desk);
    const headers = { authorization: `Bearer ${keys.reporter}`, 'content-type': 'application/json' };
    const send: Send = () =>
      api.fetch(
        new Request('http://desk/v1/referrals', {
          method: 'POST',
          headers: { ...headers, 'idempotency-key': randomUUID() },
          body: BODY,
        }),
      );
    return await measure(send, calls, callers);
  } finally {
    await local.close();
  }
}

export async function acceptBare(folder: string, calls: number, callers: number): Promise<number> {
  const db = new DatabaseSync(join(folder, 'bare.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE report (id TEXT PRIMARY KEY, body TEXT)');
  const insert = db.prepare('INSERT INTO report VALUES (?, ?)');
  const app = new Hono().post('/', async (context) => {
    const body = await context.req.text();
    JSON.parse(body);
    insert.run(randomUUID(), body);
    return context.json({ ok: true }, 201);
  });
  try {
    const send: Send = async () => app.fetch(new Request('http://bare/', { method: 'POST', body: BODY }));
    return await measure(send, calls, callers);
  } finally {
    db.close();
  }
}
