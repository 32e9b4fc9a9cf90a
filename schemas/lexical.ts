// The simple types: what one value may look like, with the same verdict as the XML Schema type of that name.
// Always true: a value is kept as it was given; nothing is trimmed, rounded or converted.
import * as z from 'zod';

export type LexicalType =
  | 'text'
  | 'token'
  | 'boolean'
  | 'flag'
  | 'integer'
  | 'long'
  | 'decimal'
  | 'dateTime'
  | 'date'
  | 'timeOrUnknown'
  | 'numberOrUnknown'
  | 'code'
  | 'sha256'
  | 'count'
  | 'id';

interface LexicalMeta {
  readonly type: LexicalType;
  /** What the whole text must match, in the words that JavaScript and XML Schema share. */
  readonly pattern?: string;
}

export const lexicals = z.registry<LexicalMeta>();

const WRITE_TIME = 'Write the time as 2026-11-22T09:30:00+01:00, with its zone.';
const WRITE_DATE = 'Write the date as 2026-11-22.';
const WRITE_INTEGER = 'Write a whole number, as a number or as text.';
const WRITE_DECIMAL = 'Write a number, as a number or as text.';
const WRITE_SHA256 = 'Write the SHA-256 as 64 lower-case hexadecimal digits.';
const WRITE_TEXT = 'Write this as text.';

/** xs:string */
export function text() {
  return typed('text', z.string({ error: WRITE_TEXT }));
}

/** Text that must match from its first to its last character; `todo` tells what to write. */
export function textLike(pattern: string, todo: string) {
  return typed('text', z.string({ error: todo }).regex(new RegExp(`^${pattern}$`), { error: todo }), pattern);
}

/** xs:token, after the white space around it has been taken away. */
export function token() {
  return typed('token', z.string({ error: WRITE_TEXT }));
}

/** xs:boolean, as JSON writes it. */
export function truth() {
  return typed('boolean', z.boolean({ error: 'Write true or false, without quotes.' }));
}

/** xs:boolean fixed to true: the field is there, or it is not. */
export function flag() {
  return typed('flag', z.literal(true, { error: 'Write true, or leave the field out.' }));
}

/** xs:int */
export function integer() {
  return typed('integer', numberOrText(z.int32({ error: WRITE_INTEGER }), INT_TEXT, WRITE_INTEGER));
}

/** xs:long; numbers beyond 2^53 must be given as text. */
export function long() {
  return typed('long', numberOrText(z.int({ error: WRITE_INTEGER }), LONG_TEXT, WRITE_INTEGER));
}

/** xs:double */
export function decimal() {
  return typed('decimal', numberOrText(z.number({ error: WRITE_DECIMAL }), DOUBLE_TEXT, WRITE_DECIMAL));
}

/** xs:dateTime; the zone may be missing here, the rules ask for it. */
export function dateTime() {
  return typed('dateTime', z.string({ error: WRITE_TIME }).regex(DATE_TIME_TEXT, { error: WRITE_TIME }));
}

/** xs:date */
export function date() {
  return typed('date', z.string({ error: WRITE_DATE }).regex(DATE_TEXT, { error: WRITE_DATE }));
}

/** A time, or the word `unknown`: a missing time is said, never left blank. */
export function timeOrUnknown() {
  const error = `${WRITE_TIME} If nobody knows it, write unknown.`;
  return typed('timeOrUnknown', z.string({ error }).regex(TIME_OR_UNKNOWN_TEXT, { error }));
}

/** A number of 0 or more, or the word `unknown`. */
export function numberOrUnknown() {
  const error = 'Write a number of 0 or more, or unknown.';
  return typed('numberOrUnknown', z.union([z.number({ error }).min(0, { error }), z.literal('unknown')], { error }));
}

/** A whole number of 0 or more, as a number. */
export function count() {
  const error = 'Write a whole number of 0 or more, as a number.';
  return typed('count', z.int({ error }).min(0, { error }));
}

/** SHA-256, lower case only, so that one file has one spelling and references compare as text. */
export function sha256() {
  return typed('sha256', z.string({ error: WRITE_SHA256 }).regex(/^[0-9a-f]{64}$/, { error: WRITE_SHA256 }));
}

/** One of a closed list; up to twelve values are named in the message. */
export function oneOf<const V extends readonly string[]>(values: V, todo = `Write one of: ${values.join(', ')}.`) {
  return typed('code', z.enum(values, { error: todo }));
}

/** A name given by the submitter to something within this referral, so that other fields can point at it. */
export function localId() {
  const error = 'Write a short name for it: 1 to 200 characters.';
  return typed('id', z.string({ error }).min(1, { error }).max(200, { error }));
}

function typed<T extends z.ZodType>(type: LexicalType, schema: T, pattern?: string): T {
  lexicals.add(schema, { type, ...(pattern !== undefined && { pattern }) });
  return schema;
}

function numberOrText<N extends z.ZodType<number>>(number: N, pattern: RegExp, error: string) {
  return z.union([number, z.string({ error }).regex(pattern, { error })], { error });
}

/** Digits of a number up to `max`, leading zeros allowed. */
function digitsUpTo(max: string): string {
  const lower = Array.from(max).flatMap((digit, at) => {
    if (digit === '0') return [];
    return [`${max.slice(0, at)}[0-${Number(digit) - 1}][0-9]{${max.length - at - 1}}`];
  });
  return `0*(?:[0-9]{1,${max.length - 1}}|${[...lower, max].join('|')})`;
}

const INT_TEXT = new RegExp(`^(?:\\+?${digitsUpTo('2147483647')}|-${digitsUpTo('2147483648')})$`);
const LONG_TEXT = new RegExp(`^(?:\\+?${digitsUpTo('9223372036854775807')}|-${digitsUpTo('9223372036854775808')})$`);
const DOUBLE_TEXT = /^(?:[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|-?INF|NaN)$/;

const YEAR = '(?:[1-9][0-9]{4,}|[0-9]{4})';
const LEAP = '(?=[0-9]*(?:0[48]|[2468][048]|[13579][26]|(?:[02468][048]|[13579][26])00)-)';
const LONG_MONTH_DAY = '(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])';
const SHORT_MONTH_DAY = '(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)';
const FEBRUARY_DAY = '02-(?:0[1-9]|1[0-9]|2[0-8])';
/** XML Schema lets a reader limit the year; ours ends where libxml2's does. */
const READABLE_YEAR = `(?!0000-)(?=${digitsUpTo('2147483647')}-)`;
const DAY = `-?${READABLE_YEAR}(?:${LEAP}${YEAR}-02-29|${YEAR}-(?:${LONG_MONTH_DAY}|${SHORT_MONTH_DAY}|${FEBRUARY_DAY}))`;
const CLOCK = '(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?|24:00:00(?:\\.0+)?)';
const ZONE = '(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?';
const DATE_TIME_TEXT = new RegExp(`^${DAY}T${CLOCK}${ZONE}$`);
const TIME_OR_UNKNOWN_TEXT = new RegExp(`^(?:unknown|${DAY}T${CLOCK}${ZONE})$`);
const DATE_TEXT = new RegExp(`^${DAY}${ZONE}$`);
