// Text as it stands in libxml2's memory. The binding decodes longer texts with a decoder that takes a leading U+FEFF for a byte order
// mark and drops it; libxml2 itself is asked how long the text is, and what was dropped is put back.
// Always true: only a document that holds U+FEFF behind its own byte order mark, or refers to it, pays for the question.
import type { XmlAttribute, XmlElement, XmlNode, XmlXPath } from 'libxml2-wasm';

type Library = typeof import('libxml2-wasm');
const MARK = '\ufeff';

/** How names and texts of a document are read. A namespace needs none of this: U+FEFF cannot stand in a URI. */
export interface Exact {
  readonly text: (node: XmlNode, content: string) => string;
  readonly name: (node: XmlElement | XmlAttribute) => string;
  readonly dispose: () => void;
}

const AS_GIVEN: Exact = { text: (_node, content) => content, name: ({ name }) => name, dispose: () => undefined };
/** Texts of up to 16 bytes are decoded by hand and lose nothing. */
const SHORT = 5;

/** @param text the whole document, its own byte order mark taken away */
export function readExactly(library: Library, text: string): Exact {
  if (!/\ufeff|&#(?:x0*feff|0*65279);/i.test(text)) return AS_GIVEN;
  const ofText = library.XmlXPath.compile('string-length(string(.))');
  const ofName = library.XmlXPath.compile('string-length(local-name(.))');
  const restore = (node: XmlNode, length: XmlXPath, decoded: string): string =>
    decoded.length < SHORT || node.eval(length) === Array.from(decoded).length ? decoded : MARK + decoded;
  return {
    text: (node, content) => restore(node, ofText, content),
    name: (node) => restore(node, ofName, node.name),
    dispose: () => {
      ofText.dispose();
      ofName.dispose();
    },
  };
}
