// Canonical JSON (RFC 8785) and the digests over it: what is signed, chained or committed to goes through here, so that one
// value has one spelling.
import { createHash, hash } from 'node:crypto';
import { DeskError } from '../errors.ts';
import { digestOf } from './digest.ts';

/**
 * The RFC 8785 text of a JSON value. Undefined members are left out; half of a surrogate pair is escaped, not refused.
 * @throws DeskError internal for what JSON has no word for: NaN, the infinities, a big integer, a value of nothing
 */
export function canonical(value: unknown): string {
  const text = textOf(value);
  if (text === undefined) throw noForm();
  return text;
}

/** The RFC 8785 text as UTF-8. */
export function canonicalBytes(value: unknown): Buffer {
  return Buffer.from(canonical(value), 'utf8');
}

/** SHA-256 (FIPS 180-4), 32 bytes. A string counts as its UTF-8. */
export function sha256(data: string | Uint8Array): Buffer {
  return digestOf('sha256', data);
}

/** SHA-256, 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** The same of a text that comes in pieces, as UTF-8. */
export function sha256OfPieces(pieces: Iterable<string>): string {
  const digest = createHash('sha256');
  for (const piece of pieces) digest.update(piece, 'utf8');
  return digest.digest('hex');
}

// ── RFC 8785 ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Undefined for what JSON leaves out. Numbers and texts are spelled as ECMAScript spells them, which RFC 8785 took over. */
function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      if (!Number.isFinite(value)) throw noForm();
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? arrayText(value) : objectText(value as Readonly<Record<string, unknown>>);
    case 'bigint':
      throw noForm();
    default:
      return undefined;
  }
}

/** No character that JSON escapes, and none beyond the basic plane, whose halves need a closer look. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

function arrayText(values: readonly unknown[]): string {
  return `[${Array.from(values, (value) => textOf(value) ?? 'null').join(',')}]`; // a hole is null too
}

/** Members in the order of their names' UTF-16 code units. */
function objectText(value: Readonly<Record<string, unknown>>): string {
  if (typeof value['toJSON'] === 'function') return textOf((value as { toJSON(): unknown }).toJSON()) ?? 'null';
  let members = '';
  for (const name of inOrder(Object.keys(value))) {
    const text = textOf(value[name]);
    if (text !== undefined) members += `${members === '' ? '' : ','}${quoted(name)}:${text}`;
  }
  return `{${members}}`;
}

/** Most objects have few names: there `sort`, which makes copies and looks for runs, would be half of all the work. */
function inOrder(names: string[]): string[] {
  if (names.length > FEW) return names.sort();
  for (let n = 1; n < names.length; n++) {
    const name = names[n] ?? '';
    let at = n;
    for (; at > 0 && (names[at - 1] ?? '') > name; at--) names[at] = names[at - 1] ?? '';
    names[at] = name;
  }
  return names;
}

const FEW = 24;

function noForm(): DeskError {
  return new DeskError('internal', 'This value has no JSON form.');
}
