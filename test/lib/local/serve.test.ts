// The desk on one machine, answering: over HTTP and over its socket, to good senders, bad senders and dying ones.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile, fork, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { get, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { deskClient, type SentFile } from '../../../lib/client/index.ts';
import { isCode } from '../../../lib/errors.ts';
import { json, route } from '../../../lib/http/index.ts';
import { digestsHere } from '../../../lib/digests.ts';
import { LARGE_BYTES } from '../../../lib/local/beside.ts';
import { fetchOver } from '../../../lib/local/exchange.ts';
import { initLocalDesk, openLocalDesk, type LocalDesk } from '../../../lib/local/open.ts';
import { reachLocalDesk } from '../../../lib/local/reach.ts';
import { serveLocal, type LocalServer, type ServeOptions } from '../../../lib/local/serve.ts';
import { socketPath } from '../../../lib/local/folder.ts';
import type { DigestsBeside } from '../../../lib/ports.ts';
import { noise, referralBody, stream } from '../../material.ts';
import { NODE_FLAGS } from '../../node-flags.ts';

const MiB = 1024 * 1024;
const alarm = (): Promise<void> => Promise.resolve();

let root: string;
let dir: string;
let keys: Awaited<ReturnType<typeof initLocalDesk>>['keys'];
const closers: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'referral-desk-'));
  dir = join(root, 'desk');
  ({ keys } = await initLocalDesk({ dir }));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await rm(root, { recursive: true, force: true });
});

async function serve(options: Partial<ServeOptions> = {}): Promise<LocalServer & { local: LocalDesk }> {
  const local = await openLocalDesk({ dir, alarm });
  const server = await serveLocal(local, { port: 0, ...options });
  closers.push(() => server.close());
  return { ...server, local };
}

/** Asks again until it is so; the test's own time limit ends it. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await wait(5);
}

/** What this process holds open. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return []; // closed meanwhile
    }
  });
}

/** A file of 3 MB, in pieces that are all the same memory. */
function refilled(): SentFile {
  const piece = Buffer.alloc(1000);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < 3000; n++) yield await Promise.resolve(piece.fill(n % 251));
  }
  const hash = createHash('sha256');
  for (let n = 0; n < 3000; n++) hash.update(Buffer.alloc(1000, n % 251));
  return { sha256: hash.digest('hex'), sizeBytes: 3_000_000, open: pieces };
}

async function openOne(url: string, files = [noise('a', 10)]): Promise<{ id: string; attachments: string[] }> {
  const opened = await deskClient({ url, key: keys.reporter }).open(referralBody(files), randomUUID());
  return { id: opened.referralId, attachments: opened.attachments.map(({ id }) => id) };
}

describe('a served desk', () => {
  it('answers with a key on its port, and at the machine itself also without', async () => {
    const { url, socket } = await serve();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
    const house = new Headers({ 'Desk-House-Role': 'supervisor' });
    const over = (path: string, headers?: Headers): Promise<Response> =>
      fetchOver(socket, new Request(`http://desk.local${path}`, headers === undefined ? {} : { headers }));
    expect((await over('/v1/referrals', house)).status).toBe(200);
    expect((await over('/v1/referrals')).status).toBe(401);
    expect((await fetch(`${url}/v1/referrals`, { headers: house })).status).toBe(401);
    const known = { Authorization: `Bearer ${keys.auditor}` };
    expect((await fetch(`${url}/v1/referrals`, { headers: known })).status).toBe(200);
  });

  it('begins the thread that takes digests before the first large file', async () => {
    const local = await openLocalDesk({ dir, alarm });
    const begun: (number | undefined)[] = [];
    const digestsBeside: DigestsBeside = (names, sizeBytes) => {
      begun.push(sizeBytes);
      return digestsHere(names);
    };
    const server = await serveLocal({ ...local, ports: { ...local.ports, digestsBeside } }, { port: 0 });
    closers.push(() => server.close());
    expect(begun).toEqual([LARGE_BYTES]);
  });

  it('takes the place of what a dead owner left where its socket goes', async () => {
    await writeFile(socketPath(dir), 'left over');
    const { socket } = await serve();
    expect((await fetchOver(socket, new Request('http://desk.local/healthz'))).status).toBe(200);
  });

  it('offers its own routes on the socket alone', async () => {
    const extra = route('desk:backup', {
      method: 'POST',
      path: '/local/backup',
      operation: 'backup',
      summary: 'Test',
      answers: { 200: { description: 'Done.' } },
      handle: () => Promise.resolve(json(200, { done: true })),
    });
    const { url, socket } = await serve({ extraRoutes: () => [extra] });
    const client = deskClient({ fetch: (request) => fetchOver(socket, request), houseRole: 'operator' });
    expect(await client.send('POST', '/local/backup')).toEqual({ done: true });
    const elsewhere = deskClient({ url, key: keys.operator });
    await expect(elsewhere.send('POST', '/local/backup')).rejects.toMatchObject({ code: 'absent/route' });
  });

  it('has one owner at a time', async () => {
    await serve();
    await expect(openLocalDesk({ dir, alarm })).rejects.toMatchObject({ code: 'desk/owned' });
  });

  it('keeps the desk when its port cannot be had', async () => {
    const { url } = await serve();
    const other = join(root, 'other');
    await initLocalDesk({ dir: other });
    const local = await openLocalDesk({ dir: other, alarm });
    await expect(serveLocal(local, { port: Number(new URL(url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(existsSync(socketPath(other))).toBe(false);
    expect((await local.desk.trust()).version).toBe(1);
    await local.close();
  });

  it('takes entries into the log by itself', async () => {
    const { url } = await serve();
    const { id } = await openOne(url);
    const client = deskClient({ url, key: keys.auditor });
    await until(async () => (await client.custody(id)).inclusion?.seq === 0);
  });

  it('lets what runs finish when it closes, with all of it in the log, and leaves no socket', async () => {
    const { url, socket, local, close } = await serve();
    const file = noise('a', 3 * MiB);
    const { id, attachments } = await openOne(url, [file]);
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const [first, rest] = [file.bytes.subarray(0, MiB), file.bytes.subarray(MiB)];
    const begun = Promise.withResolvers<undefined>();
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield first;
      begun.resolve(undefined);
      await gate;
      yield* stream(rest);
    }
    const client = deskClient({ url, key: keys.reporter });
    const sent = client.attach(id, attachments[0] ?? '', {
      sha256: file.sha256,
      sizeBytes: file.bytes.length,
      open: slow,
    });
    await begun.promise;
    const closed = close();
    await until(async () => (await fetch(`${url}/healthz`).catch(() => undefined)) === undefined);
    goOn();
    expect((await sent).isNew).toBe(true);
    await closed;
    expect(existsSync(socket)).toBe(false);
    await expect(local.desk.logState()).rejects.toThrow();
    const again = await openLocalDesk({ dir, alarm });
    expect(await again.ports.ledger.pending(10)).toEqual([]);
    await again.close();
  });
});

describe('a desk that closes', () => {
  /** A connection on which a file of `size` bytes has begun to come. */
  async function begun(url: string, size: number): Promise<{ sender: Socket; answer: Promise<string> }> {
    const { id } = await openOne(url, []);
    const sender = connect(Number(new URL(url).port), '127.0.0.1');
    sender.on('error', () => undefined);
    const answer = (async (): Promise<string> => {
      let text = '';
      sender.on('data', (piece) => (text += String(piece)));
      await once(sender, 'close');
      return text;
    })();
    const digest = createHash('sha256').update(Buffer.alloc(size)).digest('base64');
    const head = [
      `PUT /v1/referrals/${id}/attachments/${randomUUID()} HTTP/1.1`,
      'Host: desk.local',
      'Connection: close',
      'Expect: 100-continue',
      `Authorization: Bearer ${keys.reporter}`,
      `Content-Length: ${size}`,
      `Content-Digest: sha-256=:${digest}:`,
    ];
    sender.write(`${head.join('\r\n')}\r\n\r\n`);
    await once(sender, 'data'); // it is invited to go on
    sender.write('\0');
    return { sender, answer };
  }

  it('cuts senders who stall, and waits for those who go on however slowly', async () => {
    const { url, close } = await serve({ closeWithinMs: 600_000 });
    const size = 100_000;
    const [stalled, slow] = [await begun(url, size), await begun(url, size)];
    const silent = connect(Number(new URL(url).port), '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    const closed = close();
    let sent = 1;
    await until(() => {
      slow.sender.write('\0');
      sent += 1;
      return Promise.resolve(stalled.sender.closed && silent.closed);
    });
    expect(slow.sender.closed).toBe(false);
    slow.sender.write(Buffer.alloc(size - sent));
    expect(await slow.answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
    expect(await stalled.answer).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    await closed;
  });

  it('does not take its own work for the stalling of a sender', async () => {
    const working = Promise.withResolvers<undefined>();
    const asked = Promise.withResolvers<undefined>();
    const extra = route('desk:backup', {
      method: 'POST',
      path: '/local/backup',
      operation: 'backup',
      summary: 'Test',
      answers: { 200: { description: 'Done.' } },
      handle: async () => {
        asked.resolve(undefined);
        await working.promise;
        return json(200, { done: true });
      },
    });
    const { url, socket, close } = await serve({ closeWithinMs: 600_000, extraRoutes: () => [extra] });
    const client = deskClient({ fetch: (request) => fetchOver(socket, request), houseRole: 'operator', tries: 1 });
    const answer = client.send('POST', '/local/backup', {});
    await asked.promise;
    const silent = connect(socket);
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    await client.health(); // came later, so the silent one is let in by now
    const closed = close();
    await once(silent, 'close'); // by now whoever stalled has been cut
    working.resolve(undefined);
    expect(await answer).toEqual({ done: true });
    await closed;
    expect(await fetch(`${url}/healthz`).catch(() => 'gone')).toBe('gone');
  });
});

describe('bytes over the wire', () => {
  it('go both ways, sixteen at once', async () => {
    const { url } = await serve();
    const files = Array.from({ length: 16 }, (_, n) => noise(`${n}`, n * 300_000));
    const { id, attachments } = await openOne(url, files);
    const [reporter, supervisor] = [deskClient({ url, key: keys.reporter }), deskClient({ url, key: keys.supervisor })];
    await Promise.all(
      files.map(({ bytes, sha256, path }, n) =>
        reporter.attach(id, attachments[n] ?? '', {
          sha256,
          sizeBytes: bytes.length,
          name: path,
          open: () => stream(bytes),
        }),
      ),
    );
    await reporter.finish(id);
    const read = await Promise.all(
      files.map(async (_, n) => {
        const { bytes } = await supervisor.readAttachment(id, attachments[n] ?? '', 'test');
        const hash = createHash('sha256');
        for await (const piece of bytes) hash.update(piece);
        return hash.digest('hex');
      }),
    );
    expect(read).toEqual(files.map(({ sha256 }) => sha256));
  });

  it('reach a slow reader as they are, and are let go of when nobody reads on', async () => {
    const { url } = await serve();
    const file = noise('a', 24 * MiB); // more than what lies between the two ends
    const { id, attachments } = await openOne(url, [file]);
    const reporter = deskClient({ url, key: keys.reporter });
    const sent = { sha256: file.sha256, sizeBytes: file.bytes.length, open: () => stream(file.bytes) };
    await reporter.attach(id, attachments[0] ?? '', sent);
    await reporter.finish(id);
    const path = `/v1/referrals/${id}/attachments/${attachments[0] ?? ''}`;
    const ask = async (): Promise<IncomingMessage> => {
      const headers = { authorization: `Bearer ${keys.supervisor}`, purpose: 'test' };
      const [answer] = (await once(get(`${url}${path}`, { headers }), 'response')) as [IncomingMessage];
      return answer;
    };
    const opened = (): number => openFiles().filter((file) => file.startsWith(join(dir, 'vault'))).length;

    const left = await ask();
    expect(opened()).toBeGreaterThan(0);
    left.destroy();
    await until(() => opened() === 0);

    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const question = `GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${keys.supervisor}\r\nPurpose: test\r\n\r\n`;
    socket.write(question + question); // the second answer waits for the first
    await until(() => opened() > 1);
    socket.destroy();
    await until(() => opened() === 0);

    const hash = createHash('sha256');
    for await (const piece of await ask()) {
      hash.update(piece as Buffer);
      await new Promise(setImmediate);
    }
    expect(hash.digest('hex')).toBe(file.sha256);
    expect(opened()).toBe(0);
  });

  it('that are refused are still taken in, so that the sender hears why', async () => {
    const { url } = await serve();
    const path = `PUT /v1/referrals/${randomUUID()}/attachments/${randomUUID()} HTTP/1.1`;
    const size = 1024 * MiB;
    const headers = { Authorization: `Bearer ${keys.auditor}`, 'Content-Length': String(size) };
    const { answer, sent } = await sendStubbornly(url, path, headers, size);
    expect(answer).toMatch(/^HTTP\/1\.1 403 [^]*"code":"access\/denied"/);
    expect(sent).toBe(size);
  });

  it('that are refused half-way through are answered too', async () => {
    const { url } = await serve();
    const path = 'POST /v1/referrals HTTP/1.1';
    const size = 100 * MiB;
    const known = {
      Authorization: `Bearer ${keys.reporter}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': 'k',
    };
    const { answer, sent } = await sendStubbornly(url, path, { ...known, 'Content-Length': String(size) }, size);
    expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*"code":"input\/too-large"/);
    expect(sent).toBe(size);
    const chunked = connect(Number(new URL(url).port), '127.0.0.1');
    const lines = Object.entries(known).map(([name, value]) => `${name}: ${value}`);
    chunked.write([path, 'Host: desk.local', 'Transfer-Encoding: chunked', ...lines, '', ''].join('\r\n'));
    const piece = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MiB, 0x20), Buffer.from('\r\n')]);
    for (let n = 0; n < 100; n++) if (!chunked.write(piece)) await once(chunked, 'drain');
    const [first] = (await once(chunked, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 413 /);
    chunked.destroy();
  });

  it("that are refused are the desk's own error to the client, on its port and on its socket", async () => {
    const { url, socket } = await serve();
    const [{ id }, piece] = [await openOne(url), Buffer.alloc(MiB)];
    async function* bytes(): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < 64; n++) yield await Promise.resolve(piece);
    }
    const file = { sha256: 'a'.repeat(64), sizeBytes: 64 * MiB, open: bytes };
    const overSocket = deskClient({ fetch: (request) => fetchOver(socket, request), houseRole: 'auditor' });
    const overPort = deskClient({ url, key: keys.auditor });
    for (const client of [overPort, overSocket]) {
      await expect(client.attach(id, randomUUID(), file)).rejects.toMatchObject({ code: 'access/denied' });
    }
  });

  it("that the sender's own file fails to give are that file's error, on the socket too", async () => {
    const { url, socket } = await serve();
    const { id } = await openOne(url);
    const error = new RangeError('no such file');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.alloc(MiB));
      throw error;
    }
    const client = deskClient({ fetch: (request) => fetchOver(socket, request), houseRole: 'reporter' });
    const sent = client.attach(id, randomUUID(), { sha256: 'a'.repeat(64), sizeBytes: 2 * MiB, open: broken });
    await expect(sent).rejects.toBe(error);
    expect((await client.status(id)).attachments).toHaveLength(1);
  });

  it('arrive as they are when the sender fills the same memory again and again', async () => {
    const { url, socket } = await serve();
    const overPort = { url, key: keys.reporter };
    const wrapped = { fetch: (request: Request) => fetch(request), ...overPort };
    const over = (request: Request): Promise<Response> => fetchOver(socket, request);
    const overSocket = { fetch: over, usesUp: true, houseRole: 'reporter' } as const;
    for (const options of [overPort, wrapped, overSocket]) {
      const { id } = await openOne(url);
      expect((await deskClient(options).attach(id, randomUUID(), refilled())).isNew).toBe(true);
    }
  });

  it('are not asked for when they would be refused and the sender asks first', async () => {
    const { url } = await serve();
    const { id } = await openOne(url);
    const path = `/v1/referrals/${id}/attachments/${randomUUID()}`;
    const ask = async (
      key: string,
    ): Promise<{ isInvited: boolean; status: number | undefined; connection: unknown }> => {
      const headers = {
        Authorization: `Bearer ${key}`,
        'Content-Length': 4,
        Expect: '100-continue',
        'Content-Digest': `sha-256=:${createHash('sha256').update('abcd').digest('base64')}:`,
      };
      const asked = httpRequest(`${url}${path}`, { method: 'PUT', headers, agent: false });
      let isInvited = false;
      asked.on('error', () => undefined);
      asked.once('continue', () => {
        isInvited = true;
        asked.end('abcd');
      });
      asked.flushHeaders();
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      answer.resume();
      asked.destroy();
      return { isInvited, status: answer.statusCode, connection: answer.headers.connection };
    };
    expect(await ask(keys.auditor)).toEqual({ isInvited: false, status: 403, connection: 'close' });
    expect(await ask(keys.reporter)).toMatchObject({ isInvited: true, status: 201 });
  });

  it('that stop half-way leave nothing, and the desk goes on', async () => {
    const { url, local } = await serve();
    const file = noise('a', MiB);
    const { id, attachments } = await openOne(url, [file]);
    const vaultBefore = await countVault(local);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    const head = [
      `PUT /v1/referrals/${id}/attachments/${attachments[0] ?? ''} HTTP/1.1`,
      'Host: desk.local',
      `Authorization: Bearer ${keys.reporter}`,
      `Content-Length: ${MiB}`,
      `Content-Digest: sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.write(file.bytes.subarray(0, MiB / 2), () => socket.destroy());
    await once(socket, 'close');
    const client = deskClient({ url, key: keys.reporter });
    expect((await client.status(id)).attachments).toMatchObject([{ state: 'missing' }]);
    const again = { sha256: file.sha256, sizeBytes: MiB, open: () => stream(file.bytes) };
    expect((await client.attach(id, attachments[0] ?? '', again)).isNew).toBe(true);
    expect(await countVault(local)).toBe(vaultBefore + 1);
  });

  it.each([
    ['a head that is too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`, 413],
    ['no HTTP', 'EHLO desk\r\n\r\n', 400],
    ['a body of two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    ['a path that is none', 'GET * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
    ['a method taken nowhere', 'TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 405],
  ])('with %s are refused in the one form', async (_name, sent, status) => {
    const { url } = await serve();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(sent);
    let answer = '';
    for await (const piece of socket) answer += String(piece);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer.toLowerCase()).toContain('x-content-type-options: nosniff');
  });

  /** Sends all of it, whatever the answer is and whenever it comes; then says what was answered. */
  async function sendStubbornly(
    url: string,
    path: string,
    headers: Record<string, string>,
    size: number,
  ): Promise<{ answer: string; sent: number }> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (piece) => (answer += String(piece)));
    const closed = once(socket, 'close');
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.write([path, 'Host: desk.local', 'Connection: close', ...lines, '', ''].join('\r\n'));
    const piece = Buffer.alloc(MiB, 0x20);
    let sent = 0;
    for (; sent < size; sent += piece.length) if (!socket.write(piece)) await once(socket, 'drain');
    await closed;
    return { answer, sent };
  }

  async function countVault({ ports }: LocalDesk): Promise<number> {
    let count = 0;
    for await (const name of ports.vault.list()) if (name !== '') count += 1;
    return count;
  }
});

describe('a desk served by another process', () => {
  interface Serving {
    readonly child: ChildProcess;
    readonly url: string;
    readonly socket: string;
  }

  const SERVING = join(import.meta.dirname, 'serving.ts');

  /** The same, compiled as it is shipped: stripping types takes some 30 MB that no desk in use spends. */
  async function compileServing(): Promise<string> {
    const out = join(root, 'shipped');
    const home = join(import.meta.dirname, '../../..');
    await mkdir(out);
    await symlink(join(home, 'node_modules'), join(out, 'node_modules'));
    await writeFile(join(out, 'package.json'), '{"type":"module"}');
    const compilerOptions = { outDir: out, declaration: false, noCheck: true };
    const config = { extends: join(home, 'tsconfig.json'), compilerOptions, include: [], files: [SERVING] };
    await writeFile(join(out, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(home, 'node_modules/typescript/bin/tsc');
    await promisify(execFile)(process.execPath, [tsc, '-p', join(out, 'tsconfig.json')]);
    return join(out, 'test/lib/local/serving.js');
  }

  async function serveElsewhere(program = SERVING): Promise<Serving> {
    // with the memory settings of this package's scripts
    const env = { ...process.env, MALLOC_ARENA_MAX: '2' };
    const child = fork(program, [dir], { execArgv: [...NODE_FLAGS], env });
    closers.push(() => kill(child));
    const [places] = (await once(child, 'message')) as [{ url: string; socket: string }];
    return { child, ...places };
  }

  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  it('streams 256 MiB in and out with less than 200 MB of memory', async () => {
    const { child, url } = await serveElsewhere(await compileServing());
    const piece = noise('piece', MiB).bytes;
    async function* bytes(): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < 256; n++) yield await Promise.resolve(piece);
    }
    const hash = createHash('sha256');
    for await (const each of bytes()) hash.update(each);
    const sha256 = hash.digest('hex');
    const { id } = await openOne(url, []);
    const attachment = randomUUID();
    await deskClient({ url, key: keys.reporter }).attach(id, attachment, { sha256, sizeBytes: 256 * MiB, open: bytes });
    const read = await deskClient({ url, key: keys.supervisor }).readAttachment(id, attachment, 'test');
    let size = 0;
    for await (const each of read.bytes) size += each.length;
    expect(size).toBe(256 * MiB);
    child.send('memory');
    const [{ maxBytes }] = (await once(child, 'message')) as [{ maxBytes: number }];
    expect(maxBytes).toBeLessThan(200_000_000);
  });

  it('answers every quick question and every quick refusal on its socket', async () => {
    const { socket } = await serveElsewhere();
    const asked: RequestInit[] = [{ method: 'GET' }, { method: 'POST' }, { method: 'POST', body: '{}' }];
    for (let n = 0; n < 300; n++) {
      for (const each of asked) {
        const answer = await fetchOver(socket, new Request('http://desk.local/v1/referrals', each));
        expect(answer.status).toBe(401);
        expect(await answer.json()).toMatchObject({ code: 'access/unauthenticated' });
      }
    }
  });

  it('is reached through its socket, and its place is taken when it is killed', async () => {
    const { child } = await serveElsewhere();
    const reach = await reachLocalDesk({ dir, alarm });
    closers.push(() => reach.close());
    const client = deskClient({ fetch: reach.fetch, houseRole: 'reporter' });
    const { referralId } = await client.open(referralBody(), 'k');
    expect([reach.isOwner, reach.local]).toEqual([false, undefined]);
    await kill(child);
    const states = await Promise.all([1, 2, 3, 4].map(() => client.status(referralId)));
    expect(states.map(({ state }) => state)).toEqual(['open', 'open', 'open', 'open']);
    expect([reach.isOwner, reach.local === undefined]).toEqual([true, false]);
    expect((await deskClient({ fetch: reach.fetch, houseRole: 'auditor' }).watch()).findings).toEqual([]);
  });

  it('is waited for only so long when it has the folder and does not answer', async () => {
    const local = await openLocalDesk({ dir, alarm });
    closers.push(() => local.close());
    const reached = reachLocalDesk({ dir, alarm, waitMs: 1 }).catch((error: unknown) => error);
    expect(isCode(await reached, 'desk/owned')).toBe(true);
  });
});

describe('reaching a desk nobody serves', () => {
  it('hands over as they are what a sender fills the same memory with again and again', async () => {
    const reach = await reachLocalDesk({ dir, alarm });
    closers.push(() => reach.close());
    const client = deskClient({ fetch: reach.fetch, usesUp: true, houseRole: 'reporter' });
    const { referralId } = await client.open(referralBody(), 'k');
    expect((await client.attach(referralId, randomUUID(), refilled())).isNew).toBe(true);
  });

  it('makes this process its owner, whom others then reach', async () => {
    const [first, second] = [await reachLocalDesk({ dir, alarm }), await reachLocalDesk({ dir, alarm })];
    closers.push(() => second.close());
    expect([first.isOwner, second.isOwner]).toEqual([true, false]);
    const client = deskClient({ fetch: second.fetch, houseRole: 'reporter' });
    const { referralId } = await client.open(referralBody(), 'k');
    await first.close();
    expect((await client.status(referralId)).state).toBe('open');
    expect(second.isOwner).toBe(true);
  });

  it('begun by many at once gives one owner', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => reachLocalDesk({ dir, alarm })));
    for (const each of all) closers.push(() => each.close());
    expect(all.filter(({ isOwner }) => isOwner)).toHaveLength(1);
    const client = all.map(({ fetch }) => deskClient({ fetch, houseRole: 'auditor' }));
    await Promise.all(client.map((each) => each.list()));
  });

  it('takes the last entries into the log when it closes', async () => {
    const reach = await reachLocalDesk({ dir, alarm });
    await deskClient({ fetch: reach.fetch, houseRole: 'reporter' }).open(referralBody(), 'k');
    await reach.close();
    const local = await openLocalDesk({ dir, alarm });
    expect(await local.ports.ledger.pending(10)).toEqual([]);
    await local.close();
  });

  it('says what is wrong with the folder', async () => {
    await expect(reachLocalDesk({ dir: join(root, 'nothing'), alarm })).rejects.toMatchObject({ code: 'desk/absent' });
  });
});
