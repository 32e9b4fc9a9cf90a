// Shaping by HarfBuzz, which nothing else knows; this file is loaded with the first text that needs it, and so is what finds levels.
// Always true: the same text gives the same glyphs wherever it is shaped: no language and no feature is taken from the machine.
import { openLevels, type Levels } from './levels.ts';
import { toTheLeft, toTheRight, type PlacedGlyph, type Shaped } from './told.ts';
import { Blob, Buffer, ClusterLevel, Direction, Face, Font, shape } from 'harfbuzzjs';

export interface Shaper {
  /** Text of one direction, in the order of reading. Mirrors brackets by itself. */
  shape(text: string, rightToLeft: boolean): Shaped;
  /** Whether the font has everything that this needs, and it is well-formed: no empty box, no dotted circle. */
  draws(cluster: string): boolean;
}

export interface Shaping {
  readonly shaperOf: (font: Uint8Array) => Shaper;
  readonly levels: Levels;
}

/** async, since loading it compiles WebAssembly. */
export async function openShaping(): Promise<Shaping> {
  return Promise.resolve({
    shaperOf: (font) => shaperOf(new Font(new Face(new Blob(font)))),
    levels: openLevels(),
  });
}

/** Words come again, in a document and in its two drawings; long stretches do not. */
const REMEMBERED = 8192;
const LONG = 64;

function shaperOf(font: Font): Shaper {
  const scale = 1000 / font.face.upem;
  const shapes = new Map<string, Shaped>();
  const drawn = new Map<string, boolean>();
  return {
    shape: (text, rightToLeft) =>
      text.length > LONG
        ? shaped(font, scale, text, rightToLeft)
        : remembered(shapes, `${rightToLeft ? 'r' : 'l'}${text}`, () => shaped(font, scale, text, rightToLeft)),
    draws: (cluster) => remembered(drawn, cluster, () => isWhole(font, cluster)),
  };
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  if (known.size < REMEMBERED) known.set(key, made);
  return made;
}

const buffer = new Buffer();

function fill(text: string, level: ClusterLevel, rightToLeft?: boolean): void {
  buffer.reset();
  buffer.setClusterLevel(level);
  buffer.addText(text);
  buffer.setLanguage('und');
  if (rightToLeft !== undefined) buffer.setDirection(rightToLeft ? Direction.RTL : Direction.LTR);
  buffer.guessSegmentProperties();
}

const DOTTED_CIRCLE = '\u25CC';

function isWhole(font: Font, cluster: string): boolean {
  fill(cluster, ClusterLevel.MONOTONE_GRAPHEMES);
  shape(font, buffer);
  const circle = cluster.includes(DOTTED_CIRCLE) ? 0 : font.nominalGlyph(DOTTED_CIRCLE.codePointAt(0) ?? 0);
  return buffer.getGlyphInfos().every(({ codepoint }) => codepoint !== 0 && codepoint !== circle);
}

function shaped(font: Font, scale: number, text: string, rightToLeft: boolean): Shaped {
  fill(text, ClusterLevel.MONOTONE_CHARACTERS, rightToLeft);
  shape(font, buffer);
  const [infos, positions] = [buffer.getGlyphInfos(), buffer.getGlyphPositions()];
  const glyphs = positions.map(({ xAdvance, xOffset, yOffset }, at): PlacedGlyph => {
    return { id: infos[at]?.codepoint ?? 0, advance: xAdvance * scale, x: xOffset * scale, y: yOffset * scale };
  });
  const starts = infos.map(({ cluster }) => cluster);
  return {
    clusters: rightToLeft ? toTheLeft(glyphs, starts, text) : toTheRight(glyphs, starts, text),
    width: glyphs.reduce((sum, { advance }) => sum + advance, 0),
  };
}
