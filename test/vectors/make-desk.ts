// Vectors that a desk gave out: trust.json with its words, receipts, a certificate of destruction, key files. Recorded output.
import { createHash, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller } from '../../lib/access.ts';
import type { Desk } from '../../lib/desk.ts';
import { inclusionProof, leafHash, rootOf } from '../../lib/formats/merkle.ts';
import { createKeyFile, openKeyFile } from '../../lib/local/key-file.ts';
import { initLocalDesk, openLocalDesk } from '../../lib/local/open.ts';
import { privateKeyOf } from '../../lib/local/signing-key.ts';
import type { Json } from '../../lib/ports.ts';
import { receiptLeaf, receiptMessage, type Receipt } from '../../lib/receipt.ts';
import { report } from '../independent/make-report.ts';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export async function makeDeskVectors(): Promise<Record<string, Json>> {
  const parent = mkdtempSync(join(tmpdir(), 'vectors-'));
  let ms = Date.parse('2026-02-01T10:00:00.000Z');
  const now = (): Date => new Date((ms += 1000));
  const options = { dir: join(parent, 'desk'), now, alarm: () => Promise.resolve() };
  try {
    const { keys, folder } = await initLocalDesk(options);
    const local = await openLocalDesk(options);
    const { desk } = local;
    try {
      const reporter = await desk.authenticate(keys.reporter);
      const auditor = await desk.authenticate(keys.auditor);
      const operator = await desk.authenticate(keys.operator);
      const certificate = await destroyOne(desk, reporter, auditor);
      const given = await giveReceipts(desk, reporter, operator);
      const reported = await reportReceipt(desk, reporter);
      const batched = await inBatch(given.finished.receipt, folder.keyFile);
      const trust = plain(await desk.trust());
      return {
        trust,
        certificate: { trust, certificate },
        receipt: { trust, cases: plain({ ...given, reported, batched: { ...given.finished, receipt: batched } }) },
        'key-file': await keyFiles(desk.id, parent),
      };
    } finally {
      await local.close();
    }
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

function plain(value: unknown): Record<string, Json> {
  return JSON.parse(JSON.stringify(value)) as Record<string, Json>;
}

const ORIGINAL = Buffer.from(
  `${JSON.stringify({
    incidentSummary: {
      incidentType: 'Online Enticement of Children for Sexual Acts',
      incidentDateTime: '2026-01-20T09:30:00Z',
    },
    reporter: { reportingPerson: { email: [{ value: 'desk@example.org' }], phone: [{ value: '+1 202 555 0142' }] } },
  })}\n`,
);

async function destroyOne(desk: Desk, reporter: Caller, auditor: Caller): Promise<Json> {
  const { referralId } = await desk.open(reporter, ORIGINAL, 'to be destroyed');
  await desk.retract(reporter, referralId);
  await desk.tick();
  return plain(await desk.certificate(auditor, referralId));
}

const FILES: readonly (readonly [string, string])[] = [
  ['0b5e55ed-0000-4000-8000-000000000001', 'the first file of an example'],
  ['0b5e55ed-0000-4000-8000-000000000002', 'the second file of an example'],
];

interface Case {
  readonly receipt: Receipt;
  readonly original: string;
  readonly document: unknown;
  readonly attachments: Readonly<Record<string, string>>;
}

async function giveReceipts(desk: Desk, reporter: Caller, operator: Caller): Promise<{ opened: Case; finished: Case }> {
  const common = { original: base64(ORIGINAL), document: (await desk.check(ORIGINAL)).referral };
  const opened = await desk.open(reporter, ORIGINAL, 'to be finished');
  await desk.rotateKey(operator, 'receipts');
  for (const [id, text] of FILES) {
    const bytes = Buffer.from(text);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await desk.attach(reporter, opened.referralId, id, { sha256 }, {}, inOnePiece(bytes));
  }
  const finished = await desk.finish(reporter, opened.referralId);
  const attachments = Object.fromEntries(FILES.map(([id, text]) => [id, base64(Buffer.from(text))]));
  return {
    opened: { receipt: opened.receipt, ...common, attachments: {} },
    finished: { receipt: finished, ...common, attachments },
  };
}

/** Of a CyberTipline report, some of whose files were described. */
async function reportReceipt(desk: Desk, reporter: Caller): Promise<Json> {
  const { receipt, files } = await report(desk, reporter);
  const { original, document, attachments, details = new Map<string, Json>() } = files;
  const texts = [...attachments].map(([id, bytes]) => [id, base64(bytes)] as const);
  return plain({
    receipt,
    original: base64(original),
    document,
    attachments: Object.fromEntries(texts),
    details: Object.fromEntries(details),
  });
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** The same receipt as the second of three that one signature serves. */
async function inBatch(receipt: Receipt, keyFile: string): Promise<Receipt> {
  const leaves = [leafHash(Buffer.from('another')), receiptLeaf(receipt), leafHash(Buffer.from('a third'))];
  const hashes = await inclusionProof(1, 3, (level, index) =>
    Promise.resolve(rootOf(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))),
  );
  const { keys } = await openKeyFile(keyFile, undefined);
  const key = keys.signing.find(({ id }) => id === receipt.keyId);
  if (key === undefined) throw new Error('the key of the receipt is missing');
  const signature = base64(sign(null, receiptMessage(rootOf(leaves)), privateKeyOf(key)));
  return { ...receipt, path: { index: 1, size: 3, hashes: hashes.map(base64) }, signature };
}

async function keyFiles(desk: string, parent: string): Promise<Json> {
  const make = async (name: string, passphrase: string | undefined): Promise<Json> => {
    const keyFile = join(parent, name, 'desk.key');
    await createKeyFile({ keyFile, desk, now: new Date('2026-02-01T10:00:00.000Z'), passphrase });
    const { storage, data, lookup } = (await openKeyFile(keyFile, passphrase)).keys;
    const opened = { storage: base64(storage), data: base64(data), lookup: base64(lookup) };
    const file = JSON.parse(readFileSync(keyFile, 'utf8')) as Json;
    return { ...(passphrase === undefined ? {} : { passphrase }), opened, file };
  };
  return {
    desk,
    cases: [await make('open', undefined), await make('locked', 'a\u0308 passphrase that guards nothing')],
  };
}
