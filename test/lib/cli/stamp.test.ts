// `serve --tsa`: the log is stamped with the time by an authority that answers over HTTP, as OpenSSL makes one; anyone checks it.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { readFile, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeAuthority, type Authority } from '../stamp-authority.ts';
import { run, serve, type Serving } from './command-line.ts';
import { cliDesk, type CliDesk } from './desk.ts';

let desk: CliDesk;
let authority: Authority;
let other: Authority;
let web: Server;
let url: string;

beforeAll(async () => {
  authority = await makeAuthority('rsa', true);
  other = await makeAuthority('ec');
  desk = await cliDesk();
  await writeFile(desk.at('ca.pem'), authority.pem);
  await writeFile(desk.at('other.pem'), other.pem);
  web = createServer((request, response) => {
    expect(request.headers['content-type']).toBe('application/timestamp-query');
    void buffer(request)
      .then((bytes) => authority.reply(bytes))
      .then((reply) => response.writeHead(200, { 'Content-Type': 'application/timestamp-reply' }).end(reply));
  });
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/tsr`;
}, 60_000);
afterAll(async () => {
  web.close();
  await Promise.all([desk.end(), authority.end(), other.end()]);
});

/** The list of stamps as soon as there is one. */
async function firstStamp(serving: Serving): Promise<string> {
  for (let n = 0; n < 300; n++) {
    const list = await (await fetch(`${serving.url}/v1/log/stamp/list`)).text();
    if (/^\d+\/\S+\n/.test(list)) return list.trim();
    await wait(100);
  }
  throw new Error('no stamp came');
}

const cli = (...args: string[]): ReturnType<typeof run> => run([...args, '--json'], { cwd: desk.dir });

describe('serve --tsa', () => {
  it('has the log stamped by itself; export, trust.json and OpenSSL agree on it', async () => {
    const serving = await serve(['--tsa', url, '--tsa-ca', 'ca.pem'], { cwd: desk.dir });
    try {
      const line = await firstStamp(serving);
      expect(line).toMatch(/^\d+\/127\.0\.0\.1-\d+$/);
      expect(await cli('trust', '--out', 'trust.json')).toMatchObject({ code: 0, json: { tsa: [expect.any(String)] } });
      expect(await cli('log', 'export', '--desk', serving.url, '--out', 'public')).toMatchObject({ code: 0 });
      const stamps = [{ authority: line.split('/')[1] }];
      const verified = await cli('log', 'verify', 'public', '--trust', 'trust.json');
      expect(verified).toMatchObject({ code: 0, json: { ok: true, logs: [{ log: 1, stamps }] } });
      const [note, reply] = [
        await readFile(desk.at(`public/1/stamp/${line}.checkpoint`)),
        await readFile(desk.at(`public/1/stamp/${line}.tsr`)),
      ];
      expect(await authority.verify(note, reply)).toBe(true);
    } finally {
      expect(await serving.stop()).toBe(0);
    }
  }, 60_000);

  it('names a stamp that does not lead to the authority that is given', async () => {
    const bare = await cli('log', 'verify', 'public', '--trust', 'desk-data/trust.json', '--tsa-ca', 'other.pem');
    expect(bare).toMatchObject({ code: 1, json: { findings: [{ code: 'stamp/unknown-authority' }] } });
    expect(await cli('log', 'verify', 'public', '--trust', 'desk-data/trust.json', '--tsa-ca', 'ca.pem')).toMatchObject(
      { code: 0 },
    );
  });

  it('is wrong use with a URL or a certificate that is none', async () => {
    for (const args of [
      ['--tsa', 'ftp://x'],
      ['--tsa', 'tsa'],
      ['--tsa', url, '--tsa', url],
      ['--tsa-ca', 'nowhere.pem'],
    ]) {
      expect((await cli('serve', '--port', '0', ...args)).code).toBe(2);
    }
    await writeFile(desk.at('empty.pem'), '');
    expect((await cli('serve', '--port', '0', '--tsa-ca', 'empty.pem')).code).toBe(1);
  });

  it('serves all the same where the authority cannot be reached, and says so once', async () => {
    const serving = await serve(['--tsa', 'http://127.0.0.1:1/', '--alarm-command', 'cat >> alarms.txt'], {
      cwd: desk.dir,
    });
    try {
      await desk.write('one', []);
      expect(await cli('submit', 'one.json')).toMatchObject({ code: 0 });
      const told = async (): Promise<string> => readFile(desk.at('alarms.txt'), 'utf8').catch(() => '');
      for (let n = 0; n < 300 && (await told()) === ''; n++) await wait(100);
      expect(await told()).toMatch(/^\{"code":"stamp\/failed","where":"authority 127\.0\.0\.1-1"[^\n]*\}\n$/);
    } finally {
      expect(await serving.stop()).toBe(0);
    }
  }, 60_000);
});
