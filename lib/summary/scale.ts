// The look: few sizes, one accent colour, one grid. Everything is in points; colours are operands of PDF's rg and RG.
import type { Basic } from './typeface.ts';

export interface Style {
  readonly face: Basic;
  readonly size: number;
  /** From one baseline to the next. */
  readonly leading: number;
  readonly colour: string;
}

export const INK = '0.11 0.13 0.15';
export const GREY = '0.38 0.42 0.46';
export const ACCENT = '0.03 0.31 0.42';
export const HAIR = '0.80 0.83 0.85';
/** The desk's mark: pale, since it stands before every row. */
export const MARK_COLOUR = '0.45 0.60 0.67';
/** Of a bar in a table: pale beside its number. */
export const BAR = '0.55 0.71 0.77';
export const STRONG = '0.45 0.49 0.53';

/** A4. Text stands between `top` and `bottom`; header and footer lie outside. The desk's mark ends at `hang`, where nothing else stands. */
export const PAGE = { width: 595.28, height: 841.89, left: 57, right: 538.28, top: 78, bottom: 768, hang: 53 } as const;

const style = (face: Basic, size: number, leading: number, colour: string): Style => ({
  face,
  size,
  leading,
  colour,
});

export const TITLE = style('sansBold', 24, 30, INK);
export const FIGURE = style('sans', 18, 24, ACCENT);
export const HEADING = style('sansBold', 14, 18, ACCENT);
export const SUBHEADING = style('sansBold', 9.5, 12, INK);
export const BODY = style('sans', 9, 13, INK);
export const BODY_BOLD = style('sansBold', 9, 13, INK);
export const CELL = style('sans', 8, 11, INK);
export const CELL_BOLD = style('sansBold', 8, 11, INK);
export const CELL_GREY = style('sans', 8, 11, GREY);
export const DENSE = style('sans', 7, 9, INK);
export const DENSE_GREY = style('sans', 7, 9, GREY);
export const DENSE_MONO = style('mono', 6.5, 9, INK);
export const DENSE_MONO_GREY = style('mono', 6.5, 9, GREY);
export const LABEL = style('sans', 8, 13, GREY);
export const COLUMN = style('sansBold', 7, 10, GREY);
export const MONO = style('mono', 7.5, 11, INK);
export const RUNNING = style('sans', 7, 10, GREY);
export const RUNNING_BOLD = style('sansBold', 7, 10, ACCENT);
export const RUNNING_MONO = style('mono', 6.5, 10, GREY);
