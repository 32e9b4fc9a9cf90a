// The newspaper's story (small) on the real parts, as `demo` plays it on one machine: submitted, looked at, packed, taken, verified as a stranger, gone over
// again. Through a proxy, for what radosgw does not do.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initAwsDesk, openAwsDesk, type AwsParts, type Lent } from '../../../lib/aws/open.ts';
import { startSteps } from '../../../lib/cli/demo-steps.ts';
import { play } from '../../../lib/cli/demo.ts';
import { storyMaterial } from '../../../lib/cli/story/index.ts';
import type { Desk } from '../../../lib/desk.ts';
import { createApi } from '../../../lib/http/index.ts';
import { localFont } from '../../../lib/local/fonts.ts';
import { localScratch } from '../../../lib/local/scratch.ts';
import { between } from './between.ts';
import { startKms, type KmsEndpoint } from './kms-endpoint.ts';
import { etagOf, s3Client, S3_URL, withParts } from './parts.ts';
import { freshParts } from './stack.ts';

const MINUTE = 60_000;

let endpoint: KmsEndpoint;
let dir: string;

withParts('the story on AWS', () => {
  beforeAll(async () => {
    endpoint = await startKms();
    dir = await mkdtemp(join(tmpdir(), 'referral-desk-'));
  });
  afterAll(async () => {
    await endpoint.close();
    await rm(dir, { recursive: true, force: true });
  });

  describe('the story', () => {
    it(
      'is played to a verified packet',
      async () => {
        const proxy = await between(S3_URL, etagOf(s3Client()));
        const parts = { ...(await freshParts(endpoint)), s3: s3Client(proxy.url) };
        try {
          const shown = await playOn(parts, join(dir, 'story'));
          expect(shown.verdicts.packet).toMatchObject({ ok: true, findings: [] });
          expect(shown).toMatchObject({ verified: true, watched: { findings: [] } });
        } finally {
          for (const client of [parts.s3, parts.dynamo, parts.kms]) client.destroy();
          await proxy.close();
        }
      },
      4 * MINUTE,
    );
  });

  async function playOn(parts: AwsParts, root: string): ReturnType<typeof play> {
    const lent: Lent = {
      font: localFont,
      scratch: localScratch(join(root, 'scratch')),
      alarm: () => Promise.resolve(),
    };
    const { keys, trust } = await initAwsDesk(parts, lent);
    const { desk } = openAwsDesk(parts, lent);
    const material = await storyMaterial(root, { scale: 'small', now: new Date() });
    const pulse = startPulse(desk);
    const stage = { root, dir: root, keys, trust, trustFile: '', material, steps: startSteps() };
    try {
      return await play({ fetch: createApi(desk).fetch, desk }, stage);
    } finally {
      await pulse.stop();
    }
  }
});

/** What lambdas do every minute, without the minutes: entries go into the log, what was sent directly is looked at, packets are made. */
function startPulse(desk: Desk): { stop(): Promise<void> } {
  let isStopped = false;
  const beat = async (): Promise<void> => {
    while (!isStopped) {
      await desk.integrate();
      await desk.inspect();
      await desk.freezePackets();
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
