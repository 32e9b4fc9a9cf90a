// What a packet shows of its referral where that is a part: its parts in the whole, the proof of them, what is left out.
import { demand, fromHex, wrong } from './bytes.ts';
import type { Files } from './bag.ts';
import { partsOf, type Part } from './derive.ts';
import { canonical, Fields, isObject, parseCanonical, type Json, type JsonObject } from './json.ts';
import { leafHash, rootOfHashes } from './merkle.ts';

export interface Disclosed {
  /** The root over all parts of the whole. */
  readonly root: string;
  readonly shown: readonly string[];
  readonly hidden: number;
  /** What `finish` lists besides what is shown. */
  readonly contents: readonly { readonly name: string; readonly seq: number }[];
  /** Entries of looks that are not told. */
  readonly looks: readonly number[];
}

/** Whether an order asks for a part. */
export function asksForPart(terms: Json): boolean {
  return isObject(terms) && (terms['role'] === 'triage' || terms['selection'] !== undefined);
}

export function readDisclosed(files: Files, document: JsonObject): Disclosed {
  const bytes = files.get('data/disclosure.json') ?? wrong('data/disclosure.json is missing');
  const fields = new Fields(parseCanonical(bytes.toString('utf8')), 'disclosure', [
    'version',
    'parts',
    'contents',
    'looks',
  ]).version();
  const parts = fields.list('parts').map((each) => new Fields(each, 'part', ['leaf'], ['shown']));
  const shown = parts.filter((part) => part.has('shown')).map(shownOf);
  demandShown(document, shown);
  const contents = fields.list('contents').map((each) => {
    const content = new Fields(each, 'content', ['name', 'seq']);
    return { name: content.text('name'), seq: content.count('seq') };
  });
  const names = contents.map(({ name }) => name);
  demand(canonical(names) === canonical([...names].sort()), 'disclosure: contents stand in another order');
  return {
    root: rootOfHashes(parts.map((part) => part.hex('leaf'))).toString('hex'),
    shown: shown.map(({ pointer }) => pointer),
    hidden: parts.length - shown.length,
    contents,
    looks: fields.list('looks').map(Number),
  };
}

interface Shown {
  readonly pointer: string;
  readonly salt: Buffer;
  readonly leaf: string;
}

function shownOf(part: Fields): Shown {
  const shown = new Fields(part.any('shown'), 'shown', ['pointer', 'salt']);
  return { pointer: shown.text('pointer'), salt: shown.hex('salt'), leaf: part.text('leaf') };
}

/** The document is made of just these parts, in their order, lists closed up. */
function demandShown(document: JsonObject, shown: readonly Shown[]): void {
  const parts = partsOf(document);
  demand(parts.length === shown.length, 'referral.json: more or fewer parts than are shown');
  const counts = new Map<string, number>();
  for (const [n, { pointer, salt, leaf }] of shown.entries()) {
    const part = parts[n] ?? wrong('a part is missing');
    demand(part.pointer === closedUp(pointer, counts), `referral.json: ${pointer} stands elsewhere`);
    demand(leafHash(leafOf(salt, { ...part, pointer })).equals(fromHex(leaf, 32)), `${pointer}: not the sealed part`);
  }
}

function closedUp(pointer: string, counts: Map<string, number>): string {
  const [, field = '', index] = pointer.split('/');
  if (index === undefined) return pointer;
  const n = counts.get(field) ?? 0;
  counts.set(field, n + 1);
  return `/${field}/${n}`;
}

function leafOf(salt: Buffer, { pointer, value }: Part): Buffer {
  return Buffer.concat([salt, Buffer.from(canonical([pointer, value]))]);
}

/** What the case manifest says of how much is here, against what is here. */
export function demandCounts(
  part: Json,
  disclosed: Disclosed,
  exhibits: readonly Fields[],
  counted: { readonly files: number; readonly looks: number; readonly told: number },
): void {
  const fields = new Fields(part, 'part', ['parts', 'exhibits', 'looks', 'leftOut']);
  const { shown, hidden } = disclosed;
  const here = exhibits.filter((each) => !each.has('leftOut')).length;
  const again = {
    parts: { here: shown.length, of: shown.length + hidden },
    exhibits: { here, told: exhibits.length, of: counted.files },
    looks: { here: counted.told, of: counted.looks },
  };
  for (const [name, value] of Object.entries(again))
    demand(canonical(fields.any(name)) === canonical(value), `part: ${name} counts otherwise`);
  const sum = fields.list('leftOut').reduce<number>((total, each) => {
    const left = new Fields(each, 'leftOut', ['field', 'why', 'parts']);
    demand(['asked', 'triage', 'file'].includes(left.text('why')), 'leftOut: for no known reason');
    return total + left.count('parts');
  }, 0);
  demand(sum === hidden, 'part: more or less is left out than is said');
}

/** Nothing is shown that the order leaves out; files are left out where it says so, and only there. */
export function demandAsked(terms: Json, { shown }: Disclosed, exhibits: readonly Fields[]): void {
  demand(isObject(terms), 'terms: no object');
  const selection = isObject(terms['selection']) ? terms['selection'] : {};
  const isTriage = terms['role'] === 'triage';
  const asked = Array.isArray(selection['leaveOut']) ? selection['leaveOut'].map(String) : [];
  const gone = new Set([...asked, ...(isTriage ? ['/victim'] : [])]);
  for (const pointer of shown)
    demand(!gone.has(pointer) && !gone.has(pointer.replace(/\/\d+$/, '')), `${pointer}: was to be left out`);
  const told = exhibits.map((each) => each.id('attachment'));
  const files = selection['files'];
  demand(files === undefined || canonical(files) === canonical(told), 'exhibits: others than were asked for');
  for (const each of exhibits) demand(each.has('leftOut') === isTriage, 'exhibit: left out, or not, against the order');
}
