// The client: the same verbs wherever the desk is, the desk's own errors, and no call made twice that must be made once.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deskClient, type ClientOptions, type DeskClient } from '../../lib/client/index.ts';
import { DeskError } from '../../lib/errors.ts';
import { createApi } from '../../lib/http/index.ts';
import { fetchOver } from '../../lib/local/exchange.ts';
import { serveLocal, type LocalServer } from '../../lib/local/serve.ts';
import { freshDesk, gather, noise, referralBody, stream, type TestDesk } from '../material.ts';

type Fetch = NonNullable<ClientOptions['fetch']>;

let test: TestDesk;
let server: LocalServer;
let inProcess: Fetch;

beforeAll(async () => {
  test = await freshDesk();
  inProcess = createApi(test.desk).fetch;
  server = await serveLocal(test.local, { port: 0 });
});
afterAll(() => server.close());

/** What a test answers in the desk's place, call by call; the last goes on for ever. */
function playing(...answers: readonly (() => Response | Promise<Response>)[]): { fetch: Fetch; calls: Request[] } {
  const calls: Request[] = [];
  const fetch: Fetch = async (request) => {
    calls.push(request);
    const answer = answers[Math.min(calls.length, answers.length) - 1];
    if (answer === undefined) throw new Error('nothing to play');
    return answer();
  };
  return { fetch, calls };
}

const problem =
  (status: number, code: string, headers: Record<string, string> = {}): (() => Response) =>
  () =>
    new Response(JSON.stringify({ type: 'a:b', title: 't', status, code, detail: 'd', todo: 'x' }), {
      status,
      headers,
    });
const fine =
  (value: unknown): (() => Response) =>
  () =>
    new Response(JSON.stringify(value));
const cut = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'));
const refused = (): Promise<Response> =>
  Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) }));

function clientOf(fetch: Fetch, waits: number[] = []): DeskClient {
  return deskClient({ fetch, key: 'k', pause: (ms) => Promise.resolve(void waits.push(ms)) });
}

describe('a client', () => {
  it.each([
    ['at a URL', (): ClientOptions => ({ url: server.url })],
    ['at a URL with a slash too many', (): ClientOptions => ({ url: `${server.url}/` })],
    ['over the socket', (): ClientOptions => ({ fetch: (request) => fetchOver(server.socket, request) })],
    ['in this process', (): ClientOptions => ({ fetch: inProcess })],
  ])('%s does all a referral needs, from opening to custody', async (_name, where) => {
    const reporter = deskClient({ ...where(), key: test.keys.reporter });
    const supervisor = deskClient({ ...where(), key: test.keys.supervisor });
    const file = noise('a/ä"\'(1)*.jpg', 1_500_000);
    const empty = noise('empty', 0);
    const { referralId, attachments, isNew } = await reporter.open(referralBody([file, empty]), _name);
    expect(isNew).toBe(true);
    for (const [n, each] of [file, empty].entries()) {
      const sent = { ...each, sizeBytes: each.bytes.length, name: each.path, contentType: 'image/jpeg' };
      const attached = await reporter.attach(referralId, attachments[n]?.id ?? '', {
        ...sent,
        open: () => stream(each.bytes),
      });
      expect(attached.entry.act).toBe('attach');
    }
    const look = { sha256: file.sha256, viewer: 'Noa', from: '2026-11-20T10:00:00Z', to: '2026-11-20T10:00:00Z' };
    expect((await reporter.recordView(referralId, { ...look, extent: 'full' })).entry.act).toBe('view');
    expect((await reporter.finish(referralId)).entry.act).toBe('finish');
    expect((await reporter.receipt(referralId)).entry.act).toBe('finish');
    expect((await reporter.status(referralId)).state).toBe('finished');
    const read = await supervisor.readAttachment(referralId, attachments[0]?.id ?? '', 'Prüfung: ok?');
    expect(read.facts).toMatchObject({ name: file.path, contentType: 'image/jpeg', sha256: file.sha256 });
    expect((await gather(read.bytes)).equals(file.bytes)).toBe(true);
    expect((await supervisor.custody(referralId)).entries).toHaveLength(6);
    const { holdId } = await supervisor.hold(referralId, { reason: 'r', legalBasis: 'l' });
    expect((await supervisor.endHold(referralId, holdId, 'over')).entry.act).toBe('end-hold');
    await expect(supervisor.certificate(referralId)).rejects.toMatchObject({ code: 'absent/destruction' });
    await expect(supervisor.approveDestruction(referralId, holdId)).rejects.toMatchObject({
      code: 'absent/destruction',
    });
  });

  it('keeps house', async () => {
    const operator = deskClient({ fetch: inProcess, key: test.keys.operator });
    const { actorId } = await operator.addActor({ role: 'auditor', name: 'Kim' });
    await operator.revokeActor(actorId);
    expect((await operator.listActors()).find(({ id }) => id === actorId)).toMatchObject({ name: 'Kim', hasKey: true });
    const signIn = { issuer: 'https://id.example', subject: 'noa' };
    const person = await operator.addPerson({ role: 'auditor', name: 'Noa' }, signIn);
    expect((await operator.listActors()).find(({ id }) => id === person.actorId)).toMatchObject({ signIn });
    await operator.addAgency({ id: 'de-bka', name: 'BKA', country: 'DE' });
    expect((await operator.listAgencies()).map(({ id }) => id)).toContain('de-bka');
    expect((await operator.rotateKey('log')).purpose).toBe('log');
    expect((await operator.deskCustody()).chain).toBe('desk');
    expect((await operator.watch()).findings).toEqual([]);
    expect(await operator.checkpoint()).toContain(test.desk.id);
    expect((await operator.trust()).desk).toBe(test.desk.id);
    expect(await operator.health()).toEqual({ status: 'ok' });
    expect(await operator.contract()).toMatchObject({ openapi: '3.1.0' });
  });

  it('lists page by page', async () => {
    const reporter = deskClient({ fetch: inProcess, key: test.keys.reporter });
    for (const key of ['p1', 'p2', 'p3']) await reporter.open(referralBody(), key);
    const seen: string[] = [];
    for (let after: string | undefined, isMore = true; isMore; isMore = after !== undefined) {
      const page = await reporter.list({ state: 'open', limit: 2, after });
      seen.push(...page.items.map(({ id }) => id));
      after = page.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(3);
  });

  it("throws the desk's own error, with its findings", async () => {
    const reporter = deskClient({ fetch: inProcess, key: test.keys.reporter });
    const error = await reporter.open(Buffer.from('{"reporter":{}}'), 'bad').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DeskError);
    expect(error).toMatchObject({ code: 'input/invalid', status: 422 });
    expect((error as DeskError).findings.length).toBeGreaterThan(0);
  });

  it('hears which parameter of its question is not known', async () => {
    const reporter = deskClient({ fetch: inProcess, key: test.keys.reporter });
    await expect(reporter.send('GET', '/v1/referrals?limit=1&foo=1&a%2Fb=2')).rejects.toMatchObject({
      code: 'input/invalid',
      findings: [{ path: '/foo' }, { path: '/a~1b' }],
    });
  });

  it.each(['', 'k'.repeat(201)])('hears that an idempotency key is there but wrong', async (key) => {
    const reporter = deskClient({ fetch: inProcess, key: test.keys.reporter });
    await expect(reporter.open(referralBody(), key)).rejects.toMatchObject({ code: 'input/invalid' });
  });

  it.each(['a\nb', 'schlüssel-\u0416'])('with a key that no header can carry asks nobody: %j', async (key) => {
    const { fetch, calls } = playing(fine({}));
    const pause = (): Promise<void> => Promise.reject(new Error('waited'));
    const error = await deskClient({ fetch, key, pause })
      .status('x')
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'input/malformed', findings: [] });
    expect(String(error)).not.toContain(key);
    await expect(deskClient({ fetch, pause }).open(Buffer.from('{}'), key)).rejects.toMatchObject({
      code: 'input/malformed',
    });
    expect(calls).toEqual([]);
  });

  it('shows no house role beside a key', async () => {
    const { fetch, calls } = playing(fine({}));
    await deskClient({ fetch, key: 'k', houseRole: 'operator' }).trust();
    await deskClient({ fetch, houseRole: 'operator' }).trust();
    expect(calls.map(({ headers }) => [headers.get('authorization'), headers.get('desk-house-role')])).toEqual([
      ['Bearer k', null],
      [null, 'operator'],
    ]);
  });

  it('cannot be led out of a path by an id', async () => {
    const { fetch, calls } = playing(fine({}));
    await clientOf(fetch).status('../actors?x=1#y');
    expect(new URL(calls[0]?.url ?? '').pathname).toBe('/v1/referrals/..%2Factors%3Fx%3D1%23y');
  });
});

describe('a call that fails', () => {
  const file = { sha256: 'a'.repeat(64), sizeBytes: 1, open: () => stream(Buffer.from('x')) };
  const REPEATED: readonly [string, (client: DeskClient) => Promise<unknown>][] = [
    ['a question', (client) => client.status('x')],
    ['an opening, which has its key', (client) => client.open(Buffer.from('{}'), 'k')],
    ['an attachment, which has its id', (client) => client.attach('x', 'y', file)],
    ['a revocation', (client) => client.revokeActor('x')],
  ];
  const ONCE: readonly [string, (client: DeskClient) => Promise<unknown>][] = [
    ['a finish', (client) => client.finish('x')],
    ['a hold', (client) => client.hold('x', { reason: 'r', legalBasis: 'l' })],
    ['a new actor', (client) => client.addActor({ role: 'auditor', name: 'n' })],
    [
      'a new person',
      (client) => client.addPerson({ role: 'auditor', name: 'n' }, { issuer: 'https://i', subject: 's' }),
    ],
    ['a reading', (client) => client.readAttachment('x', 'y', 'p')],
    ['a key handed out', (client) => client.exportKey('x', 'p')],
  ];

  it.each(REPEATED)('by a cut connection is made again: %s', async (_name, call) => {
    const { fetch, calls } = playing(cut, cut, fine({}));
    await call(clientOf(fetch));
    expect(calls).toHaveLength(3);
  });

  it.each(ONCE)('by a cut connection is not made again: %s', async (_name, call) => {
    const { fetch, calls } = playing(cut, fine({}));
    await expect(call(clientOf(fetch))).rejects.toMatchObject({ code: 'desk/unreachable' });
    expect(calls).toHaveLength(1);
  });

  it.each([...REPEATED, ...ONCE])('because nobody was there is made again, whatever it is: %s', async (_name, call) => {
    const facts = { 'Attachment-Facts': encodeURIComponent('{"sizeBytes":2}') };
    const { fetch, calls } = playing(refused, refused, () => new Response('{}', { headers: facts }));
    await call(clientOf(fetch));
    expect(calls).toHaveLength(3);
  });

  it.each([...REPEATED, ...ONCE])('because the desk is busy is made again when it says: %s', async (_name, call) => {
    const waits: number[] = [];
    const facts = { 'Attachment-Facts': encodeURIComponent('{"sizeBytes":2}') };
    const { fetch } = playing(
      problem(429, 'access/too-many-requests', { 'Retry-After': '7' }),
      problem(503, 'state/contended', { 'Retry-After': '1' }),
      () => new Response('{}', { headers: facts }),
    );
    await call(clientOf(fetch, waits));
    expect(waits).toEqual([7000, 1000]);
  });

  it.each([
    [400, 'input/malformed'],
    [401, 'access/unauthenticated'],
    [404, 'absent/referral'],
    [409, 'state/not-open'],
    [422, 'input/invalid'],
    [500, 'internal'],
    [507, 'vault/full'],
  ])('with %d %s is never made again', async (status, code) => {
    const { fetch, calls } = playing(problem(status, code));
    await expect(clientOf(fetch).status('x')).rejects.toMatchObject({ code });
    expect(calls).toHaveLength(1);
  });

  it('every time is given up after a while, ever more patiently', async () => {
    const waits: number[] = [];
    const { fetch, calls } = playing(cut);
    await expect(clientOf(fetch, waits).status('x')).rejects.toMatchObject({ code: 'desk/unreachable' });
    expect(calls).toHaveLength(6);
    for (const [n, ms] of waits.entries()) {
      expect(ms).toBeGreaterThanOrEqual(50 * 2 ** n);
      expect(ms).toBeLessThanOrEqual(100 * 2 ** n);
    }
  });

  it('in the middle of its answer is made again', async () => {
    async function* half(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('{"state":'));
      throw new Error('cut');
    }
    const { fetch } = playing(() => new Response(ReadableStream.from(half())), fine({ state: 'open' }));
    expect((await clientOf(fetch).status('x')).state).toBe('open');
  });

  it.each([
    ['a page of a proxy', () => new Response('<html>', { status: 404 }), 'desk/unreachable'],
    [
      'an authorizer before it',
      () => Response.json({ message: 'Forbidden' }, { status: 403 }),
      'access/unauthenticated',
    ],
    ['a gateway before it', () => Response.json({ message: 'Too large' }, { status: 413 }), 'input/too-large'],
    ['a code of a newer desk', problem(418, 'new/code'), 'internal'],
    ['a problem that is none', () => new Response('{"code":1}', { status: 400 }), 'desk/unreachable'],
  ])('with %s is an error all the same', async (_name, answer, code) => {
    await expect(clientOf(playing(answer).fetch).status('x')).rejects.toMatchObject({ code });
  });

  it("because the sender's own file cannot be read throws just that, once", async () => {
    const error = new RangeError('no such file');
    const begun: number[] = [];
    async function* broken(): AsyncGenerator<Uint8Array> {
      begun.push(1);
      yield await Promise.resolve(Buffer.from('x'));
      throw error;
    }
    const reporter = deskClient({ url: server.url, key: test.keys.reporter });
    const { referralId } = await reporter.open(referralBody(), 'broken');
    const sent = reporter.attach(referralId, '0b0e4c35-3c5f-4f7a-9a39-0d7ef5a9b1c2', {
      ...file,
      sizeBytes: 9,
      open: broken,
    });
    await expect(sent).rejects.toBe(error);
    expect(begun).toHaveLength(1);
  });

  it('because the bytes of an attachment end early is an error and no shorter file', async () => {
    const headers = { 'Attachment-Facts': encodeURIComponent('{"sizeBytes":10}') };
    const { fetch } = playing(() => new Response('short', { headers }));
    const { bytes } = await clientOf(fetch).readAttachment('x', 'y', 'p');
    await expect(gather(bytes)).rejects.toMatchObject({ code: 'desk/unreachable' });
  });

  it('does not follow to another place, where the key would be shown', async () => {
    const elsewhere = createServer((_, answer) => answer.writeHead(302, { Location: server.url }).end());
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const client = deskClient({ url, key: test.keys.auditor, pause: () => Promise.resolve() });
    await expect(client.trust()).rejects.toMatchObject({ code: 'desk/unreachable' });
    elsewhere.close();
  });
});
