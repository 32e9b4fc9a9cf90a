// What a packet holds for other people's tools, read again: data/case.jsonld and data/vics.json say of the exhibits and the chain what
// the packet says of them.
import { demand, sha256, wrong } from './bytes.ts';
import type { Entry } from './entry.ts';
import { Fields, isList, isObject, parse, type Json, type JsonObject } from './json.ts';
import type { Files } from './bag.ts';

export interface Exported {
  readonly files: Files;
  /** What came first, byte for byte; undefined where a part of it is shown, of which the graph gives no digest. */
  readonly received: Buffer | undefined;
  readonly desk: string;
  readonly referral: string;
  readonly exhibits: readonly Fields[];
  readonly entries: readonly Entry[];
  /** Which exhibit an entry is about, by its place. */
  readonly about: ReadonlyMap<number, string>;
}

// ── case.jsonld ───────────────────────────────────────────────────────────────────────────────────────────────────────

type Graph = ReadonlyMap<string, JsonObject>;

export function demandGraph(exported: Exported): void {
  const document = objectIn(exported.files, 'data/case.jsonld');
  const context = document['@context'];
  demand(isObject(context) && context['kb'] === `urn:uuid:${exported.desk}#`, 'the graph: of another desk');
  const nodes = listOf(document['@graph']);
  const graph: Graph = new Map(nodes.map((node) => [textOf(node, '@id'), node]));
  demand(graph.size === nodes.length, 'the graph: a node twice');
  const files = nodes.filter((node) => node['@type'] === 'uco-observable:File');
  const [received = {}, ...exhibits] = files;
  const due = exported.received === undefined ? [] : [`SHA256 ${sha256(exported.received).toString('hex')}`];
  demand(digestsOf(listOf(received['uco-core:hasFacet'])[0]).join() === due.join(), 'the graph: another referral');
  demand(exhibits.length === exported.exhibits.length, 'the graph: more or fewer files than exhibits');
  for (const [n, exhibit] of exported.exhibits.entries()) demandFile(exhibits[n] ?? {}, exhibit);
  demandActs(exported, graph);
}

function demandFile(node: JsonObject, exhibit: Fields): void {
  const name = exhibit.text('exhibit');
  const [file, content] = listOf(node['uco-core:hasFacet']);
  const isIt =
    node['@id'] === `kb:file-${exhibit.id('attachment')}` &&
    node['uco-core:name'] === name &&
    file !== undefined &&
    file['uco-observable:filePath'] === exhibit.text('path') &&
    content !== undefined &&
    content['uco-observable:sizeInBytes'] === exhibit.count('sizeBytes');
  demand(isIt, `the graph: ${name} is another`);
  const due = [`MD5 ${exhibit.text('md5')}`, `SHA1 ${exhibit.text('sha1')}`, `SHA256 ${exhibit.text('sha256')}`];
  demand(digestsOf(content).join() === due.join(), `the graph: ${name} has other digests`);
}

function digestsOf(content: JsonObject | undefined): string[] {
  return listOf(content?.['uco-observable:hash']).map((hash) => {
    return `${textOf(hash, 'uco-types:hashMethod')} ${valueOf(hash['uco-types:hashValue'])}`;
  });
}

/** Of each entry an action and a record, each action following the one before. */
function demandActs({ desk, referral, entries, about }: Exported, graph: Graph): void {
  const actions = [...graph.values()].filter((node) => node['@type'] === 'case-investigation:InvestigativeAction');
  demand(actions.length === entries.length, 'the graph: more or fewer acts than entries');
  let before: Json | undefined;
  for (const [n, { seq, act, time, actorId }] of entries.entries()) {
    const action = actions[n] ?? {};
    const isIt =
      action['uco-core:name'] === act &&
      valueOf(action['uco-action:startTime']) === time &&
      refOf(action['uco-action:performer']) === `kb:identity-${actorId === 'desk' ? desk : actorId}` &&
      (before === undefined || refOf(action['case-investigation:wasInformedBy']) === before);
    demand(isIt && graph.has(refOf(action['uco-action:performer'])), `the graph: act ${seq} is another`);
    const [subject, record] = listOf(action['uco-action:result']).map((ref) => graph.get(refOf(ref)));
    const exhibit = about.get(seq);
    const isOfIt =
      record?.['@type'] === 'case-investigation:ProvenanceRecord' &&
      subject !== undefined &&
      refOf(record['uco-core:object']) === subject['@id'] &&
      (exhibit === undefined || subject['uco-core:name'] === exhibit) &&
      record['case-investigation:exhibitNumber'] === (exhibit ?? referral);
    demand(isOfIt, `the graph: act ${seq} is about another`);
    before = action['@id'];
  }
}

// ── vics.json ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export function demandVics({ files, referral, exhibits: told }: Exported): void {
  const exhibits = told.filter((each) => !each.has('leftOut'));
  demand(files.has('data/vics.json') === exhibits.length > 0, 'vics.json: not just where there are exhibits');
  if (exhibits.length === 0) return;
  const [file, ...more] = listOf(objectIn(files, 'data/vics.json')['value']);
  const media = listOf(file?.['Media']);
  demand(more.length === 0 && file?.['CaseID'] === referral, 'vics.json: another case');
  demand(file['TotalMediaFiles'] === media.length && media.length === exhibits.length, 'vics.json: another number');
  for (const [n, exhibit] of exhibits.entries()) {
    const one = media[n] ?? {};
    const isIt =
      one['MediaID'] === n + 1 &&
      one['Category'] === null &&
      one['MD5'] === exhibit.text('md5').toUpperCase() &&
      one['SHA1'] === exhibit.text('sha1').toUpperCase() &&
      one['MediaSize'] === exhibit.count('sizeBytes') &&
      one['RelativeFilePath'] === exhibit.text('path').replace('data/media/', 'media\\');
    demand(isIt, `vics.json: ${exhibit.text('exhibit')} is another`);
  }
}

// ── values ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function objectIn(files: Files, path: string): JsonObject {
  const value = parse((files.get(path) ?? wrong(`${path} is missing`)).toString('utf8'));
  return isObject(value) ? value : wrong(`${path}: no object`);
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return isList(value ?? null) ? (value as readonly Json[]).filter(isObject) : [];
}

function textOf(node: JsonObject, name: string): string {
  const value = node[name];
  return typeof value === 'string' ? value : '';
}

function valueOf(value: Json | undefined): string {
  return isObject(value ?? null) ? textOf(value as JsonObject, '@value') : '';
}

function refOf(value: Json | undefined): string {
  return isObject(value ?? null) ? textOf(value as JsonObject, '@id') : '';
}
