// CSV (RFC 4180) for people with spreadsheets: every cell quoted, CRLF, UTF-8 behind a byte order mark. No cell can act as a formula,
// and every text can be had back by `plainCell`.

export const CSV_BOM = '\uFEFF';

/** What a reader of such a table has to be told. */
export const CSV_NOTE = 'A cell that begins with an apostrophe is the text behind it.';

export interface CsvOptions {
  /** A byte order mark first, without which Excel takes UTF-8 for the system's own code page. Default: true. */
  readonly bom?: boolean;
}

/** The table as text. For many rows take `csvRow` one by one. */
export function csvText(
  columns: readonly string[],
  rows: Iterable<readonly string[]>,
  { bom = true }: CsvOptions = {},
): string {
  return [bom ? CSV_BOM : '', csvRow(columns), ...Array.from(rows, csvRow)].join('');
}

/** One row with its CRLF. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${safeCell(cell).replaceAll('"', '""')}"`).join(',')}\r\n`;
}

/**
 * The text as it may stand in a cell: exact, but for NUL, which no spreadsheet takes and which is left out, and lone surrogates, which
 * have no UTF-8 and become U+FFFD. A text that a spreadsheet could take for a formula, or that begins with an apostrophe itself, gets
 * an apostrophe before it, so that taking one away always gives the text.
 */
export function safeCell(text: string): string {
  const kept = text.replaceAll('\0', '').toWellFormed();
  return kept.startsWith("'") || isFormula(kept) ? `'${kept}` : kept;
}

/** What `safeCell` was given, NUL and lone surrogates aside. */
export function plainCell(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}

// What programs skip or strip before they look for a formula: blanks, control and format characters (a BOM, TAB, CR among them), quotes.
const SKIPPED = /^[\p{Z}\p{Cc}\p{Cf}"'`\u00B4\u2018-\u201F\u2032-\u2037\uFF02\uFF07]*/u;

/** OWASP, CSV Injection: = + - @ in any width, behind anything that may be skipped; TAB, CR and LF by themselves. */
function isFormula(text: string): boolean {
  if (/^[\t\r\n]/.test(text)) return true;
  const [first = ''] = text.replace(SKIPPED, '');
  return /^[=+\-@\u2212]/u.test(first.normalize('NFKC'));
}
