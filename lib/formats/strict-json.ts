// JSON as it arrives from outside (RFC 8259, I-JSON RFC 7493): refuses what JSON.parse lets pass in silence (a key given
// twice, `__proto__`, half a surrogate pair) and what would exhaust the machine (depth). Bytes in, value out, one scan.
import { DeskError } from '../errors.ts';

export interface JsonLimits {
  readonly sizeBytes: number;
  readonly depth: number;
  /** Elements of arrays and members of objects, all in all: each costs a check, and a wrong one a finding. */
  readonly values: number;
}
export const JSON_LIMITS: JsonLimits = { sizeBytes: 16 * 1024 * 1024, depth: 64, values: 300_000 };

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses UTF-8 JSON.
 * @throws DeskError input/too-large, input/too-deep, input/malformed, input/not-unicode, input/duplicate-key, input/forbidden-key
 */
export function parseStrictJson(bytes: Uint8Array, limits: JsonLimits = JSON_LIMITS): unknown {
  if (bytes.byteLength > limits.sizeBytes) {
    throw tooLarge(`is larger than ${limits.sizeBytes} bytes`);
  }
  const text = decodeUtf8(bytes);
  const value = parse(text);
  scan(text, limits);
  return value;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (cause) {
    throw new DeskError('input/not-unicode', 'The text is not valid UTF-8.', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    if (cause instanceof RangeError) throw tooDeep(cause);
    throw new DeskError('input/malformed', 'The text is not well-formed JSON (RFC 8259).');
  }
}

/** Walks well-formed JSON once, keeping the keys of each open object; strings are the only thing it has to step over. */
function scan(text: string, limits: JsonLimits): void {
  const open: (Set<string> | undefined)[] = [];
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
        open.push(new Set());
        break;
      case 0x5b: // [
        open.push(undefined);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        break;
      case 0x2c: // ,
        if (++values > limits.values) throw tooLarge(`holds more than ${limits.values} values`);
        break;
      case 0x22: {
        const end = closingQuote(text, at);
        checkString(text.slice(at, end + 1), isKey(text, end) ? open.at(-1) : undefined);
        at = end;
        break;
      }
    }
    if (open.length > limits.depth) throw tooDeep();
  }
}

function tooLarge(what: string): DeskError {
  return new DeskError('input/too-large', `The JSON ${what}: send it in parts.`);
}

function tooDeep(cause?: unknown): DeskError {
  return new DeskError('input/too-deep', 'The JSON is nested more deeply than a referral can be.', { cause });
}

function closingQuote(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
  return slashes % 2 === 1;
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (' \t\r\n'.includes(text.charAt(at)) && at < text.length) at++;
  return text.charCodeAt(at) === 0x3a;
}

function checkString(literal: string, keys: Set<string> | undefined): void {
  const hasEscape = literal.includes('\\');
  if (!hasEscape && keys === undefined) return;
  const value = hasEscape ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  if (hasEscape && !value.isWellFormed()) {
    throw new DeskError('input/not-unicode', 'A text holds half of a surrogate pair, which no encoding can carry.');
  }
  if (keys === undefined) return;
  if (FORBIDDEN.has(value)) throw new DeskError('input/forbidden-key', 'A key has a name that is not allowed.');
  if (keys.has(value)) throw new DeskError('input/duplicate-key', 'A key is given twice in one object.');
  keys.add(value);
}
