// The sheet that is written on from top to bottom: pages, rules, marks.
// Always true: nothing is put below the bottom of the text area, and a document that runs to the left is the mirror of one that runs to
// the right.
import { openContent } from './content.ts';
import type { Outline } from './encode.ts';
import { openPages, placeRight, type Output, type Running } from './running.ts';
import { PAGE, RUNNING, type Style } from './scale.ts';
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

export interface Sheet extends Typesetter {
  /** How many there are, those kept free in front among them. */
  pages: number;
  readonly marks: readonly Mark[];
  /** Where the next thing begins, from the top of the page. */
  y: number;
  room(): number;
  turn(): void;
  /** Turns the page unless this much room is left. */
  need(height: number): void;
  rule(colour: string, thickness: number, from?: number, to?: number): void;
  /** An area belongs to nothing but the figure that it is part of. */
  fill(colour: string, x: number, y: number, width: number, height: number): void;
  /** An entry in the outline that leads here; `below` puts it under the last one of the first rank. */
  mark(title: string, below?: boolean): void;
  /** What is drawn is this element of the structure; all that is drawn must be within one, or be an artifact. */
  inside(kind: Kind, draw: () => void, attributes?: Attributes): void;
  /** The same of what rests while it is drawn. */
  throughout(kind: Kind, draw: () => Promise<void>): Promise<void>;
  /** Whether so many pages were turned since the last rest that whoever draws more should rest. */
  isRestDue(): boolean;
  /** Lets others have their turn. */
  rest(): Promise<void>;
  /** For what is drawn piece by piece, other things between: an element is opened where it belongs and must be closed. */
  readonly tags: Pick<Tags, 'open' | 'within' | 'enter' | 'leave' | 'close' | 'artifact'>;
  /** What the desk says is said in these. */
  readonly words: Catalogue;
  /** What is drawn from here on stands on the pages kept free in front: it may tell where all else stands. */
  toFront(): void;
  /** Puts what is left on the last page, and its number on each. */
  finish(): void;
}

/** So many pages are some 8 ms, in which a desk that draws answers nobody. */
const BETWEEN_RESTS = 8;

/**
 * A sheet to draw on; without an output everything is measured. Each page is packed soon after the next one begins, so that few are held
 * as they are drawn.
 * @param front how many pages are kept free in front, for what is drawn last
 */
export function openSheet(
  output: Output | undefined,
  faces: Typefaces,
  running: Running,
  direction: Direction = 'ltr',
  front = 0,
): Sheet {
  const { document, tags = UNTAGGED } = output ?? {};
  let last: Outline | undefined;
  let [next, sinceRest] = [front + 1, 0];
  const content = document === undefined ? undefined : openContent(tags.turnTo);
  const flush = (): void => {
    if (content !== undefined) tags.artifact(content.drawRules);
    const bytes = content?.take();
    if (bytes === undefined || output === undefined) return;
    tags.endPage();
    output.objects.writeContent(output.document.page.content, bytes);
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
    throughout: async (kind: Kind, draw: () => Promise<void>) => {
      const element = tags.open(kind);
      await tags.throughout(element, draw);
      tags.close(element);
    },
    isRestDue: () => sinceRest >= BETWEEN_RESTS,
    rest: async () => {
      sinceRest = 0;
      await output?.packing.begin();
      await new Promise((resolve) => setImmediate(resolve));
    },
    drawMark: (style: Style, x: number, y: number) => {
      tags.artifact(() => {
        text.drawMark(style, x, y);
      });
    },
    y: PAGE.bottom as number,
    pages: front,
    marks: [] as Mark[],
    words: running.words,
    room: () => PAGE.bottom - sheet.y,
    turn: () => {
      flush();
      pages?.begin(next);
      sheet.pages = Math.max(sheet.pages, next);
      next += 1;
      sinceRest += 1;
      sheet.y = PAGE.top;
    },
    need: (height: number) => {
      if (sheet.room() < height) sheet.turn();
    },
    rule: (colour: string, thickness: number, from: number = PAGE.left, to: number = PAGE.right) => {
      const x = text.mirrored(from, to - from);
      content?.rule(colour, thickness, x, x + to - from, sheet.y);
    },
    fill: (colour: string, x: number, y: number, width: number, height: number) => {
      const draw = (): void => content?.fill(colour, text.mirrored(x, width), y, width, height);
      if (tags.isFigure()) draw();
      else tags.artifact(draw);
    },
    mark: (title: string, below = false) => {
      const options = { top: Math.max(0, sheet.y - 24), left: PAGE.width }; // pdfkit counts it from the right
      if (below) addBelow(last, title, options);
      else {
        last = addTop(document?.outline, title, options);
        sheet.marks.push({ title, page: next - 1 });
      }
    },
    toFront: () => {
      next = 1;
    },
    finish: () => {
      flush();
      pages?.number(sheet.pages);
      tags.finish();
    },
  };
  const pages = output === undefined || content === undefined ? undefined : openPages(output, content, sheet, running);
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
