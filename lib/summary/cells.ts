// The lines of a table's cells: put together from parts, measured, told how many fit.
import { GAP } from './characters.ts';
import type { Style } from './scale.ts';
import type { Line, Segment } from './text.ts';

export interface Part {
  readonly text: string;
  readonly style?: Style;
  /** What the desk calls it; stands before it, behind the desk's mark. Empty: the mark alone. */
  readonly label?: string;
  /** The desk's own words, which run as the document does, whatever letter they begin with. */
  readonly own?: boolean;
  /** On the same line as the part before it. */
  readonly beside?: boolean;
}

/** A number, and before it a bar as long as its share of the room: 0 to 1. The bar is for the eye alone. */
export interface Bar {
  readonly text: string;
  readonly share: number;
}

/** The lines of a cell; an aside is the desk's and no part of the cell. */
export type Lines = readonly (Line & { readonly isAside?: boolean; readonly share?: number })[];

/** What stands on one line. */
export function together(parts: readonly Part[], usual: Style): Segment[][] {
  const found: Segment[][] = [];
  for (const { text, style = usual, label, own, beside = false } of parts) {
    const last = beside ? found.at(-1) : undefined;
    if (last === undefined) found.push([{ text, style, label, own }]);
    else last.push({ text: GAP, style }, { text, style, label, own });
  }
  return found;
}

/** How many lines go into this height. */
export function fitting(lines: readonly Line[], height: number): number {
  let taken = 0;
  const over = lines.findIndex(({ style }) => (taken += style.leading) > height);
  return over === -1 ? lines.length : over;
}

export function heightOf(cells: readonly (readonly Line[])[]): number {
  let highest = 0;
  for (const lines of cells) {
    let height = 0;
    for (const { style } of lines) height += style.leading;
    highest = Math.max(highest, height);
  }
  return highest;
}
