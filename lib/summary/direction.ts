// Which way text runs: levels by UAX #9 for one stretch of it, and the order in which the stretches of a line are drawn.
// Always true: every stretch handed to the typesetter stands isolated, so that none reorders another; and nothing in a text decides
// its direction but its letters: the sender's own controls stand there as code points, which run to the right by themselves.
import { RIGHT_TO_LEFT } from './characters.ts';
import type { Further } from './typeface.ts';

export type Direction = 'ltr' | 'rtl';

const TO_THE_LEFT: readonly string[] = ['ar', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi'];

/** Of a document in this language (a tag of BCP 47). */
export function directionOf(language: string): Direction {
  return TO_THE_LEFT.includes(language.toLowerCase().split('-')[0] ?? '') ? 'rtl' : 'ltr';
}

/** The part of what is drawn that matters here. */
interface Stretch {
  readonly text: string;
  readonly coded: boolean;
}

/** Stands for what is not to be looked at; as neutral as an isolate is to what stands around it. */
const OBJECT = '\uFFFC';

/** Where a stretch stands: how deep, and in which of the isolates inside its own, counted from 1; 0 in none of them. */
export interface Standing {
  readonly level: number;
  readonly nest: number;
}

const FIRST: Standing = { level: 0, nest: 0 };

/**
 * Together the stretches are one isolate. What is isolated once more inside of it has the level of its begin, and runs to the right.
 * @param own the direction of the document, for the desk's own words; a sender's run as their first letter does
 */
export function standingOf(
  stretches: readonly Stretch[],
  own: Direction | undefined,
  further: Further,
): readonly Standing[] {
  const text = stretches.map((each) => (each.coded ? OBJECT.repeat(each.text.length) : each.text)).join('');
  const levels = RIGHT_TO_LEFT.test(text) ? further.levels() : undefined;
  if (levels === undefined) return stretches.map(() => FIRST);
  const { shadow, places } = shadowOf(stretches, edgesOf(text));
  const found = levels(shadow, own);
  return places.map(({ at, nest }) => ({ level: found[at] ?? 0, nest }));
}

interface Place {
  readonly at: number;
  readonly nest: number;
}

/** The text as the algorithm sees it, each isolate inside of it as one object, and where each stretch is found there. */
function shadowOf(stretches: readonly Stretch[], { begins, ends }: Edges): { shadow: string; places: Place[] } {
  let [shadow, at, nest, inside] = ['', 0, 0, false];
  const places = stretches.map(({ text, coded }): Place => {
    if (ends.has(at)) inside = false;
    const opens = coded || begins.has(at);
    if (opens) nest += 1;
    if (begins.has(at)) inside = true;
    if (opens || !inside) shadow += opens ? OBJECT : text;
    at += text.length;
    const isNested = coded || inside;
    return { at: isNested ? shadow.length - 1 : shadow.length - text.length, nest: isNested ? nest : 0 };
  });
  return { shadow, places };
}

interface Edges {
  readonly begins: ReadonlySet<number>;
  readonly ends: ReadonlySet<number>;
}

/**
 * What is read to the right as a whole wherever it stands. The order matters: the first that fits is taken. What looks behind keeps a
 * long word from being tried again at every letter of it.
 */
const TOKENS = [
  // links and addresses of mail
  /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/[!-~\u00A1-\u058F]+/iu,
  /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*/iu,
  // times with their zone
  /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?: ?(?:UTC|Z\b|[+-]\d\d:?\d\d))?/iu,
  // telephone numbers in groups, in whichever digits
  /(?:\+|\((?=\p{Nd}+\)))\p{Nd}[\p{Nd} ().\/-]*\p{Nd}/iu,
  /(?<!\p{Nd})0\p{Nd}{1,4}(?:[ .\/-]\p{Nd}{2,})+/iu,
  // IPv6, with its prefix or port
  /\[?(?:[0-9a-f]{1,4})?(?::[0-9a-f]{0,4}){2,7}(?:\.\d+){0,3}\]?(?:[:\/]\d{1,5})?/iu,
  // paths, handles
  /(?<![\w.~%-])[\w.~%-]*(?:[\/\\][\w.~%-]+)+/iu,
  /@[\w.]+/iu,
  // IPv4, versions, dates, amounts with their sign
  /(?<!\p{Nd})[+\u2212-]?\p{Nd}+(?:[.,:\/-]\p{Nd}+)+/iu,
  /(?<![\p{L}\p{N}])[+\u2212-]\p{Nd}+/iu,
];
const TOKEN = new RegExp(TOKENS.map(({ source }) => source).join('|'), 'giu');

function edgesOf(text: string): Edges {
  const [begins, ends] = [new Set<number>(), new Set<number>()];
  for (const { 0: found, index } of text.matchAll(TOKEN)) {
    begins.add(index);
    ends.add(index + withoutTrail(found));
  }
  return { begins, ends };
}

/** How long it is without what ends the sentence around it. */
function withoutTrail(token: string): number {
  let end = token.length;
  while (end > 1 && '.,;:!?\'")]}>'.includes(token.charAt(end - 1))) end -= 1;
  return end;
}

/** What stands in one line, and of which isolate it is. */
export interface Ordered extends Standing {
  readonly isolate: number;
}

export function runsLeft({ level, nest }: Standing): boolean {
  return nest === 0 && level % 2 === 1;
}

/** From the left to the right, of what is given in the order of reading. */
export function visual<T extends Ordered>(items: readonly T[], direction: Direction): T[] {
  const isolates = together(items, (a, b) => a.isolate === b.isolate);
  return (direction === 'rtl' ? isolates.reverse() : isolates).flatMap(reordered);
}

function together<T>(items: readonly T[], same: (a: T, b: T) => boolean): T[][] {
  const found: T[][] = [];
  let last: T | undefined;
  for (const item of items) {
    if (last !== undefined && same(last, item)) found.at(-1)?.push(item);
    else found.push([item]);
    last = item;
  }
  return found;
}

/** Rule L2: from the deepest level up, what stands at it or deeper is turned round. What is nested moves as one. */
function reordered<T extends Ordered>(items: readonly T[]): T[] {
  let found = together(items, (a, b) => a.nest > 0 && a.nest === b.nest);
  const deepest = items.reduce((most, { level }) => Math.max(most, level), 0);
  for (let level = deepest; level > 0; level -= 1) found = turned(found, level);
  return found.flat();
}

function turned<T extends Ordered>(units: readonly T[][], least: number): T[][] {
  const isDeep = (unit: readonly T[]): boolean => (unit[0]?.level ?? 0) >= least;
  const rows = together(units, (a, b) => isDeep(a) && isDeep(b));
  return rows.flatMap((row) => row.reverse());
}
