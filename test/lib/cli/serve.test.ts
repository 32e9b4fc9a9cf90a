import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gather } from '../../material.ts';
import { run, runStopped, serve, type Ran, type Serving } from './command-line.ts';
import { cliDesk, twoFiles, type CliDesk } from './desk.ts';

let desk: CliDesk;
let serving: Serving;
beforeAll(async () => {
  desk = await cliDesk();
  await desk.write('referral', twoFiles());
  serving = await serve([], { cwd: desk.dir });
});
afterAll(async () => {
  await serving.stop();
  await desk.end();
});

const remote = (key: string, ...args: string[]): Promise<Ran> =>
  run([...args, '--desk', serving.url, '--key', key, '--json'], { cwd: desk.dir });

describe('while serve owns the folder', () => {
  let id: string;

  it('commands on the folder go through its socket, as the house', async () => {
    const ran = await desk.desk('submit', 'referral.json', 'files-referral');
    expect(ran).toMatchObject({ code: 0, json: { state: 'finished' } });
    id = (ran.json as { referralId: string }).referralId;
    expect(await desk.desk('watch')).toMatchObject({ code: 0, json: { ok: true } });
    expect(await desk.desk('actor', 'list')).toMatchObject({ code: 0 });
    expect(await desk.desk('trust')).toMatchObject({ json: { fingerprint: desk.fingerprint } });
  });

  it('a second serve on the folder is refused', async () => {
    const ran = await desk.desk('serve', '--port', '0');
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'desk/owned' } } });
  });

  it('others reach it with a key and its URL, each with her own rights', async () => {
    expect(await remote(desk.keys.supervisor, 'status', id)).toMatchObject({ code: 0, json: { referralId: id } });
    const denied = await remote(desk.keys.operator, 'status', id);
    expect(denied).toMatchObject({ code: 1, json: { error: { code: 'access/denied' } } });
    const nobody = await remote('rdk_nobody', 'list');
    expect(nobody).toMatchObject({ code: 1, json: { error: { code: 'access/unauthenticated' } } });
  });

  it('a remote reporter submits and gets a receipt', async () => {
    const args = ['referral.json', 'files-referral', '--receipt', 'remote.receipt.json'];
    const ran = await remote(desk.keys.reporter, 'submit', ...args);
    expect(ran).toMatchObject({ code: 0, json: { state: 'finished', receipt: desk.at('remote.receipt.json') } });
  });

  it('nobody asks a desk elsewhere without a key, or over a line on which others could read it', async () => {
    const keyless = await run(['list', '--desk', serving.url, '--json'], { cwd: desk.dir });
    expect(keyless).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
    const open = await run(['list', '--desk', 'http://desk.example.org', '--key', 'x', '--json'], { cwd: desk.dir });
    expect(open).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
  });

  it('makes a backup while it serves, which nobody elsewhere can ask for', async () => {
    const made = await desk.desk('backup', '--out', 'backup', '--secrets', 'stick');
    expect(made.code).toBe(0);
    const elsewhere = await remote(desk.keys.operator, 'backup', '--out', 'b', '--secrets', 's');
    expect(elsewhere).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
    const headers = { authorization: `Bearer ${desk.keys.operator}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ out: desk.at('b'), secretsOut: desk.at('s') });
    const answer = await fetch(`${serving.url}/local/backup`, { method: 'POST', headers, body });
    expect(answer.status).toBe(404);
  });

  it('shows what is public to anyone without a key', async () => {
    for (const command of ['trust', 'log']) {
      expect(await run([command, '--desk', serving.url, '--json'], { cwd: desk.dir })).toMatchObject({ code: 0 });
    }
  });

  it('refuses a port that is taken, and gives the folder up', async () => {
    const { port } = new URL(serving.url);
    expect((await run(['init', '--data', 'other'], { cwd: desk.dir })).code).toBe(0);
    const ran = await run(['serve', '--data', 'other', '--port', port, '--json'], { cwd: desk.dir });
    expect(ran).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
  });

  it('warns that keys travel in clear where it listens for others too', async () => {
    const args = ['serve', '--data', 'other', '--port', '0', '--host', '0.0.0.0'];
    const open = await runStopped('SIGTERM', args, { cwd: desk.dir });
    expect(open.code).toBe(0);
    expect(open.stderr).toMatch(/WARNING: .* keys travel in clear/);
  });

  it('ends with 0 on SIGTERM and on SIGINT, and gives the folder up', async () => {
    expect(await serving.stop('SIGTERM')).toBe(0);
    serving = await serve([], { cwd: desk.dir });
    expect(await serving.stop('SIGINT')).toBe(0);
    expect(await desk.desk('list')).toMatchObject({ code: 0 });
  });
});

describe('serve', () => {
  it('goes over everything by itself every so often, and tells the alarm what it finds', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const told = new Promise<unknown>((resolve) => {
      server.on('request', (request, response) => {
        void gather(request).then((body) => {
          response.end();
          resolve(JSON.parse(body.toString('utf8')));
        });
      });
    });
    await damageVault(desk.at('other/vault'));
    const often = ['--watch-every', '0.00002', '--alarm-webhook', `http://127.0.0.1:${port}/`];
    const watching = await serve(['--data', 'other', ...often], { cwd: desk.dir });
    expect(await told).toMatchObject({ code: 'vault/damaged' });
    expect(await watching.stop()).toBe(0);
    server.close();
  });
});

/** Alters one byte of every vault file. */
async function damageVault(vault: string): Promise<void> {
  for (const entry of await readdir(vault, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    await chmod(file, 0o600);
    await writeFile(file, bytes);
  }
}
