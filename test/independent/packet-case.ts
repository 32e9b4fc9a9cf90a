// What a packet says: the case manifest made again, as far as it follows from the chain, the openings, the referral and the files.
import { crc32, demand, digestOf, fromHex, sha256, wrong } from './bytes.ts';
import type { Files } from './bag.ts';
import { commitmentWith, contentsRoot, documentRoot, formOf, type CommitmentType, type Form } from './derive.ts';
import { entryHash, readEntryText, type Entry } from './entry.ts';
import type { Findings } from './findings.ts';
import { byCodeUnits, canonical, Fields, isList, isObject, type Json, type JsonObject } from './json.ts';
import { messagesCsv } from './messages.ts';
import { demandSent } from './packet-sent.ts';
import { demandGraph, demandVics, type Exported } from './packet-graph.ts';
import { bytesIn, demandReceived, detailsOf, detailsPath, originalIn, receivedPaths } from './packet-received.ts';
import { asksForPart, demandAsked, demandCounts, readDisclosed, type Disclosed } from './packet-part.ts';
import { demandStamps, stampPaths } from './packet-stamps.ts';
import { viewedOf, viewsOf } from './packet-views.ts';
import { readOpening, type Opening } from './receipt.ts';

export interface Said {
  readonly files: Files;
  readonly caseJson: Json;
  readonly custody: Json;
  readonly openings: Json;
  /** referral.json, parsed. */
  readonly document: JsonObject;
}

const CASE = [
  'version',
  'desk',
  'immutability',
  'packet',
  'asOf',
  'referral',
  'clearances',
  'exhibits',
  'views',
  'actors',
  'custody',
];
const MORE = ['log', 'gaps', 'phones', 'files'];

interface Told extends Said {
  readonly manifest: Fields;
  readonly entries: readonly Entry[];
  readonly texts: readonly string[];
  readonly exhibits: readonly Fields[];
  readonly last: Entry;
  readonly finish: Entry;
  /** Where a part of the referral is shown. */
  readonly part: Disclosed | undefined;
}

/** Holds the case manifest, the chain, the openings, the referral and the exhibits against one another. */
export function checkCase(said: Said, findings: Findings): void {
  const told = tell(said);
  const parts: Readonly<Record<string, (told: Told) => void>> = {
    openings: demandOpenings,
    order: demandOrdered,
    exhibits: demandExhibits,
    rest: demandRest,
    messages: demandMessages,
    part: demandPart,
    graph: (each) => {
      demandGraph(exportedOf(each));
    },
    'e-evidence': (each) => {
      demandSent(each.files, each.manifest);
    },
    vics: (each) => {
      demandVics(exportedOf(each));
    },
    received: ({ files, manifest, document, exhibits, part }) => {
      if (part !== undefined)
        demand(canonical(document) === bytesIn(files, 'data/referral.json').toString('utf8'), 'not in its one form');
      else demandReceived(files, manifest.any('referral'), document, exhibits);
    },
  };
  for (const [name, demandPart] of Object.entries(parts)) {
    findings.attempt(`data/case.json, ${name}`, () => {
      demandPart(told);
    });
  }
}

const EXHIBIT = ['exhibit', 'path', 'attachment', 'declared', 'sizeBytes', 'sha256', 'sha1', 'md5', 'crc32', 'seq'];
const EXHIBIT_MORE = ['originalName', 'label', 'contentType', 'details', 'leftOut'];

function tell(said: Said): Told {
  const manifest = new Fields(said.caseJson, 'data/case.json', [...CASE, ...MORE]).version();
  const custody = new Fields(said.custody, 'custody', [
    'version',
    'desk',
    'chain',
    'entries',
    'checkpoint',
    'inclusion',
  ]);
  const texts = custody.list('entries').map(String);
  const entries = texts.map(readEntryText);
  const exhibits = manifest
    .list('exhibits')
    .map((each) => new Fields(each, 'exhibit', [...EXHIBIT, 'sealedAt', 'viewed'], EXHIBIT_MORE));
  const last = entries.at(-1) ?? wrong('custody: there are no entries');
  const finish = entries.find(({ act }) => act === 'finish') ?? wrong('custody: it was not finished');
  const packet = manifest.any('packet');
  const isPart = isObject(packet) && asksForPart(packet['terms'] ?? null);
  const part = isPart ? readDisclosed(said.files, said.document) : undefined;
  return { ...said, manifest, entries, texts, exhibits, last, finish, part };
}

function same(what: string, value: Json, again: Json): void {
  demand(canonical(value) === canonical(again), `${what}: not what follows from the rest`);
}

// ── the openings ──────────────────────────────────────────────────────────────────────────────────────────────────────

interface Due {
  readonly label: string;
  readonly type: CommitmentType;
  readonly value: Json;
  readonly attachment?: string;
}

/** Just those openings that a packet has, in the order of the entries, each of what it is about. */
function demandOpenings(told: Told): void {
  const openings = new Fields(told.openings, 'openings', ['version', 'openings']).version();
  const read = openings.list('openings').map(readOpening);
  const looks = viewsHere(told);
  const due = told.entries.flatMap((entry) => dueOf(told, entry, read, looks).map((each) => ({ entry, ...each })));
  demand(due.length === read.length, 'there are more or fewer openings than due');
  for (const [index, { entry, label, type, value, attachment }] of due.entries()) {
    const opening = read[index] ?? wrong('an opening is missing');
    const isThis = opening.seq === entry.seq && opening.label === label && opening.type === type;
    demand(isThis && opening.attachment === attachment, `opening ${index}: another is due here`);
    const hasKey = formOf(label) !== undefined && told.part === undefined;
    demand((opening.documentKey !== undefined) === hasKey, `opening ${index}: a document key`);
    demand(entry.commitments.get(label) === opening.commitment, `opening ${index}: not of its entry`);
    const opened = commitmentWith(opening.key, label, type, value);
    demand(opened === opening.commitment, `opening ${index}, ${label}: not what was committed to`);
  }
}

function viewsHere({ manifest }: Told): ReadonlyMap<Json, Json[]> {
  const views = manifest.list('views').filter(isObject);
  return new Map(views.flatMap((view) => (view['source'] === 'desk' ? [[view['seq'] ?? null, lookOf(view)]] : [])));
}

/** What the commitment `view` is about. */
function lookOf(view: { readonly [key: string]: Json }): Json[] {
  return ['sha256', 'viewer', 'from', 'to', 'extent'].map((key) => view[key] ?? null);
}

function dueOf(
  told: Told,
  entry: Entry,
  openings: readonly Opening[],
  looks: ReadonlyMap<Json, Json[]>,
): readonly Due[] {
  const { document, files, exhibits, last } = told;
  if (entry === last) return [{ label: 'order', type: 'text', value: orderOf(told) }];
  switch (entry.act) {
    case 'open': {
      const form = formIn(entry);
      if (told.part !== undefined) {
        demand(told.part.form === form, 'disclosure: of another form than its entry');
        return [{ label: form, type: 'root', value: told.part.root }];
      }
      const key = openings.find(({ label }) => label === form)?.documentKey ?? wrong('no document key');
      const original = sha256(originalIn(files, told.manifest.any('referral'))).toString('hex');
      return [
        { label: 'original', type: 'sha256', value: original },
        { label: form, type: 'root', value: documentRoot(form, key, document) },
      ];
    }
    case 'attach': {
      const exhibit = exhibits.find((each) => each.count('seq') === entry.seq);
      if (exhibit === undefined) return told.part === undefined ? wrong('an exhibit is missing') : [];
      const bytes = files.get(exhibit.text('path'));
      const digest = bytes === undefined && exhibit.has('leftOut') ? exhibit.text('sha256') : hashOf(bytes);
      return [{ label: 'sha256', type: 'sha256', value: digest, attachment: exhibit.id('attachment') }];
    }
    case 'describe-file': {
      const exhibit = exhibits.find((each) => detailsOf(each)?.seq === entry.seq);
      if (exhibit === undefined) return told.part === undefined ? wrong('details are missing') : [];
      const attachment = exhibit.id('attachment');
      const said = detailsOf(exhibit)?.fileDetails ?? null;
      const details: Due = { label: 'details', type: 'text', value: [attachment, said], attachment };
      if (told.part !== undefined) return [details];
      const original = sha256(bytesIn(files, detailsPath(exhibit))).toString('hex');
      return [{ label: 'original', type: 'sha256', value: original, attachment }, details];
    }
    case 'view': {
      if (told.part?.looks.includes(entry.seq) === true) return [];
      const look = looks.get(entry.seq) ?? wrong('a look is missing');
      return [
        { label: 'viewed', type: 'sha256', value: look[0] ?? null },
        { label: 'view', type: 'text', value: look },
      ];
    }
    case 'consent':
      return entry.seq === consentOf(told)
        ? [{ label: 'consent', type: 'text', value: agencyOf(told).text('id') }]
        : [];
    case 'end-consent':
      return (consentOf(told) ?? Infinity) < entry.seq
        ? [{ label: 'ends', type: 'text', value: endedBy(told, entry, openings) }]
        : [];
    case 'clear': {
      const found = clearancesIn(told).find((each) => each.count('seq') === entry.seq) ?? wrong('a finding is missing');
      const names = ['finding', 'about', 'reason', 'decidedBy', 'reference', 'agency'];
      return [{ label: 'clearance', type: 'text', value: names.map((name) => found.any(name)) }];
    }
    case 'withdraw-clearance':
      return [{ label: 'withdrawal', type: 'text', value: withdrawalOf(told, entry) }];
    case 'finish':
      return [{ label: 'contents', type: 'root', value: contentsRoot(contentsOf(told)) }];
    default:
      return [];
  }
}

/** The entry of the originator's consent that the order names. */
function consentOf(told: Told): number | undefined {
  const terms = packetOf(told).any('terms');
  if (!isObject(terms) || terms['consent'] === undefined) return undefined;
  const seq = Number(terms['consent']);
  const reporters = told.manifest.list('actors').filter((each) => isObject(each) && each['role'] === 'reporter');
  const actor = told.entries[seq]?.actorId;
  demand(told.entries[seq]?.act === 'consent', 'the consent is another entry');
  demand(
    reporters.some((each) => isObject(each) && each['id'] === actor),
    'the consent is by nobody who refers',
  );
  return seq;
}

/** Which other consent this end is of. */
function endedBy(told: Told, end: Entry, openings: readonly Opening[]): number {
  const opening =
    openings.find(({ seq, label }) => seq === end.seq && label === 'ends') ?? wrong('an end is not opened');
  const others = told.entries.filter(({ act, seq }) => act === 'consent' && seq !== consentOf(told));
  const ended = others.find(({ seq }) => commitmentWith(opening.key, 'ends', 'text', seq) === opening.commitment);
  return ended?.seq ?? wrong('the consent was ended');
}

function formIn({ commitments }: Entry): Form {
  return commitments.has('parts') ? 'parts' : 'document';
}

function hashOf(bytes: Buffer | undefined): string {
  return sha256(bytes ?? wrong('an exhibit is missing')).toString('hex');
}

function contentsOf({ entries, exhibits, part }: Told): { name: string; seq: number; commitment: string }[] {
  const content = (name: string, seq: number, label: string) => {
    return { name, seq, commitment: entries[seq]?.commitments.get(label) ?? '' };
  };
  const attached = exhibits.map((each) => content(each.id('attachment'), each.count('seq'), 'sha256'));
  const described = exhibits.flatMap((each) => {
    const details = detailsOf(each);
    return details === undefined ? [] : [content(`details/${each.id('attachment')}`, details.seq, 'details')];
  });
  const leftOut = (part?.contents ?? []).map(({ name, seq }) => {
    return content(name, seq, name.startsWith('details/') ? 'details' : 'sha256');
  });
  const form = formIn(entries[0] ?? wrong('no first entry'));
  const referral = [content('original', 0, 'original'), content(form, 0, form)];
  return [...referral, ...attached, ...described, ...leftOut];
}

/** Findings that clear: each is of an entry, in the order of the chain, with that entry's time. */
function clearancesIn({ manifest }: Told): Fields[] {
  const names = ['seq', 'at', 'finding', 'about', 'reason', 'decidedBy'];
  return manifest
    .list('clearances')
    .map((each) => new Fields(each, 'clearance', names, ['reference', 'agency', 'withdrawn']));
}

/** What is said of the withdrawal that this entry is. */
function withdrawalOf(told: Told, entry: Entry): Json {
  const ended = clearancesIn(told).filter((each) => each.has('withdrawn'));
  const names = ['seq', 'at', 'reason', 'decidedBy'];
  for (const found of ended) {
    const end = new Fields(found.any('withdrawn'), 'withdrawn', names, ['reference']);
    if (end.count('seq') !== entry.seq) continue;
    demand(end.text('at') === entry.time, 'a withdrawal of another time');
    return [found.count('seq'), ...['reason', 'decidedBy', 'reference'].map((name) => end.any(name))];
  }
  return wrong('a withdrawal is missing');
}

function packetOf({ manifest }: Told): Fields {
  const names = ['id', 'agency', 'orderedAt', 'orderedBy', 'purpose', 'legalBasis', 'terms'];
  return new Fields(manifest.any('packet'), 'packet', names, ['part']);
}

function agencyOf(told: Told): Fields {
  return new Fields(packetOf(told).any('agency'), 'agency', ['id', 'name']);
}

function orderOf(told: Told): Json {
  const packet = packetOf(told);
  return [
    packet.id('id'),
    agencyOf(told).text('id'),
    packet.text('purpose'),
    packet.text('legalBasis'),
    packet.any('terms'),
  ];
}

function demandOrdered(told: Told): void {
  const { last, manifest, custody } = told;
  const packet = packetOf(told);
  agencyOf(told).text('name');
  demand(last.act === 'order-packet', 'the last entry is no order');
  demand(packet.text('orderedAt') === last.time && packet.text('orderedBy') === last.actorId, 'another order');
  demand(manifest.text('asOf') === last.time, 'asOf is another time');
  demand(isObject(custody) && custody['desk'] === manifest.id('desk'), 'another desk');
}

// ── the exhibits ──────────────────────────────────────────────────────────────────────────────────────────────────────

const ENDINGS =
  'jpg jpeg jfif png gif webp avif heic heif bmp tif tiff mp4 m4v mov webm mkv avi 3gp mpg mpeg wmv flv ' +
  'mp3 m4a aac ogg oga opus wav flac amr txt csv json pdf eml vcf zip 7z rar tar gz';

function demandExhibits(told: Told): void {
  const { exhibits, entries } = told;
  const attached = entries.filter(({ act }) => act === 'attach');
  const seqs = exhibits.map((each) => each.count('seq'));
  const left = (told.part?.contents ?? []).filter(({ name }) => !name.startsWith('details/')).length;
  demand(new Set(seqs).size === seqs.length && seqs.length + left === attached.length, 'not all that was taken in');
  if (told.part !== undefined) {
    const names = exhibits.map((each) => Number(each.text('exhibit').slice(1)));
    demand(
      names.every((name, n) => name > (names[n - 1] ?? 0)),
      'exhibits: they stand in another order',
    );
    for (const exhibit of exhibits) demandExhibit(told, exhibit, Number(exhibit.text('exhibit').slice(1)) - 1);
    return;
  }
  const places = exhibits.map((each) => ({
    place: each.any('declared') === null ? Infinity : each.count('declared'),
    seq: each.count('seq'),
  }));
  const sorted = places.toSorted((a, b) => (a.place === b.place ? a.seq - b.seq : a.place - b.place));
  same(
    'exhibits, their order',
    seqs,
    sorted.map(({ seq }) => seq),
  );
  exhibits.forEach((exhibit, n) => {
    demandExhibit(told, exhibit, n);
  });
}

function demandExhibit(told: Told, exhibit: Fields, n: number): void {
  const { files, entries, document, finish } = told;
  const name = `E${String(n + 1).padStart(4, '0')}`;
  const [, ending = ''] = /\.([a-z0-9]+)$/i.exec(exhibit.optionalText('originalName') ?? '') ?? [];
  const known = ENDINGS.split(' ').includes(ending.toLowerCase()) ? ending.toLowerCase() : 'bin';
  const path = `data/media/${name}.${known}`;
  const isLeftOut = exhibit.has('leftOut');
  const bytes = isLeftOut ? undefined : (files.get(path) ?? wrong(`${path} is missing`));
  demand(!isLeftOut || !files.has(path), `${path}: it was to be left out`);
  const entry = entries[exhibit.count('seq')] ?? wrong(`${name}: its entry is missing`);
  demand(entry.act === 'attach', `${name}: its entry is of another act`);
  const digest = bytes === undefined ? exhibit.text('sha256') : hashOf(bytes);
  const said = declaredAs(document, exhibit);
  const originalName = exhibit.optionalText('originalName');
  same(name, exhibit.value, {
    ...exhibit.value,
    ...{ exhibit: name, path, sealedAt: entry.time },
    ...(bytes === undefined ? {} : factsOf(bytes)),
    viewed: viewedOf(
      digest,
      document,
      said ?? { ...detailsOf(exhibit) },
      told.manifest.list('views').filter(isObject),
      finish.seq,
    ),
  });
  demand(exhibit.optionalText('label') === optional(said?.['exhibit']), `${name}: another label`);
  demand(originalName !== undefined || said?.['path'] === undefined, `${name}: without the name it was declared by`);
  demand(exhibit.has('contentType') || said?.['contentType'] === undefined, `${name}: without its content type`);
}

function factsOf(bytes: Buffer): JsonObject {
  const digests = { sha256: hashOf(bytes), sha1: digestOf('sha1', bytes), md5: digestOf('md5', bytes) };
  return { sizeBytes: bytes.length, crc32: crc32(bytes), ...digests };
}

function optional(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function declaredAs(document: JsonObject, exhibit: Fields): JsonObject | undefined {
  if (exhibit.any('declared') === null) return undefined;
  const attachments = isList(document['attachments']) ? document['attachments'] : [];
  const said = attachments[exhibit.count('declared')];
  return isObject(said) ? said : wrong('an exhibit is declared nowhere');
}

// ── the rest ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function demandRest(told: Told): void {
  const { manifest, entries, exhibits } = told;
  demand(['enforced', 'advisory'].includes(manifest.text('immutability')), 'immutability is not known');
  demandReferral(told);
  const leftOut = new Set(told.part?.looks);
  const looked = entries.filter(({ act, seq }) => act !== 'view' || !leftOut.has(seq));
  same('views', manifest.list('views'), viewsOf(told.document, looked, manifest.list('views'), shownOf(told)));
  same(
    'clearances',
    clearancesIn(told).map((each) => [each.count('seq'), each.text('at')]),
    entries.filter(({ act }) => act === 'clear').map(({ seq, time }) => [seq, time]),
  );
  same(
    'withdrawals',
    clearancesIn(told).filter((each) => each.has('withdrawn')).length,
    entries.filter(({ act }) => act === 'withdraw-clearance').length,
  );
  const acts = entries.map(({ seq, time, actorId, act }) => {
    const isAbout = (each: Fields): boolean => each.count('seq') === seq || detailsOf(each)?.seq === seq;
    const exhibit = exhibits.find(isAbout)?.text('exhibit');
    return { seq, time, actorId, act, ...(exhibit === undefined ? {} : { exhibit }) };
  });
  const head = entryHash(told.texts.at(-1) ?? '');
  same('custody', manifest.any('custody'), { entries: entries.length, head, acts });
  const actors = manifest.list('actors').map((actor) => new Fields(actor, 'actor', ['id', 'role'], ['name']).id('id'));
  const acted = [...new Set(entries.map(({ actorId }) => actorId))].filter((id) => id !== 'desk');
  same('actors', actors, acted.sort(byCodeUnits));
  demandLog(told);
  demandFiles(told);
  for (const gap of manifest.list('gaps')) new Fields(gap, 'gap', ['gap', 'path', 'message', 'count']).count('count');
  for (const phone of Object.values(manifest.map('phones'))) new Fields(phone, 'phone', ['e164'], ['country']);
}

const REFERRAL = ['id', 'reporter', 'incidentType', 'openedAt', 'finishedAt', 'keepUntil', 'handling'];

function demandReferral({ manifest, document, entries, finish, files, last, part }: Told): void {
  const received = part === undefined ? ['sha256', 'sizeBytes'] : [];
  const referral = new Fields(manifest.any('referral'), 'referral', [...REFERRAL, ...received], ['report']);
  const bytes = part === undefined ? originalIn(files, referral.value) : undefined;
  const summary = document['incidentSummary'];
  referral.id('reporter');
  referral.time('keepUntil');
  const opened = Date.parse(entries[0]?.time ?? '');
  demand(referral.time('openedAt') <= opened, 'referral: it came after it was entered');
  same('referral', referral.value, {
    ...referral.value,
    id: last.chain,
    ...(isObject(summary) ? { incidentType: summary['incidentType'] ?? null } : {}),
    ...(part === undefined || isObject(document['handling']) ? { handling: codesIn(document) } : {}),
    finishedAt: finish.time,
    ...(bytes === undefined ? {} : { sha256: hashOf(bytes), sizeBytes: bytes.length }),
  });
}

/** Each code once, in the order of the codes. */
function codesIn(document: JsonObject): string[] {
  const handling = document['handling'];
  const codes = isObject(handling) && isList(handling['codes']) ? handling['codes'].filter(isObject) : [];
  const said = codes.map((each) => each['code']);
  return ['H0', 'H1', 'H2', 'H3'].filter((code) => said.includes(code));
}

function demandPart({ manifest, part, exhibits, entries, ...told }: Told): void {
  const packet = packetOf({ manifest, part, exhibits, entries, ...told });
  demand(packet.has('part') === (part !== undefined), 'a part is told of that was not asked for, or not told of');
  if (part === undefined) return;
  const counted = (act: string): number => entries.filter((entry) => entry.act === act).length;
  const views = manifest.list('views').filter(isObject);
  const isOfDesk = views.filter(({ source }) => source === 'desk').length;
  demandCounts(packet.any('part'), part, exhibits, {
    files: counted('attach'),
    looks: counted('view'),
    told: isOfDesk,
  });
  demandAsked(packet.any('terms'), part, exhibits);
}

function demandLog({ manifest, custody, last, files }: Told): void {
  const log = new Fields(manifest.any('log'), 'log', ['index', 'size', 'checkpoint'], ['stamps']);
  demand(isObject(custody), 'custody: not an object');
  const inclusion = new Fields(custody['inclusion'], 'inclusion', ['seq', 'index', 'hashes']);
  demand(inclusion.count('seq') === last.seq, 'custody: the order is not proved to be in the log');
  demand(log.text('checkpoint') === custody['checkpoint'], 'log: another checkpoint');
  demandStamps(files, manifest.any('log'), log.text('checkpoint'));
  const [, size = ''] = log.text('checkpoint').split('\n');
  demand(log.count('index') === inclusion.count('index') && String(log.count('size')) === size, 'log: another place');
}

function demandFiles({ manifest, files, exhibits, part }: Told): void {
  const media = exhibits.filter((each) => !each.has('leftOut')).map((each) => each.text('path'));
  const second = part === undefined ? 'data/cybertipline.xml' : 'data/disclosure.json';
  const vics = media.length === 0 ? [] : ['data/vics.json'];
  const derived = ['data/referral.json', second, 'data/case.jsonld', ...vics, 'data/messages.csv'];
  const received = part === undefined ? receivedPaths(manifest.any('referral'), exhibits) : [];
  const paths = [
    'custody/chain.json',
    'custody/openings.json',
    ...stampPaths(manifest.any('log')),
    ...derived,
    ...received,
    ...media,
  ];
  const again = paths.map((path) => {
    const bytes = files.get(path) ?? wrong(`${path} is missing`);
    return { path, sizeBytes: bytes.length, sha256: sha256(bytes).toString('hex') };
  });
  same('files', manifest.list('files'), again);
  for (const { sha256: digest } of again) fromHex(digest, 32);
}

function shownOf({ exhibits, document }: Told) {
  return exhibits.map((each) => ({
    exhibit: each.text('exhibit'),
    sha256: each.text('sha256'),
    originalName: each.optionalText('originalName'),
    declaredPath: declaredAs(document, each)?.['path'],
  }));
}

function exportedOf({ files, manifest, last, exhibits, entries, part }: Told): Exported {
  const looks = manifest
    .list('views')
    .filter(isObject)
    .flatMap(({ seq, exhibit }) => {
      return typeof seq === 'number' && typeof exhibit === 'string' ? [[seq, exhibit] as const] : [];
    });
  const taken = exhibits.flatMap((each) => {
    return [each.count('seq'), detailsOf(each)?.seq ?? -1].map((seq) => [seq, each.text('exhibit')] as const);
  });
  const about = new Map([...looks, ...taken]);
  const received = part === undefined ? originalIn(files, manifest.any('referral')) : undefined;
  return { files, received, desk: manifest.id('desk'), referral: last.chain, exhibits, entries, about };
}

function demandMessages(told: Told): void {
  const csv = told.files.get('data/messages.csv')?.toString('utf8');
  demand(csv === messagesCsv(told.document, shownOf(told)), 'data/messages.csv is not that of the referral');
}
