// The CyberTipline door as its clients meet it: every endpoint, what it answers to the letter, who may ask, and what it refuses.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { ENDPOINTS } from '../../lib/http/ispws/codes.ts';
import { LIMITS } from '../../lib/http/index.ts';
import { noise } from '../material.ts';
import {
  askApi,
  basic,
  codes,
  field,
  file,
  form,
  FORM,
  openReportDoor,
  reportIdOf,
  URLENCODED,
  XML,
  type Asking,
  type ReportDoor,
  type Told,
} from './http-ispws-door.ts';
import { detailsBody, reportBody } from './report/material.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const METHODS = {
  status: 'GET',
  xsd: 'GET',
  submit: 'POST',
  upload: 'POST',
  fileinfo: 'POST',
  finish: 'POST',
  retract: 'POST',
};
const UNKNOWN = '4564654';

let door: ReportDoor;
beforeAll(async () => {
  door = await openReportDoor();
});
afterAll(() => door.end());

const get = (path: string): Promise<Told> => door.ask('reporter', 'GET', path);
const post = (path: string, headers: Record<string, string>, body: Asking['body']): Promise<Told> =>
  door.ask('reporter', 'POST', path, { headers, ...(body === undefined ? {} : { body }) });
const submit = async (): Promise<string> => reportIdOf(await post('/submit', XML, reportBody()));
const upload = (id: string, bytes: Uint8Array | string = 'abc'): Promise<Told> =>
  post('/upload', FORM, form([field('id', id), file(bytes)]));

/** What an answer says, white space between elements aside. */
function flat({ text }: Told): string {
  return text.replaceAll(/>\s+</g, '><').trim();
}

describe('a report', () => {
  it('goes all the way, and every answer is NCMEC’s to the letter', async () => {
    const submitted = await post('/submit', XML, reportBody());
    const id = reportIdOf(submitted);
    const success = `<responseCode>0</responseCode><responseDescription>Success</responseDescription><reportId>${id}</reportId>`;
    const plain = `${DECLARATION}<reportResponse>${success}</reportResponse>`;
    expect(id).toMatch(/^[1-9][0-9]{15}$/);
    expect([submitted.status, flat(submitted)]).toEqual([200, plain]);
    const { bytes } = noise('a', 100_000);
    const md5 = createHash('md5').update(bytes).digest('hex');
    const uploaded = await upload(id, bytes);
    const fileId = (uploaded.answer?.root === 'reportResponse' ? uploaded.answer.fileId : undefined) ?? '';
    expect(fileId).toMatch(/^[a-f][0-9a-f]{31}$/);
    const more = `<fileId>${fileId}</fileId><hash>${md5}</hash>`;
    expect([uploaded.status, flat(uploaded)]).toEqual([
      200,
      `${DECLARATION}<reportResponse>${success}${more}</reportResponse>`,
    ]);
    const described = await post('/fileinfo', XML, detailsBody(id, fileId));
    expect([described.status, flat(described)]).toEqual([200, plain]);
    const finished = await post('/finish', FORM, form([field('id', id)]));
    const files = `<files><fileId>${fileId}</fileId></files>`;
    const done = `<responseCode>0</responseCode><reportId>${id}</reportId>${files}`;
    expect([finished.status, flat(finished)]).toEqual([
      200,
      `${DECLARATION}<reportDoneResponse>${done}</reportDoneResponse>`,
    ]);
  });

  it('without files is finished with an empty list of them', async () => {
    const id = await submit();
    const finished = await post('/finish', URLENCODED, `id=${id}`);
    const done = `<responseCode>0</responseCode><reportId>${id}</reportId><files/>`;
    expect(flat(finished).replace('<files></files>', '<files/>')).toBe(
      `${DECLARATION}<reportDoneResponse>${done}</reportDoneResponse>`,
    );
  });

  it('is taken back, and says so ever after', async () => {
    const id = await submit();
    const retracted = await post('/retract', URLENCODED, `id=${id}`);
    expect(flat(retracted)).toContain(`<responseDescription>Success</responseDescription><reportId>${id}</reportId>`);
    for (const path of ['/retract', '/finish']) {
      expect(codes(await post(path, URLENCODED, `id=${id}`))).toEqual([400, 5101]);
    }
    expect(codes(await upload(id))).toEqual([400, 5101]);
  });

  it('that is finished takes nothing more and is not taken back', async () => {
    const id = await submit();
    await post('/finish', URLENCODED, `id=${id}`);
    for (const path of ['/retract', '/finish']) {
      expect(codes(await post(path, FORM, form([field('id', id)])))).toEqual([400, 5102]);
    }
    expect(codes(await upload(id))).toEqual([400, 5102]);
    expect(codes(await post('/fileinfo', XML, detailsBody(id, 'a'.repeat(32))))).toEqual([400, 5102]);
  });

  it.each([UNKNOWN, '0', '-1', 'abc', '', '9'.repeat(40), '12 34', '0x10', '１２３'])(
    'of the number "%s" does not exist',
    async (id) => {
      const encoded = encodeURIComponent(id);
      for (const path of ['/retract', '/finish']) {
        expect(codes(await post(path, URLENCODED, `id=${encoded}`))).toEqual([404, 5001]);
        expect(codes(await post(path, FORM, form([field('id', id)])))).toEqual([404, 5001]);
      }
      expect(codes(await upload(id))).toEqual([404, 5001]);
      expect(codes(await post('/upload', FORM, form([file('abc'), field('id', id)])))).toEqual([404, 5001]);
    },
  );

  it('has its files described once each, the very same details again aside', async () => {
    const id = await submit();
    const { answer } = await upload(id);
    const fileId = (answer?.root === 'reportResponse' ? answer.fileId : undefined) ?? '';
    expect(codes(await post('/fileinfo', XML, detailsBody(id, 'a'.repeat(32))))).toEqual([404, 5002]);
    expect(codes(await post('/fileinfo', XML, detailsBody(UNKNOWN, fileId)))).toEqual([404, 5001]);
    expect(codes(await post('/fileinfo', XML, detailsBody(id, fileId)))).toEqual([200, 0]);
    expect(codes(await post('/fileinfo', XML, detailsBody(id, fileId)))).toEqual([200, 0]);
    const other = detailsBody(id, fileId, '<fileViewedByEsp>false</fileViewedByEsp>');
    expect(codes(await post('/fileinfo', XML, other))).toEqual([400, 4100]);
  });
});

describe('a document', () => {
  it.each([
    'text/xml; charset=utf-8',
    'text/xml',
    'application/xml',
    'TEXT/XML;CHARSET="UTF-8"',
    'text/plain;charset=UTF-8',
    'text/xml; charset=us-ascii',
    'application/xml; charset=utf8; version=1',
    '',
  ])('is taken as "%s"', async (type) => {
    const headers: Record<string, string> = type === '' ? {} : { 'Content-Type': type };
    expect(codes(await post('/submit', headers, reportBody()))).toEqual([200, 0]);
  });

  it.each([
    ['application/json', {}],
    ['application/x-www-form-urlencoded', {}],
    ['multipart/form-data; boundary=x', {}],
    ['text/xml; charset=iso-8859-1', {}],
    ['text/xml; charset=utf-16', {}],
    ['text/xml; charset', {}],
    ['text/xml', { 'Content-Encoding': 'gzip' }],
    ['text/xml', { 'Content-Encoding': 'deflate' }],
  ])('is refused as "%s" with %j', async (type, more) => {
    for (const path of ['/submit', '/fileinfo']) {
      expect(codes(await post(path, { 'Content-Type': type, ...more }, reportBody()))).toEqual([415, 4000]);
    }
  });

  it.each([
    '',
    ' ',
    'hello',
    '<report>',
    '<report></reports>',
    '<!DOCTYPE report><report/>',
    '\0',
    '<report/><report/>',
  ])('that is not well-formed is malformed XML: %j', async (body) => {
    for (const path of ['/submit', '/fileinfo']) {
      expect(codes(await post(path, XML, body))).toEqual([400, 4110]);
    }
  });

  it('that the schema refuses is told where and why, and nothing of what it holds', async () => {
    const secret = 'Zyxwvut';
    const body = reportBody().toString().replace('2026-01-01T10:00:00+01:00', secret);
    const refused = await post('/submit', XML, body);
    expect(codes(refused)).toEqual([400, 4100]);
    const description = refused.answer?.root === 'reportResponse' ? refused.answer.description : '';
    expect(description).toMatch(
      /^Validation failed Schema: line \d+, \/report\/incidentSummary\/incidentDateTime: [a-z-]+\. ./,
    );
    expect(refused.text).not.toContain(secret);
  });

  it('that a rule refuses is told the rule', async () => {
    const body = reportBody().toString().replace('2026-01-01T10:00:00+01:00', '2126-01-01T10:00:00Z');
    const refused = await post('/submit', XML, body);
    expect(codes(refused)).toEqual([400, 4100]);
    const description = refused.answer?.root === 'reportResponse' ? refused.answer.description : '';
    expect(description).toMatch(
      /^Validation failed Rule [a-z-]+: line \d+, \/report\/incidentSummary\/incidentDateTime: ./,
    );
  });

  it('that is wrong in a thousand places is told some of them', async () => {
    const more = '<unknown>secret</unknown>'.repeat(1000);
    const refused = await post('/submit', XML, reportBody({ more }));
    expect(codes(refused)).toEqual([400, 4100]);
    expect(refused.text.length).toBeLessThan(10_000);
    expect(refused.text).not.toContain('secret');
  });

  it('that is too large is refused by what it says of itself, and else by what comes', async () => {
    const limited = await openReportDoor({ limits: { jsonBytes: 1000 } });
    const body = Buffer.concat([reportBody(), Buffer.alloc(1000, ' ')]);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < body.length; at += 100) yield await Promise.resolve(body.subarray(at, at + 100));
    }
    expect(codes(await limited.ask('reporter', 'POST', '/submit', { headers: XML, body: pieces() }))).toEqual([
      413, 4000,
    ]);
    const declared = { ...XML, 'Content-Length': String(body.length) };
    expect(codes(await limited.ask('reporter', 'POST', '/submit', { headers: declared, body }))).toEqual([413, 4000]);
    await limited.end();
  });
});

describe('what real clients write', () => {
  const text = reportBody().toString();
  const reported = (more: string): string =>
    text.replace('</report>', `<personOrUserReported>${more}</personOrUserReported></report>`);
  const SINGLE_LINE = text.replaceAll(/>\s+</g, '><');

  it.each([
    ['without an XML declaration', text.replace(/^<\?xml[^>]*\?>\s*/, '')],
    ['with a declaration that names no encoding', text.replace(/^<\?xml[^>]*\?>/, '<?xml version="1.0"?>')],
    ['on a single line', SINGLE_LINE],
    ['with a byte order mark', `\ufeff${text}`],
    ['with CDATA', text.replace('>Ada<', '><![CDATA[Ada]]><')],
    [
      'with the conventional attributes',
      text.replace(
        '<report>',
        '<report xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="https://report.cybertip.org/ispws/xsd">',
      ),
    ],
    ['with a flag of 1', text.replace('<email>', '<email verified="1">')],
    ['with an empty element for what is not known', text.replace('<phone>', '<phone/><phone>')],
    [
      'with empty addresses',
      text.replace('<email>', '<email/><email>').replace('</reporter>', '<legalURL/></reporter>'),
    ],
    ['with comments and instructions', text.replace('<reporter>', '<!-- Ada --><?php x?><reporter>')],
    ['with text beyond ASCII', text.replace('>Ada<', '>Зоя 💡<')],
  ])('is taken: a report %s', async (_name, body) => {
    expect(codes(await post('/submit', XML, body))).toEqual([200, 0]);
  });

  it.each([
    ['escalateToHighPriority', text.replace('<incidentDateTime>', '<escalateToHighPriority/><incidentDateTime>')],
    ['idType', reported('<deviceId><idType/><idValue>1</idValue></deviceId>')],
    ['idValue', reported('<deviceId><idType>IMEI</idType><idValue> </idValue></deviceId>')],
    ['ipAddress', reported('<ipCaptureEvent><ipAddress/></ipCaptureEvent>')],
  ])('is refused with a blank %s, as NCMEC refuses it', async (name, body) => {
    const refused = await post('/submit', XML, body);
    expect(codes(refused)).toEqual([400, 4100]);
    expect(refused.text).toMatch(new RegExp(`Rule not-blank: line \\d+, /report/[^:]*/${name}:`));
  });

  it('is refused each time it is sent, however often', async () => {
    const wrong = text.replace('<incidentType>', '<incidentType> ');
    const told = await Promise.all(Array.from({ length: 100 }, () => post('/submit', XML, wrong)));
    expect(new Set(told.map((each) => codes(each).join(' ')))).toEqual(new Set(['400 4100']));
    expect(new Set(told.map(flat)).size).toBe(1);
  });

  it('is a verdict and never a fault, whatever became of it on the way', async () => {
    const change = fc.tuple(fc.nat(text.length - 1), fc.nat(20), fc.string({ unit: 'binary', maxLength: 5 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        const body = changes.reduce((now, [at, drop, put]) => now.slice(0, at) + put + now.slice(at + drop), text);
        const [status, code] = codes(await post('/submit', XML, Buffer.from(body)));
        expect([
          [200, 0],
          [400, 4100],
          [400, 4110],
        ]).toContainEqual([status, code]);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('a report whose time is over', () => {
  it('does not exist any more, finished ones aside', async () => {
    const other = await openReportDoor();
    const send = (path: string, headers: Record<string, string>, body: Asking['body'] = ''): Promise<Told> =>
      other.ask('reporter', 'POST', path, { headers, body });
    const submitted = async (): Promise<string> => reportIdOf(await send('/submit', XML, reportBody()));
    const [left, taken, done] = [await submitted(), await submitted(), await submitted()];
    await send('/retract', URLENCODED, `id=${taken}`);
    await send('/finish', URLENCODED, `id=${done}`);
    other.test.clock.addDays(2);
    const retract = async (id: string): Promise<unknown> => codes(await send('/retract', URLENCODED, `id=${id}`));
    expect([await retract(left), await retract(taken), await retract(done)]).toEqual([
      [404, 5001],
      [400, 5101],
      [400, 5102],
    ]);
    expect(codes(await send('/upload', FORM, form([field('id', left), file('abc')])))).toEqual([404, 5001]);
    await other.test.desk.tick();
    expect([await retract(left), await retract(taken), await retract(done)]).toEqual([
      [404, 5001],
      [404, 5001],
      [400, 5102],
    ]);
    await other.end();
  });
});

describe('a number in a form', () => {
  it.each([
    ['none', URLENCODED, ''],
    ['none of this name', URLENCODED, 'ID=1'],
    ['two', URLENCODED, 'id=1&id=1'],
    ['none in parts', FORM, form([field('other', '1')])],
    ['two in parts', FORM, form([field('id', '1'), field('id', '1')])],
    ['no parts', FORM, form([])],
    ['a form that is none', FORM, 'id=1'],
    ['a form without an end', FORM, form([field('id', '1')], '')],
    ['a part without a name', FORM, form([{ headers: ['Content-Disposition: form-data'], body: '1' }])],
    ['no boundary', { 'Content-Type': 'multipart/form-data' }, form([field('id', '1')])],
    ['no body', FORM, undefined],
  ])('is refused where it is %s', async (_name, headers, body) => {
    for (const path of ['/finish', '/retract']) expect(codes(await post(path, headers, body))).toEqual([400, 4000]);
  });

  it.each([
    [{ 'Content-Type': 'application/json' }, '{"id":1}', 415],
    [{}, 'id=1', 415],
    [URLENCODED, `id=${'1'.repeat(70_000)}`, 413],
    [{ ...URLENCODED, 'Content-Encoding': 'gzip' }, 'id=1', 415],
    [FORM, form([field('id', '1'), field('other', 'x'.repeat(70_000))]), 413],
  ])('is refused as %j', async (headers, body, status) => {
    for (const path of ['/finish', '/retract']) {
      expect(codes(await post(path, headers, body === 'id=1' ? Buffer.from(body) : body))).toEqual([status, 4000]);
    }
  });

  it('is found among fields nobody knows', async () => {
    const id = await submit();
    expect(codes(await post('/finish', URLENCODED, `a=1&id=${id}&b=%F0`))).toEqual([200, 0]);
    const other = await submit();
    expect(codes(await post('/retract', FORM, form([field('a', 'x'), field('id', other)])))).toEqual([200, 0]);
  });
});

describe('who asks', () => {
  const anything: Asking = { headers: XML, body: '<report/>' };
  const asking = (endpoint: (typeof ENDPOINTS)[number]): Asking => (METHODS[endpoint] === 'POST' ? anything : {});

  it.each(ENDPOINTS)('must show a key, at /%s too', async (endpoint) => {
    const key = door.test.keys.reporter;
    const wrong = [
      undefined,
      `Bearer ${key}`,
      'Basic',
      'Basic ',
      'Basic !!!!',
      `Basic ${Buffer.from(key).toString('base64')}`,
      `Basic ${Buffer.from(`a:${key}`).toString('base64')}=`,
      `Basic ${Buffer.from(`a:${key}`).toString('base64').slice(0, -3)}`,
      basic(key, ''),
      basic('a', `${key} `),
      basic('a:', key),
      basic('a', `x:${key}`),
      basic('a', key.slice(0, -1)),
    ];
    for (const authorization of wrong) {
      const told = await askApi(door.api, authorization, METHODS[endpoint], `/${endpoint}`, asking(endpoint));
      expect([authorization, ...codes(told)]).toEqual([authorization, 401, 2000]);
      expect(told.headers.get('www-authenticate')).toBe('Basic realm="Referral Desk", charset="UTF-8"');
    }
  });

  it.each(ENDPOINTS)('must be a reporter, at /%s too', async (endpoint) => {
    for (const actor of ['supervisor', 'auditor', 'operator', 'investigator'] as const) {
      const told = await door.ask(actor, METHODS[endpoint], `/${endpoint}`, asking(endpoint));
      expect(codes(told)).toEqual([403, endpoint === 'submit' ? 3100 : 3000]);
    }
  });

  it('is known under any name, and by the scheme in any case', async () => {
    const key = door.test.keys.reporter;
    for (const user of ['', 'platform', 'Zoë 💡', '<&>"\'']) {
      const told = await askApi(door.api, basic(user, key).replace('Basic ', 'bASIC   '), 'GET', '/status');
      expect(codes(told)).toEqual([200, 0]);
    }
    const unpadded = basic('a', key).replace(/=+$/, '');
    expect(codes(await askApi(door.api, unpadded, 'GET', '/status'))).toEqual([200, 0]);
  });

  it('sees nothing of the reports of others', async () => {
    const id = await submit();
    const { key } = await door.test.desk.addActor(await door.test.as('operator'), {
      role: 'reporter',
      name: 'Another',
    });
    const ask = (path: string, body: string): Promise<Told> =>
      askApi(door.api, basic('a', key), 'POST', path, { headers: URLENCODED, body });
    expect(codes(await ask('/finish', `id=${id}`))).toEqual([404, 5001]);
    expect(codes(await ask('/retract', `id=${id}`))).toEqual([404, 5001]);
    expect(codes(await upload(id))).toEqual([200, 0]);
  });

  it('too often is told to wait, by key and for guesses', async () => {
    const limits = { perSecond: 2, burst: 2, failuresPerSecond: 1, failureBurst: 1 };
    const limited = await openReportDoor({ limits, clock: () => 0 });
    const status = (): Promise<Told> => limited.ask('reporter', 'GET', '/status');
    expect([(await status()).status, (await status()).status]).toEqual([200, 200]);
    const refused = await status();
    expect([...codes(refused), refused.headers.get('retry-after')]).toEqual([429, 1000, '1']);
    const guess = (): Promise<Told> => askApi(limited.api, basic('a', 'b'), 'GET', '/status');
    expect(codes(await guess())).toEqual([401, 2000]);
    expect(codes(await guess())).toEqual([429, 1000]);
    await limited.end();
  });
});

describe('status and schema', () => {
  it('say whom the desk sees, and from where', async () => {
    const told = await askApi(door.api, basic('Zoë <&>', door.test.keys.reporter), 'GET', '/status');
    expect(flat(told)).toBe(
      `${DECLARATION}<reportResponse><responseCode>0</responseCode>` +
        '<responseDescription>Remote User: Zoë &lt;&amp;&gt;, Remote Ip: unknown</responseDescription></reportResponse>',
    );
  });

  it('say no more of a name than fits', async () => {
    const key = door.test.keys.reporter;
    for (const user of ['x'.repeat(5000), '💡'.repeat(5000), `a${'💡'.repeat(5000)}`, '\0\u0001\r\n'.repeat(100)]) {
      const told = await askApi(door.api, basic(user, key), 'GET', '/status');
      expect(codes(told)).toEqual([200, 0]);
      expect(told.text.length).toBeLessThan(1000);
      expect(told.text).not.toContain(key);
    }
  });

  it('serve the schema', async () => {
    const told = await get('/xsd');
    expect([told.status, told.headers.get('content-type')]).toEqual([200, 'application/xml;charset=UTF-8']);
    expect(told.text).toMatch(/<xs:schema[^]*name="report"/);
  });
});

describe('every answer', () => {
  it.each(ENDPOINTS)('of /%s to a method it does not take says which it does', async (endpoint) => {
    const other = METHODS[endpoint] === 'GET' ? 'POST' : 'GET';
    for (const method of [other, 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const told = await door.ask('reporter', method, `/${endpoint}`);
      expect([...codes(told), told.headers.get('allow')]).toEqual([405, 4000, METHODS[endpoint]]);
    }
    expect((await door.ask('reporter', 'HEAD', `/${endpoint}`)).status).toBe(405);
  });

  it.each(['', '/', '/nothing', '/status/', '//status', '/Status', '/submit/1', '/constructor', '/%73tatus'])(
    'at "/ispws%s" is that there is nothing',
    async (path) => {
      expect(codes(await get(path))).toEqual([404, 1210]);
      expect((await askApi(door.api, undefined, 'GET', path)).status).toBe(401);
    },
  );

  it('is not this door’s beside it', async () => {
    for (const path of ['/ispwsx', '/v1/ispws', '/ISPWS/status']) {
      const answer = await door.api.fetch(new Request(`http://desk.local${path}`));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    }
  });

  it('has a name of its own, is XML by its type, and is neither cached nor guessed at', async () => {
    const all = [
      await get('/status'),
      await get('/xsd'),
      await get('/nothing'),
      await post('/submit', XML, 'x'),
      await post('/upload', FORM, 'x'),
      await post('/finish', FORM, 'x'),
      await askApi(door.api, undefined, 'GET', '/status'),
      await door.ask('auditor', 'POST', '/submit'),
      await door.ask('reporter', 'PUT', '/upload'),
    ];
    for (const { headers, text } of all) {
      expect(headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('content-type')).toBe('application/xml;charset=UTF-8');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(text.startsWith(DECLARATION) || text.startsWith('<?xml')).toBe(true);
    }
    expect(new Set(all.map(({ headers }) => headers.get('request-id'))).size).toBe(all.length);
  });

  it('to too many headers is that they are too many', async () => {
    const headers = Object.fromEntries(Array.from({ length: LIMITS.headers + 1 }, (_, n) => [`X-${n}`, '1']));
    expect(codes(await door.ask('reporter', 'GET', '/status', { headers }))).toEqual([413, 4000]);
  });
});
