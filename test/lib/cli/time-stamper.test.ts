// An authority that stamps the time, asked over HTTP, may do anything: whatever is no answer is one error, in bounded time and memory.
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { stampersOf } from '../../../lib/cli/time-stamper.ts';

const webs: Server[] = [];
afterEach(() => {
  for (const web of webs.splice(0)) {
    web.closeAllConnections();
    web.close();
  }
});

async function asked(answer: RequestListener, mostSeconds?: number): Promise<Uint8Array> {
  const web = createServer(answer).listen(0, '127.0.0.1');
  webs.push(web);
  await once(web, 'listening');
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/tsr`;
  const [stamper] = await stampersOf({ tsa: [url] }, mostSeconds);
  if (stamper === undefined) throw new Error('no stamper');
  return stamper.stamp(Buffer.from('a request'));
}

describe('an authority over HTTP', () => {
  it('is posted the request, and answers', async () => {
    const answer = await asked((request, response) => {
      request.pipe(response.writeHead(request.method === 'POST' ? 200 : 405));
    });
    expect(Buffer.from(answer).toString()).toBe('a request');
  });

  it.each<[string, RequestListener]>([
    ['refuses', (_, response) => response.writeHead(503).end('later')],
    ['leads elsewhere', (_, response) => response.writeHead(307, { Location: '/other' }).end()],
    ['answers with 64 KiB and a byte', (_, response) => response.end(Buffer.alloc(64 * 1024 + 1))],
    [
      'never ends',
      (_, response) => {
        const more = (): void => {
          if (response.destroyed) return;
          response.write(Buffer.alloc(65_536));
          setImmediate(more);
        };
        more();
      },
    ],
    [
      'is cut off',
      (_, response) => response.writeHead(200, { 'Content-Length': 100 }).write('half', () => response.destroy()),
    ],
  ])('that %s is one that failed', async (_, answer) => {
    await expect(asked(answer)).rejects.toMatchObject({ code: 'stamp/failed' });
  });

  it('is not waited for longer than was said, before the answer or in it', async () => {
    await expect(asked(() => undefined, 0.2)).rejects.toMatchObject({ code: 'stamp/failed' });
    await expect(asked((_, response) => response.write('half'), 0.2)).rejects.toMatchObject({ code: 'stamp/failed' });
  });
});
