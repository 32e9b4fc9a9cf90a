// Columns of a table: how wide each is, and where it begins.
// Always true: they follow one another from the left edge of the page's text, and no word of a title is cut where that leaves room.
import type { Sheet } from './page.ts';
import { COLUMN, PAGE, type Style } from './scale.ts';

export interface Column {
  readonly title: string;
  /** In points, and more where a word of the title needs it; what is left over is shared by the columns without one. */
  readonly width?: number;
  readonly right?: boolean;
  readonly style?: Style;
  /** Each of its cells is the head of its row. */
  readonly names?: boolean;
}

export interface Placed extends Column {
  readonly x: number;
  readonly width: number;
}

/** What a column without a width has left at least. */
const LEAST = 36;

/** No word of a title is cut, whatever language it is in, unless that would leave no room for the others. */
export function wideEnough(sheet: Sheet, columns: readonly Column[], gap: number): readonly Column[] {
  const wider = columns.map((column) => {
    if (column.width === undefined) return column;
    const words = column.title.split(' ').map((word) => sheet.width(word, COLUMN));
    return { ...column, width: Math.max(column.width, ...words) };
  });
  const taken = wider.reduce((sum, { width = LEAST }) => sum + width, gap * (columns.length - 1));
  return taken > PAGE.right - PAGE.left ? columns : wider;
}

export function place(columns: readonly Column[], gap: number): Placed[] {
  const fixed = columns.reduce((sum, { width = 0 }) => sum + width, 0) + gap * (columns.length - 1);
  const flexible = columns.filter(({ width }) => width === undefined).length;
  const share = (PAGE.right - PAGE.left - fixed) / Math.max(1, flexible);
  let x: number = PAGE.left;
  return columns.map((column) => {
    const placed = { ...column, x, width: column.width ?? share };
    x += placed.width + gap;
    return placed;
  });
}
