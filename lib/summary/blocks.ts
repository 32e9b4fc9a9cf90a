// What a page is made of: headings, paragraphs, labelled values, and the line that says that there is nothing.
// Always true: a heading has something of its own below it on the same page.
import { ascent, flow, type Sheet } from './page.ts';
import { ACCENT, BODY, BODY_BOLD, CELL_GREY, HAIR, HEADING, LABEL, PAGE, SUBHEADING, type Style } from './scale.ts';
import { heightOfRows, longTable, table, type Cell } from './table.ts';
import type { Line } from './text.ts';

const WIDTH = PAGE.right - PAGE.left;

/** A section: a rule, its name, an entry in the outline. */
export function heading(sheet: Sheet, title: string, options: { onNewPage?: boolean } = {}): void {
  if (options.onNewPage === true || sheet.room() < 150) sheet.turn();
  else sheet.y += sheet.y === PAGE.top ? 0 : 21;
  sheet.mark(title);
  sheet.rule(ACCENT, 1, PAGE.left, PAGE.left + 24);
  sheet.y += 6;
  sheet.drawMark(BODY, PAGE.hang, sheet.y + ascent(HEADING));
  sheet.inside('H1', () => {
    flow(sheet, sheet.lines(title, HEADING, WIDTH, true));
  });
  sheet.y += 6;
}

/** @param room what must fit below it, for it to stand here */
export function subheading(sheet: Sheet, title: string, options: { room?: number; mark?: string } = {}): void {
  const lines = sheet.lines(title, SUBHEADING, WIDTH, true);
  const own = lines.length * SUBHEADING.leading + 12;
  if (sheet.room() < own + (options.room ?? 64)) sheet.turn();
  else sheet.y += 9;
  if (options.mark !== undefined) sheet.mark(options.mark, true);
  sheet.drawMark(BODY, PAGE.hang, sheet.y + ascent(SUBHEADING));
  sheet.inside('H2', () => {
    flow(sheet, lines);
  });
  sheet.y += 3;
}

export function paragraph(sheet: Sheet, text: string, style: Style = BODY): void {
  const lines = sheet.lines(text, style, WIDTH, true);
  if (lines.length > 1) sheet.need(Math.min(lines.length, 3) * style.leading);
  sheet.inside('P', () => {
    flow(sheet, lines);
  });
  sheet.y += 5;
}

/** Says how a table is to be read. */
export function note(sheet: Sheet, text: string): void {
  paragraph(sheet, text, CELL_GREY);
}

export function nothing(sheet: Sheet, text: string): void {
  paragraph(sheet, text, { ...BODY, colour: LABEL.colour });
}

/** A sentence that must not be overlooked: a bar of the accent colour stands beside it. */
export function important(sheet: Sheet, text: string): void {
  const lines = sheet.lines(text, BODY_BOLD, WIDTH - 12, true);
  const height = lines.length * BODY_BOLD.leading;
  sheet.need(height + 4);
  sheet.fill(ACCENT, PAGE.left, sheet.y, 2, height);
  sheet.inside('P', () => {
    flow(sheet, lines, PAGE.left + 12);
  });
  sheet.y += 7;
}

/** A sender's own words, at length: set in, with a rule beside every line of them. */
export function quotation(sheet: Sheet, text: string): void {
  sheet.inside('BlockQuote', () => {
    sheet.inside('P', () => {
      for (const line of sheet.lines(text, BODY, WIDTH - 12)) quoted(sheet, line);
    });
  });
  sheet.y += 5;
}

function quoted(sheet: Sheet, line: Line): void {
  sheet.need(BODY.leading);
  sheet.fill(HAIR, PAGE.left, sheet.y, 2, BODY.leading);
  flow(sheet, [line], PAGE.left + 12);
}

const LABELLED = [{ title: '', width: 118, style: LABEL, names: true }, { title: '' }];
const PLAIN = { style: BODY, padding: 1, plain: true } as const;
/** What is no higher than this is not torn. */
const WHOLE = 230;

/** Labels and values, together on one page unless there are many; nothing is drawn for an empty list. */
export function fields(sheet: Sheet, rows: readonly (readonly [string, Cell])[]): void {
  if (rows.length === 0) return;
  sheet.need(roomFor(sheet, rows));
  table(sheet, LABELLED, rows, PLAIN);
}

/** The same of very many: it rests between them. */
export async function manyFields(sheet: Sheet, rows: readonly (readonly [string, Cell])[]): Promise<void> {
  if (rows.length === 0) return;
  sheet.need(roomFor(sheet, rows));
  await longTable(sheet, LABELLED, rows, PLAIN);
}

/** What `fields` needs to begin here. */
export function roomFor(sheet: Sheet, rows: readonly (readonly [string, Cell])[]): number {
  const height = heightOfRows(sheet, LABELLED, rows, PLAIN);
  return height <= WHOLE ? height : 40;
}
