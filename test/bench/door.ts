// Row 6. Reports taken in whole through the CyberTipline door: submit, upload of 100 KB, fileinfo, finish. Ours (parsed, held against schema and
// rules, sealed, chained) and a bare Hono endpoint with the same four calls that keeps XML in SQLite (synchronous FULL, a commit per
// request) and the file on disk with one fsync. Both in process. And one large file through the door of a serving desk, over HTTP.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Hono } from 'hono';
import { createApi } from '../../lib/http/index.ts';
import { uploadThroughDoor } from '../journeys/volume-door.ts';
import { eachAtOnce, newDesk } from './desk.ts';
import type { Figures, Place } from './measured.ts';
import { serving } from './serving.ts';
import type { Calls } from './accept.ts';

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<report xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<incidentSummary><incidentType>Online Enticement of Children for Sexual Acts</incidentType>
<incidentDateTime>2026-01-01T10:00:00Z</incidentDateTime>
<incidentDateTimeDescription>${'invented for a measurement '.repeat(40)}</incidentDateTimeDescription></incidentSummary>
<internetDetails><chatImIncident><chatClient>Example Chat</chatClient></chatImIncident></internetDetails>
<reporter><reportingPerson><firstName>Ada</firstName><lastName>Example</lastName><email>ada@example.org</email></reportingPerson></reporter>
<personOrUserReported><espIdentifier>user-1</espIdentifier><screenName>invented</screenName>
${Array.from({ length: 8 }, (_, n) => `<ipCaptureEvent><ipAddress>192.0.2.${n + 1}</ipAddress><eventName>Login</eventName><dateTime>2026-01-01T10:00:00Z</dateTime><port>${40_000 + n}</port></ipCaptureEvent>`).join('\n')}
</personOrUserReported></report>`;
const FILE = randomBytes(100_000);
const BOUNDARY = 'noise-between-parts-of-one-form';

type Send = (path: string, type: string, body: string | Uint8Array<ArrayBuffer>) => Promise<string>;

/** Whole reports a second. */
async function measure(send: Send, { calls, callers }: Calls): Promise<Figures> {
  const started = performance.now();
  await eachAtOnce(calls, callers, () => oneReport(send));
  return { rate: calls / ((performance.now() - started) / 1000) };
}

async function oneReport(send: Send): Promise<void> {
  const id = /<reportId>(\d+)</.exec(await send('/submit', 'text/xml; charset=utf-8', REPORT))?.[1] ?? '';
  const uploaded = await send('/upload', `multipart/form-data; boundary=${BOUNDARY}`, multipart(id));
  const fileId = /<fileId>([0-9a-f]{32})</.exec(uploaded)?.[1] ?? '';
  const details = `<fileDetails><reportId>${id}</reportId><fileId>${fileId}</fileId><originalFileName>invented.jpg</originalFileName><fileViewedByEsp>false</fileViewedByEsp></fileDetails>`;
  await send('/fileinfo', 'text/xml; charset=utf-8', details);
  const done = await send('/finish', 'application/x-www-form-urlencoded', `id=${id}`);
  if (!done.includes(`<fileId>${fileId}</fileId>`)) throw new Error(`not finished: ${done}`);
}

function multipart(id: string): Buffer<ArrayBuffer> {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="id"\r\n\r\n${id}\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="x.jpg"\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), FILE, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}

function through(fetch: (request: Request) => Response | Promise<Response>, authorization: string): Send {
  return async (path, type, body) => {
    const headers = { authorization, 'content-type': type };
    const response = await fetch(new Request(`http://desk/ispws${path}`, { method: 'POST', headers, body }));
    const text = await response.text();
    if (response.status !== 200) throw new Error(`refused: ${text}`);
    return text;
  };
}

export async function takeReports({ scratch }: Place, asked: Calls): Promise<Figures> {
  const { local, keys } = await newDesk(scratch);
  const authorization = `Basic ${Buffer.from(`bench:${keys.reporter}`).toString('base64')}`;
  const figures = await measure(through(createApi(local.desk).fetch, authorization), asked);
  await local.close();
  return figures;
}

export async function takeReportsBare({ scratch }: Place, asked: Calls): Promise<Figures> {
  const files = join(scratch, 'files');
  mkdirSync(files);
  const db = new DatabaseSync(join(scratch, 'bare.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE kept (id TEXT, what TEXT, body TEXT)');
  const insert = db.prepare('INSERT INTO kept VALUES (?, ?, ?)');
  let next = 1_000_000;
  const app = new Hono().basePath('/ispws');
  app.post('/submit', async (context) => {
    const id = String(next++);
    insert.run(id, 'report', await context.req.text());
    return context.body(`<reportId>${id}</reportId>`);
  });
  app.post('/upload', async (context) => {
    const form = await context.req.formData();
    const bytes = Buffer.from(await (form.get('file') as File).arrayBuffer());
    const fileId = randomUUID().replaceAll('-', '');
    const file = await open(join(files, fileId), 'wx');
    await file.writeFile(bytes);
    await file.sync();
    await file.close();
    insert.run(form.get('id') as string, 'file', fileId);
    return context.body(`<fileId>${fileId}</fileId><hash>${createHash('md5').update(bytes).digest('hex')}</hash>`);
  });
  app.post('/fileinfo', async (context) => {
    insert.run('', 'details', await context.req.text());
    return context.body('ok');
  });
  const filesOf = db.prepare("SELECT body FROM kept WHERE id = ? AND what = 'file'");
  app.post('/finish', async (context) => {
    const id = new URLSearchParams(await context.req.text()).get('id') ?? '';
    insert.run(id, 'finish', '');
    return context.body(
      filesOf
        .all(id)
        .map(({ body }) => `<fileId>${String(body)}</fileId>`)
        .join(''),
    );
  });
  const figures = await measure(
    through((request) => app.fetch(request), ''),
    asked,
  );
  db.close();
  return figures;
}

/** One file of noise into a desk in a process of its own: MB/s of the upload, and the most that this desk held resident. */
export async function takeLarge({ scratch }: Place, { sizeBytes }: { readonly sizeBytes: number }): Promise<Figures> {
  const { local, keys } = await newDesk(scratch);
  await local.close();
  const { url, peakMiB, stop } = await serving(scratch, scratch);
  try {
    const { seconds, isRight } = await uploadThroughDoor(url, keys.reporter, sizeBytes, 'id first');
    if (!isRight) throw new Error('the door answered otherwise than it should');
    return { rate: sizeBytes / 1e6 / seconds, peakMiB: peakMiB() };
  } finally {
    await stop();
  }
}
