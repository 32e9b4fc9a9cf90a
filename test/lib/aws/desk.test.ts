// The whole desk on the real parts: from a referral to a verified packet, and to its destruction. What is written to the tables names nobody.
import { ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deskClient, submitReferral, type Submission } from '../../../lib/client/index.ts';
import { createApi } from '../../../lib/http/index.ts';
import { verifyPacket } from '../../../lib/index.ts';
import { initAwsDesk, openAwsDesk, type AwsDesk, type AwsParts, type Lent } from '../../../lib/aws/open.ts';
import { localFont } from '../../../lib/local/fonts.ts';
import { localScratch } from '../../../lib/local/scratch.ts';
import { gather, noise, referralBody, stream } from '../../material.ts';
import { startKms, type KmsEndpoint } from './kms-endpoint.ts';
import { withParts } from './parts.ts';
import { freshParts } from './stack.ts';

const MIB = 1024 * 1024;
let endpoint: KmsEndpoint;
let dir: string;
let parts: AwsParts;
let founded: Awaited<ReturnType<typeof initAwsDesk>>;
let opened: AwsDesk;

withParts('the desk on AWS', () => {
  beforeAll(async () => {
    endpoint = await startKms();
    dir = await mkdtemp(join(tmpdir(), 'referral-desk-'));
    parts = await freshParts(endpoint);
    const lent: Lent = { font: localFont, scratch: localScratch(join(dir, 'scratch')), alarm: () => Promise.resolve() };
    founded = await initAwsDesk(parts, lent);
    opened = openAwsDesk(parts, lent);
  });
  afterAll(async () => {
    for (const client of [parts.s3, parts.dynamo, parts.kms]) client.destroy();
    await endpoint.close();
    await rm(dir, { recursive: true, force: true });
  });

  describe('the desk on the real parts', () => {
    it('takes a referral in, packs it, hands it over, and the packet verifies', async () => {
      const { desk } = opened;
      const { keys, trust } = founded;
      const reporter = await desk.authenticate(keys.reporter);
      const files = [noise('a.jpg', 1000), noise('b.mp4', 40 * MIB + 7), noise('c.txt', 0)];
      const { referralId, attachments } = await desk.open(reporter, referralBody(files), 'once');
      for (const [n, file] of files.entries()) {
        const declared = { sha256: file.sha256, sizeBytes: file.bytes.length };
        const id = attachments[n]?.id ?? '';
        await desk.attach(reporter, referralId, id, declared, { name: file.path }, stream(file.bytes));
      }
      await desk.finish(reporter, referralId);
      const supervisor = await desk.authenticate(keys.supervisor);
      const order = { agency: 'europol', purpose: 'an inquiry', legalBasis: 'an example act' };
      const { packetId } = await desk.orderPacket(supervisor, referralId, order);
      await desk.integrate();
      expect(await desk.freezePackets()).toBe(1);
      const investigator = await desk.authenticate(keys.investigator);
      const bytes = await gather((await desk.takePacket(investigator, packetId)).bytes);
      const source = {
        sizeBytes: bytes.length,
        read: (offset: number, sizeBytes: number) => Promise.resolve(bytes.subarray(offset, offset + sizeBytes)),
      };
      expect(await verifyPacket(source, { trust })).toMatchObject({ ok: true, findings: [] });
      expect(bytes.includes(files[1]?.bytes ?? '')).toBe(true);
    });

    it('takes a large file from its sender straight into S3, and goes on after a kill', async () => {
      const { desk } = opened;
      const file = noise('large.mp4', 70 * MIB);
      const api = createApi(desk);
      const puts: number[] = [];
      let isKilled = false;
      const client = deskClient({
        key: founded.keys.reporter,
        tries: 1,
        fetch: async (request) => {
          if (isKilled) throw new TypeError('killed');
          const response = await api.fetch(request);
          if (request.url.endsWith('/parts'))
            puts.push(
              ((await response.clone().json()) as { parts: { isThere: boolean }[] }).parts.filter(
                ({ isThere }) => !isThere,
              ).length,
            );
          if (puts.length === 1 && request.url.endsWith('/parts')) return response;
          if (request.method === 'GET') await desk.inspect();
          return response;
        },
      });
      const kept = new Map<string, string>();
      const slots = {
        secret: 'x',
        read: (name: string) => Promise.resolve(kept.get(name)),
        write: (name: string, text: string) => Promise.resolve(void kept.set(name, text)),
        remove: (name: string) => Promise.resolve(void kept.delete(name)),
      };
      const submission: Submission = {
        referral: referralBody([file]),
        files: [{ path: file.path, sizeBytes: file.bytes.length, open: () => stream(file.bytes) }],
        slots,
        onProgress: ({ phase, doneBytes }) =>
          (isKilled ||= phase === 'sending' && doneBytes > 60 * MIB && puts.length === 1),
      };
      await expect(submitReferral(client, submission)).rejects.toMatchObject({ code: 'desk/unreachable' });
      isKilled = false;
      const sent = await submitReferral(client, { ...submission, onProgress: () => undefined });
      expect(sent).toMatchObject({ isFinished: true, files: [{ state: 'sent' }] });
      expect(puts).toEqual([4, 0, 1]); // four were there, and one was missing
      const supervisor = await desk.authenticate(founded.keys.supervisor);
      const read = await desk.readAttachment(supervisor, sent.referralId, sent.files[0]?.attachmentId ?? '', 'to look');
      expect((await gather(read.bytes)).equals(file.bytes)).toBe(true);
    });

    it('loses none of 800 attachments of one referral, 32 at once', async () => {
      const { desk } = opened;
      const reporter = await desk.authenticate(founded.keys.reporter);
      const files = Array.from({ length: 800 }, (_, n) => noise(`${n}.bin`, 500 + n));
      const { referralId, attachments } = await desk.open(reporter, referralBody(files), 'many');
      const waiting = [...files.entries()];
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const [n, file] = next;
          const declared = { sha256: file.sha256, sizeBytes: file.bytes.length };
          await desk.attach(reporter, referralId, attachments[n]?.id ?? '', declared, {}, stream(file.bytes));
        }
      };
      await Promise.all(Array.from({ length: 32 }, work));
      await desk.finish(reporter, referralId);
      expect(await desk.status(reporter, referralId)).toMatchObject({ state: 'finished' });
      const entries = await opened.ports.ledger.entries(referralId, 0, 1000);
      expect(entries.filter(({ text }) => text.includes('"act":"attach"'))).toHaveLength(800);
    });

    it('writes nothing into its tables that names a person or a file', async () => {
      const { desk } = opened;
      const signIn = { issuer: 'https://id.example/pool', subject: 'kim-4f0c' };
      const operator = await desk.authenticate(founded.keys.operator);
      const { actorId } = await desk.addPerson(operator, { role: 'auditor', name: 'Kim Zaphod' }, signIn);
      expect(await desk.authenticatePerson(signIn)).toMatchObject({ actorId, role: 'auditor' });
      const texts = [...(await everything(parts.bookTable)), ...(await everything(parts.secretsTable))];
      expect(texts.length).toBeGreaterThan(100);
      const referred = ['Ada', 'ada@example.org', '+1 202 555 0101', 'a.jpg', 'b.mp4', 'an inquiry', 'once'];
      for (const said of [...referred, 'Zaphod', 'kim-4f0c', 'id.example']) {
        expect(texts.filter((text) => text.includes(said))).toEqual([]);
      }
      await desk.revokeActor(operator, actorId);
      await expect(desk.authenticatePerson(signIn)).rejects.toMatchObject({ code: 'access/unauthenticated' });
      expect((await opened.ports.ledger.list(`lookups/${actorId}`, { limit: 1 })).items).toEqual([]);
    });
  });

  async function everything(TableName: string): Promise<string[]> {
    const texts: string[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const page = await parts.dynamo.send(new ScanCommand({ TableName, ExclusiveStartKey: start }));
      // wrapped keys are noise, in which three letters turn up by chance
      const words = (page.Items ?? []).map((item) => JSON.stringify(item).replaceAll(/[A-Za-z0-9+/]{80,}={0,2}/g, ''));
      texts.push(...words);
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return texts;
  }
});
