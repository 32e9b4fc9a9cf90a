// Which glyph tells which characters, so that copying and searching give out what was sent; pure.
// Always true: together the clusters tell the whole text. Readers (pdf.js, PDFium, poppler) take text that runs to the left from its left
// end, character by character, and turn it round where it has a letter: there a cluster's text stands the same way.

/** One glyph; distances are in thousandths of the size. */
export interface PlacedGlyph {
  readonly id: number;
  /** To where the next one begins. */
  readonly advance: number;
  /** From where it would stand. */
  readonly x: number;
  readonly y: number;
}

/** Characters that are drawn together, told in these units, and their glyphs; both from the left. Those of marks take no room. */
export interface Cluster {
  readonly units: readonly string[];
  readonly glyphs: readonly PlacedGlyph[];
}

export interface Shaped {
  /** From the left. */
  readonly clusters: readonly Cluster[];
  readonly width: number;
}

export function takesRoom({ advance }: PlacedGlyph): boolean {
  return advance !== 0;
}

/** @param starts where in the text each glyph's characters begin */
export function toTheRight(glyphs: readonly PlacedGlyph[], starts: readonly number[], text: string): Cluster[] {
  const found: Cluster[] = [];
  let joiner = '';
  for (const each of partsOf(glyphs, starts, text)) {
    if (JOINERS.test(each.text)) joiner = each.text;
    else {
      found.push({ units: unitsOf(joiner + each.text), glyphs: each.glyphs });
      joiner = '';
    }
  }
  return found;
}

/** Each character by itself: pdf.js takes a code of several with a mark among them for one without width. Joiners with their letter. */
function unitsOf(text: string): readonly string[] {
  return text.match(/\p{Cf}*\P{Cf}|\p{Cf}+$/gu) ?? [];
}

/** pdf.js leaves out what ends with one of these: they are told with the letter to the right of them. */
const JOINERS = /^[\u200C\u200D]$/;

const LETTER = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;

/** Marks are one unit with the letter before them, spaces with the one behind them. */
export function toTheLeft(glyphs: readonly PlacedGlyph[], starts: readonly number[], text: string): Cluster[] {
  if (!LETTER.test(text)) return [{ units: [text.startsWith(' ') ? KEEPER + text : text], glyphs }];
  const found: Part[] = [];
  for (const each of partsOf(glyphs, starts, text)) {
    const last = found.at(-1);
    if (last !== undefined && (last.text.trim() === '' || !each.glyphs.some(takesRoom)))
      found[found.length - 1] = { text: last.text + each.text, glyphs: [...each.glyphs, ...last.glyphs] };
    else found.push(each);
  }
  return withTrail(found)
    .reverse()
    .map((each) => ({ units: [Array.from(each.text).reverse().join('')], glyphs: each.glyphs }));
}

/** pdf.js leaves out spaces at the left end, and letters behind them. A character that it knows to have no width keeps them. */
const KEEPER = '\u200B';

/** Spaces at the end are told by the letter before them, and their room is part of its. */
function withTrail(clusters: Part[]): Part[] {
  const last = clusters.at(-1);
  const before = clusters.at(-2);
  if (last === undefined || before === undefined || last.text.trim() !== '') return clusters;
  const room = last.glyphs.reduce((sum, { advance }) => sum + advance, 0);
  const joined = { text: before.text + last.text + KEEPER, glyphs: shifted(before.glyphs, room) };
  return withTrail([...clusters.slice(0, -2), joined]);
}

function shifted(glyphs: readonly PlacedGlyph[], room: number): PlacedGlyph[] {
  const bearer = glyphs.findLastIndex(takesRoom);
  return glyphs.map((each, at) => ({ ...each, x: each.x + room, advance: each.advance + (at === bearer ? room : 0) }));
}

interface Part {
  readonly text: string;
  readonly glyphs: readonly PlacedGlyph[];
}

/** What HarfBuzz keeps together, in the order of reading. */
function partsOf(glyphs: readonly PlacedGlyph[], starts: readonly number[], text: string): Part[] {
  const byStart = new Map<number, PlacedGlyph[]>();
  glyphs.forEach((glyph, at) => {
    const start = starts[at] ?? 0;
    const known = byStart.get(start);
    if (known === undefined) byStart.set(start, [glyph]);
    else known.push(glyph);
  });
  const sorted = [...byStart.keys()].sort((a, b) => a - b);
  return sorted.map((start, at) => ({
    text: text.slice(at === 0 ? 0 : start, sorted[at + 1] ?? text.length),
    glyphs: byStart.get(start) ?? [],
  }));
}
