// NCMEC's API over HTTP: what goes out, what is told apart when it fails, and what no error says.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ncmecRecipient, type RecipientOptions } from '../../lib/client/index.ts';
import { DeskError } from '../../lib/errors.ts';
import { formOf } from '../../lib/filing/multipart.ts';
import { gather, stream } from '../material.ts';
import { readForm } from './filing/form.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const SECRET = { user: 'example-esp', password: 'pässword: 7' };
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serving(answer: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<string> {
  const server = createServer((request, response) => void answer(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/ispws`;
}

function recipient(url: string, more: Partial<RecipientOptions> = {}) {
  return ncmecRecipient({ url, ...SECRET, ...more });
}

/** What it fails with; that says no secret. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(DeskError);
  const told = inspect(error, { depth: 10 });
  expect(
    [SECRET.user, SECRET.password, Buffer.from(`${SECRET.user}:${SECRET.password}`).toString('base64')].filter((text) =>
      told.includes(text),
    ),
  ).toEqual([]);
  return (error as DeskError).code;
}

const SUBMIT = {
  method: 'POST',
  path: '/submit',
  contentType: 'text/xml; charset=utf-8',
  body: Buffer.from('<a/>'),
} as const;

describe('a recipient over HTTP', () => {
  it('is asked with Basic authentication at the base URL, and its answer is taken word for word', async () => {
    let seen: unknown;
    const url = await serving(async (request, response) => {
      const { method, url: path, headers } = request;
      seen = [method, path, headers.authorization, headers['content-type'], (await gather(request)).toString()];
      response.writeHead(400, { 'Request-ID': 'r-1' }).end('<x/>\n');
    });
    const answer = await recipient(`${url}/`).send(SUBMIT);
    const basic = `Basic ${Buffer.from('example-esp:pässword: 7').toString('base64')}`;
    expect(seen).toEqual(['POST', '/ispws/submit', basic, 'text/xml; charset=utf-8', '<a/>']);
    expect({ ...answer, body: Buffer.from(answer.body).toString() }).toEqual({
      status: 400,
      requestId: 'r-1',
      body: '<x/>\n',
    });
  });

  it('receives a form of which the length was known beforehand, with names as browsers write them', async () => {
    let seen: Record<string, unknown> = {};
    const url = await serving(async (request, response) => {
      const { headers } = request;
      const bytes = await gather(request);
      const { fields, file } = await readForm(headers['content-type'] ?? '', bytes);
      seen = { length: Number(headers['content-length']) === bytes.length, id: fields.get('id'), ...file };
      response.end();
    });
    const content = Buffer.alloc(300_000, 'x');
    const file = {
      name: 'file',
      fileName: 'a/b\\"ü\r\n.jpg',
      contentType: 'image/jpeg',
      sizeBytes: content.length,
      bytes: () => stream(content),
    };
    await recipient(url).send({ method: 'POST', path: '/upload', ...formOf([{ name: 'id', value: '12' }], file) });
    expect(seen).toMatchObject({ length: true, id: '12', contentType: 'image/jpeg' });
    expect(decodeURIComponent(String(seen['name']))).toBe('"ü\r\n.jpg');
    expect((seen['bytes'] as Buffer).equals(content)).toBe(true);
  });

  it('says of what surely was not sent that it is unreached', async () => {
    const url = await serving((_request, response) => response.end());
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await codeOf(recipient(url).send(SUBMIT))).toBe('recipient/unreached');
    expect(await codeOf(recipient('https://nobody.invalid/ispws').send(SUBMIT))).toBe('recipient/unreached');
  });

  it.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'UND_ERR_CONNECT_TIMEOUT',
    'EHOSTUNREACH',
  ])('takes %s for what comes before sending', async (code) => {
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) }));
    expect(await codeOf(recipient('test', { fetch }).send(SUBMIT))).toBe('recipient/unreached');
  });

  it.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'ETIMEDOUT'])(
    'takes %s for an answer that was lost',
    async (code) => {
      const fetch = () =>
        Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) }));
      expect(await codeOf(recipient('test', { fetch }).send(SUBMIT))).toBe('recipient/lost');
    },
  );

  it.each<[string, (request: IncomingMessage, response: ServerResponse) => unknown]>([
    ['cut before its head', (request) => request.socket.destroy()],
    [
      'cut in its middle',
      (_request, response) => {
        response.writeHead(200, { 'Content-Length': '100' }).write('<report');
        setTimeout(() => response.destroy(), 20);
      },
    ],
    ['never given', () => undefined],
    ['begun and never ended', (_request, response) => response.writeHead(200).write('<')],
  ])('says of an answer that is %s that it is lost', async (_name, answer) => {
    const url = await serving(answer);
    expect(await codeOf(recipient(url, { timeoutMs: 200 }).send(SUBMIT))).toBe('recipient/lost');
  });

  it.each<[string, (request: IncomingMessage, response: ServerResponse) => unknown]>([
    ['never given', () => undefined],
    ['begun and never ended', (_request, response) => response.writeHead(200).write('<')],
  ])('forgets no answer that is %s, whatever memory is given back meanwhile', async (_name, answer) => {
    const url = await serving(answer);
    const collecting = setInterval(collectGarbage, 50);
    const call = { method: 'POST', path: '/upload', body: stream(Buffer.from('x')), sizeBytes: 1 } as const;
    try {
      expect(await codeOf(recipient(url, { timeoutMs: 500 }).send(call))).toBe('recipient/lost');
    } finally {
      clearInterval(collecting);
    }
  });

  it('reads at most a mebibyte of an answer', async () => {
    const url = await serving((_request, response) => response.end(Buffer.alloc(1024 * 1024 + 1)));
    expect(await codeOf(recipient(url).send(SUBMIT))).toBe('recipient/unreadable');
    const just = await serving((_request, response) => response.end(Buffer.alloc(1024 * 1024)));
    expect((await recipient(just).send(SUBMIT)).body).toHaveLength(1024 * 1024);
  });

  it('follows no redirect, so that no password goes elsewhere', async () => {
    let calls = 0;
    const other = await serving((_request, response) => {
      calls++;
      response.end();
    });
    const url = await serving((_request, response) => response.writeHead(307, { Location: other }).end());
    expect([(await recipient(url).send(SUBMIT)).status, calls]).toEqual([307, 0]);
  });

  it('waits for as long as bytes go out, however slowly', async () => {
    const url = await serving(async (request, response) => {
      await gather(request);
      response.end('ok');
    });
    async function* slow() {
      for (let n = 0; n < 8; n++) {
        await new Promise((resolve) => setTimeout(resolve, 60));
        yield Buffer.from('x');
      }
    }
    const call = { method: 'POST', path: '/upload', body: slow(), sizeBytes: 8 } as const;
    expect((await recipient(url, { timeoutMs: 250 }).send(call)).status).toBe(200);
  });

  it('waits longer for the answer the more was sent', async () => {
    const url = await serving(async (request, response) => {
      await gather(request);
      setTimeout(() => response.end('ok'), 400);
    });
    const call = (size: number) =>
      ({ method: 'POST', path: '/upload', body: stream(Buffer.alloc(size)), sizeBytes: size }) as const;
    expect(await codeOf(recipient(url, { timeoutMs: 100 }).send(call(10)))).toBe('recipient/lost');
    expect((await recipient(url, { timeoutMs: 100 }).send(call(32_000_000))).status).toBe(200);
  });

  it('lets through what the bytes themselves threw', async () => {
    const url = await serving((request, response) => request.resume().on('end', () => response.end()));
    async function* broken() {
      yield await Promise.resolve(Buffer.from('x'));
      throw new DeskError('vault/damaged', 'Damaged.');
    }
    expect(await codeOf(recipient(url).send({ method: 'POST', path: '/upload', body: broken(), sizeBytes: 9 }))).toBe(
      'vault/damaged',
    );
  });

  it.each([
    'http://example.org/ispws',
    'ftp://127.0.0.1/',
    'nonsense',
    '',
    'https://user:pass@example.org/',
    'https://example.org/?a',
    'https://example.org/#a',
    'file:///etc/passwd',
  ])('is not at %p', (url) => {
    expect(() => recipient(url)).toThrow(DeskError);
  });

  it.each([{ user: '' }, { password: '' }, { user: 'a:b' }, { password: 'a\nb' }, { user: '\ud800' }])(
    'is not asked as %p',
    (more) => {
      expect(() => recipient('test', more)).toThrow(DeskError);
    },
  );

  it.each([
    ['production', 'https://report.cybertip.org/ispws/status'],
    ['test', 'https://exttest.cybertip.org/ispws/status'],
  ])('knows where %s is', async (url, expected) => {
    let asked = '';
    const fetch = (request: Request): Promise<Response> => {
      asked = request.url;
      return Promise.resolve(new Response());
    };
    await recipient(url, { fetch }).send({ method: 'GET', path: '/status' });
    expect(asked).toBe(expected);
  });
});
