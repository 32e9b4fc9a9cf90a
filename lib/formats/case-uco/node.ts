// Nodes of a CASE graph: their names, and values in the spelling that every reader of JSON-LD takes.
// Always true: a node's name follows from ids that the desk gave; the same thing has the same name in every packet.
import { createHash } from 'node:crypto';

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
  const hash = createHash('sha1').update(NAMESPACE).update(`${id}\n${part}`, 'utf8').digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
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

/** A member where there is a value. */
export function given(name: string, value: unknown): Node {
  return value === undefined ? {} : { [name]: value };
}
