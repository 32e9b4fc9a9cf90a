// A walk through every route there is: each answer is what the contract says, and carries the headers every answer must.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import addFormatsModule from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { digest, dig, noise, openDoor, referralBody, text, type Answer, type Asking, type Door } from './http-door.ts';
import { ncmecDouble, unreached, type NcmecDouble } from './filing/ncmec-double.ts';
import type { FirstActor } from '../../lib/house.ts';
import type { Slot } from '../../lib/index.ts';
import { cut, sealedFor } from './uploads/sender.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormatsModule.default(ajv);
ajv.addFormat('base64', /^[A-Za-z0-9+/]*={0,2}$/);

const a = noise('first.bin', 70_000);
const b = noise('second.bin', 0);
const law = { reason: 'Order of the court', legalBasis: 'Example Act, section 1' };

let door: Door;
let ncmec: NcmecDouble;
let contract: unknown;
const seen = new Set<string>();

beforeAll(async () => {
  door = await openDoor({}, { recipients: (now) => [(ncmec = ncmecDouble(now)).recipient] });
  contract = (await door.ask(undefined, 'GET', '/v1/openapi.json')).json;
  ajv.addSchema(contract as object, 'contract');
});
afterAll(() => door.end());

/** Asks, and holds question and answer to the contract. `route` is the path as the contract writes it. */
async function walk(
  actor: FirstActor | undefined,
  method: string,
  route: string,
  status: number,
  asking: Asking & { ids?: Record<string, string>; query?: string } = {},
): Promise<Answer> {
  const path = route.replaceAll(/\{([a-z]+)\}/g, (_, name: string) => asking.ids?.[name] ?? '');
  const answer = await door.ask(actor, method, path + (asking.query ?? ''), asking);
  expect({ route, status: answer.status, json: answer.json }).toMatchObject({ status });
  const at = `contract#/paths/${escape(route)}/${method.toLowerCase()}`;
  if (asking.body !== undefined && !(asking.body instanceof Uint8Array)) {
    expect(errorsIn(`${at}/requestBody/content/application~1json/schema`, asking.body)).toEqual([]);
  }
  holdToContract(route, method, answer);
  holdToHeaders(answer, status < 400 && route.startsWith('/v1/log/'));
  if (status < 400) seen.add(`${method} ${route} ${status}`);
  return answer;
}

function escape(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function errorsIn(ref: string, value: unknown): unknown[] {
  const validate = ajv.compile({ $ref: ref });
  return validate(value) ? [] : (validate.errors ?? []);
}

function holdToContract(route: string, method: string, { status, headers, json, bytes }: Answer): void {
  const responses = dig(contract, 'paths', route, method.toLowerCase(), 'responses') as Record<string, object>;
  const name = String(status) in responses ? String(status) : 'default';
  const content = (dig(responses, name) as { content?: Record<string, { schema?: object }> }).content ?? {};
  const [type] = (headers.get('content-type') ?? '').split(';');
  if (Object.keys(content).length === 0) expect(bytes).toHaveLength(0);
  else expect(Object.keys(content)).toContain(type);
  if (type === undefined || content[type]?.schema === undefined) return;
  const at = `contract#/paths/${escape(route)}/${method.toLowerCase()}/responses/${name}/content/${escape(type)}/schema`;
  expect(errorsIn(at, json)).toEqual([]);
}

function holdToHeaders({ headers }: Answer, isPublic: boolean): void {
  expect(headers.get('cache-control')).toMatch(isPublic ? /^(no-cache|public, .*immutable)$/ : /^no-store$/);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-security-policy': "default-src 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'request-id': expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
  });
  expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
}

const open = (key: string): Asking => ({
  headers: { 'Idempotency-Key': key, 'Content-Type': 'application/json' },
  body: referralBody([a, b]),
});

describe('the API, from a referral to its certificate', () => {
  let id = '';
  let other = '';
  let attachments: string[] = [];
  let packet = '';

  it('opens a referral, says where it is, and answers the same call the same', async () => {
    const first = await walk('reporter', 'POST', '/v1/referrals', 201, open('one'));
    id = text(first.json, 'referralId');
    expect(first.headers.get('location')).toBe(`/v1/referrals/${id}`);
    attachments = (dig(first.json, 'attachments') as { id: string }[]).map((each) => each.id);
    const again = await walk('reporter', 'POST', '/v1/referrals', 200, open('one'));
    expect(again.json).toMatchObject({ referralId: id, isNew: false });
    other = text((await walk('reporter', 'POST', '/v1/referrals', 201, open('two'))).json, 'referralId');
  });

  it('takes attachments, and says so again when they are sent again', async () => {
    for (const [n, file] of [a, b].entries()) {
      const ids = { id, a: attachments[n] ?? '' };
      const headers = { 'Content-Digest': digest(file), 'Content-Disposition': "attachment; filename*=UTF-8''%D7%A7" };
      const route = '/v1/referrals/{id}/attachments/{a}';
      await walk('reporter', 'PUT', route, 201, { ids, headers, body: file.bytes });
      await walk('reporter', 'PUT', route, 200, { ids, headers, body: file.bytes });
    }
  });

  it('takes a large file past itself, in parts that are announced', async () => {
    const large = noise('large.bin', 100);
    const ids = { id: other, a: '' };
    const open = (): Promise<Answer> => {
      const body = { attachmentId: randomUUID(), sizeBytes: 100 };
      return walk('reporter', 'POST', '/v1/referrals/{id}/uploads', 201, { ids, body });
    };
    const slot = (await open()).json as Slot;
    const u = slot.uploadId;
    const [part] = cut(await sealedFor(slot, large.bytes), slot.partBytes);
    const parts = { ids: { id: other, u }, body: { parts: [part?.announced] } };
    const announced = await walk('reporter', 'POST', '/v1/referrals/{id}/uploads/{u}/parts', 200, parts);
    const token = text(announced.json, 'parts', 0, 'url').replace('/v1/parts/', '');
    const put = { ids: { token }, body: part?.bytes };
    await walk(undefined, 'PUT', '/v1/parts/{token}', 422, { ...put, body: Buffer.alloc(part?.bytes.length ?? 0) });
    await walk(undefined, 'PUT', '/v1/parts/{token}', 403, { ...put, ids: { token: `${token}x` } });
    await walk(undefined, 'PUT', '/v1/parts/{token}', 204, put);
    expect((await walk('reporter', 'POST', '/v1/referrals/{id}/uploads/{u}/parts', 200, parts)).json).toEqual({
      parts: [{ number: 1, isThere: true }],
    });
    const declared = { ids: { id: other, u }, body: { sha256: large.sha256, sizeBytes: 100, name: 'large.bin' } };
    await walk('reporter', 'POST', '/v1/referrals/{id}/uploads/{u}/complete', 200, declared);
    await walk('reporter', 'POST', '/v1/referrals/{id}/uploads/{u}/complete', 200, declared);
    await walk(undefined, 'PUT', '/v1/parts/{token}', 409, put);
    const status = await walk('reporter', 'GET', '/v1/referrals/{id}', 200, { ids: { id: other } });
    expect(status.json).toMatchObject({ attachments: [{}, {}, { state: 'unproved', declared: null }] });
    expect(await door.test.desk.inspect()).toEqual({ proved: 1, refused: 0 });
    const given = { ids: { id: other, u: ((await open()).json as Slot).uploadId } };
    await walk('reporter', 'DELETE', '/v1/referrals/{id}/uploads/{u}', 200, given);
    await walk('reporter', 'DELETE', '/v1/referrals/{id}/uploads/{u}', 409, given);
  });

  it('tells states, lists, and takes views', async () => {
    const status = await walk('reporter', 'GET', '/v1/referrals/{id}', 200, { ids: { id } });
    expect(status.json).toMatchObject({ state: 'open', attachments: [{ state: 'sealed' }, { state: 'sealed' }] });
    const page = await walk('reporter', 'GET', '/v1/referrals', 200, { query: '?state=open&limit=1' });
    await walk('reporter', 'GET', '/v1/referrals', 200, { query: `?state=open&after=${text(page.json, 'next')}` });
    const look = { sha256: a.sha256, viewer: 'Noa', from: '2026-11-20T10:00:00Z', to: '2026-11-20T10:05:00Z' };
    await walk('reporter', 'POST', '/v1/referrals/{id}/views', 201, { ids: { id }, body: { ...look, extent: 'full' } });
    await walk('supervisor', 'GET', '/v1/referrals/{id}/views', 200, { ids: { id } });
  });

  it('finishes one, takes another back, and gives receipts and chains', async () => {
    await walk('reporter', 'POST', '/v1/referrals/{id}/finish', 409, { ids: { id: other } });
    await walk('reporter', 'POST', '/v1/referrals/{id}/finish', 200, { ids: { id } });
    await walk('reporter', 'POST', '/v1/referrals/{id}/retract', 200, {
      ids: { id: other },
      body: { reason: 'twice' },
    });
    await walk('reporter', 'GET', '/v1/referrals/{id}/receipt', 200, { ids: { id } });
    await door.test.desk.integrate();
    await walk('auditor', 'GET', '/v1/referrals/{id}/custody', 200, { ids: { id }, query: '?since=1' });
  });

  it('hands out bytes with a purpose and one key with a purpose', async () => {
    const ids = { id, a: attachments[0] ?? '' };
    const headers = { Purpose: encodeURIComponent('Prüfung') };
    const read = await walk('supervisor', 'GET', '/v1/referrals/{id}/attachments/{a}', 200, { ids, headers });
    expect(read.bytes.equals(a.bytes)).toBe(true);
    expect(read.headers.get('content-disposition')).toBe('attachment; filename="attachment.bin"');
    expect(read.headers.get('content-digest')).toBe(digest(a));
    const custody = await walk('supervisor', 'GET', '/v1/referrals/{id}/custody', 200, { ids });
    const entry = JSON.parse(text(custody.json, 'entries', 1)) as unknown;
    const object = text(entry, 'objects', 0, 'id');
    const asked = { ids: { id: object }, body: { purpose: 'to open it elsewhere' } };
    await walk('supervisor', 'POST', '/v1/objects/{id}/key', 200, asked);
  });

  it('holds, and lets go by an order of its own', async () => {
    const held = await walk('supervisor', 'POST', '/v1/referrals/{id}/holds', 201, { ids: { id }, body: law });
    await walk('supervisor', 'GET', '/v1/referrals/{id}', 200, { ids: { id } });
    const ids = { id, h: text(held.json, 'holdId') };
    await walk('supervisor', 'DELETE', '/v1/referrals/{id}/holds/{h}', 200, { ids, body: { reason: 'lifted' } });
    await walk('supervisor', 'DELETE', '/v1/referrals/{id}/holds/{h}', 404, { ids, body: { reason: 'lifted' } });
  });

  it('may go on to another agency by the word of its reporter', async () => {
    const body = { to: 'europol', reason: 'asked for' };
    await walk('reporter', 'POST', '/v1/referrals/{id}/consents', 201, { ids: { id }, body });
    await walk('reporter', 'POST', '/v1/referrals/{id}/consents', 409, { ids: { id }, body });
  });

  it('packs for an agency, which takes it whole, in stretches and by a link, and answers', async () => {
    const purpose = { Purpose: encodeURIComponent('Prüfung') };
    const summary = await walk('supervisor', 'GET', '/v1/referrals/{id}/summary.pdf', 200, {
      ids: { id },
      headers: purpose,
    });
    expect(summary.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    const body = { agency: 'europol', purpose: 'Inquiry', legalBasis: 'Example Act' };
    packet = randomUUID();
    const asking = { ids: { id }, body, headers: { 'Idempotency-Key': packet } };
    const ordered = await walk('supervisor', 'POST', '/v1/referrals/{id}/packets', 202, asking);
    expect(ordered.headers.get('location')).toBe(`/v1/packets/${packet}/status`);
    const again = await walk('supervisor', 'POST', '/v1/referrals/{id}/packets', 202, asking);
    expect([dig(ordered.json, 'isNew'), dig(again.json, 'isNew')]).toEqual([true, false]);
    const other = { ...asking, body: { ...body, purpose: 'Another' } };
    await walk('supervisor', 'POST', '/v1/referrals/{id}/packets', 409, other);
    const ids = { id: packet };
    await walk('investigator', 'GET', '/v1/packets/{id}/status', 200, { ids });
    await walk('investigator', 'GET', '/v1/packets/{id}', 409, { ids });
    await door.test.desk.integrate();
    await door.test.desk.freezePackets();
    await walk('auditor', 'GET', '/v1/packets', 200, { query: '?limit=1' });
    await walk('auditor', 'GET', '/v1/packets', 422, { query: '?limit=0' });
    const whole = await walk('investigator', 'GET', '/v1/packets/{id}', 200, { ids });
    const part = await walk('investigator', 'GET', '/v1/packets/{id}', 206, {
      ids,
      headers: { Range: 'bytes=0-3', 'If-Range': whole.headers.get('etag') ?? '' },
    });
    expect(part.bytes.equals(whole.bytes.subarray(0, 4))).toBe(true);
    await walk('investigator', 'GET', '/v1/packets/{id}', 416, { ids, headers: { Range: 'bytes=9999999-' } });
    await walk('investigator', 'POST', '/v1/packets/{id}/acknowledge', 201, { ids, body: { answer: 'received' } });
    const outcome = { answer: 'outcome', reason: 'inquiryOpened', caseNumber: '12/26', note: 'Thanks' };
    await walk('investigator', 'POST', '/v1/packets/{id}/acknowledge', 201, { ids, body: outcome });
    await walk('investigator', 'POST', '/v1/packets/{id}/acknowledge', 422, { ids, body: { answer: 'outcome' } });
    await walk('supervisor', 'POST', '/v1/packets/{id}/acknowledge', 403, { ids, body: { answer: 'received' } });
    const link = await walk('supervisor', 'POST', '/v1/packets/{id}/links', 201, { ids, body: { hours: 1 } });
    const token = text(link.json, 'path').replace('/v1/links/', '');
    const shown = await walk(undefined, 'GET', '/v1/links/{token}', 200, { ids: { token } });
    expect(shown.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const taken = await walk(undefined, 'POST', '/v1/links/{token}', 200, { ids: { token } });
    expect(taken.bytes.equals(whole.bytes)).toBe(true);
    await walk(undefined, 'POST', '/v1/links/{token}', 410, { ids: { token } });
    await walk(undefined, 'GET', '/v1/links/{token}', 410, { ids: { token } });
    const large = await walk('supervisor', 'POST', '/v1/packets/{id}/links', 201, { ids, body: { hours: 1 } });
    const stretches = { Taking: 'A'.repeat(43), Range: 'bytes=0-9' };
    const begun = { ids: { token: text(large.json, 'path').replace('/v1/links/', '') }, headers: stretches };
    await walk(undefined, 'POST', '/v1/links/{token}', 206, begun);
    await walk('supervisor', 'DELETE', '/v1/packets/{id}/links', 200, { ids });
    const status = await walk('auditor', 'GET', '/v1/packets/{id}/status', 200, { ids });
    expect(dig(status.json, 'releases')).toHaveLength(4);
    await walk('reporter', 'GET', '/v1/referrals/{id}', 200, { ids: { id } });
  });

  it('files with NCMEC, and says how that stands', async () => {
    const asking = { ids: { id }, body: { to: 'ncmec' }, headers: { 'Idempotency-Key': randomUUID() } };
    const ordered = await walk('supervisor', 'POST', '/v1/referrals/{id}/filings', 202, asking);
    expect(ordered.headers.get('location')).toBe(`/v1/referrals/${id}/filings`);
    const again = await walk('supervisor', 'POST', '/v1/referrals/{id}/filings', 202, { ...asking, headers: {} });
    expect([dig(ordered.json, 'isNew'), dig(again.json, 'isNew')]).toEqual([true, false]);
    await walk('supervisor', 'POST', '/v1/referrals/{id}/filings', 409, { ...asking, body: { to: 'nobody' } });
    await walk('supervisor', 'POST', '/v1/referrals/{id}/filings', 409, { ...asking, ids: { id: other } });
    await walk('reporter', 'GET', '/v1/referrals/{id}/filings', 200, { ids: { id } });
    ncmec.between = (path, n) => (path === '/submit' && n === 0 ? { before: unreached } : undefined);
    while ((await door.test.desk.deliverFilings()) > 0);
    await walk('reporter', 'GET', '/v1/referrals/{id}', 200, { ids: { id } });
    door.test.clock.addDays(1 / 24);
    while ((await door.test.desk.deliverFilings()) > 0);
    const { json } = await walk('supervisor', 'GET', '/v1/referrals/{id}/filings', 200, { ids: { id } });
    expect(json).toMatchObject({ items: [{ state: 'delivered', reportId: '4564654' }] });
    await walk('auditor', 'GET', '/v1/referrals/{id}', 200, { ids: { id } });
  });

  it('names the law it falls under, and says what was done of what it asks', async () => {
    const body = { regime: 'EU', law: 'eu-epoc', zone: 'Europe/Rome', holidays: ['2026-12-08'] };
    await walk('supervisor', 'POST', '/v1/referrals/{id}/regimes', 201, { ids: { id }, body });
    await walk('supervisor', 'POST', '/v1/referrals/{id}/regimes', 409, { ids: { id }, body });
    await walk('supervisor', 'POST', '/v1/referrals/{id}/regimes', 404, {
      ids: { id },
      body: { regime: 'US', law: 'eu-epoc' },
    });
    const met = { law: 'eu-epoc', how: 'through the authority’s own system' };
    await walk('supervisor', 'POST', '/v1/referrals/{id}/regimes/met', 201, { ids: { id }, body: met });
    const status = await walk('reporter', 'GET', '/v1/referrals/{id}', 200, { ids: { id } });
    expect(status.json).toMatchObject({ regimes: [{ law: 'eu-epoc', standing: 'done' }] });
  });

  it('clears, tells everyone who received it, and waits until they have said so', async () => {
    const found = { finding: 'not-illegal', about: '/attachments/0', reason: 'Seen', decidedBy: 'Court of Example' };
    const wrong = { ...found, reason: 'Mistaken', reference: '11/26' };
    const end = async (who: 'investigator' | 'supervisor', path: string, of: string): Promise<void> => {
      const { json } = await walk(who, 'POST', path, 201, { ids: { id: of }, body: wrong });
      const body = { clearance: Number(dig(json, 'clearance', 'seq')), reason: 'Seen again', decidedBy: 'The same' };
      await walk(who, 'POST', `${path}/withdrawals`, 201, { ids: { id: of }, body });
      await walk(who, 'POST', `${path}/withdrawals`, 409, { ids: { id: of }, body });
    };
    await end('investigator', '/v1/packets/{id}/clearances', packet);
    await end('supervisor', '/v1/referrals/{id}/clearances', id);
    await walk('investigator', 'POST', '/v1/packets/{id}/clearances', 201, { ids: { id: packet }, body: found });
    const body = { ...found, finding: 'innocent', about: 'referral', reference: '12/26' };
    const cleared = await walk('supervisor', 'POST', '/v1/referrals/{id}/clearances', 201, { ids: { id }, body });
    expect(cleared.json).toMatchObject({ notices: [{ agency: 'europol' }, { recipient: 'ncmec' }] });
    await walk('supervisor', 'POST', '/v1/referrals/{id}/clearances', 422, {
      ids: { id },
      body: { ...body, about: '/x' },
    });
    await walk('auditor', 'GET', '/v1/notices', 200, { query: '?limit=1' });
    const { json } = await walk('investigator', 'GET', '/v1/notices', 200);
    const own = (dig(json, 'items') as { noticeId: string }[]).map(({ noticeId }) => noticeId);
    expect(own).toHaveLength(6);
    for (const each of own) {
      await walk('investigator', 'GET', '/v1/notices/{id}', 200, { ids: { id: each } });
      await walk('investigator', 'POST', '/v1/notices/{id}/acknowledge', 201, { ids: { id: each }, body: {} });
    }
    const all = await walk('supervisor', 'GET', '/v1/notices', 200);
    const open = (dig(all.json, 'items') as { noticeId: string; acknowledged?: object }[]).filter(
      (each) => each.acknowledged === undefined,
    );
    expect(open).toHaveLength(6);
    for (const { noticeId } of open) {
      const ids = { id: noticeId };
      await walk('supervisor', 'POST', '/v1/notices/{id}/acknowledge', 422, { ids, body: {} });
      await walk('supervisor', 'POST', '/v1/notices/{id}/acknowledge', 201, { ids, body: { note: 'Told by letter' } });
      await walk('supervisor', 'POST', '/v1/notices/{id}/acknowledge', 409, { ids, body: { note: 'Again' } });
    }
    const taken = await walk('investigator', 'GET', '/v1/packets/{id}', 200, { ids: { id: packet } });
    expect(taken.headers.get('clearance')).toBe('not-illegal; about=part, innocent; about=referral');
    await walk('investigator', 'GET', '/v1/packets/{id}/status', 200, { ids: { id: packet } });
    await walk('reporter', 'GET', '/v1/referrals/{id}', 200, { ids: { id } });
  });

  it('destroys with two persons once the time has come, and certifies it', async () => {
    await walk('supervisor', 'POST', '/v1/referrals/{id}/destructions', 409, { ids: { id }, body: law });
    await door.test.desk.integrate(); // a receipt promised the log within a day
    door.test.clock.addDays(400);
    const asked = await walk('supervisor', 'POST', '/v1/referrals/{id}/destructions', 201, { ids: { id }, body: law });
    const ids = { id, d: text(asked.json, 'destructionId') };
    await walk('supervisor', 'GET', '/v1/referrals/{id}', 200, { ids });
    await walk('supervisor', 'POST', '/v1/referrals/{id}/destructions/{d}/approve', 403, { ids });
    await walk('supervisor2', 'POST', '/v1/referrals/{id}/destructions/{d}/approve', 200, { ids });
    await walk('reporter', 'GET', '/v1/referrals/{id}/certificate', 200, { ids });
    await walk('reporter', 'GET', '/v1/referrals/{id}', 200, { ids });
    await walk('reporter', 'GET', '/v1/referrals/{id}/receipt', 410, { ids });
    await walk('investigator', 'GET', '/v1/packets', 200);
    await walk('investigator', 'GET', '/v1/packets/{id}', 410, { ids: { id: packet } });
    await walk('investigator', 'GET', '/v1/packets/{id}/status', 410, { ids: { id: packet } });
  });

  it('keeps house: actors, agencies, keys, its own chain, and everything gone over again', async () => {
    await walk('operator', 'GET', '/v1/actors', 200);
    const added = await walk('operator', 'POST', '/v1/actors', 201, { body: { role: 'reporter', name: 'Kim' } });
    const ids = { id: text(added.json, 'actorId') };
    await walk('operator', 'DELETE', '/v1/actors/{id}', 204, { ids });
    await walk('operator', 'DELETE', '/v1/actors/{id}', 204, { ids });
    const signIn = { issuer: 'https://id.example', subject: 'noa' };
    const person = { body: { role: 'auditor', name: 'Noa', signIn } };
    expect((await walk('operator', 'POST', '/v1/actors', 201, person)).json).toEqual({ actorId: expect.any(String) });
    await walk('operator', 'POST', '/v1/actors', 409, person);
    const listed = await walk('operator', 'GET', '/v1/actors', 200);
    expect(listed.json).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ hasKey: false, signIn })]),
    });
    await walk('operator', 'POST', '/v1/agencies', 201, { body: { id: 'de-bka', name: 'BKA', country: 'DE' } });
    await walk('operator', 'POST', '/v1/agencies', 409, { body: { id: 'de-bka', name: 'BKA', country: 'DE' } });
    const recipient = 'age15js0m49jjss0v5v0q60la0q3n7r25xv7udyrefjlj4kw8w5rrapsszsrgd';
    const keys = { ids: { agency: 'de-bka' }, body: { ageRecipient: recipient } };
    await walk('operator', 'POST', '/v1/agencies/{agency}/keys', 200, keys);
    await walk('operator', 'GET', '/v1/agencies', 200);
    await walk('operator', 'POST', '/v1/keys/{purpose}/rotate', 200, { ids: { purpose: 'receipts' } });
    await walk('auditor', 'GET', '/v1/custody', 200, { query: '?since=1' });
    const { json } = await walk('auditor', 'POST', '/v1/watch', 200);
    expect(json).toMatchObject({ findings: [] });
  });

  it('lets anyone check it', async () => {
    expect((await walk(undefined, 'GET', '/v1/log/checkpoint', 200)).bytes.toString()).toMatch(/\n\n— /);
    await walk(undefined, 'GET', '/v1/log/{path}', 200, { ids: { path: 'tile/0/000.p/1' } });
    await walk(undefined, 'GET', '/v1/log/{path}', 200, { ids: { path: '1/checkpoint' } });
    await walk(undefined, 'GET', '/v1/log/{path}', 404, { ids: { path: 'tile/0/001' } });
    await walk(undefined, 'GET', '/v1/trust', 200);
    await walk(undefined, 'GET', '/v1/openapi.json', 200);
    await walk(undefined, 'GET', '/healthz', 200);
  });

  it('has given every answer its contract promises', () => {
    const promised = Object.entries(dig(contract, 'paths') as Record<string, object>).flatMap(([path, operations]) =>
      Object.entries(operations as Record<string, { responses: object }>).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
      ),
    );
    expect(promised.filter((each) => !each.endsWith('default') && !seen.has(each))).toEqual([]);
  });

  it('names each operation once, and says who may', () => {
    const operations = Object.values(dig(contract, 'paths') as object).flatMap((path): unknown[] =>
      Object.values(path as object),
    );
    const names = operations.map((operation) => text(operation, 'operationId'));
    expect(new Set(names).size).toBe(names.length);
    expect(text(contract, 'paths', '/v1/referrals', 'post', 'description')).toBe('For: reporter (own).');
  });
});
