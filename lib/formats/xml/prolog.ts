// What is looked at before libxml2 sees a byte: encoding, DTD, number of tags. All of it in time and memory linear in the size.
// Always true: a document that passes is UTF-8, has no DTD and few enough tags and attributes to be held as a tree.
import { DeskError } from '../../errors.ts';
import { malformed, withDtd } from './malformed.ts';

export interface XmlLimits {
  /** Elements within one another. */
  readonly depth: number;
  /** Occurrences of `<`: tags, comments, CDATA sections. */
  readonly tags: number;
  readonly attributes: number;
}

/**
 * The document as text, without its byte order mark; what must not reach the parser is refused.
 * @throws DeskError input/malformed, input/too-large
 */
export function checkProlog(bytes: Uint8Array, limits: XmlLimits): string {
  const text = decode(bytes);
  checkEncoding(text, bytes);
  if (startsDoctype(text)) throw withDtd(lineAt(text, skipProlog(text)));
  checkCounts(text, limits);
  return text;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('encoding', 1, 'Send the XML in UTF-8.');
  }
}

const DECLARED = /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([^"'>]*)["']/;

/** UTF-16 and UTF-32 without a byte order mark are valid UTF-8 with NULs among the first bytes. */
function checkEncoding(text: string, bytes: Uint8Array): void {
  const declared = DECLARED.exec(text.slice(0, 1024))?.[1]?.toLowerCase() ?? 'utf-8';
  const isAscii = declared === 'us-ascii' || declared === 'ascii';
  const isKnown = isAscii || declared === 'utf-8' || declared === 'utf8';
  const isOtherwise = bytes.subarray(0, 2).includes(0) || (isAscii && bytes.some((byte) => byte > 0x7f));
  if (!isKnown || isOtherwise) throw malformed('encoding', 1, 'Send the XML in UTF-8, and declare no other encoding.');
}

function startsDoctype(text: string): boolean {
  return text.startsWith('<!DOCTYPE', skipProlog(text));
}

/** `<!-->` only begins a comment: its end does not share the hyphens of its start. */
const SKIPPED = [
  { start: '<?', end: '?>' },
  { start: '<!--', end: '-->' },
];

/** Where comments, processing instructions and white space before the first tag end. */
function skipProlog(text: string): number {
  let at = 0;
  for (;;) {
    while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at++;
    const mark = SKIPPED.find(({ start }) => text.startsWith(start, at));
    const found = mark === undefined ? -1 : text.indexOf(mark.end, at + mark.start.length);
    if (mark === undefined || found < 0) return at;
    at = found + mark.end.length;
  }
}

function lineAt(text: string, end: number): number {
  return text.slice(0, end).split('\n').length;
}

function checkCounts(text: string, limits: XmlLimits): void {
  if (count(text, /</g, limits.tags) && count(text, /=\s*["']/g, limits.attributes)) return;
  throw new DeskError('input/too-large', 'The XML has more elements or attributes than are taken at once.');
}

/** Whether a pattern occurs no more often than `most`. */
function count(text: string, pattern: RegExp, most: number): boolean {
  let found = 0;
  pattern.lastIndex = 0;
  while (pattern.test(text)) if (++found > most) return false;
  return true;
}
