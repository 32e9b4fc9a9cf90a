// The bundles in processes of their own, against the Runtime API, with AWS silent: cold start, warm calls, what is too large, time running out.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuthorityName } from '../../lambdas/authorities.ts';
import { bundle } from '../../lambdas/bundle.ts';
import { MOST_BYTES } from '../../lib/aws/events.ts';
import { eventOf, jsonOf } from './event.ts';
import { runLambda, type Outcome, type RunningLambda } from './runtime.ts';

const VARIABLES = {
  DESK_NAME: 'desk',
  EVIDENCE_BUCKET: 'evidence',
  BOOK_TABLE: 'book',
  SECRETS_TABLE: 'secrets',
  DATA_KEY_ID: 'data',
  STORAGE_KEY_ID: 'storage',
  LOOKUP_KEY_ID: 'lookup',
  RECEIPTS_KEY_ID: 'receipts',
  PACKETS_KEY_ID: 'packets',
  LOG_KEY_ID: 'log',
};

let folder: string;
let silent: Server;
let url: string;
const running: RunningLambda[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'referral-desk-'));
  silent = createServer((socket) => socket.on('error', () => undefined)); // takes what comes and never answers
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
});
afterAll(async () => {
  silent.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(
  authority: AuthorityName,
  variables: Readonly<Record<string, string>> = VARIABLES,
): Promise<RunningLambda> {
  const { folder: bundled } = await bundle(authority, join(folder, authority));
  const endpoints = { AWS_ENDPOINT_URL_DYNAMODB: url, AWS_ENDPOINT_URL_KMS: url, AWS_ENDPOINT_URL_S3: url };
  const lambda = await runLambda(bundled, { ...variables, ...endpoints });
  running.push(lambda);
  return lambda;
}

function resultOf({ kind, payload }: Outcome): APIGatewayProxyStructuredResultV2 {
  expect(kind).toBe('response');
  return payload as APIGatewayProxyStructuredResultV2;
}

describe('a bundle in a process of its own', () => {
  it('starts cold once, then answers warm from the same process', async () => {
    const lambda = await run('downloads');
    const cold = await lambda.invoke(eventOf({ path: '/healthz' }), 20_000);
    expect(jsonOf(resultOf(cold))).toEqual({ status: 'ok' });
    const warm: number[] = [];
    for (let n = 0; n < 20; n++) {
      const outcome = await lambda.invoke(eventOf({ path: '/healthz' }));
      expect(resultOf(outcome).statusCode).toBe(200);
      warm.push(outcome.ms);
    }
    expect(lambda.starts()).toBe(1);
    expect(warm.toSorted((a, b) => a - b)[10]).toBeLessThan(cold.ms / 2);
    const told = lambda.lines.map((line) => (JSON.parse(line) as { coldStarts: number }).coldStarts);
    expect(told).toEqual([1, ...warm.map(() => 0)]);
  });

  it('serves the contract, which it loads when it is first asked for', async () => {
    const lambda = await run('downloads');
    const contract = jsonOf(resultOf(await lambda.invoke(eventOf({ path: '/v1/openapi.json' }), 20_000)));
    expect(Object.keys(contract['paths'] as object)).toContain('/v1/referrals/{id}/attachments/{a}');
  });

  it('refuses what is larger than it can carry before anything is asked of AWS', async () => {
    const lambda = await run('intake');
    const sent = { method: 'PUT', path: '/v1/referrals/x/attachments/y', key: 'k' };
    const large = await lambda.invoke(eventOf({ ...sent, body: Buffer.alloc(MOST_BYTES + 1) }), 20_000);
    expect(resultOf(large).statusCode).toBe(413);
    expect(jsonOf(resultOf(large))['code']).toBe('input/too-large');
  });

  it('answers before its time runs out when AWS is silent, and goes on in the same process', async () => {
    const lambda = await run('intake');
    await lambda.invoke(eventOf({ path: '/none' }), 20_000);
    const key = `rdk_${'0'.repeat(32)}_${'A'.repeat(43)}`;
    const late = await lambda.invoke(eventOf({ path: '/v1/referrals', key }), 3000);
    expect(jsonOf(resultOf(late))['code']).toBe('desk/deadline');
    expect(late.ms).toBeLessThan(3000);
    expect(resultOf(await lambda.invoke(eventOf({ path: '/none' }))).statusCode).toBe(404);
    expect(lambda.starts()).toBe(1);
  });

  it('fails a scheduled call with a code and without words of others', async () => {
    const lambda = await run('log');
    const late = await lambda.invoke({ source: 'aws.events', id: 'x' }, 8000); // a cold start is among it
    expect(late.kind).toBe('error');
    const [told, failed] = lambda.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told).toMatchObject({ authority: 'log', code: 'desk/deadline', level: 'error', faults: 1 });
    expect(failed).toMatchObject({ errorType: 'DeskError', cause: 'undefined' });
  });

  it('is stopped by whoever runs it when it cannot answer in time, and the next event meets a new process', async () => {
    const lambda = await run('downloads');
    expect((await lambda.invoke(eventOf({ path: '/healthz' }), 1)).kind).toBe('timeout');
    expect(resultOf(await lambda.invoke(eventOf({ path: '/healthz' }), 20_000)).statusCode).toBe(200);
    expect(lambda.starts()).toBe(2);
  });

  it('does not start without its variables, and names them', async () => {
    const lambda = await run('clock', { ...VARIABLES, BOOK_TABLE: '', LOCK_MODE: 'none' });
    const outcome = await lambda.invoke({}, 20_000);
    expect(outcome.kind).toBe('init-error');
    expect(JSON.stringify(outcome.payload)).toContain('BOOK_TABLE, LOCK_MODE');
  });
});
