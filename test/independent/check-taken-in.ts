// What an entry took in: a referral, a file, what was described of one. Its commitments are made again from what is sealed beside it.
import { crc32, demand, digestOf, sha256, wrong } from './bytes.ts';
import type { Link } from './check-chains.ts';
import { demandDetails, demandReport } from './cybertipline.ts';
import { commitmentWith, documentRoot, keyOf, lookupId, type CommitmentType, type Content } from './derive.ts';
import type { Folder } from './folder.ts';
import {
  byCodeUnits,
  canonical,
  Fields,
  isList,
  isObject,
  parseCanonical,
  type Json,
  type JsonObject,
} from './json.ts';
import { listsOf, type StoredRow } from './ledger.ts';

/** What a commitment is about. */
export interface Value {
  readonly label: string;
  readonly type: CommitmentType;
  readonly value: Json;
}

/** What a chain consists of so far, as its attach entries say. */
export type Contents = Map<string, Content[]>;

export function valuesOfOpen(
  folder: Folder,
  { entry }: Link,
  opened: readonly Buffer[],
  contents: Contents,
): readonly Value[] {
  const [original] = opened;
  demand(original !== undefined && opened.length <= 3, 'has not two objects, or in its older form three');
  const document = wordsOf(opened, 1, ['referral', 'phones'], opened.length === 2 ? FOUND_BY : []).map('referral');
  if (foundBy(opened).has('reportId')) demandReport(original, document);
  const secret = folder.secrets.get(entry.chain) ?? wrong('its secret is missing');
  const form = entry.commitments.has('parts') ? 'parts' : 'document';
  const root = documentRoot(form, keyOf(secret, 'salt', entry.chain, entry.seq, form), document);
  const content = (name: string) => ({ name, seq: entry.seq, commitment: entry.commitments.get(name) ?? '' });
  contents.set(entry.chain, [content('original'), content(form)]);
  demandDeclared(folder, entry.chain, secret, document);
  return [
    { label: 'original', type: 'sha256', value: sha256(original).toString('hex') },
    { label: form, type: 'root', value: root },
  ];
}

const FACTS = ['attachment', 'declared', 'sizeBytes', 'sha256', 'sha1', 'md5', 'crc32'];

export function valuesOfAttach({ entry }: Link, opened: readonly Buffer[], contents: Contents): readonly Value[] {
  const file = opened[0] ?? wrong('its file is missing');
  const facts = wordsOf(opened, 1, FACTS, ['name', 'contentType']);
  const digest = sha256(file).toString('hex');
  const digests = { sha256: digest, sha1: digestOf('sha1', file), md5: digestOf('md5', file), crc32: crc32(file) };
  for (const [name, value] of Object.entries(digests))
    demand(facts.text(name) === value, `its ${name} is another file's`);
  demand(facts.count('sizeBytes') === file.length, "its size is another file's");
  const commitment = entry.commitments.get('sha256') ?? '';
  contents.get(entry.chain)?.push({ name: facts.id('attachment'), seq: entry.seq, commitment });
  return [{ label: 'sha256', type: 'sha256', value: digest }];
}

export function valuesOfDescription(
  { ledger }: Folder,
  { entry }: Link,
  opened: readonly Buffer[],
  contents: Contents,
): readonly Value[] {
  const xml = opened[0] ?? wrong('its XML is missing');
  const words = wordsOf(opened, 1, ['attachment', 'fileDetails']);
  const [attachment, fileDetails] = [words.id('attachment'), words.map('fileDetails')];
  demandDetails(xml, fileDetails);
  const told = { seq: entry.seq, commitment: entry.commitments.get('details') ?? '' };
  contents.get(entry.chain)?.push({ name: `details/${attachment}`, ...told });
  const row = ledger.rows.find(({ kind, id }) => kind === 'attachment' && id === `${entry.chain}/${attachment}`);
  const kept = isObject(row?.value) ? (row.value['details'] ?? null) : null;
  demand(canonical(kept) === canonical(told), 'its attachment has other details');
  return [
    { label: 'original', type: 'sha256', value: sha256(xml).toString('hex') },
    text('details', [attachment, fileDetails]),
  ];
}

/** The rows of declared attachments say what the document declares, in its order. */
function demandDeclared(folder: Folder, chain: string, secret: Buffer, document: JsonObject): void {
  const rows = folder.ledger.rows.filter((row) => row.kind === 'declared' && row.chain === chain);
  const sorted = [...rows].sort((a, b) => byCodeUnits(sortOf(a), sortOf(b)));
  const items = sorted.flatMap(({ value }) => new Fields(value, 'declared', ['items']).list('items'));
  const declared = isList(document['attachments']) ? document['attachments'] : [];
  demand(items.length === declared.length, 'its declared rows are not those of its document');
  declared.forEach((attachment, index) => {
    const item = new Fields(items[index], 'declared', ['id'], ['sha256', 'sizeBytes']);
    const label = `declared/${item.id('id')}`;
    const digest = isObject(attachment) ? attachment['sha256'] : undefined;
    if (digest === undefined) return;
    const expected = commitmentWith(keyOf(secret, 'commit', chain, 0, label), label, 'sha256', digest);
    demand(item.text('sha256') === expected, `its ${label} is not what its document declares`);
  });
}

function sortOf(row: StoredRow): string {
  const [line] = listsOf(row);
  return typeof line?.['sort'] === 'string' ? line['sort'] : wrong('a declared row stands in no list');
}

const FOUND_BY = ['organisation', 'idempotencyKey', 'reportId'];

/** By what name the sender finds it: among the words of its document, in the older form an object of its own. */
function foundBy(opened: readonly Buffer[]): Fields {
  return opened.length === 2
    ? wordsOf(opened, 1, ['organisation', 'referral', 'phones'], FOUND_BY)
    : wordsOf(opened, 2, ['organisation'], FOUND_BY);
}

/** The lookup row of the sender's own key for this call leads here, until destruction is entered. */
export function demandLookup(folder: Folder, { entry }: Link, opened: readonly Buffer[]): void {
  const words = foundBy(opened);
  demand(words.has('idempotencyKey') !== words.has('reportId'), 'is found by two names, or by none');
  const [kind, name] = words.has('reportId') ? ['report', 'reportId'] : ['idempotency', 'idempotencyKey'];
  const id = lookupId(folder.keys.lookup, kind, words.text('organisation'), words.text(name));
  const row = folder.ledger.rows.find((each) => each.kind === 'lookup' && each.id === id);
  const value = new Fields(row?.value, 'its lookup row', ['referral']);
  demand(value.text('referral') === entry.chain && row?.chain === entry.chain, 'its lookup row leads elsewhere');
}

/** Who signs in has a lookup row until she is revoked; who has a key has none. */
export function demandActor(folder: Folder, { entry }: Link, words: Fields): readonly Value[] {
  const row = folder.ledger.rows.find(({ kind, value }) => kind === 'actor' && seqOf(value) === entry.seq);
  const actor = row?.id ?? wrong('added nobody');
  const leading = folder.ledger.rows.filter(
    ({ kind, value }) => kind === 'lookup' && isObject(value) && value['actor'] === actor,
  );
  const signIn = words.has('signIn') ? new Fields(words.any('signIn'), 'sign-in', ['issuer', 'subject']) : undefined;
  const isGone = isObject(row?.value) && row.value['revokedAt'] !== undefined;
  if (signIn === undefined || isGone) {
    demand(leading.length === 0, 'a lookup row leads to who is not found by one');
    return [];
  }
  const id = lookupId(folder.keys.lookup, 'person', signIn.text('issuer'), signIn.text('subject'));
  demand(
    leading.length === 1 && leading[0]?.id === id && leading[0].chain === 'desk',
    'her lookup row leads elsewhere',
  );
  return [];
}

function seqOf(value: Json): Json {
  return (isObject(value) ? value['seq'] : undefined) ?? null;
}

export function text(label: string, value: Json): Value {
  return { label, type: 'text', value };
}

/** One object of an entry, read as words: canonical JSON with a version. */
export function wordsOf(
  opened: readonly Buffer[],
  n: number,
  names: readonly string[],
  more: readonly string[] = [],
): Fields {
  const bytes = opened[n] ?? wrong('its words are missing');
  return new Fields(parseCanonical(bytes.toString('utf8')), 'words', ['version', ...names], more).version();
}
