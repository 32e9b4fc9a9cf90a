// One value between XML and JSON: white space, booleans, marks. Everything else stays the text it is.
// Always true: white space goes only where XML Schema takes it away before it looks at a value; no text becomes a number.
import type { Leaf, LexicalType } from '../../../schemas/index.ts';
import { faultOf } from '../../../schemas/tree.ts';
import { collapse } from './collapse.ts';

/** xs:string and its lists are taken to the letter, marks as well. */
const TO_THE_LETTER: ReadonlySet<LexicalType> = new Set(['text', 'code', 'flag']);
/** What to write where JSON would be told of quotes. */
const IN_XML: Partial<Record<LexicalType, string>> = {
  boolean: 'Write true or false.',
  flag: 'Write this element empty, or leave it out.',
  integer: 'Write a whole number.',
  long: 'Write a whole number.',
  decimal: 'Write a number.',
};
const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

/** The value of a leaf in a referral, or what to write instead. */
export function readText(leaf: Leaf, text: string): { value: unknown } | { fault: string } {
  const value = toValue(leaf.type, text);
  const fault = faultOf(leaf, value);
  if (fault === undefined) return { value };
  return { fault: IN_XML[leaf.type] ?? fault };
}

function toValue(type: LexicalType, text: string): unknown {
  if (type === 'flag') return text === '' || text === 'true' ? true : text;
  const kept = TO_THE_LETTER.has(type) ? text : collapse(text);
  return type === 'boolean' ? (Object.hasOwn(BOOLEANS, kept) ? BOOLEANS[kept] : kept) : kept;
}

/** How a value of a referral is written: marks as nothing, numbers in full. */
export function writeText(leaf: Leaf, value: unknown): string {
  if (leaf.type === 'flag') return '';
  return String(value);
}
