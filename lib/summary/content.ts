// The content of one page as bytes: text, rules, areas, and what marks them.
// Always true: a colour, a line or a typeface that is set already is not set again; no text object is open where anything else is drawn;
// marked content and text objects lie within one another whole; every operator ends its line, and no line ends within one.
// Rules are drawn together, so that text goes on where one is, and lie upon all else.
import { byteRow, type ByteRow } from './bytes.ts';
import { PAGE } from './scale.ts';
import type { Turn } from './tags.ts';

export interface Content {
  /** Text follows with its baseline at (x, y), y from the top of the page. */
  readonly textAt: (font: string, size: number, colour: string, x: number, y: number) => void;
  /** Text follows where the last one ended, which was drawn just before. */
  readonly textOn: (font: string, size: number, colour: string) => void;
  /** Within text: an operator, or a part of one, as it is. */
  readonly say: (operator: string) => void;
  /** Within a string: the code of this number. */
  readonly code: (code: number) => void;
  /** The same of many characters, as `ByteRow` has it. */
  readonly codes: ByteRow['codes'];
  /** A line from left to right, drawn by `drawRules`. */
  readonly rule: (colour: string, thickness: number, from: number, to: number, y: number) => void;
  /** All rules since the last time. */
  readonly drawRules: () => void;
  readonly fill: (colour: string, x: number, y: number, width: number, height: number) => void;
  /** All of it, until more is drawn, which is another page's. Nothing where nothing was drawn. */
  readonly take: () => Uint8Array | undefined;
}

interface Rule {
  readonly from: number;
  readonly to: number;
  readonly y: number;
}

/** @param before what the next operator belongs to, if that is not what the last one did */
export function openContent(before: (isText: boolean) => Turn | undefined): Content {
  const bytes = byteRow();
  const text = textOf(bytes);
  const set = stateOf(bytes);
  const mark = markOf(bytes, text);
  /** By how they look. */
  const rules = new Map<string, Rule[]>();
  const numbers = (...points: readonly number[]): void => {
    for (const each of points) {
      bytes.number(hundredths(each));
      bytes.text(' ');
    }
  };
  return {
    textAt: (font, size, colour, x, y) => {
      mark.turn(before(true));
      text.begin();
      set.fill(colour);
      set.font(font, size);
      text.move(hundredths(x), hundredths(PAGE.height - y));
    },
    textOn: (font, size, colour) => {
      set.fill(colour);
      set.font(font, size);
    },
    say: bytes.text,
    code: bytes.code,
    codes: bytes.codes,
    rule: (colour, thickness, from, to, y) => {
      const look = `${colour} RG ${round(thickness)} w`;
      const alike = rules.get(look) ?? [];
      rules.set(look, alike);
      alike.push({ from, to, y });
    },
    drawRules: () => {
      if (rules.size === 0) return;
      mark.turn(before(false));
      text.end();
      for (const [look, alike] of rules) {
        bytes.line(look);
        for (const { from, to, y } of alike) {
          numbers(from, PAGE.height - y);
          bytes.text('m ');
          numbers(to, PAGE.height - y);
          bytes.line('l');
        }
        bytes.line('S');
      }
      rules.clear();
    },
    fill: (colour, x, y, width, height) => {
      mark.turn(before(false));
      text.end();
      set.fill(colour);
      numbers(x, PAGE.height - y - height, width, height);
      bytes.line('re f');
    },
    take: () => {
      if (bytes.length() === 0) return undefined;
      mark.end();
      text.end();
      set.forget();
      return bytes.take();
    },
  };
}

/** Marked content. What is text alone stands within the text object, so that cells side by side share one; else it is the other way round. */
function markOf({ line, text: say, whole }: ByteRow, text: ReturnType<typeof textOf>) {
  let open: Turn | undefined;
  const end = (): void => {
    if (open === undefined) return;
    if (!open.isText) text.end();
    line('EMC');
    open = undefined;
  };
  return {
    end,
    turn: (next: Turn | undefined): void => {
      if (next === undefined) return;
      end();
      if (next.isText) text.begin();
      else text.end();
      say('/');
      say(next.kind);
      if (next.number < 0) line(' BMC');
      else {
        say(' <</MCID ');
        whole(next.number);
        line('>> BDC');
      }
      open = next;
    },
  };
}

/** Colours and typefaces hold until others are set, also over the end of a text object. */
function stateOf({ line, text, number }: ByteRow) {
  let [filled, font, size] = ['', '', 0];
  return {
    fill: (colour: string): void => {
      if (colour === filled) return;
      text(colour);
      line(' rg');
      filled = colour;
    },
    font: (name: string, points: number): void => {
      if (name === font && points === size) return;
      text('/');
      text(name);
      text(' ');
      number(hundredths(points));
      line(' Tf');
      font = name;
      size = points;
    },
    forget: (): void => void ([filled, font] = ['', '']),
  };
}

/** A text object: each place in it is told from the one before, in whole hundredths, so that nothing adds up. */
function textOf({ text, number, line }: ByteRow) {
  let [isOpen, left, bottom] = [false, 0, 0];
  return {
    begin: (): void => {
      if (isOpen) return;
      line('BT');
      [isOpen, left, bottom] = [true, 0, 0];
    },
    move: (x: number, y: number): void => {
      number(x - left);
      text(' ');
      number(y - bottom);
      line(' Td');
      [left, bottom] = [x, y];
    },
    end: (): void => {
      if (isOpen) line('ET');
      isOpen = false;
    },
  };
}

// ── numbers ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export function round(points: number): string {
  return String(hundredths(points) / 100);
}

function hundredths(points: number): number {
  return Math.round(points * 100);
}
