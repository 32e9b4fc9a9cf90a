// Nodes of a CASE graph: their names, and values in the spelling that every reader of JSON-LD takes.
// Always true: a node's name follows from ids that the desk gave; the same thing has the same name in every packet.
import { hash } from 'node:crypto';

/** Its members as JSON writes them: without those that are undefined. */
export type Node = Readonly<Record<string, unknown>>;

/** What a node refers to. */
export interface Ref {
  readonly '@id': string;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A node's name: `kb:<class>-<uuid>`, the UUID the id itself or, where that is none or not enough, derived of it. */
export function nameOf(kind: string, id: string, part?: string): string {
  return `kb:${kind}-${part === undefined && UUID.test(id) ? id : nameUuid(id, part ?? '')}`;
}

export function refTo(kind: string, id: string, part?: string): Ref {
  return { '@id': nameOf(kind, id, part) };
}

/** RFC 9562 version 5, over the id and, behind a line feed, the part; in the namespace of these ids. */
function nameUuid(id: string, part: string): string {
  const hex = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(`${id}\n${part}`, 'utf8')]), 'hex');
  const variant = '89ab'[parseInt(hex.charAt(16), 16) & 3] ?? '';
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Of `referral-desk/case-uco/1` in the namespace of URLs: once computed, for ever. */
const NAMESPACE = Buffer.from('4b8ffdc0ab04509a9f7bb0dc7e928ae5', 'hex');

export function dateTime(value: string): Node {
  return { '@type': 'xsd:dateTime', '@value': value };
}

export function hexBinary(value: string): Node {
  return { '@type': 'xsd:hexBinary', '@value': value };
}

/** Text from outside: half of a surrogate pair has no place in RDF. */
export function text(value: string): string {
  return value.toWellFormed();
}
