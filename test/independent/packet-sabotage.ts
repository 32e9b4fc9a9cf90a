// Damage for tests: a packet put together again after something in it was changed, in the one spelling of its container.
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { infoOf, isBeside, manifestOf, type About, type Files } from './bag.ts';
import { crc32, sha256 } from './bytes.ts';
import { canonical, parse, type Json, type JsonObject } from './json.ts';
import { unpacked } from './packet.ts';
import { endOf, localOf, readZip, recordOf, type ZipFile } from './zip.ts';

/** An archive of these files, in this order. */
export function zipOf(files: readonly ZipFile[], time: number): Buffer {
  const facts = files.map(({ name, bytes }) => {
    return { name, time, crc32: parseInt(crc32(bytes), 16), sizeBytes: bytes.length };
  });
  const locals = facts.map((each, n) => Buffer.concat([localOf(each), files[n]?.bytes ?? Buffer.alloc(0)]));
  let offset = 0;
  const records = facts.map((each, n) => {
    const record = recordOf(each, offset);
    offset += locals[n]?.length ?? 0;
    return record;
  });
  const directory = Buffer.concat(records);
  return Buffer.concat([...locals, directory, endOf(files.length, directory.length, offset)]);
}

/** What is done to the files of a packet. */
export type Change = (files: Map<string, Buffer>) => void;

export interface Signer {
  readonly id: string;
  readonly seed: Buffer;
}

/** The packet with something changed and nothing put right after it but the container. */
export function changed(packet: Buffer, change: Change): Buffer {
  const zip = readZip(packet);
  const { folder, files } = unpacked(zip);
  const all = new Map(files);
  change(all);
  return zipOf(
    [...all].map(([path, bytes]) => ({ name: `${folder}/${path}`, bytes })),
    zip.time,
  );
}

/** The same by the desk itself: the case manifest's list, the bag and the signature are put right again. */
export function changedByDesk(packet: Buffer, signer: Signer, change: Change): Buffer {
  return changed(packet, (files) => {
    change(files);
    putRight(files, signer);
  });
}

function putRight(files: Map<string, Buffer>, { id, seed }: Signer): void {
  editJson(files, 'data/case.json', (manifest) => {
    const listed = manifest['files'] as readonly JsonObject[];
    const again = listed.flatMap((each) => {
      const bytes = files.get(each['path'] as string);
      const digest = sha256(bytes ?? '').toString('hex');
      return bytes === undefined ? [] : [{ ...each, sizeBytes: bytes.length, sha256: digest }];
    });
    return { ...manifest, files: again };
  });
  const manifest = jsonOf(files, 'data/case.json');
  const inside = (name: string): JsonObject => manifest[name] as JsonObject;
  const [desk, packet, referral, orderedAt] = [
    manifest['desk'],
    ...[inside('packet')['id'], inside('referral')['id'], inside('packet')['orderedAt']],
  ].map(String) as [string, string, string, string];
  const handling = (inside('referral')['handling'] as readonly Json[]).map(String);
  const isPart = inside('packet')['part'] !== undefined;
  const { encryption = null } = inside('packet')['terms'] as JsonObject;
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  if (files.has('summary-signature.json')) signSummary(files, { desk, packet, keyId: id }, key);
  bagAgain(files, { digests: ['sha256', 'sha512'], desk, packet, referral, orderedAt, handling, isPart, encryption });
  const tagManifest = sha256(files.get('tagmanifest-sha256.txt') ?? '');
  const message = Buffer.concat([Buffer.from('referral-desk/packet/1\n'), tagManifest]);
  const signature = sign(null, message, key).toString('base64');
  const tagManifestSha256 = tagManifest.toString('hex');
  const signed = { version: 1, desk, packet, tagManifestSha256, keyId: id, signature };
  files.set('signature.json', Buffer.from(canonical(signed)));
}

function signSummary(
  files: Map<string, Buffer>,
  said: { readonly desk: string; readonly packet: string; readonly keyId: string },
  key: KeyObject,
): void {
  const digests = ['data/summary.pdf', 'data/case.json'].map((path) => sha256(files.get(path) ?? ''));
  const signature = sign(null, Buffer.concat([Buffer.from('referral-desk/summary/1\n'), ...digests]), key);
  const [sha256Hex = '', caseSha256 = ''] = digests.map((each) => each.toString('hex'));
  const signed = { version: 1, ...said, sha256: sha256Hex, caseSha256, signature: signature.toString('base64') };
  files.set('summary-signature.json', Buffer.from(canonical(signed)));
}

function bagAgain(files: Map<string, Buffer>, about: About): void {
  const payload = [...files.keys()].filter((path) => path.startsWith('data/'));
  const put = (path: string, text: string): unknown => files.has(path) && files.set(path, Buffer.from(text));
  put('bag-info.txt', infoOf(files, payload, about));
  for (const digest of about.digests) put(`manifest-${digest}.txt`, manifestOf(files, payload, digest));
  const besides = new Set(payload);
  const tags = [...files.keys()].filter((path) => !besides.has(path) && !isBeside(path));
  for (const digest of about.digests) put(`tagmanifest-${digest}.txt`, manifestOf(files, tags, digest));
}

export function jsonOf(files: Files, path: string): JsonObject {
  return parse(files.get(path)?.toString('utf8') ?? '') as JsonObject;
}

export function editJson(files: Map<string, Buffer>, path: string, edit: (value: JsonObject) => Json): void {
  files.set(path, Buffer.from(canonical(edit(jsonOf(files, path)))));
}
