// Small harms to a document: what clients get wrong, and what nobody would think of.
// Always true: what is done depends on the choices alone; a harmed document is still text, often well-formed, seldom valid.
import type { XmlElement } from '../../../../lib/formats/xml/index.ts';
import { writeXml } from '../../../../lib/formats/xml/index.ts';
import { BARE } from './values.ts';

/** An element that can be changed in place. */
interface Draft {
  name: string;
  attributes: { name: string; value: string }[];
  children: (Draft | string)[];
}

/** Numbers that decide what is done and where; used up in order. */
export type Choices = readonly [kind: number, where: number, what: number, which: number];

const NAMES =
  'report fileDetails incidentSummary platform age dateOfBirth spam type verified value name potentialMeme fileAnnotations ipCaptureEvent deviceId additionalInfo ' +
  'email phone address reportingPerson victim reportId fileId firstName x incidenttype';
const names = NAMES.split(' ');
const VALUES = [...BARE, ' ', 'x', '\u00a0', 'a\tb', '<', '&'];
const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
const RAW = [
  '<!--c-->',
  '<?p x?>',
  '<![CDATA[]]>',
  '<![CDATA[ ]]>',
  '<![CDATA[x]]>',
  ' ',
  '\n\t',
  'x',
  '&#160;',
  '&#32;',
  '&amp;',
  '<x/>',
  '<age>5</age>',
  '<spam/>',
  '</x>',
  '\ufeff',
];

export function draftOf(element: XmlElement): Draft {
  const attributes = element.attributes.map(({ name, namespace, value }) =>
    namespace === '' ? { name, value } : { name: `xsi:${name}`, value },
  );
  return {
    name: element.name,
    attributes,
    children: element.children.map((child) => (typeof child === 'string' ? child : draftOf(child))),
  };
}

/** The document after all the harms. */
export function harm(root: XmlElement, all: readonly Choices[]): string {
  const draft = draftOf(root);
  draft.attributes.unshift({ name: 'xmlns:xsi', value: INSTANCE });
  for (const choices of all) harmOnce(draft, choices);
  const xml = writeXml(draft);
  const raw = all.find(([kind]) => kind % 4 === 0);
  return raw === undefined ? xml : insertRaw(xml, raw);
}

const pick = <T>(list: readonly T[], choice: number): T | undefined => list[choice % Math.max(1, list.length)];

function elements(draft: Draft): Draft[] {
  return [draft, ...draft.children.flatMap((child) => (typeof child === 'string' ? [] : elements(child)))];
}

const HARMS: readonly ((at: Draft, all: readonly Draft[], what: number, which: number) => void)[] = [
  // children: dropped, given twice, exchanged, moved, brought in from elsewhere, renamed
  (at, _all, what) => void at.children.splice(what % Math.max(1, at.children.length), 1),
  (at, _all, what) => {
    const child = pick(at.children, what);
    if (child !== undefined) at.children.splice(what % at.children.length, 0, structuredClone(child));
  },
  (at, _all, what, which) => {
    if (at.children.length < 2) return;
    const [one] = at.children.splice(what % at.children.length, 1);
    if (one !== undefined) at.children.splice(which % (at.children.length + 1), 0, one);
  },
  (at, all, what, which) => {
    const guest = pick(all, what);
    if (guest !== undefined) at.children.splice(which % (at.children.length + 1), 0, structuredClone(guest));
  },
  (at, _all, what) => void (at.name = pick(names, what) ?? 'x'),
  (at, all, what) => void (at.name = pick(all, what)?.name ?? 'x'),
  // text: other values, none, text between elements
  (at, _all, what) =>
    void (at.children = at.children.some((child) => typeof child !== 'string')
      ? at.children
      : [pick(VALUES, what) ?? '']),
  (at, _all, what) => void (at.children = [pick(VALUES, what) ?? '']),
  (at) => void (at.children = []),
  (at, _all, what, which) => void at.children.splice(which % (at.children.length + 1), 0, pick(VALUES, what) ?? ''),
  // attributes: dropped, changed, added, renamed, of a namespace
  (at, _all, what) => void at.attributes.splice(what % Math.max(1, at.attributes.length), 1),
  (at, _all, what, which) => {
    const attribute = pick(at.attributes, what);
    if (attribute !== undefined && !attribute.name.startsWith('xmlns')) attribute.value = pick(VALUES, which) ?? '';
  },
  (at, _all, what, which) => {
    add(at, pick(names, what) ?? 'x', pick(VALUES, which) ?? '');
  },
  (at, all, what, which) => {
    const other = pick(all, what);
    const attribute = pick(other?.attributes ?? [], which);
    if (attribute !== undefined) add(at, attribute.name, attribute.value);
  },
  (at, _all, what) => {
    add(
      at,
      pick(
        ['xsi:schemaLocation', 'xsi:noNamespaceSchemaLocation', 'xsi:nil', 'xsi:x', 'xml:lang', 'xml:space'],
        what,
      ) ?? '',
      'false',
    );
  },
  (at, _all, what) => {
    add(at, pick(['xmlns', 'xmlns:p'], what) ?? '', pick(['urn:x', INSTANCE], what) ?? '');
  },
];

function add(at: Draft, name: string, value: string): void {
  if (at.attributes.every((each) => each.name !== name)) at.attributes.push({ name, value });
}

function harmOnce(root: Draft, [kind, where, what, which]: Choices): void {
  const all = elements(root);
  const at = all[where % all.length];
  if (at !== undefined) HARMS[kind % HARMS.length]?.(at, all, what, which);
}

/** Puts something behind a tag. */
function insertRaw(xml: string, [, where, what]: Choices): string {
  const tags = [...xml.matchAll(/>/g)].map(({ index }) => index + 1);
  const at = pick(tags, where) ?? 0;
  return xml.slice(0, at) + (pick(RAW, what) ?? '') + xml.slice(at);
}
