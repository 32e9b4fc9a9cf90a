// What a referral asks of S3, DynamoDB and KMS, counted at the clients while the desk works on the real parts; units as the price list has them.
import { PutObjectRetentionCommand, type CreateMultipartUploadCommandInput, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OPERATIONS from '../../../lib/stack/operations.json' with { type: 'json' };
import { add, charge } from '../stack/counted-parts.ts';
import { isAsSaid, noCounts, play, type Counted, type Sends, type ServiceCounts } from '../stack/count-operations.ts';
import { cut, sealedFor } from '../uploads/sender.ts';
import { startKms, type KmsEndpoint } from './kms-endpoint.ts';
import { between, type Between } from './between.ts';
import { etagOf, S3_URL, s3Client, withParts } from './parts.ts';
import { freshParts, type FreshParts } from './stack.ts';

/** Sends a file past the desk. */
const send: Sends['send'] = async (desk, reporter, referralId, attachmentId, { bytes, sha256, path }) => {
  const slot = await desk.openUpload(reporter, referralId, { attachmentId, sizeBytes: bytes.length, name: path });
  const parts = cut(await sealedFor(slot, bytes), slot.partBytes);
  const request = { parts: parts.map(({ announced }) => announced) };
  const announced = await desk.announceParts(reporter, referralId, slot.uploadId, request);
  const taken: { number: number; sha256: string; tag: string }[] = [];
  for (const [n, each] of announced.parts.entries()) {
    if (each.isThere) continue;
    const headers = Object.fromEntries(Object.entries(each.headers).filter(([name]) => name !== 'content-length'));
    const answer = await fetch(each.url, { method: 'PUT', headers, body: Buffer.from(parts[n]?.bytes ?? '') });
    expect(answer.status).toBe(200);
    const said = parts[n]?.announced.sha256 ?? '';
    taken.push({ number: each.number, sha256: said, tag: answer.headers.get('etag') ?? '' });
  }
  await desk.completeUpload(reporter, referralId, slot.uploadId, { sha256, sizeBytes: bytes.length, parts: taken });
};
const look: Sends['look'] = async (desk) => {
  expect(await desk.inspect()).toEqual({ proved: 3, refused: 0 });
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

/** radosgw 16 forgets the lock that an upload in parts began with, and S3 does not: what would come of that is not counted. */
function rememberLocks(s3: S3Client, own: S3Client): void {
  const locks = new Map<string, Date>();
  s3.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const answer = await next(args);
        const { Bucket, Key = '', ObjectLockRetainUntilDate: until } = args.input as CreateMultipartUploadCommandInput;
        if (commandName === 'CreateMultipartUploadCommand' && until !== undefined) locks.set(Key, until);
        const Retention = { Mode: 'COMPLIANCE' as const, RetainUntilDate: locks.get(Key) };
        if (commandName === 'CompleteMultipartUploadCommand')
          await own.send(new PutObjectRetentionCommand({ Bucket, Key, Retention }));
        return answer;
      },
    { step: 'initialize' },
  );
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
    rememberLocks(parts.s3, own);
    counted = await play(parts, counts, { s3: parts.s3, bucket: parts.logBucket }, { send, look });
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
