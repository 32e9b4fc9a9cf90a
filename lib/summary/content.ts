// The content of one page as bytes: text, rules, areas, and what marks them.
// Always true: a colour, a line or a typeface that is set already is not set again; no text object is open where anything else is drawn;
// marked content and text objects lie within one another whole; every operator ends its line, and no line ends within one.
import { SHORT, wideCode } from './codes.ts';
import { PAGE } from './scale.ts';
import type { Turn } from './tags.ts';

export interface Content {
  /** Text follows with its baseline at (x, y), y from the top of the page. */
  readonly textAt: (font: string, size: number, colour: string, x: number, y: number) => void;
  /** Within text: an operator, or a part of one, as it is. */
  readonly say: (operator: string) => void;
  /** Within a string: the code of this number. */
  readonly code: (code: number) => void;
  readonly rule: (colour: string, thickness: number, from: number, to: number, y: number) => void;
  readonly fill: (colour: string, x: number, y: number, width: number, height: number) => void;
  /** All of it, until more is drawn, which is another page's. Nothing where nothing was drawn. */
  readonly take: () => Uint8Array | undefined;
}

/** @param before what the next operator belongs to, if that is not what the last one did */
export function openContent(before: (isText: boolean) => Turn | undefined): Content {
  const bytes = byteRow();
  const text = textOf(bytes);
  const set = stateOf(bytes);
  const mark = markOf(bytes, text);
  return {
    textAt: (font, size, colour, x, y) => {
      mark.turn(before(true));
      text.begin();
      set.fill(colour);
      set.font(font, size);
      text.move(hundredths(x), hundredths(PAGE.height - y));
    },
    say: bytes.text,
    code: bytes.code,
    rule: (colour, thickness, from, to, y) => {
      mark.turn(before(false));
      text.end();
      set.stroke(colour, thickness);
      bytes.line(`${round(from)} ${up(y)} m ${round(to)} ${up(y)} l S`);
    },
    fill: (colour, x, y, width, height) => {
      mark.turn(before(false));
      text.end();
      set.fill(colour);
      bytes.line(`${round(x)} ${up(y + height)} ${round(width)} ${round(height)} re f`);
    },
    take: () => {
      if (bytes.isEmpty()) return undefined;
      mark.end();
      text.end();
      set.forget();
      return bytes.take();
    },
  };
}

/** Marked content. What is text alone stands within the text object, so that cells side by side share one; else it is the other way round. */
function markOf({ line }: ByteRow, text: ReturnType<typeof textOf>) {
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
      line(next.operator);
      open = next;
    },
  };
}

/** Colours and typefaces hold until others are set, also over the end of a text object. */
function stateOf({ line }: ByteRow) {
  let [filled, stroked, lettered] = ['', '', ''];
  return {
    fill: (colour: string): void => {
      if (colour !== filled) line(`${colour} rg`);
      filled = colour;
    },
    stroke: (colour: string, thickness: number): void => {
      const wanted = `${colour} RG ${thickness} w`;
      if (wanted !== stroked) line(wanted);
      stroked = wanted;
    },
    font: (font: string, size: number): void => {
      const wanted = `/${font} ${round(size)} Tf`;
      if (wanted !== lettered) line(wanted);
      lettered = wanted;
    },
    forget: (): void => void ([filled, stroked, lettered] = ['', '', '']),
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

// ── bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface ByteRow {
  readonly text: (text: string) => void;
  readonly line: (text: string) => void;
  /** A number of hundredths, in units. */
  readonly number: (hundredths: number) => void;
  readonly code: (code: number) => void;
  readonly isEmpty: () => boolean;
  readonly take: () => Uint8Array;
}

/** Grows as it must, and is used again for the next page. */
function byteRow(): ByteRow {
  let bytes = new Uint8Array(64 * 1024);
  let used = 0;
  const need = (more: number): void => {
    if (used + more <= bytes.length) return;
    const larger = new Uint8Array(2 * (used + more));
    larger.set(bytes.subarray(0, used));
    bytes = larger;
  };
  const text = (each: string): void => {
    need(each.length + 1);
    for (let at = 0; at < each.length; at += 1) bytes[used++] = each.charCodeAt(at);
  };
  const byte = (each: number): void => {
    const escaped = ESCAPED[each] ?? 0;
    if (escaped !== 0) bytes[used++] = BACKSLASH;
    bytes[used++] = escaped === 0 ? each : escaped;
  };
  /** Digit by digit: a page has some thousand numbers, and hardly two the same. */
  const number = (hundredths: number): void => {
    const size = Math.abs(hundredths);
    if (size > 99_999 || size % 100 === 0) {
      text(String(hundredths / 100));
      return;
    }
    need(7);
    if (hundredths < 0) bytes[used++] = MINUS;
    if (size >= 10_000) bytes[used++] = ZERO + Math.floor(size / 10_000);
    if (size >= 1000) bytes[used++] = ZERO + (Math.floor(size / 1000) % 10);
    bytes[used++] = ZERO + (Math.floor(size / 100) % 10);
    bytes[used++] = POINT;
    bytes[used++] = ZERO + (Math.floor(size / 10) % 10);
    if (size % 10 > 0) bytes[used++] = ZERO + (size % 10);
  };
  return {
    text,
    number,
    line: (each) => {
      text(each);
      bytes[used++] = LINE_FEED;
    },
    code: (number) => {
      need(4);
      if (number < SHORT) byte(number);
      else {
        const code = wideCode(number);
        byte(code >> 8);
        byte(code & 0xff);
      }
    },
    isEmpty: () => used === 0,
    take: () => {
      const taken = bytes.subarray(0, used);
      used = 0;
      return taken;
    },
  };
}

const LINE_FEED = 0x0a;
const [MINUS, POINT, ZERO] = [0x2d, 0x2e, 0x30];
const BACKSLASH = 0x5c;
/** By byte, what stands for it behind `\\`, where a string cannot hold it as it is or it would break the line; 0 for all others. */
const ESCAPED = new Uint8Array(256);
for (const each of ['\nn', '\rr', '((', '))', '\\\\']) ESCAPED[each.charCodeAt(0)] = each.charCodeAt(1);

// ── numbers ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export function round(points: number): string {
  return String(hundredths(points) / 100);
}

function hundredths(points: number): number {
  return Math.round(points * 100);
}

/** From the foot of the page. */
function up(y: number): string {
  return round(PAGE.height - y);
}
