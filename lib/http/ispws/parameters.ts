// A header's value with parameters (`form-data; name="file"; filename="a.jpg"`), as senders of forms really write it: raw UTF-8, Windows
// paths with their backslashes, quotes or none. A name is text and nothing else, and never used as a path.
import { isCode } from '../../errors.ts';
import { decodeExtended } from '../disposition.ts';

/** What the value says first, in lower case, and its parameters by name in lower case. */
export interface Valued {
  readonly word: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const WORD = /^[ \t]*([^\s;"]+)[ \t]*/;
const PARAMETER = /;[ \t]*([^\s;="]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^";]*))[ \t]*/y;

/** Undefined for what is not of this form, or gives a parameter twice. */
export function readValue(text: string): Valued | undefined {
  const [before = '', word] = WORD.exec(text) ?? [];
  if (word === undefined) return undefined;
  const parameters = new Map<string, string>();
  for (let at = before.length; at < text.length; at = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = at;
    const [, name, quoted, bare = ''] = PARAMETER.exec(text) ?? [];
    if (name === undefined) return isBlank(text.slice(at)) ? { word: word.toLowerCase(), parameters } : undefined;
    if (parameters.has(name.toLowerCase())) return undefined;
    parameters.set(name.toLowerCase(), quoted === undefined ? bare.trim() : unescaped(quoted));
  }
  return { word: word.toLowerCase(), parameters };
}

/** A last semicolon with nothing behind it is forgiven. */
function isBlank(rest: string): boolean {
  return /^[ \t;]*$/.test(rest);
}

/** Only quotes and backslashes are escaped: any other backslash stands for itself, as in C:\reports\a.jpg. */
function unescaped(quoted: string): string {
  return quoted.replaceAll(/\\(["\\])/g, '$1');
}

/** The file's own name, without the folders before it. `filename*` (RFC 8187) comes first where it can be read. */
export function fileNameOf(parameters: ReadonlyMap<string, string>): string | undefined {
  const name = extendedName(parameters.get('filename*')) ?? parameters.get('filename') ?? '';
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  return ['', '.', '..'].includes(last) ? undefined : last;
}

function extendedName(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  try {
    return decodeExtended(value);
  } catch (error) {
    if (isCode(error, 'input/malformed') || isCode(error, 'input/not-unicode')) return undefined;
    throw error;
  }
}

// ── names that break the header ───────────────────────────────────────────────────────────────────────────────────────

const FILE_NAME = /;[ \t]*filename/i;
const LAST_NAME = /;[ \t]*name[ \t]*=[ \t]*(?:"([^"\\]*)"|([^\s";]+))[ \t;]*$/i;
const UP_TO_LAST_QUOTE =
  /^;[ \t]*filename[ \t]*=[ \t]*"(.*)"(?:[ \t]*;[ \t]*filename\*[ \t]*=[ \t]*([^\s";]+))?[ \t;]*$/is;
const ANOTHER = /"[ \t]*;[ \t]*filename\*?[ \t]*=/i;

/**
 * A value that `readValue` cannot read for its file name: quotes and backslashes that nobody escaped. The name goes up to the last quote;
 * where that makes no sense there is none, and the file is taken without. Undefined when the fault is elsewhere, or `name` stands twice.
 */
export function readAroundFileName(text: string): Valued | undefined {
  const at = text.search(FILE_NAME);
  const before = at < 0 ? undefined : readValue(text.slice(0, at));
  if (before === undefined) return undefined;
  const last = LAST_NAME.exec(text.slice(at));
  if (last !== null && before.parameters.has('name')) return undefined;
  const parameters = new Map(before.parameters);
  if (last !== null) parameters.set('name', last[1] ?? last[2] ?? '');
  const [, name, extended] = UP_TO_LAST_QUOTE.exec(text.slice(at, last === null ? undefined : at + last.index)) ?? [];
  if (name !== undefined && !ANOTHER.test(name)) parameters.set('filename', unescaped(name));
  if (extended !== undefined) parameters.set('filename*', extended);
  return { word: before.word, parameters };
}
