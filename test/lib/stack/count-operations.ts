// What one referral asks of AWS, counted while lib/aws does it: `node test/lib/stack/count-operations.ts` prints what lib/stack/operations.json says under "counted", but for what is
// sent directly: that is counted on the real parts alone (test/lib/aws/operations.test.ts).
import { CreateKeyCommand, KMSClient, type KeySpec } from '@aws-sdk/client-kms';
import { randomUUID } from 'node:crypto';
import { logFiles } from '../../../lib/aws/log-files.ts';
import { initAwsDesk, openAwsDesk, type AwsParts, type Lent } from '../../../lib/aws/open.ts';
import { assemble, SETTINGS } from '../../../lib/core.ts';
import { localFont } from '../../../lib/local/fonts.ts';
import type { Caller, Desk, Opened } from '../../../lib/index.ts';
import { noise, referralBody, stream, type NoiseFile } from '../../material.ts';
import { startKms } from '../aws/kms-endpoint.ts';
import { add, countedDynamo, countedS3, type Counts } from './counted-parts.ts';

const FILES = 3;
/** As small as any: what is asked does not change until 16 MiB. */
const FILE_BYTES = 20_000;
const REFERRALS = 20;

/** By phase, then by service and request; per referral, per file, per entry or per packet, as the name says. */
export type Counted = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What was asked of each service since it was last cleared. */
export type ServiceCounts = Readonly<Record<'s3' | 'dynamodb' | 'kms', Counts>>;

export function noCounts(): ServiceCounts {
  return { s3: new Map(), dynamodb: new Map(), kms: new Map() };
}

export async function countOperations(): Promise<Counted> {
  const counts = noCounts();
  const endpoint = await startKms();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const kms = new KMSClient({ endpoint: endpoint.url, region: 'us-east-1', credentials });
  try {
    const parts = await partsOf(kms, counts);
    kms.middlewareStack.add((next, { commandName = '' }) => (args) => {
      add(counts.kms, commandName.replace(/Command$/, ''));
      return next(args);
    });
    return await play(parts, counts, { s3: countedS3(counts.s3), bucket: 'log' });
  } finally {
    kms.destroy();
    await endpoint.close();
  }
}

async function partsOf(kms: KMSClient, counts: ServiceCounts): Promise<AwsParts> {
  const key = async (KeySpec: KeySpec): Promise<string> =>
    (await kms.send(new CreateKeyCommand({ KeySpec }))).KeyMetadata?.KeyId ?? '';
  const signing = (): Promise<string> => key('ECC_NIST_EDWARDS25519');
  return {
    desk: randomUUID(),
    s3: countedS3(counts.s3),
    dynamo: countedDynamo(counts.dynamodb),
    kms,
    evidenceBucket: 'evidence',
    bookTable: 'book',
    secretsTable: 'secrets',
    dataKeyId: await key('SYMMETRIC_DEFAULT'),
    storageKeyId: 'storage',
    lookupKeyId: await key('HMAC_256'),
    firstKeys: { receipts: await signing(), log: await signing(), packets: await signing() },
  };
}

/** Sends a file directly, or has the desk look at all that was sent. */
export interface Sends {
  readonly send: (
    desk: Desk,
    reporter: Caller,
    referralId: string,
    attachmentId: string,
    file: NoiseFile,
  ) => Promise<void>;
  readonly look: (desk: Desk) => Promise<void>;
}

/** @param sends where the parts are real ones: what that asks for is counted too; the desk looks at the files of one referral at once */
export async function play(
  parts: AwsParts,
  counts: ServiceCounts,
  logs: Parameters<typeof logFiles>[1],
  sends?: Sends,
): Promise<Counted> {
  const scratch = { keep: () => Promise.reject(new Error('no room is needed')) };
  const lent: Lent = { font: localFont, scratch, alarm: () => Promise.resolve() };
  const { keys } = await initAwsDesk(parts, lent);
  const { desk, ports } = openAwsDesk(parts, lent);
  const putFiles = logFiles(assemble(parts.desk, ports, SETTINGS), logs);
  const reporter = await desk.authenticate(keys.reporter);
  const supervisor = await desk.authenticate(keys.supervisor);
  const counted: Record<string, Record<string, number>> = {};
  const phase = async <T>(name: string, of: number, act: () => Promise<T>): Promise<T> => {
    for (const each of Object.values(counts)) each.clear();
    const result = await act();
    const sum = counted[name] ?? {};
    for (const [service, each] of Object.entries(counts))
      for (const [what, number] of each) sum[`${service} ${what}`] = (sum[`${service} ${what}`] ?? 0) + number / of;
    counted[name] = sum;
    return result;
  };
  const files = Array.from({ length: FILES }, (_, n) => noise(`${n}.jpg`, FILE_BYTES));
  /** Each file of a referral comes to another container, which runs already and knows nothing of the referral; who took the last file finishes. */
  const containers = files.map(() => openAwsDesk(parts, lent).desk);
  const attach = async (m: number, { referralId, attachments }: Opened): Promise<void> => {
    const { path, sha256, bytes } = files[m] as NoiseFile;
    const declared = { sha256, sizeBytes: bytes.length };
    const id = attachments[m]?.id ?? '';
    await containers[m]?.attach(reporter, referralId, id, declared, { name: path }, stream(bytes));
  };
  const completers = files.map(() => openAwsDesk(parts, lent).desk);
  /** A slot is opened at one container and completed at another. */
  const inTwoContainers = (m: number): Desk => ({
    ...(containers[m] ?? desk),
    completeUpload: (...asked) => (completers[m] ?? desk).completeUpload(...asked),
  });
  const first = await desk.open(reporter, referralBody(files), 'first');
  for (const m of files.keys()) await attach(m, first);
  for (const each of [...containers, ...completers]) await each.open(reporter, referralBody(files), 'first'); // the same again, and asks KMS once
  await desk.integrate();
  await putFiles();
  let last = '';
  for (let n = 0; n < REFERRALS; n++) {
    const opened = await phase('open', REFERRALS, () => desk.open(reporter, referralBody(files), `r${n}`));
    last = opened.referralId;
    for (const m of files.keys()) await phase('file', REFERRALS * FILES, () => attach(m, opened));
    await phase('finish', REFERRALS, async () => containers.at(-1)?.finish(reporter, last));
  }
  await phase('log entry', REFERRALS * (FILES + 2), () => desk.integrate());
  await phase('log step', 1, putFiles);
  await phase('log round', 1, async () => {
    await desk.integrate();
    await putFiles();
  });
  await phase('clock round', 1, () => desk.tick());
  const order = { agency: 'europol', purpose: 'an inquiry', legalBasis: 'an act' };
  await phase('packet', 1, () => desk.orderPacket(supervisor, last, order));
  await desk.integrate();
  await phase('packet', 1, () => desk.freezePackets());
  await phase('packets round', 1, () => desk.freezePackets());
  if (sends !== undefined) {
    const { referralId, attachments } = await desk.open(reporter, referralBody(files), 'directly');
    for (const [n, file] of files.entries())
      await phase('direct file', FILES, () =>
        sends.send(inTwoContainers(n), reporter, referralId, attachments[n]?.id ?? '', file),
      );
    await phase('direct file', FILES, () => sends.look(desk));
  }
  return Object.fromEntries(Object.entries(counted).map(([name, each]) => [name, sorted(each)]));
}

function sorted(each: Readonly<Record<string, number>>): Record<string, number> {
  const names = Object.keys(each).sort();
  return Object.fromEntries(names.map((name) => [name, Math.round((each[name] ?? 0) * 100) / 100]));
}

/** Give or take a tenth; of three small things that are sealed at once, one to three packs are made, as their keys come in. */
export function isAsSaid(phase: string, name: string, said = 0, counted = 0): boolean {
  if (phase === 'open' && name === 's3 PutObject') return counted >= 1 && counted <= 3;
  return Math.abs(said - counted) <= Math.max(0.1 * counted, 0.05);
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await countOperations(), null, 2)}\n`);
