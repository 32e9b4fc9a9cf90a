// How the independent reader confirms the vectors of the packet.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerMessage } from './answer.ts';
import { demand, same, sha256 } from './bytes.ts';
import { commitmentWith } from './derive.ts';
import { Fields, isList, isObject, type Json } from './json.ts';
import { leafHash, nodeHash } from './merkle.ts';
import { cellOf } from './messages.ts';
import { zipOf } from './packet-sabotage.ts';
import { disclosedIn } from './packet-part.ts';
import { checkPacket, demandPacketSignature } from './packet.ts';
import { isSignedBy } from './signed.ts';
import { publicOf } from './vectors-log.ts';
import { readZip, zipTime } from './zip.ts';

function fieldsOf(value: Json | undefined): Fields {
  return new Fields(value, 'vector', isObject(value) ? Object.keys(value) : []);
}

export function packetSignature(vector: Json): void {
  const one = fieldsOf(vector);
  const signature = fieldsOf(one.any('signature'));
  const digest = sha256(one.base64('tagManifest')).toString('hex');
  demand(signature.text('tagManifestSha256') === digest, 'another tag manifest');
  demandPacketSignature(signature, one.any('trust'), one.text('orderedAt'));
}

/** A disclosure proves what it shows, to the root that was committed to; those by which a desk would cheat do not. */
export function disclosure(vector: Json): void {
  for (const one of fieldsOf(vector).list('cases').map(fieldsOf)) {
    demand(isProved(one, one.any('disclosure')), 'the disclosure proves nothing');
    for (const [why, places] of Object.entries(one.map('refused')))
      demand(!isProved(one, cheatOf(one.any('disclosure'), isList(places) ? places : [])), why);
  }
}

/** A disclosure of the parts at these places; of two, of the inner node over them. */
function cheatOf(disclosed: Json, places: readonly Json[]): Json {
  const parts = fieldsOf(disclosed).list('parts');
  const leafAt = (place: Json): Buffer => leafHash(fieldsOf(parts[Number(place)]).hex('digest'));
  const cheat = places.map((place) => {
    if (!isList(place)) return parts[Number(place)] ?? null;
    return { digest: nodeHash(leafAt(place[0] ?? null), leafAt(place[1] ?? null)).toString('hex') };
  });
  return { ...fieldsOf(disclosed).value, parts: cheat };
}

function isProved(one: Fields, said: Json): boolean {
  const [form, key, commitment] = [one.text('label'), one.base64('key'), one.text('commitment')];
  const disclosed = attempt(() => disclosedIn(said, one.map('document')));
  return disclosed?.form === form && commitmentWith(key, form, 'root', disclosed.root) === commitment;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** A packet of before 2026-11-26 that shows a part. */
export function packetPart(vector: Json): void {
  const one = fieldsOf(vector);
  const bytes = readFileSync(join(import.meta.dirname, '../vectors', one.text('file')));
  demand(sha256(bytes).equals(one.hex('sha256')), 'another packet');
  const findings = checkPacket(bytes, one.any('trust'));
  demand(findings.length === 0, findings.map(({ where, what }) => `${where}: ${what}`).join('; '));
}

export function packetZip(vector: Json): void {
  const one = fieldsOf(vector);
  const archive = one.base64('archive');
  const files = one.list('files').map((file) => {
    return { name: fieldsOf(file).text('name'), bytes: Buffer.from(fieldsOf(file).text('text')) };
  });
  demand(same(zipOf(files, zipTime(one.text('time'))), archive), 'another archive');
  const read = readZip(archive);
  demand(read.files.length === files.length, 'other files');
  for (const [index, { name, bytes }] of read.files.entries()) {
    demand(name === files[index]?.name && same(bytes, files[index].bytes), 'another file');
  }
}

export function packetLink(vector: Json): void {
  const one = fieldsOf(vector);
  const secret = one.hex('secret');
  const token = `rdl_${one.id('packet').replaceAll('-', '')}_${secret.toString('base64url')}`;
  demand(one.text('token') === token, 'another token');
  demand(one.text('sha256') === sha256(secret).toString('hex'), 'another digest');
}

const SAID = ['reason', 'caseNumber', 'note'];

export function packetAnswer(vector: Json): void {
  const one = fieldsOf(vector);
  const publicKey = one.base64('publicKey', 32);
  demand(same(publicOf(one.base64('seed', 32)), publicKey), 'another public key');
  for (const each of one.list('cases').map(fieldsOf)) {
    const said = new Fields({ ...each.map('said'), packet: one.any('packet') }, 'answer', ['packet', 'answer'], SAID);
    const message = answerMessage(one.id('desk'), said);
    demand(same(message, each.base64('message')), 'another message');
    demand(isSignedBy(publicKey, message, each.base64('signature', 64)), 'the signature does not hold');
  }
}

export function csvCells(vector: Json): void {
  for (const one of fieldsOf(vector).list('cases').map(fieldsOf)) {
    demand(cellOf(one.text('text')) === one.text('cell'), 'another cell');
  }
}
