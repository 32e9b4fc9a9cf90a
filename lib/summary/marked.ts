// The desk's mark, and labels with it before them: what is drawn again and again is laid out once.
// Always true: the same label before nothing and before text are two, since a colon stands only where something follows.
import type { Direction } from './direction.ts';
import { markRun, runsOf, sumOf, widthOf, type Run } from './run.ts';
import { GREY, type Style } from './scale.ts';
import type { Typefaces } from './typeface.ts';

/** A label, and what it stands before. */
interface Labelling {
  readonly label?: string | undefined;
  readonly text: string;
  readonly style: Style;
}

/** Runs that are drawn again and again, and how wide they are. */
export interface Labelled {
  readonly runs: readonly Run[];
  readonly width: number;
}

/** The mark alone, of as few styles as there are. */
export function marksOf(faces: Typefaces): (style: Style) => Labelled {
  const known = new WeakMap<Style, Labelled>();
  return (style) => {
    const found = known.get(style);
    if (found !== undefined) return found;
    const run = markRun(style, 0);
    const made = { runs: [run], width: widthOf(run, faces) };
    known.set(style, made);
    return made;
  };
}

/** The runs of a label. */
export type Labels = (segment: Labelling, isolate: number) => Labelled;

/** The isolate of a label that stands first in a line. */
export const FIRST_LABEL = 5;

/** A document has few labels, before very many values. */
const REMEMBERED = 512;

export function labelsOf(direction: Direction, faces: Typefaces): Labels {
  /** By isolate, twice: of a label with nothing behind it, and of one with text. */
  const all: WeakMap<Style, Map<string, Labelled>>[] = [];
  return (segment, isolate) => {
    const { label = '', text, style } = segment;
    const known = (all[2 * isolate + (text === '' ? 0 : 1)] ??= new WeakMap());
    const ofStyle = known.get(style) ?? new Map<string, Labelled>();
    const found = ofStyle.get(label);
    if (found !== undefined) return found;
    const runs = labelRuns(segment, isolate, direction, faces);
    const made = { runs, width: sumOf(runs, faces) };
    const isKept = !faces.further.isWanted() && ofStyle.size < REMEMBERED;
    if (isKept) known.set(style, ofStyle.set(label, made));
    return made;
  };
}

/** A colon only where something follows. Running to the left it stands apart from the label, which may be in Latin letters. */
function labelRuns({ label = '', text, style }: Labelling, isolate: number, own: Direction, faces: Typefaces): Run[] {
  const colon = label === '' || text === '' ? '' : ':';
  const pieces = [' ', label, colon, label === '' ? '' : ' '];
  const grey: Style = { ...style, face: 'sans', colour: GREY };
  const apart = own === 'rtl' ? pieces : [pieces.join('')];
  const runs = apart.flatMap((piece, at) => runsOf(piece, grey, isolate - 3 + at, own, faces));
  return [markRun(style, isolate - 4), ...runs];
}
