// Reads a PDF of ours back without a tool: the text of each page, as copying gives it out.
// Always true: a code that the font maps to nothing is shown as U+FFFD.
import { inflateSync } from 'node:zlib';

export interface Read {
  /** The text of each page, a line for each piece drawn. */
  readonly pages: readonly string[];
  readonly whole: string;
}

export function read(pdf: Buffer): Read {
  const text = pdf.toString('latin1');
  const objects = new Map(
    [...text.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj/gm)].map(([, id, body]) => [id ?? '', body ?? '']),
  );
  const reference = (body: string, key: string): string =>
    objects.get(new RegExp(`/${key} (\\d+) 0 R`).exec(body)?.[1] ?? '') ?? '';
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\n/.test(body));
  const fonts = new Map<string, Map<string, string>>();
  for (const page of pages)
    for (const [, name = '', id = ''] of reference(page, 'Resources').matchAll(/\/(F\d+) (\d+) 0 R/g))
      if (!fonts.has(name)) fonts.set(name, mapping(unpack(reference(objects.get(id) ?? '', 'ToUnicode'))));
  const shown = pages.map((page) => pageText(unpack(reference(page, 'Contents')), fonts));
  return { pages: shown, whole: shown.join('\n') };
}

export function unpack(body: string): string {
  const [, packed = ''] = /stream\n([\s\S]*)\nendstream/.exec(body) ?? [];
  return inflateSync(Buffer.from(packed, 'latin1')).toString('latin1');
}

function mapping(cmap: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, from = '', list = ''] of cmap.matchAll(/<(\w+)> <\w+> \[(.*)\]/g))
    [...list.matchAll(/<([\w ]*)>/g)].forEach(([, units = ''], n) => {
      const characters = units.split(' ').map((unit) => String.fromCharCode(parseInt(unit, 16)));
      found.set((parseInt(from, 16) + n).toString(16).padStart(4, '0'), characters.join(''));
    });
  return found;
}

/** Shaped text is told from its left end: where it runs to the left it is turned round. What is marked as saying nothing is left out. */
function pageText(operators: string, fonts: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  const spoken = operators.replace(/\/Span <<\/ActualText <FEFF>>> BDC .*? EMC/g, '');
  return [...spoken.matchAll(/\/(F\d+) [\d.]+ Tf [^<[]*([<[].*) ET/g)]
    .map(([, font = '', shown = '']) => {
      const codes = [...shown.matchAll(/<(\w*)>/g)].map(([, each = '']) => each).join('');
      return turned((codes.match(/.{4}/g) ?? []).map((code) => fonts.get(font)?.get(code) ?? '\uFFFD').join(''));
    })
    .join('\n');
}

function turned(text: string): string {
  const read = /[\p{Script=Hebrew}\p{Script=Arabic}]/u.test(text) ? Array.from(text).reverse().join('') : text;
  return read.replaceAll('\u200B', '');
}

/** The operators of all pages, one after the other. */
export function unpackAll(pdf: Buffer): string {
  const bodies = [...pdf.toString('latin1').matchAll(/^\d+ 0 obj\n([\s\S]*?)\nendobj/gm)].map(([, body]) => body ?? '');
  return bodies
    .filter((body) => body.includes('FlateDecode') && !body.includes('/Length1'))
    .map(unpack)
    .join('\n');
}

/** Without white space: lines break where the width ends. */
export const bare = (text: string): string => text.replace(/\s+/g, '');
