// Shaped text as operators of a PDF page: glyphs at their places, and what each of them tells.
// Always true: together the codes of the first row tell the whole text.
import { round } from './content.ts';
import { takesRoom, type PlacedGlyph, type Shaped } from './told.ts';

/** How a glyph is called in the document, and how far it goes by itself, in thousandths. */
export interface Code {
  readonly code: number;
  readonly hex: string;
  readonly width: number;
}

/** What a further glyph of a cluster stands for: a format character that readers leave out. */
const NOTHING = '\u200B';

/**
 * What takes room stands in one row, as readers expect of a word; what is set upon it stands in a second one, and is told of in the
 * first by a glyph that draws nothing.
 */
export function rowsOf(
  { clusters }: Shaped,
  size: number,
  codeOf: (id: number, text: string) => Code,
  blank: number | undefined,
): { readonly main: string; readonly upon: string } {
  const [main, upon] = [rowOf(size), rowOf(size)];
  const tell = (units: readonly string[]): void => {
    for (const unit of units) main.show(BLANK, codeOf(blank ?? 0, unit));
  };
  for (const { units: all, glyphs } of clusters) {
    let units = blank === undefined ? [all.join('')] : all;
    for (const glyph of glyphs) {
      const isOne = all.length === 1 || blank === undefined;
      const at = takesRoom(glyph) || blank === undefined ? units.findIndex((unit) => isOne || !MARK.test(unit)) : -1;
      tell(units.slice(0, Math.max(0, at)));
      const [on, off] = at === -1 ? [upon, main] : [main, upon];
      on.show(glyph, codeOf(glyph.id, units[at] ?? NOTHING));
      off.pass(glyph.advance);
      units = units.slice(at + 1);
    }
    tell(units);
  }
  return { main: main.end(), upon: upon.end() };
}

const MARK = /^\p{Mn}/u;

const BLANK: PlacedGlyph = { id: 0, advance: 0, x: 0, y: 0 };

interface Row {
  show(glyph: PlacedGlyph, code: Code): void;
  /** Leaves this much free. */
  pass(advance: number): void;
  end(): string;
}

/** Glyphs at their places: what the font's own width would make of it is put right before the next one. */
function rowOf(size: number): Row {
  const found: string[] = [];
  let glyphs = '';
  let [ahead, rise] = [0, 0];
  const flush = (): void => {
    if (glyphs !== '') found.push(`[${glyphs}] TJ`);
    glyphs = '';
  };
  const raise = (to: number): void => {
    if (to === rise) return;
    flush();
    found.push(`${round((to * size) / 1000)} Ts`);
    rise = to;
  };
  return {
    show({ x, y, advance }, { hex, width }) {
      raise(y);
      const left = round(-ahead - x);
      glyphs += left === '0' ? `<${hex}>` : `${left}<${hex}>`;
      ahead = advance - x - width;
    },
    pass: (advance) => void (ahead += advance),
    end() {
      raise(0);
      flush();
      return found.join(' ');
    },
  };
}
