// Which glyph tells which characters, so that copying and searching give out what was sent; pure.
// Always true: together the clusters tell the whole text, each by a glyph that takes room. Readers (pdf.js, PDFium, poppler) take text
// that runs to the left from its left end, character by character, and turn it round: there a cluster's text stands the same way.

/** One glyph; distances are in thousandths of the size. */
export interface PlacedGlyph {
  readonly id: number;
  /** To where the next one begins. */
  readonly advance: number;
  /** From where it would stand. */
  readonly x: number;
  readonly y: number;
}

/** Characters that are drawn together, and their glyphs; both from the left. */
export interface Cluster {
  readonly text: string;
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
  for (const each of parts(glyphs, starts, text)) {
    const last = found.at(-1);
    if (JOINERS.test(each.text)) joiner = each.text;
    else if (last === undefined || each.glyphs.some(takesRoom)) {
      found.push({ ...each, text: joiner + each.text });
      joiner = '';
    } else found[found.length - 1] = { text: last.text + each.text, glyphs: [...last.glyphs, ...each.glyphs] };
  }
  return found;
}

/** pdf.js leaves out what ends with one of these: they are told with the letter behind them. */
const JOINERS = /^[\u200C\u200D]$/;

export function toTheLeft(glyphs: readonly PlacedGlyph[], starts: readonly number[], text: string): Cluster[] {
  const found: Cluster[] = [];
  for (const each of parts(glyphs, starts, text)) {
    const last = found.at(-1);
    const joins = last !== undefined && (!each.glyphs.some(takesRoom) || last.text.trim() === '');
    if (joins) found[found.length - 1] = { text: last.text + each.text, glyphs: [...each.glyphs, ...last.glyphs] };
    else found.push(each);
  }
  return withTrail(found)
    .reverse()
    .map((each) => ({ ...each, text: Array.from(each.text).reverse().join('') }));
}

/** pdf.js leaves out spaces at the left end, and letters behind them. A character that it knows to have no width keeps them. */
const KEEPER = '\u200B';

/** Spaces at the end are told by the letter before them, and their room is part of its. */
function withTrail(clusters: Cluster[]): Cluster[] {
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

/** What HarfBuzz keeps together, in the order of reading. */
function parts(glyphs: readonly PlacedGlyph[], starts: readonly number[], text: string): Cluster[] {
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
