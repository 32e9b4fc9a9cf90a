// What the API refuses: each with its code, its status, no word of it said back, and nothing kept of it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dig, digest, noise, openDoor, openOver, putOver, readAnswer, referralBody, text } from './http-door.ts';
import type { Answer, Asking, Door } from './http-door.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const REFERRALS = '/v1/referrals';

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.end());

let calls = 0;
function newKey(): string {
  return `call-${(calls += 1)}`;
}

async function code(asked: Promise<Answer>): Promise<[number, string]> {
  const { status, json } = await asked;
  return [status, text(json, 'code')];
}

function post(body: Uint8Array | string, headers: Readonly<Record<string, string>> = JSON_TYPE): Promise<Answer> {
  const asking: Asking = { headers: { 'Idempotency-Key': newKey(), ...headers }, body: Buffer.from(body) };
  return door.ask('reporter', 'POST', REFERRALS, asking);
}

/** A referral's JSON with one piece of text replaced. */
function spoilt(piece: string, by: string): string {
  const whole = referralBody().toString('utf8');
  if (!whole.includes(piece)) throw new Error('the fixture lacks this piece');
  return whole.replace(piece, by);
}

describe('a referral that cannot be taken', () => {
  const zone = '2026-01-01T10:00:00+01:00';
  it.each<[string, string | Uint8Array, number, string]>([
    ['is no JSON', '{"incidentSummary":', 400, 'input/malformed'],
    ['is empty', '', 400, 'input/malformed'],
    ['is nested 10,000 levels deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 400, 'input/too-deep'],
    [
      'has a key named __proto__',
      spoilt('{"incidentSummary"', '{"__proto__":{},"incidentSummary"'),
      400,
      'input/forbidden-key',
    ],
    ['has a key twice', spoilt('{"incidentSummary"', '{"reporter":{},"incidentSummary"'), 400, 'input/duplicate-key'],
    ['has half a surrogate pair', spoilt('Ada', String.raw`\ud83d`), 400, 'input/not-unicode'],
    ['is not UTF-8', Buffer.concat([referralBody(), Buffer.from([0xff])]), 400, 'input/not-unicode'],
    [
      'has a field nobody knows',
      spoilt('{"incidentSummary"', '{"secretField":1,"incidentSummary"'),
      422,
      'input/invalid',
    ],
    ['has a time without its zone', spoilt(zone, '2026-01-01T10:00:00'), 422, 'input/rule'],
    ['has a time in the future', spoilt(zone, '2027-01-01T10:00:00Z'), 422, 'input/rule'],
    ['is a list', '[]', 422, 'input/invalid'],
    ['is null', 'null', 422, 'input/invalid'],
  ])('%s', async (_name, body, status, expected) => {
    const answer = await post(body);
    expect([answer.status, text(answer.json, 'code')]).toEqual([status, expected]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    if (status === 422) expect(dig(answer.json, 'findings')).not.toHaveLength(0);
  });

  it.each<[string, Record<string, string>]>([
    ['without a content type', {}],
    ['as a form', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['as text that looks like JSON', { 'Content-Type': 'text/json' }],
    ['in another character set', { 'Content-Type': 'application/json; charset=iso-8859-1' }],
    ['compressed', { ...JSON_TYPE, 'Content-Encoding': 'gzip' }],
  ])('comes %s', async (_name, headers) => {
    expect(await code(post(referralBody(), headers))).toEqual([415, 'input/unsupported-type']);
  });

  it.each<[string | undefined, number, string]>([
    [undefined, 400, 'input/missing-header'],
    ['', 422, 'input/invalid'],
    ['k'.repeat(201), 422, 'input/invalid'],
  ])('has no idempotency key of 1 to 200 characters', async (key, status, expected) => {
    const headers = { ...JSON_TYPE, ...(key === undefined ? {} : { 'Idempotency-Key': key }) };
    const asked = door.ask('reporter', 'POST', REFERRALS, { headers, body: referralBody() });
    expect(await code(asked)).toEqual([status, expected]);
  });

  it('uses the idempotency key of another', async () => {
    const headers = { ...JSON_TYPE, 'Idempotency-Key': newKey() };
    const first = await door.ask('reporter', 'POST', REFERRALS, { headers, body: referralBody() });
    const other = referralBody([noise('a', 1)]);
    expect(first.status).toBe(201);
    expect(await code(door.ask('reporter', 'POST', REFERRALS, { headers, body: other }))).toEqual([
      409,
      'state/key-reused',
    ]);
  });

  it('is nowhere to be found afterwards', async () => {
    const { json } = await door.ask('reporter', 'GET', REFERRALS);
    expect(dig(json, 'items')).toHaveLength(1); // that of the reused key
  });
});

describe('a body that is too large', () => {
  /** A body of 100 MB that counts how much of it was asked for. */
  function endless(): { body: ReadableStream; pulled: () => number } {
    let pulled = 0;
    async function* bytes(): AsyncGenerator<Uint8Array> {
      const piece = Buffer.alloc(1_000_000, 0x20);
      for (let n = 0; n < 100; n++) {
        pulled += piece.length;
        yield await Promise.resolve(piece);
      }
    }
    return { body: ReadableStream.from(bytes()), pulled: () => pulled };
  }

  function send(path: string, body: ReadableStream, headers: Record<string, string> = {}): Promise<Response> {
    const all = {
      ...JSON_TYPE,
      Authorization: `Bearer ${door.test.keys.reporter}`,
      'Idempotency-Key': 'large',
      ...headers,
    };
    return door.api.fetch(
      new Request(`http://desk.local${path}`, { method: 'POST', headers: all, body, duplex: 'half' }),
    );
  }

  it('is refused before any of it is read when it says so itself', async () => {
    const { body, pulled } = endless();
    const answer = await readAnswer(await send(REFERRALS, body, { 'Content-Length': '100000000' }));
    expect([answer.status, text(answer.json, 'code'), pulled()]).toEqual([413, 'input/too-large', 0]);
  });

  it('is refused as soon as the limit is passed when it does not say', async () => {
    const { body, pulled } = endless();
    const answer = await readAnswer(await send(REFERRALS, body));
    expect([answer.status, text(answer.json, 'code')]).toEqual([413, 'input/too-large']);
    expect(pulled()).toBeLessThanOrEqual(18_000_000);
  });

  it('is refused much sooner where no referral is expected', async () => {
    const { id } = await openOver(door, [], newKey());
    const { body, pulled } = endless();
    const answer = await readAnswer(await send(`${REFERRALS}/${id}/views`, body));
    expect([answer.status, text(answer.json, 'code')]).toEqual([413, 'input/too-large']);
    expect(pulled()).toBeLessThanOrEqual(2_000_000);
  });

  it('is not read at all from one who may not send it', async () => {
    const { body, pulled } = endless();
    const answer = await send(REFERRALS, body, { Authorization: `Bearer ${door.test.keys.auditor}` });
    expect([answer.status, pulled()]).toEqual([403, 0]);
  });
});

describe('an attachment that cannot be taken', () => {
  const file = noise('file.bin', 5000);
  const other = noise('other.bin', 5000);
  const FRESH = '0b0e4c35-3c5f-4f7a-9a39-0d7ef5a9b1c2';
  let id = '';
  let declared = '';

  beforeAll(async () => {
    const opened = await openOver(door, [file], newKey());
    id = opened.id;
    declared = opened.attachments[0] ?? '';
  });

  async function known(): Promise<unknown> {
    return (await door.ask('reporter', 'GET', `${REFERRALS}/${id}`)).json;
  }

  const raw = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
  it.each<[string, Record<string, string>, number, string]>([
    ['no digest', { 'Content-Digest': '' }, 400, 'attachment/no-digest'],
    ['a digest of another kind', { 'Content-Digest': `sha-512=:${raw(file.sha256)}:` }, 400, 'attachment/no-digest'],
    ['a digest in hex', { 'Content-Digest': `sha-256=${file.sha256}` }, 400, 'attachment/no-digest'],
    ['a digest cut short', { 'Content-Digest': `sha-256=:${raw(file.sha256.slice(2))}:` }, 400, 'attachment/no-digest'],
    ['two digests', { 'Content-Digest': `${digest(file)}, ${digest(other)}` }, 400, 'attachment/no-digest'],
    ['the digest of other bytes', { 'Content-Digest': digest(other) }, 422, 'attachment/digest-mismatch'],
    ['one byte too few', { 'Content-Length': '5001' }, 422, 'attachment/size-mismatch'],
    ['one byte too many', { 'Content-Length': '4999' }, 422, 'attachment/size-mismatch'],
    ['a size that is none', { 'Content-Length': '1e3' }, 400, 'input/malformed'],
    ['a coding', { 'Content-Encoding': 'gzip' }, 415, 'input/unsupported-type'],
    [
      'a name that is not UTF-8',
      { 'Content-Disposition': "attachment; filename*=UTF-8''%FF" },
      400,
      'input/not-unicode',
    ],
    ['a name in another coding', { 'Content-Disposition': "attachment; filename*=latin1''a" }, 400, 'input/malformed'],
    [
      'a name beyond ASCII, unmarked',
      { 'Content-Disposition': 'attachment; filename="\u00e4"' },
      400,
      'input/malformed',
    ],
    ['two names', { 'Content-Disposition': 'attachment; filename=a; filename=b' }, 400, 'input/malformed'],
    ['half a name', { 'Content-Disposition': 'attachment; filename="a' }, 400, 'input/malformed'],
  ])('comes with %s, and nothing is kept of it', async (_name, headers, status, expected) => {
    const before = await known();
    expect(await code(putOver(door, id, FRESH, file, headers))).toEqual([status, expected]);
    expect(await known()).toEqual(before);
  });

  it('stops half-way, and nothing is kept of it', async () => {
    const before = await known();
    async function* half(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(file.bytes.subarray(0, 2500));
      throw new Error('the line went dead');
    }
    const headers = { Authorization: `Bearer ${door.test.keys.reporter}`, 'Content-Digest': digest(file) };
    const url = `http://desk.local${REFERRALS}/${id}/attachments/${FRESH}`;
    const body = ReadableStream.from(half());
    const asked = door.api.fetch(new Request(url, { method: 'PUT', headers, body, duplex: 'half' })).then(readAnswer);
    expect(await code(asked)).toEqual([400, 'attachment/cut-off']);
    expect(await known()).toEqual(before);
  });

  it('is not the one the referral declares', async () => {
    expect(await code(putOver(door, id, declared, other))).toEqual([422, 'attachment/not-as-declared']);
  });

  it('is another under an id that was used', async () => {
    expect((await putOver(door, id, FRESH, file)).status).toBe(201);
    expect((await putOver(door, id, FRESH, file)).status).toBe(200);
    expect(await code(putOver(door, id, FRESH, other))).toEqual([409, 'state/attachment-differs']);
  });

  it.each([
    'x',
    'secret-name.jpg',
    FRESH.toUpperCase(),
    `${FRESH}0`,
    '..%2f..%2fetc%2fpasswd',
    '%00',
    FRESH.replaceAll('-', ''),
  ])('has an id that is no UUID in lower case (%s), which is not said back', async (bad) => {
    const answer = await putOver(door, id, bad, file);
    expect([answer.status, text(answer.json, 'code')]).toEqual([422, 'input/invalid']);
    expect(answer.bytes.includes(bad.slice(0, 8))).toBe(false);
  });

  it('comes after the end, and a second end or a way back comes too late', async () => {
    const { id: done } = await openOver(door, [], newKey());
    expect((await door.ask('reporter', 'POST', `${REFERRALS}/${done}/finish`)).status).toBe(200);
    expect(await code(door.ask('reporter', 'POST', `${REFERRALS}/${done}/finish`))).toEqual([
      409,
      'state/already-finished',
    ]);
    expect(await code(putOver(door, done, FRESH, file))).toEqual([409, 'state/already-finished']);
    const retract = door.ask('reporter', 'POST', `${REFERRALS}/${done}/retract`, { body: {} });
    expect(await code(retract)).toEqual([409, 'state/already-finished']);
  });

  it('is missing at the end, and the answer says which', async () => {
    const answer = await door.ask('reporter', 'POST', `${REFERRALS}/${id}/finish`);
    expect(answer.json).toMatchObject({ code: 'state/incomplete', status: 409, path: '/attachments/0' });
  });
});

describe('the name of an attachment', () => {
  const NAMES: readonly [string, string][] = [
    ['a way up', '../../../etc/passwd'],
    ['an absolute path', '/etc/shadow'],
    ['a path of Windows', 'C:\\CON\\aux.txt:stream'],
    ['NUL and controls', 'a\u0000b\u0001\r\nX-Injected: 1\u007f\u0085'],
    ['text that turns around', '\u202egpj.exe\u2066\u200f'],
    ['300 characters', 'ש'.repeat(300)],
    ['emoji and joiners', '👩‍👧 \ud83c\uddee\ud83c\uddf1.png'],
    ['two spellings of one letter', 'e\u0301 \u00e9'],
    ['signs of the header itself', `";'()*%25\\,=filename*`],
    ['nothing', ''],
    ['spaces around', '  a  '],
    ['markup', '<img src=x onerror=alert(1)>'],
  ];
  const encode = (name: string): string =>
    encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);

  it.each(NAMES)('is kept to the letter, and used for nothing: %s', async (_what, name) => {
    const { id } = await openOver(door, [], newKey());
    const attachment = '0b0e4c35-3c5f-4f7a-9a39-0d7ef5a9b1c2';
    const headers = {
      'Content-Disposition': `attachment; filename*=UTF-8''${encode(name)}`,
      'Content-Type': 'a/b; c="d"',
    };
    expect((await putOver(door, id, attachment, noise('x', 3), headers)).status).toBe(201);
    const path = `${REFERRALS}/${id}/attachments/${attachment}`;
    const read = await door.ask('supervisor', 'GET', path, { headers: { Purpose: 'test' } });
    const facts = JSON.parse(decodeURIComponent(read.headers.get('attachment-facts') ?? '')) as unknown;
    expect(facts).toMatchObject({ name, contentType: 'a/b; c="d"' });
    expect(read.headers.get('content-disposition')).toBe('attachment; filename="attachment.bin"');
    expect(read.headers.get('content-type')).toBe('application/octet-stream');
  });

  it('may be given the old way in ASCII', async () => {
    const { id } = await openOver(door, [], newKey());
    const attachment = '0b0e4c35-3c5f-4f7a-9a39-0d7ef5a9b1c2';
    const headers = { 'Content-Disposition': 'attachment; filename="a \\"b\\".jpg"; x=y' };
    expect((await putOver(door, id, attachment, noise('x', 3), headers)).status).toBe(201);
    const reader = await door.test.as('supervisor');
    expect((await door.test.desk.readAttachment(reader, id, attachment, 'test')).facts.name).toBe('a "b".jpg');
  });

  it('is left out of the answer where it is too long for a header, and kept all the same', async () => {
    const { id } = await openOver(door, [], newKey());
    const attachment = '0b0e4c35-3c5f-4f7a-9a39-0d7ef5a9b1c2';
    const name = '漢'.repeat(4096);
    const headers = { 'Content-Disposition': `attachment; filename*=UTF-8''${encode(name)}` };
    expect((await putOver(door, id, attachment, noise('x', 3), headers)).status).toBe(201);
    const path = `${REFERRALS}/${id}/attachments/${attachment}`;
    const read = await door.ask('supervisor', 'GET', path, { headers: { Purpose: 'test' } });
    expect(JSON.parse(decodeURIComponent(read.headers.get('attachment-facts') ?? ''))).not.toHaveProperty('name');
    const reader = await door.test.as('supervisor');
    expect((await door.test.desk.readAttachment(reader, id, attachment, 'test')).facts.name).toBe(name);
  });
});

describe('a reading', () => {
  it.each([
    ['without a purpose', {}, 'input/missing-header'],
    ['with a blank purpose', { Purpose: '%20%20' }, 'input/missing-header'],
    ['with a purpose that is not UTF-8', { Purpose: '%ff' }, 'input/malformed'],
  ])('%s is refused and not entered', async (_name, headers: Record<string, string>, expected) => {
    const file = noise('x', 3);
    const { id, attachments } = await openOver(door, [file], newKey());
    await putOver(door, id, attachments[0] ?? '', file);
    const path = `${REFERRALS}/${id}/attachments/${attachments[0] ?? ''}`;
    expect(await code(door.ask('supervisor', 'GET', path, { headers }))).toEqual([400, expected]);
    const { json } = await door.ask('auditor', 'GET', `${REFERRALS}/${id}`);
    expect(dig(json, 'custody', 'entries')).toBe(2);
  });

  it('cannot be had with HEAD, which would enter a reading nobody did', async () => {
    const path = `${REFERRALS}/0b0e4c35-3c5f-4f7a-9a39-0d7ef5a9b1c2/attachments/0b0e4c35-3c5f-4f7a-9a39-0d7ef5a9b1c2`;
    const answer = await door.ask('supervisor', 'HEAD', path, { headers: { Purpose: 'test' } });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'PUT, GET, OPTIONS']);
  });
});

describe('a view', () => {
  const file = noise('x', 3);
  const look = { viewer: 'Noa', from: '2026-11-20T10:00:00Z', to: '2026-11-20T10:05:00Z', extent: 'full' };
  it.each<[string, (attachment: string) => object, number, string]>([
    ['of an attachment whose bytes are not named', (attachment) => ({ ...look, attachment }), 422, 'input/invalid'],
    ['of nothing', () => look, 422, 'input/invalid'],
    [
      'of other bytes than the attachment named',
      (attachment) => ({ ...look, attachment, sha256: 'a'.repeat(64) }),
      422,
      'input/rule',
    ],
    ['in the future', () => ({ ...look, sha256: file.sha256, to: '2027-01-01T00:00:00Z' }), 422, 'input/rule'],
    ['without zones', () => ({ ...look, sha256: file.sha256, from: '2026-11-20T10:00:00' }), 422, 'input/invalid'],
    ['with a word nobody knows', () => ({ ...look, sha256: file.sha256, mood: 'sad' }), 422, 'input/invalid'],
  ])('%s is refused', async (_name, view, status, expected) => {
    const { id, attachments } = await openOver(door, [file], newKey());
    await putOver(door, id, attachments[0] ?? '', file);
    const asked = door.ask('reporter', 'POST', `${REFERRALS}/${id}/views`, { body: view(attachments[0] ?? '') });
    expect(await code(asked)).toEqual([status, expected]);
  });
});

describe('a question to nowhere', () => {
  it.each([
    ['GET', '/', 404, 'absent/route'],
    ['GET', '/v1', 404, 'absent/route'],
    ['GET', '/v1/referrals/', 404, 'absent/route'],
    ['GET', '//v1/referrals', 404, 'absent/route'],
    ['POST', '/v1/referral', 404, 'absent/route'],
    ['GET', '/v1/referrals/%', 422, 'input/invalid'],
    ['PATCH', '/v1/referrals', 405, 'absent/method'],
    ['DELETE', '/v1/trust', 405, 'absent/method'],
    ['POST', '/v1/keys/secret/rotate', 422, 'input/invalid'],
    ['GET', '/v1/referrals?colour=red', 422, 'input/invalid'],
    ['GET', '/v1/referrals?limit=1&limit=2', 422, 'input/invalid'],
    ['GET', '/v1/referrals?limit=0', 422, 'input/invalid'],
    ['GET', '/v1/referrals?limit=201', 422, 'input/invalid'],
    ['GET', '/v1/referrals?limit=ten', 422, 'input/invalid'],
    ['GET', '/v1/referrals?state=lost', 422, 'input/invalid'],
    ['GET', '/v1/referrals?after=nonsense', 400, 'input/malformed'],
    ['GET', '/v1/custody?since=-1', 422, 'input/invalid'],
    ['GET', '/v1/custody?since=999999', 422, 'input/invalid'],
  ])('%s %s', async (method, path, status, expected) => {
    const actor = path.startsWith('/v1/keys') ? 'operator' : 'auditor';
    expect(await code(door.ask(actor, method, path))).toEqual([status, expected]);
  });

  it('is told what there is', async () => {
    const wrong = await door.ask('reporter', 'PATCH', REFERRALS);
    expect(wrong.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS');
    const options = await door.ask(undefined, 'OPTIONS', REFERRALS);
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, GET, HEAD, OPTIONS']);
    expect(options.bytes).toHaveLength(0);
  });

  it('is answered with a head and no body where HEAD is asked', async () => {
    const [head, get] = [await door.ask('auditor', 'HEAD', '/v1/trust'), await door.ask('auditor', 'GET', '/v1/trust')];
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    expect((await door.ask(undefined, 'HEAD', REFERRALS)).status).toBe(401);
  });

  it('is refused where its head is too large', async () => {
    const large = { headers: { 'X-Large': 'x'.repeat(70_000) } };
    const many = { headers: Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`X-${n}`, 'x'])) };
    for (const asking of [large, many]) {
      expect(await code(door.ask('auditor', 'GET', '/v1/trust', asking))).toEqual([413, 'input/too-large']);
    }
  });
});
