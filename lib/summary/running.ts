// What runs along head and foot of every page: what this is, of which case, and which page of how many.
// Always true: it is drawn once and stands before every page's own content; the number of a page, which says how many there are, is
// drawn when that is known, as a small stream of its own between the two.
import type { Content } from './content.ts';
import { drawBefore, placePage, type PdfDocument } from './encode.ts';
import { HAIR, INK, PAGE, RUNNING, RUNNING_BOLD, RUNNING_MONO, type Style } from './scale.ts';
import type { Objects } from './objects.ts';
import type { Packing } from './packing.ts';
import type { Tags } from './tags.ts';
import type { Typesetter } from './text.ts';
import type { Catalogue } from './language/index.ts';

export interface Running {
  readonly words: Catalogue;
  readonly left: string;
  readonly right: string;
  /** Stands before `left` in the accent colour. */
  readonly warning?: string;
  /** What `caseSha256` is the digest of. */
  readonly source: string;
  readonly caseSha256: string;
}

/** What is drawn on: the document, the structure beside it, and where objects of both are written and their streams packed. */
export interface Output {
  readonly packing: Pick<Packing, 'begin'>;
  readonly document: PdfDocument;
  readonly tags: Tags;
  readonly objects: Objects;
}

/** The part of a sheet that is needed here. */
interface Ground extends Pick<Typesetter, 'lines' | 'width' | 'draw'> {
  y: number;
  rule(colour: string, thickness: number): void;
}

export interface Pages {
  /** A page of this number, counted from 1, with what runs along it. */
  begin(number: number): void;
  /** Writes the number of each page, of so many. */
  number(pages: number): void;
}

/** @param content what `sheet` draws on; it is taken from here where it is not a page's own */
export function openPages(
  { document, tags, objects }: Pick<Output, 'document' | 'tags' | 'objects'>,
  content: Content,
  sheet: Ground,
  running: Running,
): Pages {
  let shared: Shared | undefined;
  /** By number less one, the stream that says it. */
  const numbers: number[] = [];
  const drawn = (draw: () => void): Uint8Array => {
    tags.artifact(() => {
      draw();
      content.drawRules();
    });
    tags.pause();
    return content.take() ?? new Uint8Array();
  };
  const number = (page: number, pages: number): Uint8Array =>
    drawn(() => {
      drawNumber(sheet, running, page, pages);
    });
  const share = (): Shared => {
    const stream = objects.reserveStream();
    const draw = (): void => {
      drawRunning(sheet, running);
    };
    objects.writeStream(stream, drawn(draw));
    number(1, 1); // for its typefaces
    return { stream, fonts: { ...document.page.fonts } };
  };
  return {
    begin: (page) => {
      document.addPage();
      placePage(document, page);
      tags.beginPage(document.page);
      shared ??= share();
      Object.assign(document.page.fonts, shared.fonts);
      numbers[page - 1] = objects.reserveStream();
      drawBefore(document, [shared.stream, numbers[page - 1] ?? 0]);
      for (const each of [document.page.dictionary, document.page.resources]) objects.adopt(each);
    },
    number: (pages) => {
      numbers.forEach((stream, at) => {
        objects.writeStream(stream, number(at + 1, pages));
      });
    },
  };
}

interface Shared {
  readonly stream: number;
  readonly fonts: Record<string, unknown>;
}

/** All but the number of the page. */
function drawRunning(sheet: Ground, { left, right, warning, source, caseSha256 }: Running): void {
  const begin = warning === undefined ? PAGE.left : place(sheet, `${warning}   `, RUNNING_BOLD, PAGE.left, 44);
  place(sheet, left, RUNNING, begin, 44);
  placeRight(sheet, right, RUNNING_BOLD, 44);
  sheet.y = 52;
  sheet.rule(HAIR, 0.5);
  sheet.y = 790;
  sheet.rule(HAIR, 0.5);
  const x = place(sheet, `${source}   `, RUNNING, PAGE.left, 802);
  place(sheet, caseSha256, RUNNING_MONO, x, 802);
}

function drawNumber(sheet: Ground, { words }: Running, page: number, pages: number): void {
  placeRight(sheet, words.page.pageOf(page, pages), { ...RUNNING_BOLD, colour: INK }, 802);
}

/** Where it ends. */
function place(sheet: Ground, text: string, style: Style, x: number, y: number): number {
  const [line] = sheet.lines(text, style, PAGE.right - PAGE.left);
  if (line !== undefined) sheet.draw(line, x, y);
  return x + sheet.width(text, style);
}

export function placeRight(sheet: Ground, text: string, style: Style, y: number): void {
  const [line] = sheet.lines(text, style, (PAGE.right - PAGE.left) / 2);
  if (line !== undefined) sheet.draw(line, PAGE.right - line.width, y);
}
