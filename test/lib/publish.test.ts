// The public log over HTTP: tiles, bundles and checkpoints of the present log and of earlier ones, for anyone.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leafHash, rootOf } from '../../lib/formats/merkle.ts';
import { makeLogs, type MadeLogs } from './long-log.ts';
import { createApi, type Api } from '../../lib/http/index.ts';
import { readAnswer, toRequest, type Answer } from './http-door.ts';

/** Log 1 has more than two full tiles; log 2 was begun after it. */
const SIZE = 600;
let logs: MadeLogs;
let api: Api;

beforeAll(async () => {
  logs = await makeLogs(SIZE);
  api = createApi(logs.test.desk);
}, 120_000);
afterAll(() => logs.test.end());

async function get(path: string, method = 'GET'): Promise<Answer> {
  return readAnswer(await api.fetch(toRequest(undefined, method, `/v1/log/${path}`)));
}

async function sizeOf(prefix: string): Promise<number> {
  return Number((await get(`${prefix}checkpoint`)).bytes.toString().split('\n')[1]);
}

describe('the public log', () => {
  it('answers tiles whose hashes are those of the entries beside them', async () => {
    for (const prefix of ['', '1/', '2/']) {
      const size = await sizeOf(prefix);
      expect(size).toBeGreaterThan(512);
      for (const name of ['000', '001', `002.p/${size - 512}`]) {
        const tile = await get(`${prefix}tile/0/${name}`);
        const bundle = await get(`${prefix}tile/entries/${name}`);
        expect([tile.status, bundle.status]).toEqual([200, 200]);
        expect(tile.headers.get('content-type')).toBe('application/octet-stream');
        const hashes = Array.from({ length: bundle.bytes.length / 34 }, (_, n) => {
          expect(bundle.bytes.readUInt16BE(n * 34)).toBe(32);
          return leafHash(bundle.bytes.subarray(n * 34 + 2, n * 34 + 34));
        });
        expect(tile.bytes.equals(Buffer.concat(hashes))).toBe(true);
      }
    }
  });

  it('answers higher tiles and any beginning of a tile', async () => {
    const full = await get('1/tile/0/000');
    const above = await get('1/tile/1/000.p/2');
    const hashes = Array.from({ length: 256 }, (_, n) => full.bytes.subarray(n * 32, n * 32 + 32));
    expect(above.bytes.subarray(0, 32).equals(rootOf(hashes))).toBe(true);
    for (const width of [1, 7, 255]) {
      const part = await get(`1/tile/0/000.p/${width}`);
      expect(part.bytes.equals(full.bytes.subarray(0, width * 32))).toBe(true);
      expect((await get(`1/tile/entries/000.p/${width}`)).bytes).toHaveLength(width * 34);
    }
  });

  it('lets caches keep a full tile of a numbered log for ever, and nothing that may change', async () => {
    const control = async (path: string): Promise<string | null> => (await get(path)).headers.get('cache-control');
    for (const path of ['1/tile/0/000', '1/tile/entries/001', '2/tile/0/001']) {
      expect(await control(path)).toBe('public, max-age=31536000, immutable');
    }
    for (const path of ['checkpoint', '1/checkpoint', '1/tile/0/000.p/7', 'tile/0/000', 'tile/entries/000']) {
      expect(await control(path)).toBe('no-cache');
    }
    expect(await control('1/tile/0/999')).toBe('no-store');
  });

  it('answers each log its own checkpoint, and without a number that of the present one', async () => {
    const [first, second, present] = [await get('1/checkpoint'), await get('2/checkpoint'), await get('checkpoint')];
    expect(first.bytes.toString()).toMatch(/^referral-desk\/[0-9a-f-]{36}\/1\n/);
    expect(second.bytes.equals(present.bytes)).toBe(true);
    expect(present.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it.each([
    '3/checkpoint',
    '0/checkpoint',
    '01/checkpoint',
    '1',
    '1/',
    'tile',
    'tile/0/002',
    'tile/0/003',
    'tile/0/002.p/255',
    'tile/1/000',
    'tile/2/000.p/1',
    'tile/entries/002',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/0',
    'tile/0/x000/000',
    'tile%2F0/000',
    'tile/0/%30%30%30',
    '1/1/checkpoint',
    'checkpoint/',
    'x',
  ])('answers 404 to %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, json: { status: 404 } });
  });

  it('answers HEAD with the length, and no other method', async () => {
    const head = await get('1/tile/0/000', 'HEAD');
    expect([head.status, head.headers.get('content-length'), head.bytes.length]).toEqual([200, '8192', 0]);
    expect((await get('1/tile/0/000', 'POST')).status).toBe(405);
  });

  it('says no word of what stands in an entry', async () => {
    const bundle = await get('2/tile/entries/000');
    const text = (await logs.test.desk.deskCustody(await logs.test.as('auditor'))).entries[0] ?? '';
    const found = bundle.bytes.indexOf(createHash('sha256').update(text).digest());
    expect(found).toBeGreaterThan(0);
  });
});
