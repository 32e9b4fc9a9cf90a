// Opens every sealed object whose secret still stands and holds the commitments of its entry against what was inside.
import { crc32, demand, digestOf, sha256, wrong } from './bytes.ts';
import { endedOf, nameOf, type Link } from './check-chains.ts';
import { commitmentWith, contentsRoot, documentRoot, keyOf, lookupId } from './derive.ts';
import type { CommitmentType, Content } from './derive.ts';
import type { Findings } from './findings.ts';
import type { Entry } from './entry.ts';
import { openObject, readStretch, type Folder } from './folder.ts';
import { rootOf } from './merkle.ts';
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
import { fingerprintOf } from './trust.ts';
import { listsOf, type StoredRow } from './ledger.ts';
import { sealedRoot } from './message.ts';
import { ANSWER, demandAnswer, demandPacket } from './check-packets.ts';

interface Value {
  readonly label: string;
  readonly type: CommitmentType;
  readonly value: Json;
}

/** What a chain consists of so far, as its attach entries say. */
type Contents = Map<string, Content[]>;

export function checkObjects(folder: Folder, links: readonly Link[], findings: Findings): void {
  const contents: Contents = new Map();
  const ended = endedOf(links);
  for (const link of links) {
    const opened = link.records.map((record, index) =>
      findings.attempt(`object ${record.id}`, () => {
        const ciphertext = readStretch(folder, record);
        const root = link.entry.objects[index]?.sealed;
        demand(sealedRoot(ciphertext) === root, 'its ciphertext is not what its entry sealed');
        return openObject(folder, record, ciphertext);
      }),
    );
    if (folder.secrets.get(link.entry.chain) === undefined) continue;
    const whole = opened.filter((bytes) => bytes !== undefined);
    if (whole.length < opened.length) continue;
    findings.attempt(nameOf(link), () => {
      demandCommitments(folder, link, whole, contents);
      if (link.entry.act === 'open' && !ended.has(link.entry.chain)) demandLookup(folder, link, whole);
    });
  }
}

/** Every commitment but those of rows opens to what was sealed beside it, and none is left over. */
function demandCommitments(folder: Folder, link: Link, opened: readonly Buffer[], contents: Contents): void {
  const { entry } = link;
  const { chain, seq } = entry;
  const secret = folder.secrets.get(chain) ?? wrong('its secret is missing');
  const values = [...valuesOf(folder, link, opened, contents), wholeOf(entry)];
  for (const { label, type, value } of values) {
    const expected = commitmentWith(keyOf(secret, 'commit', chain, seq, label), label, type, value);
    demand(entry.commitments.get(label) === expected, `its commitment ${label} is not about what was sealed`);
  }
  const explained = new Set(values.map(({ label }) => label));
  for (const label of entry.commitments.keys()) {
    demand(label.startsWith('row:') || explained.has(label), `its commitment ${label} is not explained`);
  }
}

/** All of a chained part but the commitment to it. */
function wholeOf({ commitments, ...rest }: Entry): Value {
  const others = Object.fromEntries([...commitments].filter(([label]) => label !== 'entry'));
  const objects = rest.objects.map(({ id, sealed }) => ({ id, sealed }));
  return { label: 'entry', type: 'entry', value: { version: 1, ...rest, objects, commitments: others } };
}

function valuesOf(folder: Folder, link: Link, opened: readonly Buffer[], contents: Contents): readonly Value[] {
  const { entry } = link;
  const words = (fields: readonly string[], more: readonly string[] = []): Fields => wordsOf(opened, 0, fields, more);
  switch (entry.act) {
    case 'open':
      return valuesOfOpen(folder, link, opened, contents);
    case 'attach':
      return valuesOfAttach(link, opened, contents);
    case 'finish':
      return [{ label: 'contents', type: 'root', value: contentsRoot(contents.get(entry.chain) ?? []) }];
    case 'view': {
      const view = words(['view']).map('view');
      const look = ['sha256', 'viewer', 'from', 'to', 'extent'].map((key) => view[key] ?? null);
      return [{ label: 'viewed', type: 'sha256', value: view['sha256'] ?? null }, text('view', look)];
    }
    case 'read':
      return [text('purpose', purposeOf(words(['purpose'], ['attachment', 'summary'])))];
    case 'hold':
      return [
        text('order', listOf(words(['hold', 'reason', 'legalBasis'], ['until']), 'hold', 'reason', 'legalBasis')),
      ];
    case 'end-hold':
      return [text('order', listOf(words(['hold', 'reason']), 'hold', 'reason'))];
    case 'request-destruction': {
      const names = ['destruction', 'reason', 'legalBasis'];
      return [text('request', listOf(words(names), ...names))];
    }
    case 'export-key':
      return [text('purpose', listOf(words(['purpose', 'object']), 'purpose', 'object'))];
    case 'order-packet': {
      const names = ['packet', 'agency', 'purpose', 'legalBasis'];
      return [text('order', listOf(words(names), ...names))];
    }
    case 'freeze-packet':
      return [{ label: 'packet', type: 'sha256', value: demandPacket(link, opened) }];
    case 'release': {
      const names = ['packet', 'offset', 'sizeBytes', 'link'];
      return [text('release', listOf(words(names), ...names))];
    }
    case 'acknowledge':
      return [text('answer', demandAnswer(folder, words(['packet', 'answer'], ANSWER)))];
    case 'restore':
      return [text('reason', listOf(words(['backup'], ['checkpoint']), 'backup', 'checkpoint'))];
    case 'retract':
      return opened.length === 0 ? [] : [text('reason', words(['reason']).text('reason'))];
    case 'certify':
      return remainsOf(folder, link);
    case 'init':
      return [text('fingerprint', fingerprintOf(folder.desk, folder.trust.keys))];
    case 'rotate-key':
      return valuesOfKeys(folder, link);
    default:
      return [];
  }
}

/** Either an attachment is read or the summary. */
function purposeOf(words: Fields): string {
  if (words.has('summary')) demand(words.any('summary') === true && !words.has('attachment'), 'reads two things');
  else words.id('attachment');
  return words.text('purpose');
}

/** The rows that outlive a destroyed referral: its attachments, then what it declared, then its packets. */
function remainsOf(folder: Folder, { entry }: Link): readonly Value[] {
  const label =
    [...entry.commitments.keys()].find((each) => each.startsWith('remains/')) ?? wrong('vouches for no rows');
  const referral = label.slice('remains/'.length);
  const sorted = (list: string) =>
    folder.ledger.rows
      .flatMap((row) =>
        listsOf(row).flatMap((line) =>
          line['list'] === list ? [{ row, sort: typeof line['sort'] === 'string' ? line['sort'] : '' }] : [],
        ),
      )
      .sort((a, b) => byCodeUnits(a.sort, b.sort));
  const lists = [`attachments/${referral}`, `declared/${referral}`, `packets/${referral}`];
  const rows = lists.flatMap(sorted);
  const leaves = rows.map(({ row: { kind, id, value, lists } }) => Buffer.from(canonical({ kind, id, value, lists })));
  return [{ label, type: 'root', value: rootOf(leaves).toString('hex') }];
}

function text(label: string, value: Json): Value {
  return { label, type: 'text', value };
}

function listOf(words: Fields, ...names: readonly string[]): Json {
  return names.map((name) => words.any(name));
}

/** One object of an entry, read as words: canonical JSON with a version. */
function wordsOf(opened: readonly Buffer[], n: number, names: readonly string[], more: readonly string[] = []): Fields {
  const bytes = opened[n] ?? wrong('its words are missing');
  return new Fields(parseCanonical(bytes.toString('utf8')), 'words', ['version', ...names], more).version();
}

function valuesOfOpen(
  folder: Folder,
  { entry }: Link,
  opened: readonly Buffer[],
  contents: Contents,
): readonly Value[] {
  const [original, , , ...rest] = opened;
  demand(original !== undefined && rest.length === 0, 'has not exactly three objects');
  const document = wordsOf(opened, 1, ['referral', 'phones']).map('referral');
  const secret = folder.secrets.get(entry.chain) ?? wrong('its secret is missing');
  const root = documentRoot(keyOf(secret, 'salt', entry.chain, entry.seq, 'document'), document);
  const content = (name: string) => ({ name, seq: entry.seq, commitment: entry.commitments.get(name) ?? '' });
  contents.set(entry.chain, [content('original'), content('document')]);
  demandDeclared(folder, entry.chain, secret, document);
  return [
    { label: 'original', type: 'sha256', value: sha256(original).toString('hex') },
    { label: 'document', type: 'root', value: root },
  ];
}

const FACTS = ['attachment', 'declared', 'sizeBytes', 'sha256', 'sha1', 'md5', 'crc32'];

function valuesOfAttach({ entry }: Link, opened: readonly Buffer[], contents: Contents): readonly Value[] {
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

function valuesOfKeys({ trust }: Folder, { entry }: Link): readonly Value[] {
  return trust.keys
    .filter(({ id }) => entry.commitments.has(`key/${id}`))
    .map(({ id, purpose, publicKey, from }) => text(`key/${id}`, [purpose, publicKey.toString('base64'), from]));
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

/** The lookup row of the sender's own key for this call leads here, until destruction is entered. */
function demandLookup(folder: Folder, { entry }: Link, opened: readonly Buffer[]): void {
  const words = wordsOf(opened, 2, ['idempotencyKey', 'organisation']);
  const id = lookupId(folder.keys.lookup, words.text('organisation'), words.text('idempotencyKey'));
  const row = folder.ledger.rows.find((each) => each.kind === 'lookup' && each.id === id);
  const value = new Fields(row?.value, 'its lookup row', ['referral']);
  demand(value.text('referral') === entry.chain && row?.chain === entry.chain, 'its lookup row leads elsewhere');
}
