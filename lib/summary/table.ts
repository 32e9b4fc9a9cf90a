// Tables: aligned columns, a head that is repeated on every page, rows that flow over pages when they must.
// Always true: a head never stands alone at the foot of a page, and no cell is clipped. The desk's mark stands in the margin at the
// begin of every row and before every label in a cell, where no sender's text can put it: neither on paper nor in copied text.
import { fitting, heightOf, together, type Bar, type Lines, type Part } from './cells.ts';
import { place, wideEnough, type Column, type Placed } from './columns.ts';
import { ascent, sayContinued, type Sheet } from './page.ts';
import { BAR, CELL, CELL_BOLD, COLUMN, GREY, HAIR, PAGE, STRONG, type Style } from './scale.ts';
import type { Element } from './tags.ts';
import type { Line } from './text.ts';

export type { Bar, Part } from './cells.ts';
export type { Column } from './columns.ts';

/** Text, or parts one below the other. */
export type Cell = string | readonly Part[];

export interface TableOptions {
  readonly style?: Style;
  /** Between columns. */
  readonly gap?: number;
  /** Room above and below the text of a row. */
  readonly padding?: number;
  /** No head and no rules: a list of labels and values. */
  readonly plain?: boolean;
  /** Stands last, in bold. */
  readonly total?: readonly Cell[];
  /** Of the structure it is a list of steps: what stands in the first column counts them. */
  readonly isList?: boolean;
}

interface Setting {
  readonly columns: readonly Placed[];
  readonly style: Style;
  readonly padding: number;
  readonly plain: boolean;
  readonly isList: boolean;
  readonly head: readonly (readonly Line[])[];
}

type Row = readonly (Cell | Bar)[];

export function table(sheet: Sheet, columns: readonly Column[], rows: Iterable<Row>, options: TableOptions = {}): void {
  const { kind, draw, end } = openTable(sheet, columns, options);
  sheet.inside(kind, () => {
    for (const row of rows) draw(row);
    end();
  });
}

/** The same of very many rows: it rests between them. */
export async function longTable(
  sheet: Sheet,
  columns: readonly Column[],
  rows: Iterable<Row>,
  options: TableOptions = {},
): Promise<void> {
  const { kind, draw, end } = openTable(sheet, columns, options);
  await sheet.throughout(kind, async () => {
    for (const row of rows) {
      draw(row);
      if (sheet.isRestDue()) await sheet.rest();
    }
    end();
  });
}

/** What draws the next row, and what draws all behind the last one. */
function openTable(sheet: Sheet, columns: readonly Column[], options: TableOptions) {
  const { style = CELL, padding = 2.5, gap = 12, plain = false, isList = false, total } = options;
  const placed = place(wideEnough(sheet, columns, gap), gap);
  const head = placed.map(({ title, width }) => sheet.lines(title, COLUMN, width, true));
  const setting: Setting = { columns: placed, style, padding, plain, isList, head };
  let isFirst = true;
  return {
    kind: isList ? ('L' as const) : ('Table' as const),
    draw: (row: Row): void => {
      drawRow(sheet, setting, linesOf(sheet, setting, row), isFirst);
      isFirst = false;
    },
    end: (): void => {
      if (total !== undefined) drawTotal(sheet, setting, total);
      sheet.y += plain ? 3 : 12;
    },
  };
}

/** What a bar leaves for its number. */
const BESIDE_BAR = 40;

function linesOf(sheet: Sheet, { columns, style }: Setting, row: Row, bold?: Style): Lines[] {
  return columns.map((column, at) => cellLines(sheet, row[at] ?? '', bold ?? column.style ?? style, column.width));
}

function cellLines(sheet: Sheet, cell: Cell | Bar, usual: Style, width: number): Lines {
  if (typeof cell === 'string') return sheet.lines(cell, usual, width);
  if ('share' in cell) return sheet.lines(cell.text, usual, BESIDE_BAR).map((line) => ({ ...line, share: cell.share }));
  const lines: Line[] = [];
  if (cell.some(({ beside }) => beside === true))
    for (const segments of together(cell, usual)) for (const line of sheet.compose(segments, width)) lines.push(line);
  else
    for (const { text, style = usual, label, own } of cell) sheet.addLines(lines, { text, style, label, own }, width);
  return lines;
}

/** A row stays together, unless it would leave a large part of the page empty, or a heading alone above it. */
function drawRow(sheet: Sheet, setting: Setting, cells: readonly Lines[], isFirst: boolean): void {
  const textHeight = heightOf(cells);
  const height = textHeight + 2 * setting.padding;
  const headHeight = isFirst && !setting.plain ? heightOf(setting.head) + 4 : 0;
  const least = Math.min(height, isFirst ? 40 : 160) + headHeight;
  const isTurned = sheet.room() < least;
  if (isTurned) sheet.turn();
  if (isFirst && !setting.plain) firstHead(sheet, setting);
  else if (isTurned) repeatHead(sheet, setting);
  sheet.inside(setting.isList ? 'LI' : 'TR', () => {
    drawSlices(sheet, setting, cells, textHeight);
  });
}

function firstHead(sheet: Sheet, setting: Setting): void {
  sheet.inside('TR', () => {
    drawHead(sheet, setting);
  });
}

/** Of the structure the head is a row once; on the pages that follow it is there for the eye. */
function repeatHead(sheet: Sheet, setting: Setting): void {
  sheet.tags.artifact(() => {
    drawHead(sheet, setting);
  });
}

function drawHead(sheet: Sheet, { columns, head, plain }: Setting): void {
  if (plain) return;
  const height = heightOf(head);
  columns.forEach((column, at) => {
    const lines = head[at] ?? [];
    const draw = (): void => {
      drawLines(sheet, column, lines, sheet.y + height - heightOf([lines]));
    };
    sheet.inside('TH', draw, { scope: 'Column' });
  });
  sheet.y += height + 3;
  sheet.rule(STRONG, 0.6);
}

/** Cells are open until the row is whole, since each may go on over the page. */
function drawSlices(sheet: Sheet, setting: Setting, cells: readonly Lines[], height: number): void {
  const elements = setting.columns.map((column, at) => openCell(sheet, setting, column, at));
  let [rest, left] = [cells, height];
  while (left > sheet.room() - 2 * setting.padding) {
    const cut = rest.map((lines) => fitting(lines, sheet.room() - 2 * setting.padding));
    const taken = rest.map((lines, at) => lines.slice(0, cut[at]));
    drawSlice(sheet, setting, elements, rest === cells ? taken : named(taken, cells));
    rest = rest.map((lines, at) => lines.slice(cut[at]));
    sayContinued(sheet);
    sheet.turn();
    rest = continued(sheet, setting, rest);
    repeatHead(sheet, setting);
    left = heightOf(rest);
  }
  drawSlice(sheet, setting, elements, rest === cells ? rest : named(rest, cells));
  for (const element of elements) sheet.tags.close(element);
}

function openCell({ tags }: Sheet, { isList }: Setting, { names }: Column, at: number): Element | undefined {
  if (isList) return tags.open(at === 0 ? 'Lbl' : 'LBody');
  return names === true ? tags.open('TH', { scope: 'Row' }) : tags.open('TD');
}

/** Says at the top of the longest cell that it is not the begin. */
function continued(sheet: Sheet, { columns, style }: Setting, rest: readonly Lines[]): Lines[] {
  const longest = rest.reduce((best, lines, at) => (lines.length > (rest[best]?.length ?? 0) ? at : best), 0);
  const words = { text: '', style: { ...style, colour: GREY }, label: sheet.words.page.continued };
  const said = sheet.compose([words], columns[longest]?.width ?? 0).map((line) => ({ ...line, isAside: true }));
  return rest.map((lines, at) => (at === longest ? [...said, ...lines] : lines));
}

/** What goes on over the page says again what it belongs to. */
function named(slice: readonly Lines[], row: readonly Lines[]): Lines[] {
  const [first = [], ...others] = slice;
  const again = (row[0] ?? []).slice(0, 1).map((line) => ({ ...line, isAside: true }));
  return [first.length > 0 ? first : again, ...others];
}

function drawSlice(
  sheet: Sheet,
  { columns, padding, plain }: Setting,
  elements: readonly (Element | undefined)[],
  cells: readonly Lines[],
): void {
  const first = cells.find((lines) => lines.length > 0)?.[0]?.style ?? CELL;
  sheet.drawMark(first, PAGE.hang, sheet.y + padding + ascent(first));
  const { tags, y } = sheet;
  columns.forEach((column, at) => {
    tags.enter(elements[at]);
    drawLines(sheet, column, cells[at] ?? [], y + padding);
    tags.leave(elements[at]);
  });
  sheet.y += heightOf(cells) + 2 * padding;
  if (!plain) sheet.rule(HAIR, 0.4);
}

function drawLines(sheet: Sheet, { x, width, right }: Placed, lines: Lines, top: number): void {
  let y = top;
  for (const line of lines) {
    const from = right === true ? x + width - line.width : x;
    const bar = (line.share ?? 0) * (width - BESIDE_BAR);
    if (bar > 0) sheet.fill(BAR, x, y + line.style.leading * 0.22, bar, line.style.leading * 0.56);
    if (line.isAside === true) drawAside(sheet, line, from, y + ascent(line.style));
    else sheet.draw(line, from, y + ascent(line.style));
    y += line.style.leading;
  }
}

function drawAside(sheet: Sheet, line: Line, x: number, y: number): void {
  sheet.tags.artifact(() => {
    sheet.draw(line, x, y);
  });
}

function drawTotal(sheet: Sheet, setting: Setting, total: readonly Cell[]): void {
  sheet.rule(STRONG, 0.6);
  drawRow(sheet, setting, linesOf(sheet, setting, total, CELL_BOLD), false);
}

/** How high labels and values will be, or any other table without its head. */
export function heightOfRows(
  sheet: Sheet,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): number {
  const { style = CELL, padding = 2.5, gap = 12 } = options;
  const setting: Setting = { columns: place(columns, gap), style, padding, plain: true, isList: false, head: [] };
  return rows.reduce((sum, row) => sum + heightOf(linesOf(sheet, setting, row)) + 2 * padding, 0);
}
