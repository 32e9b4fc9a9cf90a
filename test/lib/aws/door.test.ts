// The CyberTipline door of a desk on AWS: `serve --aws` as the container runs it, on the real parts. It answers that door and nothing else.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { initAwsDesk, openAwsDesk, type AwsParts, type Lent } from '../../../lib/aws/open.ts';
import { localFont } from '../../../lib/local/fonts.ts';
import { localScratch } from '../../../lib/local/scratch.ts';
import { gather, noise } from '../../material.ts';
import { basic, field, file, form, FORM, readTold, XML, type Told } from '../http-ispws-door.ts';
import { startKms, type KmsEndpoint } from './kms-endpoint.ts';
import { variablesOf } from '../../lambdas/cloud.ts';
import { withParts } from './parts.ts';
import { freshParts } from './stack.ts';

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<report>
  <incidentSummary>
    <incidentType>Child Sex Trafficking</incidentType>
    <incidentDateTime>2026-01-01T10:00:00Z</incidentDateTime>
  </incidentSummary>
  <reporter><reportingPerson><firstName>Ada</firstName><lastName>Example</lastName><email>ada@example.org</email></reportingPerson></reporter>
</report>`;
const evidence = noise('photo.jpg', 3_000_000);

let endpoint: KmsEndpoint;
let dir: string;
let parts: AwsParts;
let lent: Lent;
let founded: Awaited<ReturnType<typeof initAwsDesk>>;
let child: ChildProcess;
let url: string;

withParts('the CyberTipline door of a desk on AWS', () => {
  beforeAll(async () => {
    endpoint = await startKms();
    dir = await mkdtemp(join(tmpdir(), 'referral-desk-'));
    parts = await freshParts(endpoint);
    lent = { font: localFont, scratch: localScratch(dir), alarm: () => Promise.resolve() };
    founded = await initAwsDesk(parts, lent);
    child = serveAws(variablesOf(parts));
    if (child.stdout === null) throw new Error('no output');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    ({ url } = JSON.parse(line) as { url: string });
  });
  afterAll(async () => {
    child.kill('SIGKILL');
    for (const client of [parts.s3, parts.dynamo, parts.kms]) client.destroy();
    await endpoint.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('takes a whole report in: sealed in S3, finished in the book', async () => {
    const { answer: opened } = await ask('POST', '/submit', XML, REPORT);
    expect(opened).toMatchObject({ code: 0 });
    const id = String((opened as { reportId?: unknown } | undefined)?.reportId);
    const body = form([file(evidence.bytes), field('id', id)]);
    const { answer: sent } = await ask('POST', '/upload', FORM, body);
    expect(sent).toMatchObject({ code: 0, hash: createHash('md5').update(evidence.bytes).digest('hex') });
    const { answer: ended } = await ask('POST', '/finish', FORM, form([field('id', id)]));
    expect(ended).toMatchObject({ code: 0 });
    const { desk } = openAwsDesk(parts, lent);
    const supervisor = await desk.authenticate(founded.keys.supervisor);
    const [referral] = (await desk.list(supervisor)).items;
    expect(referral).toMatchObject({ state: 'finished' });
    const state = await desk.status(supervisor, referral?.id ?? '');
    const [attachment] = state.attachments;
    const read = await desk.readAttachment(supervisor, state.referralId, attachment?.id ?? '', 'a test');
    expect((await gather(read.bytes)).equals(evidence.bytes)).toBe(true);
  });

  it('knows who asks, and answers nothing but that door and the load balancer', async () => {
    expect((await ask('GET', '/status', {}, undefined, basic('x', 'y'))).status).toBe(401);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const headers = { Authorization: `Bearer ${founded.keys.supervisor}` };
    expect((await fetch(`${url}/v1/referrals`, { headers })).status).toBe(404);
  });

  it('names what its stack did not tell it, and nothing else', async () => {
    const bare = serveAws({ DESK_NAME: parts.desk });
    if (bare.stdout === null) throw new Error('no output');
    const out = (await gather(bare.stdout)).toString();
    expect(JSON.parse(out)).toMatchObject({
      error: { code: 'input/invalid', message: expect.stringMatching(/EVIDENCE_BUCKET/) },
    });
    expect(out).not.toContain(parts.desk);
  });

  it('ends when it is told to, once what is under way is finished', async () => {
    child.kill('SIGTERM');
    const [code] = child.exitCode === null ? ((await once(child, 'exit')) as [number]) : [child.exitCode];
    expect(code).toBe(0);
  });
});

async function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Buffer | string,
  authorization = basic('reporter', founded.keys.reporter),
): Promise<Told> {
  const sent = body === undefined ? {} : { body: new Uint8Array(Buffer.from(body)) };
  return readTold(
    await fetch(`${url}/ispws${path}`, { method, headers: { ...headers, Authorization: authorization }, ...sent }),
  );
}

function serveAws(variables: Record<string, string>): ChildProcess {
  const env = {
    ...process.env,
    ...variables,
    NODE_OPTIONS: '',
    AWS_ENDPOINT_URL_KMS: endpoint.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'rgwtestaccess',
    AWS_SECRET_ACCESS_KEY: 'rgwtestsecret',
  };
  const cli = join(import.meta.dirname, '../../../lib/cli/index.ts');
  return spawn(process.execPath, [cli, 'serve', '--aws', '--port', '0', '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
