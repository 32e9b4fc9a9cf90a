// A row of bytes that grows as it must and is used again: what pages and the structure are written in.
// Always true: text is of characters below 256; nothing is kept of what was taken.
import { SHORT, wideCode } from './codes.ts';

export interface ByteRow {
  readonly text: (text: string) => void;
  readonly line: (text: string) => void;
  /** A number of hundredths, in units. */
  readonly number: (hundredths: number) => void;
  /** A whole number from 0 on, below 2^31, with spaces before it up to this width. */
  readonly whole: (number: number, width?: number) => void;
  /** Within a string: the code of this number. */
  readonly code: (number: number) => void;
  /**
   * The same of each character from this place on, as long as its code is known and of one byte; answers where it is not, or the end.
   * @param known numbers of codes by that of the character; 0 where there is none
   */
  readonly codes: (text: string, from: number, known: Uint16Array) => number;
  /** Spaces and a line feed up to a place that is a multiple of this. */
  readonly fill: (width: number) => void;
  readonly length: () => number;
  /** All of it, until more is written. */
  readonly take: () => Uint8Array;
}

export function byteRow(): ByteRow {
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
    const into = bytes;
    let to = used;
    for (let at = 0; at < each.length; at += 1) into[to++] = each.charCodeAt(at);
    used = to;
  };
  const byte = (each: number): void => {
    const escaped = ESCAPED[each] ?? 0;
    if (escaped !== 0) bytes[used++] = BACKSLASH;
    bytes[used++] = escaped === 0 ? each : escaped;
  };
  const whole = (number: number, width = 0): void => {
    const length = width === WIDE && number < WIDER ? width : Math.max(width, digitsOf(number));
    need(length);
    const into = bytes;
    let at = used + length;
    let left = number;
    do {
      const tens = (left / 10) | 0;
      at -= 1;
      into[at] = ZERO + left - 10 * tens;
      left = tens;
    } while (left > 0);
    while (at > used) {
      at -= 1;
      into[at] = SPACE;
    }
    used += length;
  };
  const code = (number: number): void => {
    need(4);
    if (number < SHORT) byte(number);
    else {
      const wide = wideCode(number);
      byte(wide >> 8);
      byte(wide & 0xff);
    }
  };
  const codes = (each: string, from: number, known: Uint16Array): number => {
    need(2 * (each.length - from));
    const into = bytes;
    let [at, to] = [from, used];
    for (; at < each.length; at += 1) {
      const number = known[each.charCodeAt(at)] ?? 0;
      if (number === 0 || number >= SHORT) break;
      const escaped = ESCAPED[number] ?? 0;
      if (escaped !== 0) into[to++] = BACKSLASH;
      into[to++] = escaped === 0 ? number : escaped;
    }
    used = to;
    return at;
  };
  /** Digit by digit: a page has some thousand numbers, and hardly two the same. */
  const number = (hundredths: number): void => {
    const size = Math.abs(hundredths);
    need(1);
    if (hundredths < 0) bytes[used++] = MINUS;
    const units = (size / 100) | 0;
    whole(units);
    const rest = size - 100 * units;
    if (rest === 0) return;
    need(3);
    const tenths = (rest / 10) | 0;
    bytes[used++] = POINT;
    bytes[used++] = ZERO + tenths;
    if (rest > 10 * tenths) bytes[used++] = ZERO + rest - 10 * tenths;
  };
  return {
    text,
    number,
    whole,
    line: (each) => {
      text(each);
      bytes[used++] = LINE_FEED;
    },
    code,
    codes,
    fill: (width) => {
      const end = (Math.floor(used / width) + 1) * width;
      need(end - used);
      const into = bytes;
      for (let at = used; at < end - 1; at += 1) into[at] = SPACE;
      into[end - 1] = LINE_FEED;
      used = end;
    },
    length: () => used,
    take: () => {
      const taken = bytes.subarray(0, used);
      used = 0;
      return taken;
    },
  };
}

/** As wide as references are, and the first number that is wider: most that have a width have this one. */
const [WIDE, WIDER] = [8, 1e8];

function digitsOf(number: number): number {
  let digits = 1;
  for (let least = 10; number >= least; least *= 10) digits += 1;
  return digits;
}

const [LINE_FEED, SPACE] = [0x0a, 0x20];
const [MINUS, POINT, ZERO] = [0x2d, 0x2e, 0x30];
const BACKSLASH = 0x5c;
/** By byte, what stands for it behind `\\`, where a string cannot hold it as it is or it would break the line; 0 for all others. */
const ESCAPED = new Uint8Array(256);
for (const each of ['\nn', '\rr', '((', '))', '\\\\']) ESCAPED[each.charCodeAt(0)] = each.charCodeAt(1);
