// The sheet that is written on from top to bottom: pages, rules, what runs along head and foot.
// Always true: nothing is put below the bottom of the text area, every page carries the same head and foot, and a document that runs to
// the left is the mirror of one that runs to the right.
import { openContent } from './content.ts';
import { giveContent, nameLastPage, type Outline, type PdfDocument } from './encode.ts';
import { HAIR, INK, PAGE, RUNNING, RUNNING_BOLD, RUNNING_MONO, type Style } from './scale.ts';
import type { Direction } from './direction.ts';
import { UNTAGGED, type Attributes, type Element, type Kind, type Tags } from './tags.ts';
import type { Catalogue } from './language/index.ts';
import { typesetter, type Line, type Typesetter } from './text.ts';
import type { Typefaces } from './typeface.ts';

/** A section's title and its page, counted from 1. */
export interface Mark {
  readonly title: string;
  readonly page: number;
}

/** What the first drawing, which goes nowhere, finds out for the second. */
export interface Extent {
  readonly pages: number;
  readonly marks: readonly Mark[];
}

export interface Sheet extends Typesetter, Extent {
  /** Where the next thing begins, from the top of the page. */
  y: number;
  room(): number;
  turn(): void;
  /** Turns the page unless this much room is left. */
  need(height: number): void;
  rule(colour: string, thickness: number, from?: number, to?: number): void;
  fill(colour: string, x: number, y: number, width: number, height: number): void;
  /** An entry in the outline that leads here; `below` puts it under the last one of the first rank. */
  mark(title: string, below?: boolean): void;
  /** What is drawn is this element of the structure; all that is drawn must be within one, or be an artifact. */
  inside(kind: Kind, draw: () => void, attributes?: Attributes): void;
  /** For what is drawn piece by piece, other things between: an element is opened where it belongs and must be closed. */
  readonly tags: Pick<Tags, 'open' | 'within' | 'close' | 'artifact'>;
  /** What the desk says is said in these. */
  readonly words: Catalogue;
  /** What is known of the whole beforehand; nothing while it is being found out. */
  readonly whole: Extent;
  /** Puts what is left on the last page. */
  finish(): void;
}

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

/**
 * A sheet to draw on. Each page is given away when the next one begins, with its head and its foot, so that no more than one is held;
 * how many there are must be known by then, which takes drawing everything once before on a sheet without a document.
 */
export function openSheet(
  document: PdfDocument | undefined,
  faces: Typefaces,
  running: Running,
  whole: Extent = { pages: 0, marks: [] },
  tags: Tags = UNTAGGED,
  direction: Direction = 'ltr',
): Sheet {
  let last: Outline | undefined;
  const content = document === undefined ? undefined : openContent(tags.turnTo);
  /** A line or an area belongs to nothing but the figure that it is part of. */
  const shape = (draw: () => void): void => {
    if (tags.isFigure()) draw();
    else tags.artifact(draw);
  };
  const flush = (): void => {
    const bytes = content?.take();
    if (bytes === undefined || document === undefined) return;
    tags.endPage();
    giveContent(document, bytes);
  };
  const beginPage = (document: PdfDocument): void => {
    document.addPage();
    nameLastPage(document);
    tags.beginPage(document.page);
  };
  const text = typesetter(document, content, faces, direction);
  const sheet = {
    ...text,
    tags,
    inside: (kind: Kind, draw: () => void, attributes?: Attributes) => {
      const element: Element | undefined = tags.open(kind, attributes);
      tags.within(element, draw);
      tags.close(element);
    },
    drawMark: (style: Style, x: number, y: number) => {
      tags.artifact(() => {
        text.drawMark(style, x, y);
      });
    },
    y: PAGE.bottom as number,
    pages: 0,
    marks: [] as Mark[],
    words: running.words,
    whole,
    room: () => PAGE.bottom - sheet.y,
    turn: () => {
      flush();
      if (document !== undefined) beginPage(document);
      sheet.pages += 1;
      tags.artifact(() => {
        head(sheet, running);
        foot(sheet, running, sheet.words.page.pageOf(sheet.pages, whole.pages));
      });
      sheet.y = PAGE.top;
    },
    need: (height: number) => {
      if (sheet.room() < height) sheet.turn();
    },
    rule: (colour: string, thickness: number, from: number = PAGE.left, to: number = PAGE.right) => {
      const x = text.mirrored(from, to - from);
      shape(() => content?.rule(colour, thickness, x, x + to - from, sheet.y));
    },
    fill: (colour: string, x: number, y: number, width: number, height: number) => {
      shape(() => content?.fill(colour, text.mirrored(x, width), y, width, height));
    },
    mark: (title: string, below = false) => {
      const options = { top: Math.max(0, sheet.y - 24), left: PAGE.width }; // pdfkit counts it from the right
      if (below) addBelow(last, title, options);
      else {
        last = addTop(document?.outline, title, options);
        sheet.marks.push({ title, page: sheet.pages });
      }
    },
    finish: () => {
      flush();
      tags.finish();
    },
  };
  return sheet;
}

/** The root counts what can be seen while every entry is closed; pdfkit leaves that out. */
function addTop(root: Outline | undefined, title: string, options: { top: number; left: number }): Outline | undefined {
  const added = root?.addItem(title, options);
  if (root !== undefined) root.outlineData.Count = root.children.length;
  return added;
}

/** A closed entry counts its own below zero. */
function addBelow(above: Outline | undefined, title: string, options: { top: number; left: number }): void {
  if (above === undefined) return;
  above.addItem(title, options);
  above.outlineData.Count = -above.children.length;
}

function head(sheet: Sheet, { left, right, warning }: Running): void {
  const begin = warning === undefined ? PAGE.left : place(sheet, `${warning}   `, RUNNING_BOLD, PAGE.left, 44);
  place(sheet, left, RUNNING, begin, 44);
  placeRight(sheet, right, RUNNING_BOLD, 44);
  sheet.y = 52;
  sheet.rule(HAIR, 0.5);
}

function foot(sheet: Sheet, { source, caseSha256 }: Running, page: string): void {
  sheet.y = 790;
  sheet.rule(HAIR, 0.5);
  const x = place(sheet, `${source}   `, RUNNING, PAGE.left, 802);
  place(sheet, caseSha256, RUNNING_MONO, x, 802);
  placeRight(sheet, page, { ...RUNNING_BOLD, colour: INK }, 802);
}

/** Where it ends. */
function place(sheet: Sheet, text: string, style: Style, x: number, y: number): number {
  const [line] = sheet.lines(text, style, PAGE.right - PAGE.left);
  if (line !== undefined) sheet.draw(line, x, y);
  return x + sheet.width(text, style);
}

function placeRight(sheet: Sheet, text: string, style: Style, y: number): void {
  const [line] = sheet.lines(text, style, (PAGE.right - PAGE.left) / 2);
  if (line !== undefined) sheet.draw(line, PAGE.right - line.width, y);
}

/** Said between text and foot, where nothing else stands, of a row that is cut there. */
export function sayContinued(sheet: Sheet): void {
  sheet.tags.artifact(() => {
    placeRight(sheet, sheet.words.page.goesOn, RUNNING, 780);
  });
}

/** Lines one below the other, over as many pages as they need. */
export function flow(sheet: Sheet, lines: readonly Line[], x: number = PAGE.left): void {
  for (const line of lines) {
    sheet.need(line.style.leading);
    sheet.draw(line, x, sheet.y + ascent(line.style));
    sheet.y += line.style.leading;
  }
}

/** From the top of a line to its baseline: the same for all styles of one leading, so that they stand in line. */
export function ascent({ leading }: Style): number {
  return leading * 0.75;
}
