// XML as far as CyberTipline's documents need it: elements, attributes and text, without document types and without namespaces.
import { demand, wrong } from './bytes.ts';

export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** Everything between its tags that is text, one after the other. */
  readonly text: string;
}

const PART =
  /<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[([^]*?)\]\]>|<\/([^\s>]+)\s*>|<([^\s/>!?]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/gy;

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  readonly texts: string[];
}

export function readXml(bytes: Buffer): Element {
  const text = bytes.toString('utf8');
  demand(Buffer.from(text).equals(bytes), 'XML: no UTF-8');
  const stack: Open[] = [openOf('', '')];
  const inside = (): Open => stack.at(-1) ?? wrong('XML: more ends than beginnings');
  const close = (): void => {
    const { texts, ...rest } = stack.pop() ?? wrong('XML: more ends than beginnings');
    inside().children.push({ ...rest, text: texts.join('') });
  };
  let read = 0;
  for (const [part, data, end, name, attributes = '', empty, run] of plain(text).matchAll(PART)) {
    read += part.length;
    if (data !== undefined) inside().texts.push(data);
    if (run !== undefined) inside().texts.push(meant(run));
    if (name !== undefined) stack.push(openOf(name, attributes));
    if (end !== undefined) demand(inside().name === end, 'XML: an element ends that did not begin');
    if (end !== undefined || empty === '/') close();
  }
  const [{ children, texts } = wrong('XML: nothing')] = stack;
  demand(read === plain(text).length && stack.length === 1, 'XML: not well-formed');
  demand(children.length === 1 && texts.join('').trim() === '', 'XML: not one element at the top');
  return children[0] ?? wrong('XML: nothing');
}

/** Without the byte order mark, lines ended by one character. */
function plain(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

function openOf(name: string, attributes: string): Open {
  const named = [...attributes.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  const kept = named.map(([, key = '', a, b]) => [key, meant((a ?? b ?? '').replace(/[\t\n]/g, ' '))] as const);
  return { name, attributes: new Map(kept.filter(([key]) => !/^xmlns|:/.test(key))), children: [], texts: [] };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function meant(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(\w+));/g, (_, hex?: string, decimal?: string, name = '') => {
    if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name as string] ?? wrong('XML: an entity of no known name');
  });
}
