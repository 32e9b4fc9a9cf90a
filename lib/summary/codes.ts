// How glyphs are called in the strings of a page: the first 128 of a font in one byte, all others in two; and the maps that say so.
// Always true: the number of a glyph's code is its place in the embedded font; the same numbers give the same maps.

/** Numbers below this stand as one byte, so that half of most text need not be packed. */
export const SHORT = 0x80;
const WIDE = 0x8000;

/** Of codes there can be, in one font: more than any of ours has glyphs. */
export const CODES = SHORT + WIDE;

/** What stands for this number from `SHORT` on, two bytes. */
export function wideCode(number: number): number {
  return WIDE + number - SHORT;
}

/** As it stands in a map, or between angle brackets. */
export function hexCode(number: number): string {
  return number < SHORT ? hex(number, 2) : hex(wideCode(number), 4);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

const SPACES = `2 begincodespacerange\n<00> <7f>\n<8000> <ffff>\nendcodespacerange`;

/** Which glyph each code is, for as many as there are. */
export function codeMap(count: number): string {
  const rows = rowsOf(count).map(([from, to]) => `<${hexCode(from)}> <${hexCode(to - 1)}> ${from}`);
  return cmap(CODE_MAP, 'Identity', 1, [SPACES, ...blocks('cidrange', rows)]);
}

export const CODE_MAP = 'Short-Identity-H';

/** Which characters each code stands for. @param unicode code points, by number */
export function characterMap(unicode: readonly (readonly number[])[]): string {
  const rows = rowsOf(unicode.length).map(([from, to]) => {
    const told = unicode.slice(from, to).map((points) => `<${points.map(utf16).join(' ')}>`);
    return `<${hexCode(from)}> <${hexCode(to - 1)}> [${told.join(' ')}]`;
  });
  return cmap('Adobe-Identity-UCS', 'UCS', 2, [SPACES, ...blocks('bfrange', rows)]);
}

function utf16(codePoint: number): string {
  return Array.from({ length: codePoint > 0xffff ? 2 : 1 }, (_, at) =>
    hex(String.fromCodePoint(codePoint).charCodeAt(at), 4),
  ).join(' ');
}

/** In a range only the last byte may differ. */
function rowsOf(count: number): [number, number][] {
  const rows: [number, number][] = [[0, Math.min(SHORT, count)]];
  for (let from = SHORT; from < count; from += 256) rows.push([from, Math.min(from + 256, count)]);
  return rows;
}

/** A block has no more than 100 lines. */
function blocks(kind: 'cidrange' | 'bfrange', rows: readonly string[]): string[] {
  return Array.from({ length: Math.ceil(rows.length / 100) }, (_, at) => {
    const some = rows.slice(at * 100, at * 100 + 100);
    return `${some.length} begin${kind}\n${some.join('\n')}\nend${kind}`;
  });
}

function cmap(name: string, ordering: string, type: 1 | 2, parts: readonly string[]): string {
  return [
    '/CIDInit /ProcSet findresource begin',
    '12 dict begin',
    'begincmap',
    `/CIDSystemInfo <</Registry (Adobe) /Ordering (${ordering}) /Supplement 0>> def`,
    `/CMapName /${name} def`,
    `/CMapType ${type} def`,
    ...(type === 1 ? ['/WMode 0 def'] : []),
    ...parts,
    'endcmap',
    'CMapName currentdict /CMap defineresource pop',
    'end',
    'end',
  ].join('\n');
}
