// How the independent reader confirms each test vector: each function throws when anything in its vector does not fit the rest.
import { demand, fromBase64, fromHex, same, sha256, wrong } from './bytes.ts';
import { readCertificate } from './certificate.ts';
import {
  commitmentWith,
  documentRoot,
  formOf,
  infoOf,
  keyOf,
  leafData,
  lookupId,
  partSalt,
  partsOf,
} from './derive.ts';
import type { CommitmentType, Use } from './derive.ts';
import { demandNext, entryHash, readEntryText, type Entry } from './entry.ts';
import { canonical, Fields, isList, isObject, type Json } from './json.ts';
import { openSecret, openWrapped, openBlob, readKeyFile } from './key-file.ts';
import { unwrap } from './kwp.ts';
import { leafHash } from './merkle.ts';
import { openMessage, sealedRoot } from './message.ts';
import { checkReceipt } from './receipt.ts';
import { readTrust } from './trust.ts';
import { confirmLog } from './vectors-log.ts';
import {
  csvCells,
  disclosure,
  packetAnswer,
  packetLink,
  packetPart,
  packetSignature,
  packetZip,
} from './vectors-packet.ts';

/** The members of one case, whatever they are. */
export function fieldsOf(value: Json): Fields {
  return new Fields(value, 'vector', isObject(value) ? Object.keys(value) : []);
}

function casesOf(vector: Json, name = 'cases'): readonly Fields[] {
  return fieldsOf(vector).list(name).map(fieldsOf);
}

function keyDerivation(vector: Json): void {
  const secret = fieldsOf(vector).hex('secret');
  for (const one of casesOf(vector)) {
    const [use, chain, seq, label] = [one.text('use') as Use, one.text('chain'), one.count('seq'), one.text('label')];
    demand(infoOf(use, chain, seq, label) === one.text('info'), 'another info');
    demand(same(keyOf(secret, use, chain, seq, label), one.hex('key')), 'another key');
  }
}

function keyWrap(vector: Json): void {
  for (const one of casesOf(vector)) {
    demand(same(unwrap(one.hex('wrappingKey'), one.base64('wrapped')), one.base64('bytes')), 'another key inside');
  }
}

function sealedObject(vector: Json): void {
  for (const one of casesOf(vector)) {
    const message = one.base64('message');
    const opened = openMessage(message, one.hex('key'), { object: one.id('object'), owner: one.id('owner') });
    demand(opened.toString('utf8') === one.text('text'), 'another text inside');
    demand(sealedRoot(message) === one.text('sealed'), 'another root');
  }
}

function dataKey(vector: Json): void {
  const one = fieldsOf(vector);
  const context = { desk: one.id('desk'), owner: one.id('owner'), object: one.id('object'), kind: one.text('kind') };
  const direct = openBlob(one.hex('data'), one.base64('blob'), context);
  const unwrapped = openWrapped(one.hex('data'), one.hex('secret'), one.base64('wrappedKey'), context);
  demand(same(direct, one.hex('key')) && same(unwrapped, one.hex('key')), 'another key inside');
}

function document(vector: Json): void {
  const one = fieldsOf(vector);
  const key = keyOf(one.hex('secret'), 'salt', one.text('chain'), one.count('seq'), one.text('label'));
  demand(same(key, one.hex('documentKey')), 'another document key');
  const form = formOf(one.text('label')) ?? wrong('another label');
  const parts = partsOf(one.map('document'));
  const listed = casesOf(vector, 'parts');
  demand(parts.length === listed.length, 'other parts');
  for (const [index, part] of parts.entries()) {
    const salt = partSalt(key, part);
    demand(listed[index]?.text('pointer') === part.pointer, 'another pointer');
    demand(canonical(listed[index].any('value')) === canonical(part.value), 'another value');
    demand(same(listed[index].hex('salt'), salt), 'another salt');
    demand(same(listed[index].hex('leafHash'), leafHash(leafData(form, salt, part))), 'another leaf');
  }
  demand(documentRoot(form, key, one.map('document')) === one.text('root'), 'another root');
}

function commitments(vector: Json): void {
  const { chain, seq } = { chain: fieldsOf(vector).text('chain'), seq: fieldsOf(vector).count('seq') };
  const secret = fieldsOf(vector).hex('secret');
  for (const one of casesOf(vector)) {
    const [label, type] = [one.text('label'), one.text('type') as CommitmentType];
    demand(same(keyOf(secret, 'commit', chain, seq, label), one.hex('key')), 'another key');
    const made = commitmentWith(one.hex('key'), label, type, one.any('value'));
    demand(made === one.text('commitment'), 'another commitment');
  }
}

function entryChain(vector: Json): void {
  let before: { readonly entry: Entry; readonly hash: string } | undefined;
  for (const one of casesOf(vector, 'entries')) {
    const text = one.text('text');
    const entry = readEntryText(text);
    const hash = entryHash(text);
    demand(canonical(one.any('entry')) === text && one.text('hash') === hash, 'another hash');
    demandNext(entry, before);
    before = { entry, hash };
  }
}

function secretRow(vector: Json): void {
  const one = fieldsOf(vector);
  const opened = openSecret(one.hex('storage'), one.text('owner'), one.base64('sealed'));
  demand(opened !== undefined && same(opened, one.hex('secret')), 'another secret');
  const gone = openSecret(one.hex('storage'), one.text('owner'), fromHex(one.text('destroyed'), 61));
  demand(gone === undefined, 'a destroyed secret opens');
}

function lookupRow(vector: Json): void {
  const whole = fieldsOf(vector);
  for (const one of casesOf(vector)) {
    const id = lookupId(whole.hex('lookup'), one.text('kind'), one.text('organisation'), one.text('key'));
    demand(id === one.text('id'), 'another id');
  }
  for (const one of whole.list('persons').map(fieldsOf)) {
    const id = lookupId(whole.hex('lookup'), 'person', one.text('issuer'), one.text('subject'));
    demand(id === one.text('id'), 'another id');
  }
}

function certificate(vector: Json): void {
  const one = fieldsOf(vector);
  readCertificate(one.any('certificate'), readTrust(one.any('trust')));
}

function receipt(vector: Json): void {
  const one = fieldsOf(vector);
  for (const each of Object.values(one.map('cases')).map(fieldsOf)) {
    const attachments = Object.entries(each.map('attachments')).map(([id, bytes]) => {
      return [id, fromBase64(typeof bytes === 'string' ? bytes : '')] as const;
    });
    const files = {
      original: each.base64('original'),
      document: each.any('document'),
      attachments: new Map(attachments),
      details: new Map(each.has('details') ? Object.entries(each.map('details')) : []),
    };
    const findings = checkReceipt(each.any('receipt'), one.any('trust'), files);
    demand(findings.length === 0, findings.join('; '));
  }
}

function keyFile(vector: Json): void {
  for (const one of casesOf(vector)) {
    const keys = readKeyFile(one.any('file'), fieldsOf(vector).id('desk'), one.optionalText('passphrase'));
    const opened = fieldsOf(one.any('opened'));
    for (const name of ['storage', 'data', 'lookup'] as const) {
      demand(same(keys[name], opened.base64(name)), `another ${name} key`);
    }
  }
}

/** By the name of the vector's file. */
export const CONFIRM: Readonly<Record<string, (vector: Json) => void>> = {
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
  log: confirmLog,
  trust: (vector) => void readTrust(vector),
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

/** The key file again with a checksum that fits it, so that only what is inside can refuse it. */
export function rechecked(file: Json): Json {
  if (!isObject(file) || isList(file)) return file;
  const { checksum, ...rest } = file;
  return { ...rest, checksum: checksum === undefined ? null : sha256(canonical(rest)).toString('hex') };
}
