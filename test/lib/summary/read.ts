// Reads a PDF of ours back without a tool: the text of each page, as copying gives it out.
// Always true: a code that the font maps to nothing is shown as U+FFFD.
import { inflateSync } from 'node:zlib';

export interface Read {
  /** The text of each page, a line for each piece drawn. */
  readonly pages: readonly string[];
  readonly whole: string;
  /** By page, what was drawn, one behind the other. */
  readonly pieces: readonly (readonly Piece[])[];
}

/** Text in one go, with its begin from the foot of the page; of lines and areas nothing but that they are there. */
export interface Piece {
  readonly text: string;
  readonly isText: boolean;
  readonly x: number;
  readonly y: number;
  readonly font: string;
  readonly size: number;
  /** The number of the marked content that it stands in, and its kind. */
  readonly mark: number | 'artifact' | undefined;
  readonly kind: string;
}

export function read(pdf: Buffer): Read {
  const objects = objectsOf(pdf);
  const reference = (body: string, key: string): string =>
    objects.get(new RegExp(`/${key} (\\d+) 0 R`).exec(body)?.[1] ?? '') ?? '';
  const pages = pagesOf(objects).map(([, body]) => body);
  const fonts = new Map<string, Map<string, string>>();
  for (const page of pages)
    for (const [, name = '', id = ''] of reference(page, 'Resources').matchAll(/\/(F\d+) (\d+) 0 R/g))
      if (!fonts.has(name)) fonts.set(name, mapping(unpack(reference(objects.get(id) ?? '', 'ToUnicode'))));
  const pieces = pages.map((page) => piecesOf(contentOf(objects, page), fonts));
  const shown = pieces.map((each) =>
    each
      .filter(({ isText }) => isText)
      .map(({ text: said }) => said)
      .join('\n'),
  );
  return { pages: shown, whole: shown.join('\n'), pieces };
}

/** Objects by number, also the packed ones, as text. */
export function objectsOf(pdf: Buffer): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, id = '', body = ''] of pdf.toString('latin1').matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj/gm)) {
    found.set(id, body);
    if (body.includes('/Type /ObjStm')) for (const [inner, text] of packed(body)) found.set(inner, text);
  }
  return found;
}

function packed(body: string): [string, string][] {
  const text = unpack(body);
  const first = Number(/\/First (\d+)/.exec(body)?.[1]);
  const numbers = text.slice(0, first).trim().split(/\s+/).map(Number);
  const places = numbers.filter((_, n) => n % 2 === 1);
  return places.map((place, n) => {
    const end = places[n + 1] ?? text.length - first;
    return [String(numbers[n * 2]), text.slice(first + place, first + end).trim()];
  });
}

/** Pages by the number of their object, in the order of the document. */
export function pagesOf(objects: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const all = [...objects.values()].find((body) => /\/Type \/Pages\n/.test(body)) ?? '';
  const kids = /\/Kids \[(.*?)\]/.exec(all)?.[1] ?? '';
  return [...kids.matchAll(/(\d+) 0 R/g)].map(([, id = '']) => [id, objects.get(id) ?? ''] as const);
}

/** What a page draws: all its streams, one behind the other. @param page as `pagesOf` gives it */
export function contentOf(objects: ReadonlyMap<string, string>, page: string): string {
  const streams = /\/Contents \[(.*?)\]/.exec(page)?.[1] ?? '';
  return [...streams.matchAll(/(\d+) 0 R/g)].map(([, id = '']) => unpack(objects.get(id) ?? '')).join('\n');
}

export function unpack(body: string): string {
  const [, packed = ''] = /stream\n([\s\S]*)\nendstream/.exec(body) ?? [];
  const [, columns] = /\/Predictor 12\/Columns (\d+)/.exec(body) ?? [];
  const bytes = Buffer.from(packed, 'latin1');
  const content = body.includes('/Filter /FlateDecode') ? inflateSync(bytes) : bytes;
  return (columns === undefined ? content : summed(content, Number(columns))).toString('latin1');
}

/** Each row holds what it differs in from the one above it, behind a 2: PNG's predictor `Up`. */
function summed(rows: Buffer, width: number): Buffer {
  const found: number[] = [];
  for (let at = 0; at < rows.length; at += 1) {
    if (at % (width + 1) > 0) found.push(((rows[at] ?? 0) + (found[found.length - width] ?? 0)) & 0xff);
    else if (rows[at] !== 2) throw new Error('A row of another predictor.');
  }
  return Buffer.from(found);
}

function mapping(cmap: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, from = '', list = ''] of cmap.matchAll(/<(\w+)> <\w+> \[(.*)\]/g))
    [...list.matchAll(/<([\w ]*)>/g)].forEach(([, units = ''], n) => {
      const characters = units.split(' ').map((unit) => String.fromCharCode(parseInt(unit, 16)));
      found.set((parseInt(from, 16) + n).toString(16).padStart(from.length, '0'), characters.join(''));
    });
  return found;
}

type Fonts = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** An operator ends its line. What is marked as saying nothing is left out. */
function piecesOf(operators: string, fonts: Fonts): Piece[] {
  const found: Piece[] = [];
  let [font, size, x, y, isSilent] = ['', 0, 0, 0, false];
  let [mark, kind]: [Piece['mark'], string] = [undefined, ''];
  for (const line of operators.split('\n')) {
    const [, a = '', b = '', operator = ''] = /^(?:\/?(\S+) )?(?:(.*) )?(\S+)$/s.exec(line) ?? [];
    const piece = { text: '', isText: false, x, y, font, size, mark, kind };
    if (operator === 'BT') [x, y] = [0, 0];
    else if (operator === 'Tf') [font, size] = [a, Number(b)];
    else if (operator === 'Td') [x, y] = [x + Number(a), y + Number(b)];
    else if (operator === 'TJ' || operator === 'Ts' || operator === 'Tj') {
      if (!isSilent) found.push({ ...piece, text: textOf(line, fonts.get(font)), isText: true });
    } else if (operator === 'BMC') [mark, kind] = ['artifact', a];
    else if (operator === 'BDC' && a === 'Span') isSilent = true;
    else if (operator === 'BDC') [mark, kind] = [demandUnmarked(mark, Number(/MCID (\d+)/.exec(b)?.[1])), a];
    else if (operator === 'EMC' && isSilent) isSilent = false;
    else if (operator === 'EMC') [mark, kind] = [undefined, ''];
    else if (operator === 'S' || operator === 'f') found.push(piece);
  }
  return found;
}

function demandUnmarked(mark: Piece['mark'], next: number): number {
  if (mark !== undefined) throw new Error('Marked content within marked content.');
  return next;
}

/** Shaped text is told from its left end: where it runs to the left it is turned round. */
function textOf(shown: string, font: ReadonlyMap<string, string> | undefined): string {
  const codes = shown.startsWith('(')
    ? Buffer.from(unescaped(shown.slice(1, shown.lastIndexOf(')'))), 'latin1').toString('hex')
    : [...shown.matchAll(/<(\w*)>/g)].map(([, each = '']) => each).join('');
  return turned((codes.match(/[0-7].|[89a-f].{3}/g) ?? []).map((code) => font?.get(code) ?? '\uFFFD').join(''));
}

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, sign: string) => ({ n: '\n', r: '\r' })[sign] ?? sign);
}

function turned(text: string): string {
  const read = /[\p{Script=Hebrew}\p{Script=Arabic}]/u.test(text) ? Array.from(text).reverse().join('') : text;
  return read.replaceAll('\u200B', '');
}

/** Without white space: lines break where the width ends. */
export const bare = (text: string): string => text.replace(/\s+/g, '');
