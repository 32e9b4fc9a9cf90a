// Vectors of data/disclosure.json in both its versions: one that proves its part, and those by which a desk would cheat, to be refused.
import {
  commitment,
  commitmentKey,
  documentKey,
  documentRoot,
  partDigest,
  partLeaf,
  partsOf,
} from '../../lib/custody.ts';
import type { DocumentLabel } from '../../lib/custody.ts';
import { leafSalt } from '../../lib/formats/derive.ts';
import { documentOf, type DisclosedPart } from '../../lib/packet/disclosure.ts';
import type { Json } from '../../lib/ports.ts';

/** Of ten parts the first and the last are shown. */
const SHOWN = ['/empty', '/é'];

export function makeDisclosureVector(secret: Uint8Array, chain: string, document: Record<string, Json>): Json {
  return { cases: (['parts', 'document'] as const).map((label) => caseOf(label, secret, chain, document)) };
}

function caseOf(label: DocumentLabel, secret: Uint8Array, chain: string, document: Record<string, Json>): Json {
  const key = documentKey(secret, chain, 0, label);
  const opener = commitmentKey(secret, chain, 0, label);
  const all = partsOf(document);
  const parts = all.map((part): DisclosedPart => {
    const salt = leafSalt(key, part.pointer);
    const shown = SHOWN.includes(part.pointer) ? { shown: { pointer: part.pointer, salt: salt.toString('hex') } } : {};
    if (label === 'parts') return { digest: partDigest(salt, part).toString('hex'), ...shown };
    return { leaf: partLeaf(label, salt, part).toString('hex'), ...shown };
  });
  return {
    label,
    key: opener.toString('base64'),
    commitment: commitment(opener, label, 'root', documentRoot(label, key, document)),
    document: documentOf(all.filter(({ pointer }) => SHOWN.includes(pointer))) as Json,
    disclosure: { version: label === 'parts' ? 2 : 1, parts: parts as unknown as Json, contents: [], looks: [] },
    refused: cheats(label, parts.length),
  };
}

/** Each as its parts: the one of that place, or the inner node over two of them. In version 1 that passes for a leaf. */
function cheats(label: DocumentLabel, parts: number): Record<string, Json> {
  const all = Array.from({ length: parts }, (_, n) => n);
  return {
    'a part is not told of': all.toSpliced(2, 1),
    'two parts change places': all.toSpliced(2, 2, 3, 2),
    'one is told of twice': all.toSpliced(2, 0, 2),
    ...(label === 'parts' ? { 'an inner node passes for a leaf': [...all.slice(0, 2), [2, 3], ...all.slice(4)] } : {}),
  };
}
