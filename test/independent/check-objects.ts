// Opens every sealed object whose secret still stands and holds the commitments of its entry against what was inside.
import { demand, wrong } from './bytes.ts';
import { endedOf, nameOf, type Link } from './check-chains.ts';
import { commitmentWith, contentsRoot, keyOf } from './derive.ts';
import type { Findings } from './findings.ts';
import type { Entry } from './entry.ts';
import { openObject, readStretch, type Folder } from './folder.ts';
import { rootOf } from './merkle.ts';
import { byCodeUnits, canonical, type Fields, type Json } from './json.ts';
import { fingerprintOf } from './trust.ts';
import { listsOf } from './ledger.ts';
import { sealedRoot } from './message.ts';
import { valuesOfStep } from './check-filings.ts';
import { ANSWER, demandAnswer, demandDigests, demandPacket } from './check-packets.ts';
import {
  demandActor,
  demandLookup,
  text,
  valuesOfAttach,
  valuesOfDescription,
  valuesOfOpen,
  wordsOf,
  type Contents,
  type Value,
} from './check-taken-in.ts';

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

function asDigest([label, value]: readonly [string, string]): Value {
  return { label, type: 'sha256', value };
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

/** What is said of how it may be used stands last, where there is any. */
function orderOfFiling(said: Fields): Json[] {
  const order = ['filing', 'to', 'server'].map((name) => said.any(name));
  return said.has('terms') ? [...order, said.any('terms')] : order;
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
    case 'complete-upload': {
      const said = words(['upload', 'attachment', 'sha256', 'sizeBytes'], ['name', 'contentType']);
      return [{ label: 'declared', type: 'sha256', value: said.text('sha256') }];
    }
    case 'describe-file':
      return valuesOfDescription(folder, link, opened, contents);
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
    case 'assign-regime': {
      const said = words(['regime', 'laws', 'since'], ['zone', 'holidays']);
      const holidays = said.has('holidays') ? said.list('holidays') : [];
      const value = [said.text('regime'), said.list('laws'), said.text('since'), said.optionalText('zone') ?? null];
      return [text('regime', [...value, holidays])];
    }
    case 'meet-regime':
      return [text('met', listOf(words(['law', 'how']), 'law', 'how'))];
    case 'consent':
      return [
        text('consent', words(['to', 'reason']).text('to')),
        text('reason', words(['to', 'reason']).text('reason')),
      ];
    case 'end-consent': {
      const said = words(['ends', 'reason']);
      return [text('ends', said.count('ends')), text('reason', said.text('reason'))];
    }
    case 'clear': {
      const said = words(['finding', 'about', 'reason', 'decidedBy'], ['reference', 'agency']);
      return [text('clearance', listOf(said, 'finding', 'about', 'reason', 'decidedBy', 'reference', 'agency'))];
    }
    case 'withdraw-clearance': {
      const said = words(['clearance', 'reason', 'decidedBy'], ['reference']);
      return [text('withdrawal', listOf(said, 'clearance', 'reason', 'decidedBy', 'reference'))];
    }
    case 'acknowledge-notice':
      return [text('notice', listOf(words(['notice'], ['note']), 'notice', 'note'))];
    case 'export-key':
      return [text('purpose', listOf(words(['purpose', 'object']), 'purpose', 'object'))];
    case 'order-packet': {
      const names = ['packet', 'agency', 'purpose', 'legalBasis', 'terms'];
      return [text('order', listOf(demandKey(words(names, ['key'])), ...names))];
    }
    case 'order-filing':
      return [text('order', orderOfFiling(words(['filing', 'to', 'server'], ['terms'])))];
    case 'file-step':
      return valuesOfStep(folder, link, opened);
    case 'freeze-packet':
      return demandPacket(folder, link, opened).map(asDigest);
    case 'digest-packet':
      return demandDigests(folder, link, opened).map(asDigest);
    case 'release': {
      const names = ['packet', 'offset', 'sizeBytes', 'link'];
      return [text('release', listOf(words(names), ...names))];
    }
    case 'acknowledge':
      return [text('answer', demandAnswer(folder, words(['packet', 'answer'], ANSWER)))];
    case 'add-actor':
      return demandActor(folder, link, words(['name'], ['signIn']));
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

/** The agency's key stands beside an order whose packet is encrypted, and nowhere else. */
function demandKey(words: Fields): Fields {
  const isPlain = words.map('terms')['encryption'] === 'none';
  demand(isPlain !== words.has('key'), 'has no key, or one too many');
  return words;
}

/** Either an attachment is read or the summary. */
function purposeOf(words: Fields): string {
  if (words.has('summary')) demand(words.any('summary') === true && !words.has('attachment'), 'reads two things');
  else words.id('attachment');
  return words.text('purpose');
}

/** The rows that outlive a destroyed referral: its attachments, then what it declared, then its packets, its filings, its rules of law, its notices, its slots. */
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
  const lists = [
    `attachments/${referral}`,
    `declared/${referral}`,
    `packets/${referral}`,
    `filings/${referral}`,
    `regimes/${referral}`,
    `notices/${referral}`,
    `uploads/${referral}`,
  ];
  const rows = lists.flatMap(sorted);
  const leaves = rows.map(({ row: { kind, id, value, lists } }) => Buffer.from(canonical({ kind, id, value, lists })));
  return [{ label, type: 'root', value: rootOf(leaves).toString('hex') }];
}

function listOf(words: Fields, ...names: readonly string[]): Json {
  return names.map((name) => words.any(name));
}

function valuesOfKeys({ trust }: Folder, { entry }: Link): readonly Value[] {
  return trust.keys
    .filter(({ id }) => entry.commitments.has(`key/${id}`))
    .map(({ id, purpose, publicKey, from }) => text(`key/${id}`, [purpose, publicKey.toString('base64'), from]));
}
