// Packets for tests: made by a desk, taken apart, put together again with something changed, and signed by whom one likes.
import { createHash, createPrivateKey, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { PacketRequest } from '../../../schemas/index.ts';
import type { Case, Trust } from '../../../lib/index.ts';
import { derivedFiles } from '../../../lib/packet/derived.ts';
import { payloadOxum, manifestText } from '../../../lib/formats/bag.ts';
import { canonicalBytes, sha256Hex } from '../../../lib/formats/canonical.ts';
import { readZip, type BytesSource } from '../../../lib/formats/zip/read.ts';
import { layZip, zipBytes } from '../../../lib/formats/zip/write.ts';
import { GRAPH, MANIFEST_512, packetFolder, packetMessage, TAG_MANIFEST_512, VICS } from '../../../lib/packet/parts.ts';
import type { Referral } from '../../../schemas/index.ts';
import { SUMMARY_SIGNATURE, summaryMessage } from '../../../lib/packet/verify-pdf.ts';
import { publicKeyId } from '../../../lib/key-id.ts';
import { makeTrust } from '../../../lib/trust.ts';
import { gather, refer, type NoiseFile, type TestDesk } from '../../material.ts';

export const ORDER = { agency: 'europol', purpose: 'an inquiry', legalBasis: 'Europol Regulation, Art. 26' };

/** Orders a packet, and makes it. */
export async function pack(
  test: TestDesk,
  referralId: string,
  packetId: string = randomUUID(),
  order: PacketRequest = ORDER,
): Promise<string> {
  await test.desk.orderPacket(await test.as('supervisor'), referralId, order, packetId);
  await test.desk.integrate();
  await test.desk.freezePackets();
  return packetId;
}

/** All of a packet, as the agency's investigator takes it. */
export async function takeAll(test: TestDesk, packetId: string): Promise<Buffer> {
  return gather((await test.desk.takePacket(await test.as('investigator'), packetId)).bytes);
}

/** A finished referral with these files, and its packet. */
export async function packed(
  test: TestDesk,
  files: readonly NoiseFile[],
  more: object = {},
): Promise<{ referralId: string; packetId: string; body: Buffer; bytes: Buffer }> {
  const { opened, body } = await refer(test, files, { more });
  const { referralId } = opened;
  const packetId = await pack(test, referralId);
  return { referralId, packetId, body, bytes: await takeAll(test, packetId) };
}

// ── taken apart ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** By path beneath the top folder, in the order of the archive. */
export type Files = Map<string, Buffer>;

export function sourceOf(bytes: Buffer): BytesSource {
  return {
    sizeBytes: bytes.length,
    read: (offset, sizeBytes) => Promise.resolve(bytes.subarray(offset, offset + sizeBytes)),
  };
}

export async function unpack(bytes: Buffer): Promise<Files> {
  const files: Files = new Map();
  await readZip(sourceOf(bytes), {
    onFile: async (name, content) => void files.set(name.slice(name.indexOf('/') + 1), await gather(content)),
  });
  return files;
}

export function jsonIn(files: Files, path: string): unknown {
  return JSON.parse((files.get(path) ?? Buffer.alloc(0)).toString('utf8')) as unknown;
}

export function caseIn(files: Files): Case {
  return jsonIn(files, 'data/case.json') as Case;
}

// ── put together again ────────────────────────────────────────────────────────────────────────────────────────────────

export type Signer = (message: Buffer) => Promise<{ keyId: string; signature: Uint8Array }>;

/** The desk itself: what it signs is found out only by what contradicts itself. */
export function deskSigner({ local }: TestDesk): Signer {
  return (message) => local.ports.keys.sign('packets', message);
}

/** A key that somebody made, and the trust.json that would go with it. */
export function strangerSigner(desk: string): { sign: Signer; trust: Trust } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = rawKey(publicKey);
  const id = publicKeyId(desk, 'packets', raw);
  const from = '2020-01-01T00:00:00.000Z';
  return {
    sign: (message) => Promise.resolve({ keyId: id, signature: sign(null, message, privateKey) }),
    trust: makeTrust(desk, [{ purpose: 'packets', id, publicKey: raw.toString('base64'), from }]),
  };
}

export function rawKey(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
}

/** An Ed25519 key pair with its public half as an agency gives it to the operator. */
export function signingKey(): { publicKey: string; sign: (message: Uint8Array) => string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  return {
    publicKey: rawKey(publicKey).toString('base64'),
    sign: (message) => sign(null, message, key).toString('base64'),
  };
}

export interface Change {
  /** Changes the files, before anything about them is made anew. */
  readonly files?: (files: Files) => void;
  /** Changes the case manifest; its list of files follows the files by itself, unless `keepsList`. */
  readonly manifest?: (manifest: Case) => void;
  readonly keepsList?: boolean;
  /** The PDF's own signature stays as it is. */
  readonly keepsSummary?: boolean;
  /** Signs what came of it; without one the old signature stays. */
  readonly signer?: Signer;
  /** The top folder, where it is another. */
  readonly folder?: string;
  /** An entry of this name, with a slash for its last letter: a folder with nothing in it. */
  readonly empty?: string;
}

/** A packet again with something changed: case manifest, README, bag and signature made so that they fit. */
export async function forge(original: Files, change: Change): Promise<{ bytes: Buffer; files: Files }> {
  const files: Files = new Map(original);
  const before = sha256Hex(files.get('data/case.json') ?? Buffer.alloc(0));
  change.files?.(files);
  const manifest = caseIn(files);
  if (change.keepsList !== true) manifest.files = relist(manifest, original, files);
  change.manifest?.(manifest);
  derive(files, original, manifest);
  files.set('data/case.json', canonicalBytes(manifest));
  if (change.keepsSummary !== true) await resignSummary(files, manifest, change.signer);
  remakeBag(files, before);
  await resign(files, manifest, change.signer);
  return { files, bytes: await zipOf(files, manifest, change) };
}

function relist(manifest: Case, original: Files, files: Files): Case['files'] {
  const listed = manifest.files.map(({ path }) => path).filter((path) => files.has(path));
  const added = [...files.keys()].filter((path) => !original.has(path) && /^(?:data|custody)\//.test(path));
  return [...listed, ...added].map((path) => {
    const bytes = files.get(path) ?? Buffer.alloc(0);
    return { path, sizeBytes: bytes.length, sha256: sha256Hex(bytes) };
  });
}

/** What is made of the case manifest follows it, but for what was changed by itself. */
function derive(files: Files, original: Files, manifest: Case): void {
  const referral = jsonIn(original, 'data/referral.json') as Referral;
  for (const { path, make } of derivedFiles(manifest, referral)) {
    const isKept = ![GRAPH, VICS].includes(path) || files.get(path) !== original.get(path);
    if (isKept) continue;
    const bytes = Buffer.from([...make()].join(''), 'utf8');
    const listed = manifest.files.find((file) => file.path === path);
    files.set(path, bytes);
    if (listed !== undefined) Object.assign(listed, { sizeBytes: bytes.length, sha256: sha256Hex(bytes) });
  }
}

function remakeBag(files: Files, caseSha256: string): void {
  const sha512 = (bytes: Buffer): string => createHash('sha512').update(bytes).digest('hex');
  const listed = (isIn: (path: string) => boolean) =>
    [...files].flatMap(([path, bytes]) =>
      isIn(path) ? [{ path, sha256: sha256Hex(bytes), sha512: sha512(bytes), sizeBytes: bytes.length }] : [],
    );
  const payload = listed((path) => path.startsWith('data/'));
  const now = sha256Hex(files.get('data/case.json') ?? Buffer.alloc(0));
  const replaced = (path: string, more: (text: string) => string = (text) => text): void => {
    const text = files.get(path)?.toString('utf8').replaceAll(caseSha256, now);
    if (text !== undefined) files.set(path, Buffer.from(more(text), 'utf8'));
  };
  replaced('README.txt');
  replaced('bag-info.txt', (text) => text.replace(/Payload-Oxum: .*/, `Payload-Oxum: ${payloadOxum(payload)}`));
  files.set('manifest-sha256.txt', Buffer.from(manifestText(payload)));
  if (files.has(MANIFEST_512)) files.set(MANIFEST_512, Buffer.from(manifestText(payload, 'sha512')));
  const unlisted = new Set(['tagmanifest-sha256.txt', TAG_MANIFEST_512, 'signature.json']);
  const tags = listed((path) => !path.startsWith('data/') && !unlisted.has(path));
  files.set('tagmanifest-sha256.txt', Buffer.from(manifestText(tags)));
  if (files.has(TAG_MANIFEST_512)) files.set(TAG_MANIFEST_512, Buffer.from(manifestText(tags, 'sha512')));
}

async function resignSummary(files: Files, { desk, packet }: Case, signer: Signer | undefined): Promise<void> {
  if (signer === undefined || !files.has(SUMMARY_SIGNATURE)) return;
  const digest = (path: string): string => sha256Hex(files.get(path) ?? Buffer.alloc(0));
  const said = { sha256: digest('data/summary.pdf'), caseSha256: digest('data/case.json') };
  const { keyId, signature } = await signer(summaryMessage(said));
  const signed = { keyId, signature: Buffer.from(signature).toString('base64') };
  files.set(SUMMARY_SIGNATURE, canonicalBytes({ version: 1, desk, packet: packet?.id ?? '', ...said, ...signed }));
}

async function resign(files: Files, { desk, packet }: Case, signer: Signer | undefined): Promise<void> {
  if (signer === undefined) return;
  const tagManifestSha256 = sha256Hex(files.get('tagmanifest-sha256.txt') ?? Buffer.alloc(0));
  const { keyId, signature } = await signer(packetMessage(Buffer.from(tagManifestSha256, 'hex')));
  const signed = { keyId, signature: Buffer.from(signature).toString('base64') };
  const whole = { version: 1, desk, packet: packet?.id ?? '', tagManifestSha256, ...signed };
  files.set('signature.json', canonicalBytes(whole));
}

/** The archive of these files, as a desk would lay it. */
export async function zipOf(
  files: Files,
  { packet }: Pick<Case, 'packet'>,
  { folder = packetFolder(packet?.id ?? ''), empty }: Pick<Change, 'folder' | 'empty'> = {},
): Promise<Buffer> {
  const all = [...files].map(([path, bytes]) => ({ name: `${folder}/${path}`, bytes }));
  if (empty !== undefined) all.push({ name: `${folder}/${empty}`, bytes: Buffer.alloc(0) });
  const entries = all.map(({ name, bytes }) => ({
    name,
    sizeBytes: bytes.length,
    crc32: crc32(bytes).toString(16).padStart(8, '0'),
  }));
  const layout = layZip(entries, new Date(packet?.orderedAt ?? 0));
  const bytes = await gather(zipBytes(layout, (_entry, n) => [all[n]?.bytes ?? Buffer.alloc(0)]));
  if (empty === undefined) return bytes;
  const asFolder = `${folder}/${empty.slice(0, -1)}/`;
  return Buffer.from(bytes.toString('latin1').replaceAll(`${folder}/${empty}`, asFolder), 'latin1');
}
