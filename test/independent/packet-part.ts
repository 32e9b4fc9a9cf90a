// What a packet shows of its referral where that is a part: its parts in the whole, the proof of them, what is left out.
import { demand, wrong } from './bytes.ts';
import type { Files } from './bag.ts';
import { leafData, partsOf, type Form } from './derive.ts';
import { canonical, Fields, isObject, parseCanonical, type Json, type JsonObject } from './json.ts';
import { leafHash, rootOfHashes } from './merkle.ts';

export interface Disclosed {
  /** Version 2 is of `parts`: how many there are is proved. */
  readonly form: Form;
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
  return disclosedIn(parseCanonical(bytes.toString('utf8')), document);
}

/** What a disclosure says, held against the document of what is shown. */
export function disclosedIn(value: Json, document: JsonObject): Disclosed {
  const fields = new Fields(value, 'disclosure', ['version', 'parts', 'contents', 'looks']);
  const form = FORMS[fields.count('version')] ?? wrong('disclosure: of no known version');
  const name = form === 'parts' ? 'digest' : 'leaf';
  const parts = fields.list('parts').map((each) => new Fields(each, 'part', [name], ['shown']));
  const leaves = parts.map((part) => (form === 'parts' ? leafHash(part.hex(name)) : part.hex(name)));
  const shown = parts.flatMap((part, n) => (part.has('shown') ? [shownOf(part, leaves[n] ?? wrong('no leaf'))] : []));
  demandShown(form, document, shown);
  const contents = fields.list('contents').map((each) => {
    const content = new Fields(each, 'content', ['name', 'seq']);
    return { name: content.text('name'), seq: content.count('seq') };
  });
  const names = contents.map(({ name }) => name);
  demand(canonical(names) === canonical([...names].sort()), 'disclosure: contents stand in another order');
  return {
    form,
    root: rootOfHashes(leaves).toString('hex'),
    shown: shown.map(({ pointer }) => pointer),
    hidden: parts.length - shown.length,
    contents,
    looks: fields.list('looks').map(Number),
  };
}

interface Shown {
  readonly pointer: string;
  readonly salt: Buffer;
  readonly leaf: Buffer;
}

const FORMS: Readonly<Record<number, Form>> = { 1: 'document', 2: 'parts' };

function shownOf(part: Fields, leaf: Buffer): Shown {
  const shown = new Fields(part.any('shown'), 'shown', ['pointer', 'salt']);
  return { pointer: shown.text('pointer'), salt: shown.hex('salt'), leaf };
}

/** The document is made of just these parts, in their order, lists closed up. */
function demandShown(form: Form, document: JsonObject, shown: readonly Shown[]): void {
  const parts = partsOf(document);
  demand(parts.length === shown.length, 'referral.json: more or fewer parts than are shown');
  const counts = new Map<string, number>();
  for (const [n, { pointer, salt, leaf }] of shown.entries()) {
    const part = parts[n] ?? wrong('a part is missing');
    demand(part.pointer === closedUp(pointer, counts), `referral.json: ${pointer} stands elsewhere`);
    const own = leafHash(leafData(form, salt, { ...part, pointer }));
    demand(own.equals(leaf), `${pointer}: not the sealed part`);
  }
}

function closedUp(pointer: string, counts: Map<string, number>): string {
  const [, field = '', index] = pointer.split('/');
  if (index === undefined) return pointer;
  const n = counts.get(field) ?? 0;
  counts.set(field, n + 1);
  return `/${field}/${n}`;
}

/** What the case manifest says of how much is here, against what is here. */
export function demandCounts(
  part: Json,
  disclosed: Disclosed,
  exhibits: readonly Fields[],
  counted: { readonly files: number; readonly looks: number; readonly told: number },
): void {
  const fields = new Fields(part, 'part', ['parts', 'exhibits', 'looks', 'leftOut'], ['isExact']);
  const { shown, hidden, form } = disclosed;
  demand(fields.has('isExact') === (form === 'parts'), 'part: exact, or not, against the disclosure');
  demand(!fields.has('isExact') || fields.any('isExact') === true, 'part: isExact is true or not there');
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
