// The five times of an incident as bars on one scale, each as wide as it is uncertain; beside the table that says the same in words.
// Always true: a time that is not stated is called so, an end that is not stated is left open, and nothing is drawn as more exact than
// it was said. It has no words of its own: those are the table's.
import type { KnownTime } from '../../schemas/index.ts';
import { msOf } from '../../schemas/instant.ts';
import { ascent, type Sheet } from './page.ts';
import { ACCENT, CELL, CELL_GREY, HAIR, PAGE, STRONG } from './scale.ts';
import type { Story } from './story.ts';
import { span, time } from './words.ts';

export const TIMES = ['occurred', 'uploaded', 'detected', 'viewed', 'reported'] as const;

interface Lane {
  readonly title: string;
  /** What it shows, in words. */
  readonly said: string;
  /** Milliseconds; undefined where it is open or not known. */
  readonly begin: number | undefined;
  readonly end: number | undefined;
  /** By how much either may be off. */
  readonly slack: number;
  /** By how much is not known. */
  readonly isVague: boolean;
}

const LANE = 15;
const AREA = { left: PAGE.left + 74, width: PAGE.right - PAGE.left - 74 };
/** Pale: what may be. */
const MAYBE = '0.72 0.82 0.86';

/** Nothing where no time is stated that has a place on a scale. */
export function timeline(story: Story): void {
  const { sheet } = story;
  const lanes = TIMES.map((name) => laneOf(story, name));
  const places = lanes.flatMap(({ begin, end, slack }) =>
    [begin, end].flatMap((at) => (at === undefined ? [] : [within(at - slack), within(at + slack)])),
  );
  if (places.length === 0) return;
  const [from, to] = [Math.min(...places), Math.max(...places)];
  const height = lanes.length * LANE + 16;
  sheet.need(height + 12);
  sheet.drawMark(CELL, PAGE.hang, sheet.y + ascent(CELL));
  const top = PAGE.height - sheet.y;
  const alt = lanes.map(({ title, said }) => `${title}: ${said}.`).join(' ');
  const draw = (): void => {
    drawAll(story, lanes, from, to);
  };
  sheet.inside('Figure', draw, {
    alt,
    box: [PAGE.left, top - height, PAGE.right, top],
  });
  sheet.y += height + 9;
}

const NOWHERE = { begin: undefined, end: undefined, slack: 0, isVague: false } as const;

function laneOf({ referral, words }: Story, name: (typeof TIMES)[number]): Lane {
  const [title] = words.times.known[name];
  const held = referral.times?.[name];
  if (held === undefined) return { title, said: words.common.notStated, ...NOWHERE };
  const { at, from, to, uncertaintySeconds: off } = held;
  const isKnown = typeof off === 'number';
  const said = at === undefined ? span(words, from, to) : time(words, at);
  return {
    title,
    said: `${said}; ${words.times.doubt}: ${isKnown ? words.common.seconds(off) : words.common.unknown}`,
    ...edgesOf(held),
    slack: isKnown ? off * 1000 : 0,
    isVague: !isKnown,
  };
}

function edgesOf({ at, from, to }: KnownTime): Pick<Lane, 'begin' | 'end'> {
  const [begin, end] = at === undefined ? [msOf(from), msOf(to)] : [msOf(at), msOf(at)];
  return { begin: begin && within(begin), end: end && within(end) };
}

/** What lies beyond JavaScript's calendar (ECMAScript, 21.4.1.1) stands at its end: the scale has dates, and the table what was said. */
function within(ms: number): number {
  return Math.min(Math.max(ms, -LAST_MS), LAST_MS);
}

const LAST_MS = 8.64e15;

function drawAll({ sheet, words }: Story, lanes: readonly Lane[], from: number, to: number): void {
  const placeOf = (ms: number): number => AREA.left + ((ms - from) / Math.max(1, to - from)) * AREA.width;
  const begin = sheet.y;
  lanes.forEach((lane, at) => {
    const y = begin + at * LANE;
    put(sheet, lane.title, CELL, PAGE.left, y);
    if (lane.begin === undefined && lane.end === undefined) put(sheet, words.common.notStated, CELL_GREY, AREA.left, y);
    else bar(sheet, lane, y + LANE / 2, placeOf);
  });
  const foot = begin + lanes.length * LANE;
  const ends = [from, to].map((ms) => time(words, new Date(ms).toISOString()));
  sheet.fill(STRONG, AREA.left, foot, AREA.width, 0.6);
  put(sheet, ends[0] ?? '', CELL_GREY, AREA.left, foot + 2);
  const width = sheet.width(ends[1] ?? '', CELL_GREY);
  put(sheet, ends[1] ?? '', CELL_GREY, PAGE.right - width, foot + 2);
}

function put(sheet: Sheet, text: string, style: typeof CELL, x: number, y: number): void {
  const [line] = sheet.lines(text, style, PAGE.right - x);
  if (line !== undefined) sheet.draw(line, x, y + ascent(style) + 1);
}

/** Pale as far as it may be off, or as far as an open end goes; dark what was said; a question mark where nobody said how far. */
function bar(
  sheet: Sheet,
  { begin, end, slack, isVague }: Lane,
  middle: number,
  placeOf: (ms: number) => number,
): void {
  sheet.fill(HAIR, AREA.left, middle, AREA.width, 0.4);
  const [first, last] = [begin ?? end ?? 0, end ?? begin ?? 0];
  const left = begin === undefined ? AREA.left : placeOf(within(begin - slack));
  const right = end === undefined ? AREA.left + AREA.width : placeOf(within(end + slack));
  sheet.fill(MAYBE, left, middle - 4, Math.max(right - left, 1), 8);
  const width = Math.max(placeOf(last) - placeOf(first), 2);
  sheet.fill(ACCENT, Math.min(placeOf(first), AREA.left + AREA.width - width), middle - 2.5, width, 5);
  if (isVague)
    put(sheet, '?', CELL_GREY, right + 10 > AREA.left + AREA.width ? left - 8 : right + 4, middle - LANE / 2);
}
