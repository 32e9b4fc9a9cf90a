// The log stamped with the time by an authority that openssl makes, asked by the clock's own bundle; and put as files by the log's. What lies in the bucket then
// is checked by a stranger with the desk's trust.json.
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { AuthorityName } from '../../lambdas/authorities.ts';
import { verifyLog, type LogSource, type Trust } from '../../lib/index.ts';
import { withParts } from '../lib/aws/parts.ts';
import { makeAuthority, type Authority } from '../lib/stamp-authority.ts';
import { startCloud, type Cloud } from './cloud.ts';

withParts('time stamps on AWS', () => {
  let folder: string;
  let authority: Authority;
  let web: Server;
  let cloud: Cloud;
  let isDown = true;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'referral-desk-'));
    authority = await makeAuthority('rsa', true);
    web = createServer((request, response) => {
      void buffer(request)
        .then((bytes) => (isDown ? undefined : authority.reply(bytes)))
        .then((reply) => response.writeHead(reply === undefined ? 503 : 200).end(reply));
    }).listen(0, '127.0.0.1');
    await once(web, 'listening');
    cloud = await startCloud(folder, {
      TSA_URL: `http://127.0.0.1:${(web.address() as AddressInfo).port}/tsr`,
      TSA_CERTIFICATES: authority.authorities.map((der) => der.toString('base64')).join(' '),
      NODE_OPTIONS: '',
    });
  }, 60_000);
  afterAll(async () => {
    await cloud.stop();
    web.close();
    await authority.end();
    await rm(folder, { recursive: true, force: true });
  });

  async function done(name: AuthorityName): Promise<Record<string, unknown>> {
    expect(await cloud.schedule(name)).toMatchObject({ kind: 'response' });
    const line = cloud.lines().findLast((each) => each.includes(`"authority":"${name}"`));
    return JSON.parse(line ?? '{}') as Record<string, unknown>;
  }

  const alarms = (): string[] => cloud.lines().filter((line) => line.includes('"alarm":"stamp/failed"'));

  describe('the lambdas', () => {
    it('tell once that no stamp can be had, and go on', async () => {
      await done('log');
      for (let n = 0; n < 2; n++)
        expect(await done('clock')).toMatchObject({ code: 'done', stamped: 0, stampsFailed: 1 });
      expect(alarms()).toHaveLength(1);
    });

    it('have the log stamped, once until it is due again, and put it as files that hold with trust.json alone', async () => {
      isDown = false;
      expect(await done('clock')).toMatchObject({ code: 'done', stamped: 1, stampsFailed: 0 });
      expect(await done('clock')).toMatchObject({ stamped: 0, stampsFailed: 0 });
      expect(Number((await done('log'))['logFiles'])).toBeGreaterThan(0);
      expect(await done('log')).toMatchObject({ code: 'done', logFiles: 0 });
      const trust = (await (await cloud.fetch(new Request('https://desk.test/v1/trust'))).json()) as Trust;
      expect(trust).toMatchObject({ tsa: [authority.authorities[0]?.toString('base64')] });
      const verdict = await verifyLog(bucket(), { trust });
      expect(verdict).toMatchObject({
        ok: true,
        findings: [],
        logs: [{ log: 1, stamps: [{ authority: expect.any(String) }] }],
      });
      const refused = [...cloud.guards].flatMap(([name, each]) => [...each.refused].map((need) => `${name}: ${need}`));
      expect(refused).toEqual([]);
    });
  });

  /** The bucket, as somebody reads it who may. */
  function bucket(): LogSource {
    const { s3, logBucket } = cloud.parts;
    return {
      read: async (Key) => {
        const found = await s3.send(new GetObjectCommand({ Bucket: logBucket, Key })).catch(() => undefined);
        return found?.Body?.transformToByteArray();
      },
    };
  }
});
