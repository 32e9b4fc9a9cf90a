// What is made of a secret: keys, commitments, the root of a document, the id of a lookup row.
import { createHmac, hkdfSync, type KeyObject } from 'node:crypto';
import { hmac, sha256 } from './bytes.ts';
import { byCodeUnits, canonical, isList, type Json, type JsonObject } from './json.ts';
import { rootOf } from './merkle.ts';

export type Use = 'wrap' | 'commit' | 'salt';
export type CommitmentType = 'sha256' | 'root' | 'text' | 'row' | 'entry';

export function infoOf(use: Use, chain: string, seq: number, label: string): string {
  return canonical(['referral-desk/1', use, chain, seq, label]);
}

/** K(secret, use, chain, seq, label). */
export function keyOf(secret: Uint8Array, use: Use, chain: string, seq: number, label: string): Buffer {
  const info = infoOf(use, chain, seq, label);
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 32));
}

/** The hex commitment under a key that is known already, as openings carry it. */
export function commitmentWith(key: Uint8Array | KeyObject, label: string, type: CommitmentType, value: Json): string {
  return createHmac('sha256', key)
    .update(canonical([label, type, value]))
    .digest('hex');
}

export interface Part {
  readonly pointer: string;
  readonly value: Json;
}

/** A document's top-level fields in canonical order; a non-empty array gives one part for each element. */
export function partsOf(document: JsonObject): readonly Part[] {
  return Object.keys(document)
    .sort(byCodeUnits)
    .flatMap((name) => {
      const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const value = document[name] ?? null;
      if (!isList(value) || value.length === 0) return [{ pointer, value }];
      return value.map((element, index) => ({ pointer: `${pointer}/${index}`, value: element }));
    });
}

/** How a first entry commits to its document: `parts`, or as it was before, `document`. */
export type Form = 'parts' | 'document';

export function formOf(label: string): Form | undefined {
  return label === 'parts' || label === 'document' ? label : undefined;
}

/** A leaf's data. Of `document` salt ‖ canonical JSON of [pointer, value]; of `parts` the SHA-256 of that. */
export function leafData(form: Form, salt: Uint8Array, part: Part): Buffer {
  const salted = Buffer.concat([salt, Buffer.from(canonical([part.pointer, part.value]))]);
  return form === 'parts' ? sha256(salted) : salted;
}

export function partSalt(documentKey: Uint8Array, { pointer }: Part): Buffer {
  return hmac(documentKey, pointer);
}

export function documentRoot(form: Form, documentKey: Uint8Array, document: JsonObject): string {
  return rootOf(partsOf(document).map((part) => leafData(form, partSalt(documentKey, part), part))).toString('hex');
}

export interface Content {
  readonly name: string;
  readonly seq: number;
  readonly commitment: string;
}

/** What a finish entry commits to: everything the referral consists of. */
export function contentsRoot(contents: readonly Content[]): string {
  const sorted = [...contents].sort((a, b) => byCodeUnits(a.name, b.name));
  const leaves = sorted.map(({ name, seq, commitment }) => Buffer.from(canonical([name, seq, commitment])));
  return rootOf(leaves).toString('hex');
}

/** @param kind `idempotency`, whose key is the caller's, or `report`, whose key is the desk's number */
export function lookupId(lookupKey: Uint8Array, kind: string, organisation: string, key: string): string {
  return hmac(lookupKey, canonical([kind, organisation, key])).toString('hex');
}
