// Elements to text. Nothing is indented, so that no text changes on the way.
// Always true: what is written is well-formed and reads back to the same text, but for characters that XML cannot carry.
import type { XmlContent } from './element.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

/**
 * A document in UTF-8 (XML 1.0), with its declaration. Characters that XML cannot carry become U+FFFD; white space that a reader would
 * normalise is written as a character reference. Names are the caller's and are written as they are.
 */
export function writeXml(root: XmlContent): string {
  return DECLARATION + writeElement(root);
}

function writeElement({ name, attributes, children }: XmlContent): string {
  const start = name + attributes.map((each) => ` ${each.name}="${escapeAttribute(each.value)}"`).join('');
  if (children.length === 0) return `<${start}/>`;
  const content = children.map((child) => (typeof child === 'string' ? escapeText(child) : writeElement(child)));
  return `<${start}>${content.join('')}</${name}>`;
}

const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

function escapeText(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[<>&\r]/g, refer);
}

function escapeAttribute(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[<>&"\t\n\r]/g, refer);
}

function refer(character: string): string {
  return ENTITIES[character] ?? `&#${character.charCodeAt(0)};`;
}
