// What a referral asks of S3, DynamoDB and KMS, counted at the clients while the desk works on the real parts; units as the price list has them.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OPERATIONS from '../../../lib/stack/operations.json' with { type: 'json' };
import { add, charge } from '../stack/counted-parts.ts';
import { isAsSaid, noCounts, play, type Counted, type ServiceCounts } from '../stack/count-operations.ts';
import { cut, sealedFor } from '../uploads/sender.ts';
import { startKms, type KmsEndpoint } from './kms-endpoint.ts';
import { between, type Between } from './between.ts';
import { etagOf, S3_URL, s3Client, withParts } from './parts.ts';
import { freshParts, type FreshParts } from './stack.ts';

type Sends = NonNullable<Parameters<typeof play>[3]>;

/** Sends a file past the desk and has it looked at. A part counts when its address is signed. */
const sends: Sends = async (desk, reporter, referralId, attachmentId, { bytes, sha256, path }) => {
  const slot = await desk.openUpload(reporter, referralId, { attachmentId, sizeBytes: bytes.length });
  const parts = cut(await sealedFor(slot, bytes), slot.partBytes);
  const request = { parts: parts.map(({ announced }) => announced) };
  const announced = await desk.announceParts(reporter, referralId, slot.uploadId, request);
  for (const [n, each] of announced.parts.entries()) {
    if (each.isThere) continue;
    const headers = Object.fromEntries(Object.entries(each.headers).filter(([name]) => name !== 'content-length'));
    const answer = await fetch(each.url, { method: 'PUT', headers, body: Buffer.from(parts[n]?.bytes ?? '') });
    expect(answer.status).toBe(200);
  }
  await desk.completeUpload(reporter, referralId, slot.uploadId, { sha256, sizeBytes: bytes.length, name: path });
  expect(await desk.inspect()).toMatchObject({ proved: 1 });
};

interface Command {
  readonly input: object;
}
interface Answer {
  readonly output: object;
}

/** From now on every call of these clients is counted. */
function countCalls({ s3, dynamo, kms }: FreshParts, counts: ServiceCounts): void {
  const counted =
    (service: keyof ServiceCounts) =>
    (next: (args: Command) => Promise<Answer>, { commandName = '' }: { commandName?: string }) =>
    async (args: Command): Promise<Answer> => {
      const name = commandName.replace(/Command$/, '');
      add(counts[service], name);
      const answer = await next(args);
      if (service === 'dynamodb') charge(counts.dynamodb, name, args.input, answer.output);
      return answer;
    };
  s3.middlewareStack.add(counted('s3') as never, { step: 'initialize' });
  dynamo.middlewareStack.add(counted('dynamodb') as never, { step: 'initialize' });
  kms.middlewareStack.add(counted('kms') as never, { step: 'initialize' });
}

withParts('operations counted', () => {
  let endpoint: KmsEndpoint;
  let parts: FreshParts;
  let own: FreshParts['s3'];
  let middle: Between;
  let counted: Counted;

  beforeAll(async () => {
    endpoint = await startKms();
    const fresh = await freshParts(endpoint);
    own = fresh.s3;
    middle = await between(S3_URL, etagOf(own)); // compares If-Match, which radosgw 16 cannot
    parts = { ...fresh, s3: s3Client(middle.url) };
    const counts = noCounts();
    countCalls(parts, counts);
    counted = await play(parts, counts, { s3: parts.s3, bucket: parts.logBucket }, sends);
  });
  afterAll(async () => {
    for (const client of [own, parts.s3, parts.dynamo, parts.kms]) client.destroy();
    await middle.close();
    await endpoint.close();
  });

  describe('operations.json, on the real parts', () => {
    it.each(Object.keys(OPERATIONS.counted))('says what is asked, give or take a tenth: %s', (phase) => {
      const said = (OPERATIONS.counted as Counted)[phase] ?? {};
      const found = counted[phase] ?? {};
      const names = Object.keys(said);
      expect(names).toEqual(Object.keys(found));
      const wrong = names.filter((name) => !isAsSaid(phase, name, said[name], found[name]));
      expect(wrong.map((name) => [name, said[name], found[name]])).toEqual([]);
    });
  });
});
