// The story on the real parts while S3, DynamoDB and KMS throttle, break, fall silent, cut connections and lose answers, and every event is delivered twice: it
// comes to the same end. Told in few files, so that it is played in less than a minute.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUTHORITIES } from '../../../lambdas/authorities.ts';
import { claimDelivery } from '../../../lib/aws/deliveries.ts';
import { gateway, type HttpHandler } from '../../../lib/aws/gateway.ts';
import { initAwsDesk, openAwsDesk, type AwsParts, type Lent } from '../../../lib/aws/open.ts';
import { dynamoTable } from '../../../lib/aws/table.ts';
import { telemetry } from '../../../lib/aws/telemetry.ts';
import { startSteps } from '../../../lib/cli/demo-steps.ts';
import { play } from '../../../lib/cli/demo.ts';
import type { StoryMaterial } from '../../../lib/cli/story/index.ts';
import type { Desk } from '../../../lib/desk.ts';
import { localFont } from '../../../lib/local/fonts.ts';
import { localScratch } from '../../../lib/local/scratch.ts';
import { eventFrom, responseOf } from '../../lambdas/event.ts';
import { noise, referralBody } from '../../material.ts';
import { between, type Between, type Fault } from './between.ts';
import { startKms } from './kms-endpoint.ts';
import { DYNAMO_URL, dynamoClient, etagOf, s3Client, S3_URL, withParts } from './parts.ts';
import { freshParts } from './stack.ts';

const FAULTS = ['throttled', 'unheard', 'broken', 'silent', 'answer-lost', 'cut'] as const satisfies readonly Fault[];
/** Of so many first tries one. */
const EVERY = { s3: 7, dynamo: 101, kms: 7 };
/** For clients in a test: silence is told from slowness sooner. */
const requestHandler = { requestTimeout: 1500, throwOnRequestTimeout: true };

withParts('the story with faults between', () => {
  let root: string;
  let kms: Awaited<ReturnType<typeof startKms>>;
  let proxies: Record<keyof typeof EVERY, Between>;
  let parts: AwsParts;
  const met = new Set<string>();

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'referral-desk-'));
    kms = await startKms();
    const none = (): Promise<undefined> => Promise.resolve(undefined);
    proxies = {
      s3: await between(S3_URL, etagOf(s3Client())),
      dynamo: await between(DYNAMO_URL, none),
      kms: await between(kms.url, none),
    };
    parts = {
      ...(await freshParts({ ...kms, url: proxies.kms.url }, randomUUID(), requestHandler)),
      s3: s3Client(proxies.s3.url, { requestHandler }),
      dynamo: dynamoClient(proxies.dynamo.url, { requestHandler }),
    };
  });
  afterAll(async () => {
    for (const client of [parts.s3, parts.dynamo, parts.kms]) client.destroy();
    for (const each of Object.values(proxies)) await each.close();
    await kms.close();
    await rm(root, { recursive: true, force: true });
  });

  function harm(): void {
    for (const [name, proxy] of Object.entries(proxies)) {
      const every = EVERY[name as keyof typeof EVERY];
      let asked = 0;
      proxy.fault = ({ headers }) => {
        if (headers['amz-sdk-request']?.includes('attempt=1') !== true) return undefined; // three tries in a row fail nobody
        const fault = ++asked % every === 0 ? FAULTS[(asked / every) % FAULTS.length] : undefined;
        if (fault !== undefined) met.add(`${name} ${fault}`);
        return fault;
      };
    }
  }

  describe('the story', () => {
    it('is played to a verified packet whatever fails between, every event delivered twice', async () => {
      const lent: Lent = {
        font: localFont,
        scratch: localScratch(join(root, 'scratch')),
        alarm: () => Promise.resolve(),
      };
      const { keys, trust } = await initAwsDesk(parts, lent);
      const { desk } = openAwsDesk(parts, lent);
      harm();
      const pulses = [desk, openAwsDesk(parts, lent).desk].map(startPulse); // what is scheduled is delivered twice as well
      const again = deliveredTwice(parts, desk);
      const stage = {
        root,
        dir: root,
        keys,
        trust,
        trustFile: '',
        material: await material(root),
        steps: startSteps(),
      };
      try {
        const shown = await play({ fetch: again.fetch, desk }, stage);
        expect(shown.verdicts.packet).toMatchObject({ ok: true, findings: [] });
        expect(shown).toMatchObject({ verified: true, watched: { findings: [] } });
      } finally {
        for (const each of pulses) await each.stop();
        for (const each of Object.values(proxies)) each.fault = undefined;
      }
      expect(again.refused()).toBeGreaterThan(3);
      expect([...met].sort()).toEqual(
        Object.keys(EVERY)
          .flatMap((name) => FAULTS.map((fault) => `${name} ${fault}`))
          .sort(),
      );
    }, 120_000);
  });
});

/** The API as API Gateway's events reach it, each of them twice; what the second one answers goes to nobody. */
function deliveredTwice(parts: AwsParts, desk: Desk) {
  let refused = 0;
  const handle: HttpHandler = gateway({
    desk,
    routes: new Set(Object.values(AUTHORITIES).flatMap(({ routes }) => routes as readonly string[])),
    claim: (event) => claimDelivery(dynamoTable(parts.dynamo, parts.bookTable), event, new Date()),
    telemetry: telemetry('story', () => undefined, Date.now),
    clock: () => performance.now(),
  });
  const invocation = () => ({ awsRequestId: randomUUID(), getRemainingTimeInMillis: () => 60_000 });
  const fetch = async (request: Request): Promise<Response> => {
    const event = await eventFrom(request);
    const first = await handle(event, invocation());
    if ((await handle(event, invocation())).statusCode === 409) refused++;
    return responseOf(first);
  };
  return { fetch, refused: () => refused };
}

/** What EventBridge asks for every minute, without the minutes; what fails is made up for by the next round. */
function startPulse(desk: Desk): { stop(): Promise<void> } {
  let isStopped = false;
  const beat = async (): Promise<void> => {
    while (!isStopped) {
      for (const step of [desk.integrate, desk.freezePackets]) await step().catch(() => undefined);
      await new Promise(setImmediate);
    }
  };
  const beating = beat();
  return {
    stop: async () => {
      isStopped = true;
      await beating;
    },
  };
}

/** Four files of noise, and one that is called a picture. */
async function material(folder: string): Promise<StoryMaterial> {
  const picture = noise('seen.png', 500);
  const files = [...[1000, 20_000, 300_000, 1_200_000].map((size, n) => noise(`${n}.bin`, size)), picture];
  const filesFolder = join(folder, 'files');
  await mkdir(filesFolder, { recursive: true });
  for (const { path, bytes } of files) await writeFile(join(filesFolder, path), bytes);
  const referralFile = join(folder, 'referral.json');
  await writeFile(referralFile, referralBody(files));
  const shown = files.map(({ path, sha256, bytes }) => ({
    path,
    sha256,
    sizeBytes: bytes.length,
    contentType: 'image/png',
  }));
  const counts = {
    groups: 0,
    memberships: 0,
    people: 0,
    countries: 0,
    messages: 0,
    observations: 0,
    files: files.length,
    bytes: 0,
  };
  return { referralFile, filesFolder, files: shown, counts };
}
