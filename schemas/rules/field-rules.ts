// Rules about one value alone, each switched on by a limit in the field's declaration.
// Always true: a check looks only at values of the type it is for. What is not known is left to other rules, and so is an empty address in
// CyberTipline's own fields, whose clients write empty elements for nothing.
import * as z from 'zod';
import type { Constraints } from '../field.ts';
import { readInstant } from '../instant.ts';
import type { Inspection, RuleName } from './table.ts';

export type ValueCheck = (value: unknown, path: string, inspection: Inspection) => void;

/** The checks that a field's limits ask for. `inTip`: whether it goes into CyberTipline's XML. */
export function checksFor(limits: Constraints, inTip: boolean): ValueCheck[] {
  return MAKERS.flatMap((make) => make(limits, inTip) ?? []);
}

/** Which rules a field's limits switch on. */
export function rulesFor(limits: Constraints): RuleName[] {
  return (Object.keys(limits) as (keyof Constraints)[]).map((limit) => RULE_OF[limit]);
}

/** Warns of characters that CyberTipline's XML cannot carry. */
export const checkXmlCharacters: ValueCheck = (value, path, { report }) => {
  if (typeof value === 'string' && NOT_XML.test(value)) report('xml-characters', path);
};

const RULE_OF: Record<keyof Constraints, RuleName> = {
  maxLength: 'max-length',
  notBlank: 'not-blank',
  zone: 'zone-required',
  past: 'not-in-future',
  url: 'valid-url',
  email: 'valid-email',
  ip: 'valid-ip',
  reportId: 'valid-report-id',
  range: 'number-in-range',
};

const MAKERS: ((limits: Constraints, inTip: boolean) => ValueCheck | undefined)[] = [
  ({ maxLength: max }) =>
    max === undefined ? undefined : onText('max-length', (text) => !isLonger(text, max), String(max)),
  ({ notBlank }) => notBlank && onText('not-blank', (text) => text.trim() !== ''),
  ({ zone }) => zone && onText('zone-required', hasZone),
  ({ past }) => past && checkPast,
  ({ url }, inTip) => url && onText('valid-url', (text) => (inTip && text === '') || isUrl(text)),
  ({ email }, inTip) => email && onText('valid-email', (text) => (inTip && text === '') || isEmail(text)),
  ({ ip }) => ip && onText('valid-ip', (text) => text.trim() === '' || isIp(text)),
  ({ reportId }) => reportId && onNumber('valid-report-id', (number) => number > 0),
  ({ range }) =>
    range && onNumber('number-in-range', (number) => number >= range[0] && number <= range[1], range.join(' to ')),
];

function onText(rule: RuleName, isFine: (text: string) => boolean, detail?: string): ValueCheck {
  return (value, path, { report }) => {
    if (typeof value === 'string' && !isFine(value)) report(rule, path, detail);
  };
}

function onNumber(rule: RuleName, isFine: (number: number) => boolean, detail?: string): ValueCheck {
  return (value, path, { report }) => {
    if (!isFine(Number(value))) report(rule, path, detail);
  };
}

/** Counts code points, as XML Schema and JSON Schema do; none takes more than two units of text. */
function isLonger(text: string, max: number): boolean {
  return text.length > 2 * max || (text.length > max && Array.from(text).length > max);
}

function hasZone(text: string): boolean {
  return readInstant(text)?.hasZone ?? true;
}

/** A time without a zone is left to zone-required: its moment is not known. */
const checkPast: ValueCheck = (value, path, { latestMs, report }) => {
  const instant = typeof value === 'string' ? readInstant(value) : undefined;
  if (instant !== undefined && (instant.isDate || instant.hasZone) && instant.ms > latestMs) {
    report('not-in-future', path);
  }
};

function isUrl(text: string): boolean {
  return URL_FORM.test(text) && URL.canParse(text);
}

function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  return local.length <= 64 && LOCAL_FORM.test(local) && DOMAIN_FORM.test(text.slice(at + 1));
}

function isIp(text: string): boolean {
  return IPV4.safeParse(text).success || IPV6.safeParse(text).success;
}

const IPV4 = z.ipv4();
const IPV6 = z.ipv6();
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const URL_FORM = /^[a-z][a-z0-9+.-]*:\/\/[^\s\p{Cc}/][^\s\p{Cc}]*$/iu;
const LOCAL_FORM = /^(?:[^\s\p{Cc}@"(),.:;<>[\\\]]+(?:\.[^\s\p{Cc}@"(),.:;<>[\\\]]+)*|"[^"\\\p{Cc}]+")$/u;
const DOMAIN_FORM =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?\.)+[\p{L}\p{N}][\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}]$/u;
