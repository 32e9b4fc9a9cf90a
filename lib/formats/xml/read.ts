// Bytes to elements. libxml2 (as WebAssembly) decides what is well-formed; its memory is given back before anything is returned.
// Always true: nothing is fetched, no entity of the sender's is ever expanded, and no error repeats what was sent.
import type { XmlDocument, XmlElement as LibraryElement, XmlNode } from 'libxml2-wasm';
import { DeskError } from '../../errors.ts';
import type { XmlElement } from './element.ts';
import { hideMarks, showMarks } from './exact.ts';
import { withoutInstruction } from './instructions.ts';
import { malformed, withDtd } from './malformed.ts';
import { checkProlog, type XmlLimits } from './prolog.ts';

/** What one document may hold. The size in bytes is for the caller to limit; a single text, comment or tag may have 10 million bytes. */
export const XML_LIMITS: XmlLimits = { depth: 64, tags: 200_000, attributes: 100_000 };

type Library = typeof import('libxml2-wasm');

/**
 * Reads one document (XML 1.0, namespaces): UTF-8 with or without a byte order mark, no DTD, at most 64 elements within one another.
 * @throws DeskError input/malformed (one finding: `not-well-formed`, `dtd`, `encoding` or `too-deep`, with its line), input/too-large
 */
export async function readXml(bytes: Uint8Array): Promise<XmlElement> {
  const text = checkProlog(bytes, XML_LIMITS);
  const library = await import('libxml2-wasm');
  const { standIn, sections } = hideMarks(text);
  const document = parse(library, Buffer.from(sections.map(withoutInstruction).join('')));
  try {
    if (document.dtd !== null) throw withDtd(1); // a second wall: where it began only the first one can tell
    return build({ library, exact: showMarks(standIn) }, document.root, 1);
  } finally {
    document.dispose();
  }
}

function parse(library: Library, bytes: Uint8Array): XmlDocument {
  const { XML_PARSE_NO_XXE, XML_PARSE_NONET } = library.ParseOption;
  try {
    return library.XmlDocument.fromBuffer(bytes, { encoding: 'utf-8', option: XML_PARSE_NO_XXE | XML_PARSE_NONET });
  } catch (cause) {
    if (cause instanceof library.XmlParseError) throw refusal(cause.details);
    throw cause;
  }
}

/** libxml2 stops at a depth of its own and says so in words only. */
function refusal(details: readonly { message: string; level: number; line: number }[]): Error {
  const first = details.find(({ level }) => level > 1);
  const line = Math.max(1, first?.line ?? 1);
  if (first?.message.includes('depth') === true) return tooDeep(line);
  if (/huge|too big/i.test(first?.message ?? '')) {
    return new DeskError('input/too-large', 'One text, comment or tag of the XML is longer than 10,000,000 bytes.');
  }
  return notWellFormed(line);
}

function notWellFormed(line: number): Error {
  return malformed('not-well-formed', line, 'The XML is not well-formed at this line.');
}

function tooDeep(line: number): Error {
  return malformed('too-deep', line, 'The XML is nested more deeply than a report can be.');
}

interface Reading {
  readonly library: Library;
  readonly exact: (decoded: string) => string;
}

function build(reading: Reading, node: LibraryElement, depth: number): XmlElement {
  if (depth > XML_LIMITS.depth) throw tooDeep(node.line);
  const { library, exact } = reading;
  const children: (XmlElement | string)[] = [];
  let hasCData = false;
  for (const child of childrenOf(library, node)) {
    if (child instanceof library.XmlElement) children.push(build(reading, child, depth + 1));
    else if (child instanceof library.XmlText || child instanceof library.XmlCData)
      addText(children, exact(child.content));
    else if (!(child instanceof library.XmlComment)) throw notWellFormed(node.line);
    hasCData ||= child instanceof library.XmlCData;
  }
  const head = { name: exact(node.name), namespace: node.namespaceUri, line: node.line };
  return { ...head, attributes: attributesOf(reading, node), children, ...(hasCData && { hasCData }) };
}

/** The binding cannot go on behind a processing instruction; those that XML allows are gone by now. */
function childrenOf(library: Library, node: LibraryElement): XmlNode[] {
  const children: XmlNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.next) {
    if (!(child instanceof library.XmlTreeNode)) throw notWellFormed(node.line);
    children.push(child);
  }
  return children;
}

function addText(children: (XmlElement | string)[], text: string): void {
  const last = children.at(-1);
  if (typeof last === 'string') children[children.length - 1] = last + text;
  else if (text !== '') children.push(text);
}

function attributesOf({ exact }: Reading, node: LibraryElement): XmlElement['attributes'] {
  return node.attrs.map((attribute) => ({
    name: exact(attribute.name),
    namespace: attribute.namespaceUri,
    value: exact(attribute.value),
  }));
}
