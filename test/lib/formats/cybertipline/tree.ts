// A document as a tree in which only what must survive is left: elements in order, attributes, text.
// Always true: white space goes only between elements and where XML Schema takes it away; booleans are true or false; marks are sorted.
import { readXml, type XmlElement } from '../../../../lib/formats/xml/index.ts';
import { allFields } from '../../../../schemas/index.ts';
import { encode } from './judge.ts';

export interface Tree {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: readonly (Tree | string)[];
}

const byPath = new Map(allFields().map((field) => [field.cybertip, field]));
const COLLAPSED = new Set(['token', 'boolean', 'integer', 'long', 'decimal', 'dateTime', 'date']);

export async function treeOf(xml: string): Promise<Tree> {
  const root = await readXml(encode(xml));
  return strip(root, root.name);
}

function strip({ name, attributes, children }: XmlElement, path: string): Tree {
  const own = attributes
    .filter(({ namespace }) => namespace === '')
    .map((each) => [each.name, settle(each.value, `${path}/@${each.name}`)] as const);
  const elements = children.flatMap((child) =>
    typeof child === 'string' ? [] : [strip(child, `${path}/${child.name}`)],
  );
  const isGroup =
    path === 'report' ||
    path === 'fileDetails' ||
    (byPath.get(path)?.type === 'group' && !byPath.has(`${path}/text()`));
  const text = children.filter((child) => typeof child === 'string').join('');
  const marks = /Annotations$/.test(name) ? elements.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : elements;
  return { name, attributes: Object.fromEntries(own.toSorted()), children: isGroup ? marks : [settle(text, path)] };
}

function settle(text: string, path: string): string {
  const type = (byPath.get(`${path}/text()`) ?? byPath.get(path))?.type ?? 'text';
  if (type === 'flag') return '';
  const kept = COLLAPSED.has(type) ? text.replace(/[ \t\n\r]+/g, ' ').replace(/^ | $/g, '') : text;
  return type === 'boolean' ? kept.replace('1', 'true').replace('0', 'false') : kept;
}
