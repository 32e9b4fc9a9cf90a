// The test vectors, confirmed by the product itself.
import { createHash, createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import {
  commitment,
  commitmentKey,
  documentKey,
  documentRoot,
  entryHash,
  parseEntry,
  partLeaf,
  partsOf,
  verifyChain,
} from '../../lib/custody.ts';
import { acknowledgementMessage } from '../../lib/acknowledge.ts';
import { personLookup } from '../../lib/actors.ts';
import { certificateMessage, type Certificate } from '../../lib/destroy.ts';
import { canonical, canonicalBytes, sha256Hex } from '../../lib/formats/canonical.ts';
import { isSignedBy, openCheckpoint } from '../../lib/formats/checkpoint.ts';
import { plainCell, safeCell } from '../../lib/formats/csv.ts';
import { deriveKey, hmac, leafSalt, unwrapKey } from '../../lib/formats/derive.ts';
import { isConsistent, isIncluded, nodeHash, rootOf } from '../../lib/formats/merkle.ts';
import { readZip } from '../../lib/formats/zip/read.ts';
import { layZip, zipBytes } from '../../lib/formats/zip/write.ts';
import { openMessage } from '../../lib/formats/message/index.ts';
import { openKeyFile } from '../../lib/local/key-file.ts';
import { open } from '../../lib/local/seal-bytes.ts';
import { privateKeyOf } from '../../lib/local/signing-key.ts';
import { logLeaf } from '../../lib/log.ts';
import type { Keys } from '../../lib/ports.ts';
import { TILE_WIDTH } from '../../lib/formats/tiles.ts';
import {
  disclosureSchema,
  labelOf,
  leafIn,
  partsUnder,
  type DisclosedPart,
  type Disclosure,
} from '../../lib/packet/disclosure.ts';
import { readLink } from '../../lib/packet/link.ts';
import { packetMessage, signatureSchema } from '../../lib/packet/parts.ts';
import { verifyPacket } from '../../lib/packet/verify.ts';
import { areDetailsOf, isReferralOf, readTrust, verifyReceipt } from '../../lib/proofs/index.ts';
import { opens } from '../../lib/proofs/receipt.ts';
import { receiptSchema } from '../../lib/receipt.ts';
import { PieceRoot } from '../../lib/seal.ts';
import { acknowledgementRequest } from '../../schemas/index.ts';
import { checkTrust, trustedKey } from '../../lib/trust.ts';
import { mutationsOf, readVector, vectorNames, type Json } from '../vectors/mutate.ts';

const text = z.string();
const count = z.number();
const hex = z.string().transform((value) => Buffer.from(value, 'hex'));
const base64 = z.string().transform((value) => Buffer.from(value, 'base64'));
const json = z.unknown();
const record = z.record(z.string(), json);

type Confirm = (vector: Json) => void | Promise<void>;

/** One vector's confirmation: its shape, and what must come out of each of its cases. */
function confirming<T>(shape: z.ZodType<T>, check: (vector: T) => void | Promise<void>): Confirm {
  return (vector) => check(shape.parse(vector));
}

const derivation = z.object({
  use: z.enum(['wrap', 'commit', 'salt']),
  chain: text,
  seq: count,
  label: text,
  key: hex,
});

const keyDerivation = confirming(
  z.object({ secret: hex, cases: z.array(derivation.extend({ info: text })) }),
  (all) => {
    for (const { use, chain, seq, label, info, key } of all.cases) {
      expect(canonical(['referral-desk/1', use, chain, seq, label])).toBe(info);
      expect(deriveKey(all.secret, use, chain, seq, label)).toEqual(key);
    }
  },
);

const wrapped = z.object({ wrappingKey: hex, bytes: base64, wrapped: base64 });

const keyWrap = confirming(z.object({ cases: z.array(wrapped) }), ({ cases }) => {
  for (const one of cases) expect(unwrapKey(one.wrappingKey, one.wrapped)).toEqual(one.bytes);
});

const message = z.object({ object: text, owner: text, text, key: hex, message: base64, sealed: text });

const sealedObject = confirming(z.object({ cases: z.array(message) }), async ({ cases }) => {
  for (const one of cases) {
    const opened: Buffer[] = [];
    const key = { key: one.key, context: { owner: one.owner, object: one.object } };
    for await (const piece of openMessage(key, [one.message])) opened.push(piece);
    const root = new PieceRoot();
    root.add(one.message);
    expect([Buffer.concat(opened).toString('utf8'), root.end()]).toEqual([one.text, one.sealed]);
  }
});

const context = z.object({ desk: text, owner: text, object: text, kind: text });
const blobs = z.object({ data: hex, secret: hex, key: hex, blob: base64, wrappedKey: base64 });

const dataKey = confirming(context.extend(blobs.shape), (one) => {
  const blob = unwrapKey(deriveKey(one.secret, 'wrap', one.owner, 0, one.object), one.wrappedKey);
  expect(blob).toEqual(one.blob);
  expect(Buffer.from(open(one.data, blob, canonicalBytes(context.parse(one))) ?? [])).toEqual(one.key);
});

const place = z.object({ secret: hex, chain: text, seq: count });
const part = z.object({ pointer: text, value: json, salt: hex, leafHash: hex });
const documentLabels = z.enum(['parts', 'document']);
const documents = place.extend({
  label: documentLabels,
  documentKey: hex,
  document: record,
  parts: z.array(part),
  root: text,
});

const document = confirming(documents, (one) => {
  const key = documentKey(one.secret, one.chain, one.seq, one.label);
  expect(key).toEqual(one.documentKey);
  const parts = partsOf(one.document).map((each) => {
    const salt = leafSalt(key, each.pointer);
    return { ...each, salt, leafHash: partLeaf(one.label, salt, each) };
  });
  expect(parts).toEqual(one.parts);
  expect(documentRoot(one.label, key, one.document)).toBe(one.root);
});

const disclosures = z.object({
  cases: z.array(
    z.object({
      ...{ label: documentLabels, key: text, commitment: text, document: record },
      disclosure: disclosureSchema,
      refused: z.record(text, z.array(z.union([count, z.tuple([count, count])]))),
    }),
  ),
});

/** As a packet that shows a part is verified: each part that is shown has its leaf, and all leaves are what was committed to. */
function isProved(
  { label, key, commitment: value, document: shown }: z.infer<typeof disclosures>['cases'][number],
  disclosure: Disclosure,
): boolean {
  const said: readonly DisclosedPart[] = disclosure.parts;
  const parts = partsUnder(
    shown,
    said.flatMap((each) => each.shown?.pointer ?? []),
  );
  const open = said.filter((each) => each.shown !== undefined);
  const isShown = parts?.every((each, n) => {
    const leaf = partLeaf(label, Buffer.from(open[n]?.shown?.salt ?? '', 'hex'), each);
    return open[n] !== undefined && leaf.equals(leafIn(open[n]));
  });
  const opening = { seq: 0, label, type: 'root' as const, key, commitment: value };
  const root = rootOf(said.map(leafIn)).toString('hex');
  return isShown === true && labelOf(disclosure) === label && opens(opening, 'root', root);
}

/** A disclosure of the parts at these places; of two, of the inner node over them. */
function cheatOf(of: Disclosure, places: readonly (number | readonly [number, number])[]): Disclosure {
  const all: readonly DisclosedPart[] = of.parts;
  const at = (place: number): DisclosedPart => all[place] ?? { digest: '' };
  const parts = places.map((place) => {
    if (typeof place === 'number') return at(place);
    const [one, two] = place.map((each) => leafIn(at(each)));
    const digest = nodeHash(one ?? Buffer.alloc(0), two ?? Buffer.alloc(0)).toString('hex');
    return { digest };
  });
  return { ...of, parts } as Disclosure;
}

const disclosure = confirming(disclosures, ({ cases }) => {
  for (const one of cases) {
    expect(isProved(one, one.disclosure)).toBe(true);
    for (const [why, places] of Object.entries(one.refused))
      expect([why, isProved(one, cheatOf(one.disclosure, places))]).toEqual([why, false]);
  }
});

const committed = z.object({
  label: text,
  type: z.enum(['sha256', 'root', 'text', 'row']),
  value: json,
  key: hex,
  commitment: text,
});

const commitments = confirming(place.extend({ cases: z.array(committed) }), ({ secret, chain, seq, cases }) => {
  for (const { label, type, value, key, commitment: expected } of cases) {
    expect(commitmentKey(secret, chain, seq, label)).toEqual(key);
    expect(commitment(key, label, type, value)).toBe(expected);
  }
});

const chained = z.object({ entry: json, text, hash: text });

const entryChain = confirming(z.object({ entries: z.array(chained) }), ({ entries }) => {
  expect(verifyChain(entries.map((each) => each.text))).toEqual([]);
  for (const each of entries) {
    expect(parseEntry(each.text)).toEqual(each.entry);
    expect(entryHash(each.text)).toBe(each.hash);
  }
});

const secrets = z.object({ storage: hex, owner: text, secret: hex, sealed: base64, destroyed: hex });

const secretRow = confirming(secrets, ({ storage, owner, secret, sealed, destroyed }) => {
  expect(Buffer.from(open(storage, sealed, Buffer.from(owner)) ?? [])).toEqual(secret);
  expect(destroyed).toEqual(Buffer.alloc(sealed.length));
});

const lookups = z.object({
  lookup: hex,
  cases: z.array(z.object({ kind: text, organisation: text, key: text, id: text })),
  persons: z.array(z.object({ issuer: text, subject: text, id: text })),
});

const lookupRow = confirming(lookups, async ({ lookup, cases, persons }) => {
  for (const { kind, organisation, key, id } of cases)
    expect(hmac(lookup, canonicalBytes([kind, organisation, key])).toString('hex')).toBe(id);
  const keys = { lookupKey: () => Promise.resolve(lookup) } as unknown as Keys;
  for (const { id, ...signIn } of persons) expect(await personLookup({ keys }, signIn)).toEqual({ kind: 'lookup', id });
});

const logs = z.object({
  seed: text,
  publicKey: base64,
  origin: text,
  checkpoints: z.object({ older: text, newer: text }),
  inclusion: z.array(z.object({ index: count, size: count, hashes: z.array(base64) })),
  consistency: z.array(z.object({ older: count, size: count, hashes: z.array(base64) })),
  tiles: z.array(z.object({ level: count, position: count, bytes: base64 })),
  entryHashes: z.array(text),
});

const log = confirming(logs, (one) => {
  const leaves = one.entryHashes.map(logLeaf);
  const spki = createPublicKey(privateKeyOf(one)).export({ format: 'der', type: 'spki' });
  expect(spki.subarray(-32)).toEqual(one.publicKey);
  const rootAt = (size: number): Buffer => rootOf(leaves.slice(0, size));
  for (const note of Object.values(one.checkpoints)) {
    const checkpoint = openCheckpoint(note, [one.publicKey]);
    expect(checkpoint).toEqual({ origin: one.origin, size: checkpoint?.size, root: rootAt(checkpoint?.size ?? 0) });
  }
  for (const { index, size, hashes } of one.inclusion) {
    expect(isIncluded(leaves[index] ?? Buffer.alloc(0), index, size, hashes, rootAt(size))).toBe(true);
  }
  for (const { older, size, hashes } of one.consistency) {
    const [before, after] = [older, size].map((each) => ({ size: each, root: rootAt(each) }));
    expect(before !== undefined && after !== undefined && isConsistent(before, after, hashes)).toBe(true);
  }
  const [first, rest] = [leaves.slice(0, TILE_WIDTH), leaves.slice(TILE_WIDTH)];
  expect(one.tiles.map(({ bytes }) => bytes)).toEqual([Buffer.concat(first), Buffer.concat(rest), rootOf(first)]);
});

const trust: Confirm = (vector) => {
  expect(checkTrust(readTrust(JSON.stringify(vector)))).toEqual([]);
};

const certificates = z.object({ trust: json, certificate: record });

const certificate = confirming(certificates, (one) => {
  const { signature, ...unsigned } = one.certificate as unknown as Certificate;
  const trusted = readTrust(JSON.stringify(one.trust));
  expect(checkTrust(trusted)).toEqual([]);
  const key = trustedKey(trusted, 'packets', unsigned.keyId, unsigned.destroyedAt) ?? Buffer.alloc(32);
  expect(isSignedBy(key, certificateMessage(unsigned), Buffer.from(signature, 'base64'))).toBe(true);
});

const given = z.object({
  receipt: receiptSchema,
  original: base64,
  document: record,
  attachments: z.record(text, base64),
  details: z.record(text, record).default({}),
});

const receipt = confirming(z.object({ trust: json, cases: z.record(text, given) }), (all) => {
  const trusted = readTrust(JSON.stringify(all.trust));
  for (const one of Object.values(all.cases)) {
    const files = Object.entries({ original: one.original, ...one.attachments }).map(([name, bytes]) => {
      return { name, sha256: createHash('sha256').update(bytes).digest('hex') };
    });
    expect(verifyReceipt(one.receipt, { trust: trusted, files }).findings).toEqual([]);
    expect(isReferralOf(one.receipt, one.document)).toBe(true);
    const described = one.receipt.openings.filter(({ label }) => label === 'details');
    expect(Object.keys(one.details).sort()).toEqual(described.map(({ attachment }) => attachment).sort());
    for (const [id, details] of Object.entries(one.details)) expect(areDetailsOf(one.receipt, id, details)).toBe(true);
  }
});

const parent = mkdtempSync(join(tmpdir(), 'vectors-'));
afterAll(() => {
  rmSync(parent, { recursive: true, force: true });
});

const opened = z.object({ storage: base64, data: base64, lookup: base64 });
const keyFiles = z.object({ file: json, passphrase: z.optional(text), opened });

const keyFile = confirming(z.object({ cases: z.array(keyFiles) }), async ({ cases }) => {
  const path = join(parent, 'desk.key');
  for (const { file, passphrase, opened: expected } of cases) {
    writeFileSync(path, JSON.stringify(file), { mode: 0o600 });
    const { storage, data, lookup } = (await openKeyFile(path, passphrase)).keys;
    const found = { storage: Buffer.from(storage), data: Buffer.from(data), lookup: Buffer.from(lookup) };
    expect(found).toEqual(expected);
  }
});

const signatures = z.object({ orderedAt: text, trust: json, tagManifest: base64, signature: signatureSchema });

const packetSignature = confirming(signatures, ({ orderedAt, trust: trusts, tagManifest, signature }) => {
  const trusted = readTrust(JSON.stringify(trusts));
  expect(checkTrust(trusted)).toEqual([]);
  expect(sha256Hex(tagManifest)).toBe(signature.tagManifestSha256);
  const key = trustedKey(trusted, 'packets', signature.keyId, orderedAt) ?? Buffer.alloc(32);
  const signed = packetMessage(Buffer.from(signature.tagManifestSha256, 'hex'));
  expect(isSignedBy(key, signed, Buffer.from(signature.signature, 'base64'))).toBe(true);
});

const packetPart = confirming(
  z.object({ file: text, sha256: text, trust: json }),
  async ({ file, sha256, trust: trusts }) => {
    const bytes = readFileSync(join(import.meta.dirname, '../vectors', file));
    expect(sha256Hex(bytes)).toBe(sha256);
    const source = {
      sizeBytes: bytes.length,
      read: (at: number, size: number) => Promise.resolve(bytes.subarray(at, at + size)),
    };
    expect((await verifyPacket(source, { trust: readTrust(JSON.stringify(trusts)) })).findings).toEqual([]);
  },
);

const archives = z.object({ time: text, files: z.array(z.object({ name: text, text })), archive: base64 });

const packetZip = confirming(archives, async ({ time, files, archive }) => {
  const contents = files.map((file) => Buffer.from(file.text));
  const entries = files.map(({ name }, n) => {
    const bytes = contents[n] ?? Buffer.alloc(0);
    return { name, sizeBytes: bytes.length, crc32: crc32(bytes).toString(16).padStart(8, '0') };
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of zipBytes(layZip(entries, new Date(time)), (_, n) => contents.slice(n, n + 1))) {
    pieces.push(piece);
  }
  expect(Buffer.concat(pieces)).toEqual(archive);
  const read = (at: number, sizeBytes: number): Promise<Buffer> =>
    Promise.resolve(Buffer.from(archive.subarray(at, at + sizeBytes)));
  const reading = await readZip({ sizeBytes: archive.length, read }, { onFile: () => Promise.resolve() });
  expect([reading.findings, reading.entries.length]).toEqual([[], files.length]);
});

const links = z.object({ packet: text, secret: hex, token: text, sha256: text });

const packetLink = confirming(links, ({ packet, secret, token, sha256 }) => {
  expect(readLink(token)).toEqual({ packetId: packet, sha256 });
  expect(sha256Hex(secret)).toBe(sha256);
});

const answered = z.object({ said: acknowledgementRequest, message: base64, signature: base64 });
const answers = z.object({ desk: text, packet: text, seed: text, publicKey: base64, cases: z.array(answered) });

const packetAnswer = confirming(answers, (all) => {
  const spki = createPublicKey(privateKeyOf(all)).export({ format: 'der', type: 'spki' });
  expect(spki.subarray(-32)).toEqual(all.publicKey);
  for (const { said, message: signed, signature } of all.cases) {
    expect(acknowledgementMessage(all.desk, all.packet, said)).toEqual(signed);
    expect(isSignedBy(all.publicKey, signed, signature)).toBe(true);
  }
});

const csvCells = confirming(z.object({ cases: z.array(z.object({ text, cell: text })) }), ({ cases }) => {
  for (const { text: plain, cell } of cases) {
    expect(safeCell(plain)).toBe(cell);
    expect(plainCell(cell)).toBe(plain.replaceAll('\0', ''));
  }
});

const CONFIRM: Readonly<Record<string, Confirm>> = {
  'key-derivation': keyDerivation,
  'key-wrap': keyWrap,
  'sealed-object': sealedObject,
  'data-key': dataKey,
  document,
  'document-parts': document,
  disclosure,
  commitments,
  'entry-chain': entryChain,
  'secret-row': secretRow,
  'lookup-row': lookupRow,
  log,
  trust,
  certificate,
  receipt,
  'receipt-document': receipt,
  'key-file': keyFile,
  'packet-part-1': packetPart,
  'packet-signature': packetSignature,
  'packet-zip': packetZip,
  'packet-link': packetLink,
  'packet-answer': packetAnswer,
  'csv-cells': csvCells,
};

async function confirm(name: string, vector: Json): Promise<void> {
  const confirmOne = CONFIRM[name];
  if (confirmOne === undefined) throw new Error(`nobody confirms ${name}`);
  await confirmOne(vector);
}

describe.each(vectorNames())('the test vector %s', (name) => {
  it('is what the product makes and opens', async () => {
    await confirm(name, readVector(name));
  });

  it('is refused by the product with one bit changed in any of its fields', async () => {
    const accepted: string[] = [];
    for (const { what, vector } of mutationsOf(readVector(name))) {
      const isAccepted = await confirm(name, vector).then(
        () => true,
        () => false,
      );
      if (isAccepted) accepted.push(what);
    }
    expect(accepted).toEqual([]);
  });
});
