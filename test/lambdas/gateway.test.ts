// Events in, results out, over a desk on this machine: what API Gateway and Lambda add to the API, and what is said of it in the log.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { randomBytes, randomUUID } from 'node:crypto';
import { AUTHORITIES, type AuthorityName } from '../../lambdas/authorities.ts';
import { MOST_BYTES } from '../../lib/aws/events.ts';
import { gateway, type HttpHandler } from '../../lib/aws/gateway.ts';
import { telemetry } from '../../lib/aws/telemetry.ts';
import { DeskError } from '../../lib/errors.ts';
import type { Desk } from '../../lib/index.ts';
import { freshDesk, noise, refer, referralBody, type TestDesk } from '../material.ts';
import { bytesOf, eventOf, jsonOf, type Sent } from './event.ts';

let test: TestDesk;
let lines: string[];
const claimed = new Set<string>();

beforeAll(async () => {
  test = await freshDesk();
  lines = [];
});
afterAll(() => test.end());

function handlerOf(authority: AuthorityName, desk: Desk = test.desk): HttpHandler {
  return gateway({
    desk,
    routes: new Set<string>(AUTHORITIES[authority].routes),
    telemetry: telemetry(authority, (line) => lines.push(line), Date.now),
    clock: () => performance.now(),
    claim: (event) => {
      if (claimed.has(event)) return Promise.reject(new DeskError('state/exists', 'delivered before'));
      claimed.add(event);
      return Promise.resolve();
    },
  });
}

const invocation = (ms = 10_000) => {
  const end = performance.now() + ms;
  return { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => end - performance.now() };
};

function ask(
  authority: AuthorityName,
  sent: Sent | APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> {
  return handlerOf(authority)('version' in sent ? sent : eventOf(sent), invocation());
}

async function opened(files = [noise('a.jpg', 1000)]): Promise<{ id: string; attachments: { id: string }[] }> {
  const key = test.keys.reporter;
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const result = await ask('intake', {
    method: 'POST',
    path: '/v1/referrals',
    key,
    headers,
    body: referralBody(files),
  });
  expect(result.statusCode).toBe(201);
  const { referralId, attachments } = jsonOf(result) as { referralId: string; attachments: { id: string }[] };
  return { id: referralId, attachments };
}

function put(id: string, a: string, file: ReturnType<typeof noise>): Sent {
  const digest = `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`;
  const path = `/v1/referrals/${id}/attachments/${a}`;
  return { method: 'PUT', path, key: test.keys.reporter, headers: { 'content-digest': digest }, body: file.bytes };
}

describe('the API behind API Gateway', () => {
  it('takes JSON as text and files as base64, and gives them back as they were', async () => {
    const file = noise('a.jpg', 100_000);
    const { id, attachments } = await opened([file]);
    expect((await ask('intake', put(id, attachments[0]?.id ?? '', file))).statusCode).toBe(201);
    const headers = { purpose: 'an%20inquiry' };
    const path = `/v1/referrals/${id}/attachments/${attachments[0]?.id ?? ''}`;
    const read = await ask('reading', { path, key: test.keys.supervisor, headers });
    expect(read).toMatchObject({ statusCode: 200, isBase64Encoded: true });
    expect(bytesOf(read).equals(file.bytes)).toBe(true);
  });

  it('keeps query, stage and path apart', async () => {
    const path = '/v1/referrals?limit=1';
    const listed = await ask('intake', { path, key: test.keys.reporter, stage: 'prod' });
    expect((jsonOf(listed)['items'] as unknown[]).length).toBe(1);
    const strange = await ask('intake', { path: '/v1/referrals/x?y', key: test.keys.reporter });
    expect(jsonOf(strange)['code']).toBe('input/invalid');
  });

  it('answers only the routes of its authority', async () => {
    const wrong = await ask('downloads', { path: '/v1/referrals', key: test.keys.reporter });
    expect(jsonOf(wrong)['code']).toBe('absent/route');
    expect((await ask('downloads', { path: '/healthz' })).statusCode).toBe(200);
    expect((await ask('intake', { path: '/healthz' })).statusCode).toBe(404);
    expect((await ask('intake', { path: '/ispws/status', key: test.keys.reporter })).statusCode).toBe(404);
  });

  it('knows whom the authorizer found, and asks the key where there was none', async () => {
    const caller = await test.as('auditor');
    expect((await ask('intake', { path: '/v1/custody', caller })).statusCode).toBe(200);
    expect(jsonOf(await ask('intake', { path: '/v1/custody' }))['code']).toBe('access/unauthenticated');
    const forged = { ...caller, role: 'owner' as never };
    expect(jsonOf(await ask('intake', { path: '/v1/custody', caller: forged }))['code']).toBe('access/unauthenticated');
  });

  describe('asked with a token that was checked', () => {
    const issuer = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example';
    const kim = { iss: issuer, sub: '0e9c5f2a-1111-4222-8333-444455556666' };
    let actorId: string;
    beforeAll(async () => {
      const operator = await test.as('operator');
      const added = await test.desk.addPerson(operator, { role: 'auditor', name: 'Kim' }, { issuer, subject: kim.sub });
      actorId = added.actorId;
    });

    const asked = async (sent: Omit<Sent, 'path'>): Promise<[number | undefined, unknown]> => {
      const result = await ask('intake', { path: '/v1/custody', ...sent });
      return [result.statusCode, jsonOf(result)['code']];
    };

    it.each([
      ['an access token', { ...kim, token_use: 'access', client_id: 'desk', exp: '1795680000', scope: 'openid' }],
      ['an id token', { ...kim, token_use: 'id', aud: 'desk', email: 'kim@example.org', email_verified: 'true' }],
    ])('knows whom %s is of, and nothing else that it says', async (_, claims) => {
      lines = [];
      expect(await asked({ claims: { ...claims, role: 'operator', actorId: 'x' } })).toEqual([200, undefined]);
      for (const said of [kim.sub, issuer, 'kim@example.org'])
        expect(lines.filter((line) => line.includes(said))).toEqual([]);
      const result = await ask('reading', { path: '/v1/actors', claims: { ...claims, role: 'operator' } });
      expect(jsonOf(result)['code']).toBe('access/denied');
    });

    it.each<[string, Readonly<Record<string, unknown>>]>([
      ['of a subject that nobody added', { ...kim, sub: 'another' }],
      ['of the same subject with another issuer', { ...kim, iss: `${issuer}X` }],
      ['without a subject', { iss: issuer }],
      ['without an issuer', { sub: kim.sub }],
      ['whose subject is no text', { ...kim, sub: { toString: kim.sub } }],
      ['of nothing', {}],
    ])('does not know a token %s', async (_, claims) => {
      expect(await asked({ claims, key: 'eyJhbGciOiJub25lIn0.e30.' })).toEqual([401, 'access/unauthenticated']);
    });

    it('believes no token that a caller brings himself', async () => {
      const token = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(kim)).toString('base64url')}.`;
      const context = JSON.stringify({ authorizer: { jwt: { claims: kim } } });
      const headers = {
        'x-amzn-request-context': context,
        'x-amzn-oidc-identity': kim.sub,
        claims: JSON.stringify(kim),
      };
      expect(await asked({ key: token, headers })).toEqual([401, 'access/unauthenticated']);
    });

    it('knows nobody who was revoked', async () => {
      expect(await asked({ claims: kim })).toEqual([200, undefined]);
      await test.desk.revokeActor(await test.as('operator'), actorId);
      expect(await asked({ claims: kim })).toEqual([401, 'access/unauthenticated']);
    });
  });

  it.each([0, 1])('refuses a body of %i bytes more than it can carry only when there are more', async (more) => {
    const file = noise('a.bin', MOST_BYTES + more);
    const { id, attachments } = await opened([file]);
    const result = await ask('intake', put(id, attachments[0]?.id ?? '', file));
    expect(result.statusCode).toBe(more === 0 ? 201 : 413);
    if (more > 0) expect(jsonOf(result)['code']).toBe('input/too-large');
  });

  it('answers no more than it can carry, and reads no more either', async () => {
    let pulled = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        pulled += 65_536;
        yield await Promise.resolve(randomBytes(65_536));
      }
    }
    const facts = { attachment: '', declared: 'none', sizeBytes: 0, sha256: '', sha1: '', md5: '', crc32: '' } as const;
    const desk = (sizeBytes: number): Desk => ({
      ...test.desk,
      readAttachment: () => Promise.resolve({ facts: { ...facts, sizeBytes }, bytes: endless() }),
    });
    const path = `/v1/referrals/${randomUUID()}/attachments/${randomUUID()}`;
    for (const sizeBytes of [1e9, 1000]) {
      pulled = 0;
      const event = eventOf({ path, key: test.keys.supervisor, headers: { purpose: 'x' } });
      const result = await handlerOf('reading', desk(sizeBytes))(event, invocation());
      expect(result.statusCode).toBe(501);
      expect(jsonOf(result)['code']).toBe('desk/answer-too-large');
      expect(pulled).toBeLessThan(MOST_BYTES + 300_000);
    }
  });

  it('refuses what it could not carry out before anything is entered', async () => {
    const { opened: referral } = await refer(test, [noise('large.bin', MOST_BYTES + 1)]);
    const { referralId, attachments } = referral;
    const auditor = await test.as('auditor');
    const before = (await test.desk.custody(auditor, referralId)).entries.length;
    const path = `/v1/referrals/${referralId}/attachments/${attachments[0]?.id ?? ''}`;
    const result = await ask('reading', { path, key: test.keys.supervisor, headers: { purpose: 'x' } });
    expect(jsonOf(result)['code']).toBe('desk/answer-too-large');
    expect((await test.desk.custody(auditor, referralId)).entries).toHaveLength(before);
  });

  it('answers with a code before its time runs out', async () => {
    const desk = { ...test.desk, status: () => new Promise<never>(() => undefined) };
    const event = eventOf({ path: `/v1/referrals/${randomUUID()}`, key: test.keys.reporter });
    const began = performance.now();
    const result = await handlerOf('intake', desk)(event, invocation(900));
    expect(result.statusCode).toBe(503);
    expect(result.headers?.['retry-after']).toBe('1');
    expect(jsonOf(result)['code']).toBe('desk/deadline');
    expect(performance.now() - began).toBeLessThan(900);
  });

  it('does nothing a second time when an event is delivered twice', async () => {
    const { id } = await opened([]);
    const look = { sha256: 'ab'.repeat(32), viewer: 'somebody', from: '2026-11-21T10:00:00Z', extent: 'full' };
    const views = { method: 'POST', path: `/v1/referrals/${id}/views`, key: test.keys.reporter };
    const event = eventOf({ ...views, headers: { 'content-type': 'application/json' }, body: JSON.stringify(look) });
    expect((await ask('intake', event)).statusCode).toBe(201);
    expect(jsonOf(await ask('intake', event))['code']).toBe('state/exists');
    const keyed = eventOf({
      method: 'POST',
      path: '/v1/referrals',
      key: test.keys.reporter,
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: referralBody([]),
    });
    const [first, second] = [await ask('intake', keyed), await ask('intake', keyed)];
    expect([first.statusCode, second.statusCode]).toEqual([201, 200]);
    expect(jsonOf(second)['referralId']).toBe(jsonOf(first)['referralId']);
    const custody = await test.desk.custody(await test.as('auditor'), id);
    expect(custody.entries.filter((text) => text.includes('"act":"view"'))).toHaveLength(1);
  });

  it('says in one line of JSON each what it did, as a metric, and nothing that came in', async () => {
    const [marked, file] = ['Zaphod-Mark', noise('Zaphod-Mark.jpg', 500)];
    lines = [];
    const key = test.keys.reporter;
    const headers = { 'content-type': 'application/json', 'idempotency-key': marked };
    const body = referralBody([file]).toString().replaceAll('Ada', marked);
    const sent = { method: 'POST', path: '/v1/referrals', key, headers };
    const { referralId, attachments } = jsonOf(await ask('intake', { ...sent, body })) as {
      referralId: string;
      attachments: { id: string }[];
    };
    await ask('intake', put(referralId, attachments[0]?.id ?? '', file));
    await ask('intake', { ...sent, body: `{"${marked}": ` });
    await ask('intake', { method: 'POST', path: `/v1/referrals/${referralId}/finish`, key });
    await ask('intake', { path: `/v1/${marked}?${marked}=1`, key: `${marked}-key` });
    await ask('reading', { path: `/v1/referrals/${referralId}/views`, key: test.keys.supervisor });
    const failing = { ...test.desk, status: () => Promise.reject(new Error(`of ${marked}`, { cause: marked })) };
    await handlerOf('intake', failing)(eventOf({ path: `/v1/referrals/${referralId}`, key }), invocation());
    expect(lines).toHaveLength(7);
    for (const said of [marked, key, '192.0.2.7', 'Bearer', 'content-type', file.sha256, test.keys.supervisor])
      expect(lines.filter((line) => line.includes(said))).toEqual([]);
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told.map(({ code }) => code)).toEqual([
      'done',
      'done',
      'input/malformed',
      'done',
      'absent/route',
      'done',
      'internal',
    ]);
    expect(told[0]).toMatchObject({
      authority: 'intake',
      level: 'info',
      operation: 'openReferral',
      calls: 1,
      faults: 0,
    });
    expect(told[6]).toMatchObject({ level: 'error', faults: 1, fault: { names: ['Error'] } });
    expect(told[0]?.['_aws']).toMatchObject({
      CloudWatchMetrics: [{ Namespace: 'ReferralDesk', Dimensions: [['authority']] }],
    });
    for (const each of told)
      expect(Object.keys(each)).toEqual(expect.arrayContaining(['time', 'requestId', 'durationMs']));
  });
});
