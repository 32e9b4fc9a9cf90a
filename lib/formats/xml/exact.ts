// Text as it was sent. The binding takes a U+FEFF at the start of a text for a byte order mark and drops it; so the parser is given
// another character in its place, one that the document has nowhere, and the mark comes back when the text is read.
// Always true: what is well-formed with the one is so with the other; a document without U+FEFF is left alone.
import { DeskError } from '../../errors.ts';
import { sectionsOf, type Section } from './sections.ts';

const MARK = '\ufeff';
const REFERRED = /&#(?:x0*[fF][eE][fF]{2}|0*65279);/g;
/** Stand-ins may be in names wherever the mark may, and are as long in UTF-8. */
const FIRST = 0x3400;
const LAST = 0xd7ff;

export interface Hidden {
  /** Undefined when the document has no mark. */
  readonly standIn: string | undefined;
  readonly sections: readonly Section[];
}

/**
 * The document in its sections, without marks.
 * @param text the whole document, its own byte order mark taken away
 * @throws DeskError input/too-large when it uses every character that could stand in
 */
export function hideMarks(text: string): Hidden {
  const sections = [...sectionsOf(text)];
  if (!text.includes(MARK) && text.search(REFERRED) < 0) return { standIn: undefined, sections };
  const standIn = unusedIn(text);
  const reference = `&#${standIn.charCodeAt(0)};`;
  const hide = ({ kind, text: whole }: Section): Section => {
    const hidden = whole.replaceAll(MARK, standIn);
    return { kind, text: kind === 'other' ? hidden.replaceAll(REFERRED, reference) : hidden };
  };
  return { standIn, sections: sections.map(hide) };
}

/** Gives a name, text or value its marks back. */
export function showMarks(standIn: string | undefined): (decoded: string) => string {
  return standIn === undefined ? (decoded) => decoded : (decoded) => decoded.replaceAll(standIn, MARK);
}

/** A character that the document neither holds nor refers to. */
function unusedIn(text: string): string {
  const used = new Uint8Array(0x10000);
  for (let at = 0; at < text.length; at++) used[text.charCodeAt(at)] = 1;
  for (const [, hex, decimal] of text.matchAll(/&#(?:x([0-9a-fA-F]+)|([0-9]+));/g)) {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (code < used.length) used[code] = 1;
  }
  const found = used.indexOf(0, FIRST);
  if (found < 0 || found > LAST)
    throw new DeskError('input/too-large', 'The XML has more different characters than are taken at once.');
  return String.fromCharCode(found);
}
