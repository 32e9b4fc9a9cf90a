// A run: text of one typeface, size, colour and direction, which is drawn in one go; and how wide it is.
// Always true: what is measured here is what is drawn; the levels of a run's isolate were found before any line was broken.
import type { FontName } from '../ports.ts';
import { MARK } from './characters.ts';
import { drawnOf } from './clusters.ts';
import { runsLeft, standingOf, type Direction, type Ordered } from './direction.ts';
import { MARK_COLOUR, type Style } from './scale.ts';
import type { Shaped } from './told.ts';
import type { Basic, Typefaces } from './typeface.ts';

/** Text in one style; `coded` is code points that stand for characters. */
export interface Run extends Ordered {
  readonly text: string;
  readonly coded: boolean;
  readonly shaped: boolean;
  readonly face: FontName;
  readonly style: Style;
}

/** Code points are told from what was written by typeface and colour. */
const CODED = '0.52 0.30 0.05';

export function sizeOf({ coded, style }: Run): number {
  return coded ? style.size * 0.88 : style.size;
}

export function colourOf({ coded, style }: Run): string {
  return coded ? CODED : style.colour;
}

/** The same run with other text. */
export function measured(run: Run, text: string): Run {
  return { ...run, text };
}

export function markRun(style: Style, isolate: number): Run {
  const own: Style = { ...style, face: 'sans', colour: MARK_COLOUR };
  return plainRun(MARK, own, isolate);
}

export function plainRun(text: string, style: Style, isolate: number): Run {
  return { text, coded: false, shaped: false, face: style.face, style, isolate, level: 0, nest: 0 };
}

/**
 * One isolate: text without line breaks, in the order of reading.
 * @param own the direction of the document, for the desk's own words; a sender's have their own
 */
export function runsOf(
  text: string,
  style: Style,
  isolate: number,
  own: Direction | undefined,
  faces: Typefaces,
): Run[] {
  if (text === '') return [];
  if (faces[style.face].plainWidth(text) !== undefined) return [plainRun(text, style, isolate)];
  const drawn = drawnOf(text, style.face, faces);
  const standing = standingOf(drawn, own, faces.further);
  const placed = drawn.map((each, at) => ({ ...each, ...(standing[at] ?? { level: 0, nest: 0 }), style, isolate }));
  return mergedOf(gathered(placed, faces));
}

/**
 * What stands between letters that are read from the right is set in the typeface of those before it, else of those behind it, so that
 * a line of them is one run.
 */
function gathered(runs: readonly Run[], faces: Typefaces): Run[] {
  const forward = carried(runs, faces);
  return carried(forward.reverse(), faces)
    .reverse()
    .map((run) => ({ ...run, shaped: run.shaped || runsLeft(run) }));
}

function carried(runs: readonly Run[], faces: Typefaces): Run[] {
  let near: Run | undefined;
  return runs.map((run) => {
    if (!runsLeft(run)) near = undefined;
    else if (run.shaped) near = run;
    else if (near !== undefined && faces.further.find(near.face)?.shaper.draws(run.text) === true)
      return { ...run, shaped: true, face: near.face };
    return run;
  });
}

/** Neighbours that are drawn in one go as one. */
export function mergedOf(runs: readonly Run[]): Run[] {
  const found: (Run & { text: string })[] = [];
  for (const run of runs) {
    const last = found.at(-1);
    if (last !== undefined && goesOn(last, run)) last.text += run.text;
    else found.push({ ...run });
  }
  return found;
}

/** Whether both are drawn in one go. */
function goesOn(a: Run, b: Run): boolean {
  const sameLook = a.coded === b.coded && a.face === b.face && a.style === b.style && a.shaped === b.shaped;
  return sameLook && a.isolate === b.isolate && a.level === b.level && a.nest === b.nest;
}

export function widthOf(run: Run, faces: Typefaces): number {
  if (!run.shaped) return plainWidthOf(run, run.text, faces);
  return ((shapedOf(run, faces)?.width ?? 0) * sizeOf(run)) / 1000;
}

/** Of this text as a run that is not shaped draws it. */
export function plainWidthOf(run: Run, text: string, faces: Typefaces): number {
  return (faces[run.face as Basic].width(text) * sizeOf(run)) / 1000;
}

export function sumOf(runs: readonly Run[], faces: Typefaces): number {
  return runs.reduce((sum, run) => sum + widthOf(run, faces), 0);
}

/** Undefined where the typeface is still wanted, which the real drawing never sees. */
export function shapedOf(run: Run, { further }: Typefaces): Shaped | undefined {
  return further.find(run.face)?.shaper.shape(run.text, runsLeft(run));
}
