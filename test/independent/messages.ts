// data/messages.csv, made again from the referral and the exhibits.
import { isList, isObject, type Json, type JsonObject } from './json.ts';

/** What a row says of an exhibit. */
export interface Shown {
  readonly exhibit: string;
  readonly sha256: string;
  readonly originalName: string | undefined;
  /** What the referral calls it. */
  readonly declaredPath: Json | undefined;
}

const COLUMNS =
  'number,group,group names,message,sender,sender shown as,sender phone,recipients,sent,clock,edited,deleted,answers,exhibits,text';

export function messagesCsv(document: JsonObject, exhibits: readonly Shown[]): string {
  const groups = objectsOf(document['chatGroups']);
  const rows = objectsOf(document['messages']).map((message, n) => {
    const group = groups.findLast(({ id }) => id === message['chatGroup']);
    const member = objectsOf(group?.['members']).findLast(({ id }) => id === message['sender']);
    return [
      String(n + 1),
      textOf(message['chatGroup']),
      objectsOf(group?.['names'])
        .map(({ name }) => textOf(name))
        .join(' / '),
      ...['id', 'sender'].map((name) => textOf(message[name])),
      textOf(member?.['displayName']),
      textOf(inside(member, 'phone', 'value')),
      listOf(message['recipients']).map(textOf).join('; '),
      textOf(inside(message, 'sent', 'at')),
      textOf(inside(message, 'sent', 'clockSource')),
      textOf(inside(message, 'edited', 'at')),
      textOf(inside(message, 'deleted', 'at')),
      textOf(message['replyTo']),
      objectsOf(message['attachments'])
        .map((attachment) => exhibitOf(attachment, exhibits))
        .join(' '),
      textOf(message['text']),
    ];
  });
  return `\uFEFF${[COLUMNS.split(','), ...rows].map(rowOf).join('')}`;
}

function listOf(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return listOf(value).filter(isObject);
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function inside(value: JsonObject | undefined, first: string, second: string): Json | undefined {
  const inner = value?.[first];
  return isObject(inner) ? inner[second] : undefined;
}

function exhibitOf({ sha256, path }: JsonObject, exhibits: readonly Shown[]): string {
  const byDigest = exhibits.findLast((each) => sha256 !== undefined && each.sha256 === sha256);
  const byPath = exhibits.findLast((each) => path !== undefined && each.declaredPath === path);
  const byName = exhibits.findLast((each) => path !== undefined && each.originalName === path);
  return (byDigest ?? byPath ?? byName)?.exhibit ?? 'not held';
}

function rowOf(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${cellOf(cell).replaceAll('"', '""')}"`).join(',')}\r\n`;
}

const QUOTES = new Set('"\'`\u00B4\uFF02\uFF07\u2018\u2019\u201A\u201B\u201C\u201D\u201E\u201F');
for (let code = 0x2032; code <= 0x2037; code += 1) QUOTES.add(String.fromCodePoint(code));

/** A text as it stands in a cell, before its quotes. */
export function cellOf(text: string): string {
  const kept = text.replaceAll('\0', '').toWellFormed();
  const first = Array.from(kept).find((each) => !QUOTES.has(each) && !/[\p{Z}\p{Cc}\p{Cf}]/u.test(each)) ?? '';
  const acts = first !== '' && '=+-@\u2212'.includes(String.fromCodePoint(first.normalize('NFKC').codePointAt(0) ?? 0));
  return acts || /^['\t\r\n]/.test(kept) ? `'${kept}` : kept;
}
