// `log export` and `log verify`: the whole public log as files, and checked from them, from a folder and from a web server.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run, serve, type Ran } from './command-line.ts';
import { cliDesk, type CliDesk } from './desk.ts';

let desk: CliDesk;
let web: Server;
let url: string;

beforeAll(async () => {
  desk = await cliDesk();
  await desk.write('one', []);
  web = createServer((request, response) => {
    readFile(join(desk.dir, request.url ?? '')).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});
afterAll(async () => {
  web.close();
  await desk.end();
});

const verify = (place: string, ...args: string[]): Promise<Ran> =>
  run(['log', 'verify', place, '--trust', 'desk-data/trust.json', '--json', ...args], { cwd: desk.dir });

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(desk.at(folder), { recursive: true, withFileTypes: true });
  return found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
}

describe('log export', () => {
  it('writes files that hold, wherever they are served from, and only what is new when run again', async () => {
    const first = await desk.desk('log', 'export', '--out', 'public');
    expect(first).toMatchObject({ code: 0, json: { log: 1, kept: 0 } });
    expect(await verify('public')).toMatchObject({ code: 0, json: { ok: true, findings: [], logs: [{ log: 1 }] } });
    expect(await desk.desk('log', 'export', '--out', 'public')).toMatchObject({ code: 0, json: { written: 0 } });
    const kept = await readFile(desk.at('public/checkpoint'));
    await writeFile(desk.at('kept.txt'), kept);
    expect((await desk.desk('submit', 'one.json', '--no-finish')).code).toBeLessThan(2);
    const again = await desk.desk('log', 'export', '--out', 'public');
    expect((again.json as { size: number }).size).toBeGreaterThan((first.json as { size: number }).size);
    for (const place of ['public', `${url}/public`, `${url}/public/1/`]) {
      expect(await verify(place, '--against', 'kept.txt')).toMatchObject({ code: 0, json: { ok: true } });
    }
  });

  it('writes again what was lost, and leaves the signatures of witnesses where they are', async () => {
    const own = await readFile(desk.at('public/checkpoint'), 'utf8');
    const witnessed = `${own}\u2014 witness.example.org AAAAAAAA\n`;
    for (const path of ['public/checkpoint', 'public/1/checkpoint']) await writeFile(desk.at(path), witnessed);
    const size = witnessed.split('\n')[1] ?? '';
    await rm(desk.at(`public/1/tile/0/000.p/${size}`));
    expect(await verify('public')).toMatchObject({ code: 1, json: { findings: [{ code: 'log/missing' }] } });
    expect(await desk.desk('log', 'export', '--out', 'public')).toMatchObject({ code: 0, json: { written: 1 } });
    expect(await verify('public')).toMatchObject({ code: 0, json: { ok: true } });
    expect(await readFile(desk.at('public/1/checkpoint'), 'utf8')).toBe(witnessed);
    for (const path of ['public/checkpoint', 'public/1/checkpoint']) await writeFile(desk.at(path), own);
  });

  it('writes for everyone to read, and leaves nothing half written', async () => {
    for (const file of await filesIn('public')) {
      expect(file).not.toMatch(/\.(tmp|part)$/);
      expect((await stat(file)).mode & 0o777).toBe(0o644);
    }
  });

  it('writes the same over HTTP as at the desk, without a key', async () => {
    const serving = await serve([], { cwd: desk.dir });
    try {
      const there = await run(['log', 'export', '--desk', serving.url, '--out', 'over-http', '--json'], {
        cwd: desk.dir,
      });
      expect(there).toMatchObject({ code: 0 });
      await desk.desk('log', 'export', '--out', 'public');
      const relative = (files: string[], folder: string): string[] =>
        files.map((file) => file.slice(desk.at(folder).length)).sort();
      const [a, b] = [relative(await filesIn('over-http'), 'over-http'), relative(await filesIn('public'), 'public')];
      expect(b).toEqual(expect.arrayContaining(a));
      for (const file of a) {
        expect(await readFile(desk.at(`over-http${file}`))).toEqual(await readFile(desk.at(`public${file}`)));
      }
      expect(await verify(`${serving.url}/v1/log`)).toMatchObject({ code: 0, json: { ok: true } });
      expect(await verify(`${serving.url}/v1/log/1`)).toMatchObject({ code: 0, json: { ok: true } });
    } finally {
      await serving.stop();
    }
  });

  it('takes nothing back, and mixes no two desks', async () => {
    const other = await cliDesk();
    const foreign = await other.desk('log', 'export', '--out', desk.at('public'));
    expect(foreign).toMatchObject({ code: 2 });
    await other.end();
    const checkpoint = await readFile(desk.at('public/checkpoint'), 'utf8');
    await writeFile(desk.at('public/checkpoint'), checkpoint.replace(/\n(\d+)\n/, '\n99999\n'));
    expect(await desk.desk('log', 'export', '--out', 'public')).toMatchObject({
      code: 3,
      json: { error: { code: 'log/damaged' } },
    });
    await writeFile(desk.at('public/checkpoint'), checkpoint);
  });
});

describe('log verify', () => {
  it('names what was altered, in words and as JSON', async () => {
    const size = (await readFile(desk.at('public/checkpoint'), 'utf8')).split('\n')[1] ?? '';
    const bundle = desk.at(`public/1/tile/entries/000.p/${size}`);
    const bytes = await readFile(bundle);
    await writeFile(
      bundle,
      bytes.map((byte, n) => (n === 5 ? byte ^ 1 : byte)),
    );
    const ran = await verify('public');
    await writeFile(bundle, bytes);
    expect(ran.code).toBe(1);
    expect(JSON.stringify(ran.json)).toMatch(/log\/entries/);
    const missing = await run(['log', 'verify', 'over-http/1/tile'], { cwd: desk.dir });
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stdout).toMatch(/log\/missing/);
  });

  it('is wrong use where there is no folder, no URL that can be, no checkpoint to hold it against', async () => {
    expect((await verify('nowhere')).code).toBe(2);
    expect((await verify('ftp://desk.example.org/')).code).toBe(2);
    expect((await verify('public', '--against', 'one.json')).code).toBe(1);
    expect((await run(['log', 'verify'], { cwd: desk.dir })).code).toBe(2);
  });

  it('fails where nobody answers', async () => {
    expect((await verify('http://127.0.0.1:1/v1/log')).code).toBe(3);
    await rm(desk.at('over-http'), { recursive: true });
  });
});
