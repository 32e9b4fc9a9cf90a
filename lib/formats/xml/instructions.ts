// Processing instructions say nothing to us, and the binding knows no way from one to what follows it: they go before the parser comes.
// Always true: lines and texts stay as they were; an instruction that XML would not allow is left for the parser to refuse.
import type { Section } from './sections.ts';

const FIRST =
  'A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef' +
  '\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}';
const LATER = `${FIRST}.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040\\-`;
const TARGET = new RegExp(`^<\\?(?![Xx][Mm][Ll][ \\t\\r\\n?])[${FIRST}][${LATER}]*(?:[ \\t\\r\\n]|\\?>$)`, 'u');
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/** An empty comment with the instruction's line ends; the XML declaration, and what is no instruction, as it was. */
export function withoutInstruction({ kind, text }: Section): string {
  if (kind !== 'instruction' || !TARGET.test(text) || FORBIDDEN.test(text)) return text;
  return `<!--${text.replaceAll(/[^\n]+/g, '')}-->`;
}
