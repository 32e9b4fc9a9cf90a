// Writes the test vectors beside it, once: `node test/vectors/make.ts`. Where the product draws random bytes, what it made is
// recorded; everything else comes out the same again. receipt-document.json was made by a desk of before 2026-11-26 and is not made again. All keys are in the files, and none of them guards anything.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commitment,
  commitmentKey,
  documentKey,
  documentRoot,
  entryHash,
  partLeaf,
  partsOf,
  type CommitmentType,
  type DocumentLabel,
  type Entry,
} from '../../lib/custody.ts';
import { canonical, canonicalBytes } from '../../lib/formats/canonical.ts';
import { deriveKey, hmac, leafSalt, wrapKey, type KeyUse } from '../../lib/formats/derive.ts';
import { sealMessage } from '../../lib/formats/message/index.ts';
import { seal } from '../../lib/local/seal-bytes.ts';
import type { Json } from '../../lib/ports.ts';
import { PieceRoot } from '../../lib/seal.ts';
import { makeDeskVectors } from './make-desk.ts';
import { makeDisclosureVector } from './make-disclosure.ts';
import { makeLogVector } from './make-log.ts';
import { makePacketVectors } from './make-packet.ts';

const DESK = '00000000-0000-4000-8000-0000000000de';
const OWNER = '00000000-0000-4000-8000-00000000000a';
const OBJECT = '00000000-0000-4000-8000-00000000000b';
const ACTOR = '00000000-0000-4000-8000-00000000000c';
const PACKET = '00000000-0000-4000-8000-00000000000d';

/** 32 bytes that come from a name and guard nothing. */
function fixed(name: string): Buffer {
  return createHash('sha256').update(`test vector: ${name}`).digest();
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const SECRET = fixed('secret');

function keyDerivation(): Json {
  const cases: readonly (readonly [KeyUse, string, number, string])[] = [
    ['wrap', OWNER, 0, OBJECT],
    ['commit', OWNER, 3, 'sha256'],
    ['commit', 'desk', 12, 'row:actor/é'],
    ['salt', OWNER, 0, 'document'],
  ];
  return {
    secret: hex(SECRET),
    cases: cases.map(([use, chain, seq, label]) => ({
      ...{ use, chain, seq, label },
      info: canonical(['referral-desk/1', use, chain, seq, label]),
      key: hex(deriveKey(SECRET, use, chain, seq, label)),
    })),
  };
}

function keyWrap(): Json {
  const wrappingKey = fixed('wrapping key');
  const all = Buffer.concat([fixed('blob'), fixed('more of the blob')]);
  return {
    cases: [61, 32, 20, 8].map((length) => {
      const bytes = all.subarray(0, length);
      return { wrappingKey: hex(wrappingKey), bytes: base64(bytes), wrapped: base64(wrapKey(wrappingKey, bytes)) };
    }),
  };
}

async function sealed(plain: Uint8Array): Promise<{ message: string; sealed: string; key: string }> {
  const key = fixed('wrapping key of an object');
  const root = new PieceRoot();
  const pieces: Buffer[] = [];
  for await (const piece of sealMessage({ key, context: { owner: OWNER, object: OBJECT } }, [plain])) {
    pieces.push(root.add(piece));
  }
  return { key: hex(key), message: base64(Buffer.concat(pieces)), sealed: root.end() };
}

async function sealedObject(): Promise<Json> {
  const texts = ['', 'a', 'This was sealed for a test, and no more.'];
  const make = async (text: string): Promise<Json> => ({
    object: OBJECT,
    owner: OWNER,
    text,
    ...(await sealed(Buffer.from(text))),
  });
  return { cases: await Promise.all(texts.map(make)) };
}

function dataKey(): Json {
  const context = { desk: DESK, owner: OWNER, object: OBJECT, kind: 'evidence' };
  const blob = seal(fixed('data key'), fixed('wrapping key of an object'), canonicalBytes(context));
  return {
    ...context,
    data: hex(fixed('data key')),
    secret: hex(SECRET),
    key: hex(fixed('wrapping key of an object')),
    blob: base64(blob),
    wrappedKey: base64(wrapKey(deriveKey(SECRET, 'wrap', OWNER, 0, OBJECT), blob)),
  };
}

const DOCUMENT = {
  'z/with~signs': 'a pointer needs escapes for this name',
  list: [{ n: 1 }, 'two', 3.5e-7, null],
  empty: [],
  nothing: {},
  number: 1e21,
  é: 'written as it is',
  text: 'line\nand "quotes" and \u20ac',
};

function document(label: DocumentLabel): Json {
  const key = documentKey(SECRET, OWNER, 0, label);
  const parts = partsOf(DOCUMENT).map((part) => {
    const salt = leafSalt(key, part.pointer);
    const leafHash = hex(partLeaf(label, salt, part));
    return { pointer: part.pointer, value: part.value as Json, salt: hex(salt), leafHash };
  });
  return {
    ...{ secret: hex(SECRET), chain: OWNER, seq: 0, label },
    documentKey: hex(key),
    document: DOCUMENT,
    parts,
    root: documentRoot(label, key, DOCUMENT),
  };
}

function commitments(): Json {
  const cases: readonly (readonly [string, CommitmentType, Json])[] = [
    ['original', 'sha256', hex(fixed('a file'))],
    ['contents', 'root', hex(fixed('a root'))],
    ['order', 'text', ['a hold', 'a reason', 'a legal basis']],
    ['order', 'text', [PACKET, 'example-police', 'a purpose', 'a legal basis']],
    ['packet', 'sha256', hex(fixed('a packet'))],
    ['release', 'text', [PACKET, 0, 4096, true]],
    ['answer', 'text', [PACKET, 'outcome', 'arrest', null, 'a note']],
    [`row:packet/${PACKET}`, 'row', packetRow()],
    [
      'row:agency/example',
      'row',
      { kind: 'agency', id: 'example', value: { id: 'example' }, lists: [{ list: 'agencies', sort: 'example' }] },
    ],
  ];
  return {
    ...{ secret: hex(SECRET), chain: OWNER, seq: 4 },
    cases: cases.map(([label, type, value]) => {
      const key = commitmentKey(SECRET, OWNER, 4, label);
      return { label, type, value, key: hex(key), commitment: commitment(key, label, type, value) };
    }),
  };
}

function packetRow(): Json {
  const orderedAt = '2026-02-01T10:00:00.000Z';
  const value = {
    ...{ id: PACKET, referral: OWNER, agency: 'example-police', state: 'ordered', orderedBy: ACTOR, orderedAt, seq: 4 },
    ...{ answers: [], links: [] },
  };
  const lists = [`packets/${OWNER}`, 'agency-packets/example-police', 'packets', 'ordered-packets'];
  return { kind: 'packet', id: PACKET, value, lists: lists.map((list) => ({ list, sort: orderedAt })) };
}

function entryChain(): Json {
  const acts = ['open', 'view', 'finish'] as const;
  const entries: { entry: Json; text: string; hash: string }[] = [];
  for (const [seq, act] of acts.entries()) {
    const entry: Entry = {
      version: 1,
      desk: DESK,
      chain: OWNER,
      seq,
      prev: entries.at(-1)?.hash ?? null,
      time: `2026-02-01T10:00:0${seq}.000Z`,
      actorId: ACTOR,
      act,
      objects: act === 'finish' ? [] : [{ id: OBJECT, sealed: hex(fixed(`root ${seq}`)) }],
      commitments: { [`label of ${act}`]: hex(fixed(`commitment ${seq}`)) },
    };
    const text = canonical(entry);
    entries.push({ entry, text, hash: entryHash(text) });
  }
  return { entries };
}

function secretRow(): Json {
  const storage = fixed('storage key');
  const row = base64(seal(storage, SECRET, Buffer.from(OWNER)));
  return { storage: hex(storage), owner: OWNER, secret: hex(SECRET), sealed: row, destroyed: '00'.repeat(61) };
}

function lookupRow(): Json {
  const lookup = fixed('lookup key');
  const cases = [
    ['idempotency', 'a call of an example'],
    ['report', '1234567890123456'],
  ].map(([kind = '', key = '']) => {
    return { kind, organisation: ACTOR, key, id: hex(hmac(lookup, canonicalBytes([kind, ACTOR, key]))) };
  });
  const persons = [['https://id.example/pool', '5f0c2f6e']].map(([issuer = '', subject = '']) => {
    return { issuer, subject, id: hex(hmac(lookup, canonicalBytes(['person', issuer, subject]))) };
  });
  return { lookup: hex(lookup), cases, persons };
}

const vectors: Readonly<Record<string, Json>> = {
  'key-derivation': keyDerivation(),
  'key-wrap': keyWrap(),
  'sealed-object': await sealedObject(),
  'data-key': dataKey(),
  document: document('document'),
  'document-parts': document('parts'),
  disclosure: makeDisclosureVector(SECRET, OWNER, DOCUMENT),
  commitments: commitments(),
  'entry-chain': entryChain(),
  'secret-row': secretRow(),
  'lookup-row': lookupRow(),
  ...(await makeLogVector(DESK, fixed)),
  ...(await makeDeskVectors()),
  ...(await makePacketVectors(DESK, fixed)),
};

for (const [name, vector] of Object.entries(vectors)) {
  writeFileSync(join(import.meta.dirname, `${name}.json`), `${JSON.stringify(vector, null, 2)}\n`);
}
