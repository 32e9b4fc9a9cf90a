// The CyberTipline door over real connections: as clients frame what they send, and as connections end.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fetchOver } from '../../../lib/local/exchange.ts';
import { serveLocal, type LocalServer } from '../../../lib/local/serve.ts';
import { freshDesk, noise, type TestDesk } from '../../material.ts';
import {
  basic,
  BOUNDARY,
  codes,
  field,
  file,
  form,
  FORM,
  readTold,
  reportIdOf,
  URLENCODED,
  XML,
  type RawPart,
  type Told,
} from '../http-ispws-door.ts';
import { reportBody } from '../report/material.ts';

const MiB = 1024 * 1024;

let test: TestDesk;
let server: LocalServer;
let authorization: string;
beforeAll(async () => {
  test = await freshDesk();
  server = await serveLocal(test.local, { port: 0 });
  authorization = basic('platform', test.keys.reporter);
});
afterAll(async () => {
  await server.close();
  await test.end();
});

/** Asks as clients do: node's own. */
async function ask(method: string, path: string, headers: object = {}, body?: Buffer | string): Promise<Told> {
  const init = {
    method,
    headers: { Authorization: authorization, ...headers },
    ...(body === undefined ? {} : { body }),
  };
  return readTold(await fetch(`${server.url}/ispws${path}`, init));
}

const submit = async (): Promise<string> => reportIdOf(await ask('POST', '/submit', XML, reportBody()));

function dial(): Socket {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  return socket;
}

function head(path: string, ...headers: readonly string[]): string {
  return [
    `POST /ispws${path} HTTP/1.1`,
    'Host: desk.local',
    `Authorization: ${authorization}`,
    ...headers,
    '',
    '',
  ].join('\r\n');
}

/** All that is answered until the desk closes the connection. */
async function heard(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (piece) => (text += String(piece)));
  await once(socket, 'close');
  return text;
}

async function countVault(): Promise<number> {
  let count = 0;
  for await (const name of test.local.ports.vault.list()) if (name !== '') count += 1;
  return count;
}

const FORM_TYPE = `Content-Type: ${FORM['Content-Type']}`;

describe('a client', () => {
  it('takes a report all the way', async () => {
    const id = await submit();
    const { bytes } = noise('a', 3 * MiB);
    const uploaded = await ask('POST', '/upload', FORM, form([field('id', id), file(bytes)]));
    expect(uploaded.answer).toMatchObject({ code: 0, hash: createHash('md5').update(bytes).digest('hex') });
    const finished = await ask('POST', '/finish', URLENCODED, `id=${id}`);
    expect(finished.answer).toMatchObject({ root: 'reportDoneResponse', code: 0, reportId: id });
  });

  it('made of nothing but the platform’s own forms is understood', async () => {
    const id = await submit();
    const body = new FormData();
    body.append('file', new Blob(['abc'], { type: 'image/jpeg' }), 'фото.jpg');
    body.append('id', id);
    const headers = { Authorization: authorization };
    const uploaded = await fetch(`${server.url}/ispws/upload`, { method: 'POST', headers, body });
    expect(codes(await readTold(uploaded))).toEqual([200, 0]);
    const closing = new FormData();
    closing.append('id', id);
    const finished = await fetch(`${server.url}/ispws/finish`, { method: 'POST', headers, body: closing });
    expect(codes(await readTold(finished))).toEqual([200, 0]);
  });

  it('is told from where it is seen, on a port', async () => {
    expect((await ask('GET', '/status')).text).toContain('Remote User: platform, Remote Ip: 127.0.0.1');
    const request = new Request('http://desk.local/ispws/status', { headers: { Authorization: authorization } });
    expect(await (await fetchOver(server.socket, request)).text()).toContain('Remote Ip: unknown');
  });

  it('at the machine itself must show a key too', async () => {
    const request = new Request('http://desk.local/ispws/status', { headers: { 'Desk-House-Role': 'reporter' } });
    expect((await fetchOver(server.socket, request)).status).toBe(401);
  });

  it('that asks what no Request can carry is answered in this door’s form', async () => {
    const socket = dial();
    socket.write('TRACE /ispws/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(await heard(socket)).toMatch(
      /^HTTP\/1\.1 405 [^]*content-type: application\/xml[^]*<responseCode>4000<\/responseCode>/i,
    );
  });
});

describe('an upload over a connection', () => {
  const chunk = (bytes: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

  it.each([1, 7, 100, 100_000])('comes in chunks of %d, its parts with lengths of their own', async (size) => {
    const id = await submit();
    const text = 'hello\r\n--';
    const headers = [
      'Content-Disposition: form-data; name="file"; filename="/tmp/a/b.jpg"',
      `Content-Length: ${text.length}`,
    ];
    const first: RawPart = { headers: ['Content-Length: 16', 'Content-Disposition: form-data; name="id"'], body: id };
    const body = form([first, { headers, body: text }]);
    const socket = dial();
    const answer = heard(socket);
    socket.write(head('/upload', FORM_TYPE, 'Transfer-Encoding: chunked', 'Connection: close'));
    for (let at = 0; at < body.length; at += size) socket.write(chunk(body.subarray(at, at + size)));
    socket.write('0\r\n\r\n');
    expect(await answer).toMatch(
      new RegExp(`^HTTP/1\\.1 200 [^]*<hash>${createHash('md5').update(text).digest('hex')}</hash>`),
    );
  });

  it('is invited by one who asks first, and not where it would be refused', async () => {
    const id = await submit();
    const body = form([field('id', id), file('abc')]);
    const lines = [FORM_TYPE, `Content-Length: ${body.length}`, 'Expect: 100-continue', 'Connection: close'];
    const socket = dial();
    socket.write(head('/upload', ...lines));
    const [invitation] = (await once(socket, 'data')) as [Buffer];
    expect(invitation.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    const answer = heard(socket);
    socket.write(body);
    expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
    const other = dial();
    other.write(head('/upload', ...lines).replace(authorization, basic('platform', 'wrong')));
    const [refused] = (await once(other, 'data')) as [Buffer];
    expect(refused.toString()).toMatch(/^HTTP\/1\.1 401 /);
    other.destroy();
  });

  it('that is refused is answered while its sender still waits to go on', async () => {
    const body = form([field('id', '4564654'), file(Buffer.alloc(1000))]);
    const socket = dial();
    socket.write(head('/upload', FORM_TYPE, `Content-Length: ${body.length + 1024 * MiB}`));
    socket.write(body.subarray(0, -200));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 404 [^]*<responseCode>5001<\/responseCode>/);
    socket.destroy();
  });

  it.each([
    ['in front', [field('id', '4564654'), file('')], []],
    ['behind, and the number is missing', [field('x', 'x'.repeat(70_000)), file('')], []],
  ])(
    'that is refused is taken in to its end, so that its sender hears why: the number %s',
    async (_name, first, last) => {
      const size = 256 * MiB;
      const foot = form(last);
      const begun = form(first, '').subarray(0, -2);
      const socket = dial();
      const answer = heard(socket);
      const length = begun.length + size + 2 + foot.length;
      socket.write(head('/upload', FORM_TYPE, `Content-Length: ${length}`, 'Connection: close'));
      socket.write(begun);
      const piece = Buffer.alloc(MiB, 0x20);
      for (let sent = 0; sent < size; sent += MiB) if (!socket.write(piece)) await once(socket, 'drain');
      socket.write(Buffer.concat([Buffer.from('\r\n'), foot]));
      expect(await answer).toMatch(/^HTTP\/1\.1 (404|413) [^]*<reportResponse>/);
      expect(socket.bytesWritten).toBeGreaterThan(length);
    },
  );

  it('whose connection ends half-way leaves nothing, and the report goes on', async () => {
    const id = await submit();
    const before = await countVault();
    for (const parts of [
      [field('id', id), file(Buffer.alloc(2 * MiB))],
      [file(Buffer.alloc(2 * MiB)), field('id', id)],
    ]) {
      const body = form(parts);
      const socket = dial();
      socket.write(head('/upload', FORM_TYPE, `Content-Length: ${body.length}`));
      socket.write(body.subarray(0, MiB), () => socket.destroy());
      await once(socket, 'close');
    }
    expect(codes(await ask('POST', '/upload', FORM, form([field('id', id), file('abc')])))).toEqual([200, 0]);
    while ((await countVault()) !== before + 1) await wait(5);
    const finished = await ask('POST', '/finish', URLENCODED, `id=${id}`);
    expect(finished.answer?.root === 'reportDoneResponse' ? finished.answer.fileIds : []).toHaveLength(1);
  });

  it('comes sixteen at once, each to its own report', async () => {
    const files = Array.from({ length: 16 }, (_, n) => noise(`${n}`, n * 100_000));
    const told = await Promise.all(
      files.map(async ({ bytes }, n) => {
        const id = await submit();
        const parts = [field('id', id), file(bytes)];
        const uploaded = await ask('POST', '/upload', FORM, form(n % 2 === 0 ? parts : parts.reverse()));
        return [uploaded.answer?.reportId === id, uploaded.answer?.root === 'reportResponse' && uploaded.answer.hash];
      }),
    );
    expect(told).toEqual(files.map(({ bytes }) => [true, createHash('md5').update(bytes).digest('hex')]));
  });

  it('names its boundary as it likes', async () => {
    const id = await submit();
    for (const boundary of ['x', 'a'.repeat(70), "--'()+_,-./:=?", '-'.repeat(60)]) {
      const body = Buffer.from(
        form([field('id', id), file('abc')])
          .toString('latin1')
          .replaceAll(BOUNDARY, boundary),
      );
      for (const quoted of [`"${boundary}"`, ...(/^[-a-z]+$/.test(boundary) ? [boundary] : [])]) {
        const headers = { 'Content-Type': `multipart/form-data; charset=utf-8; boundary=${quoted}` };
        expect(codes(await ask('POST', '/upload', headers, body))).toEqual([200, 0]);
      }
    }
  });
});
