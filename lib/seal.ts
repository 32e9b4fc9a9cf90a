// Step 2, seal: bytes are hashed, checked, encrypted and put away for good in one pass. Plaintext exists only in this
// process's memory, a frame at a time; nothing refers to the bytes before they are durable and proved to be what was declared.
import { daysAfter, type Chain, type Core, type SealedObject } from './core.ts';
import { Digester, FileDigester, pieceRootOf, PieceRoot, type Digests } from './digests.ts';
import { DeskError } from './errors.ts';
import { canonicalBytes } from './formats/canonical.ts';
import { deriveKey, unwrapKey, wrapKey } from './formats/derive.ts';
import {
  draw,
  openAtOnce,
  openMessage,
  openMessageRange,
  sealAtOnce,
  sealMessage,
  type MessageKey,
} from './formats/message/index.ts';
import type { KeyContext, ObjectKind, ObjectRecord, Owner, Range } from './ports.ts';
import { giveBack, inOne, usedUp } from './formats/used-up.ts';

export { PieceRoot, type Digests } from './digests.ts';

/** What the sender says the bytes are. */
export interface Declared {
  /** SHA-256, 64 lower-case hex digits. */
  readonly sha256: string;
  /** Undefined: not known beforehand. */
  readonly sizeBytes?: number | undefined;
}

/** Seals a small value that is at hand (a document, the words of an entry) into a pack. */
export async function sealSmall(
  core: Core,
  chain: Chain,
  plain: Uint8Array,
  kind: ObjectKind = 'words',
): Promise<SealedObject> {
  const object = await newObject(core, chain, kind);
  const ciphertext = sealAtOnce(object.message, plain, draw());
  const place = await core.pack(ciphertext);
  return { record: { ...object.record, place }, sealed: pieceRootOf(ciphertext) };
}

/** Seals a JSON value as its canonical text. */
export async function sealJson(core: Core, chain: Chain, value: unknown): Promise<SealedObject> {
  return sealSmall(core, chain, canonicalBytes(value));
}

/** A file put away, and what was found on the way; `words` is sealed behind it in the same vault file. */
export interface SealedFile {
  readonly file: SealedObject;
  readonly words: SealedObject;
  readonly digests: Digests;
}

/**
 * Seals a file in one pass. Refused bytes leave nothing behind.
 * @param declared what they must be; undefined where the sender's protocol has no word for it
 * @param describe what to seal beside the file, once its digests are known
 * @throws DeskError attachment/digest-mismatch, attachment/size-mismatch, attachment/cut-off, vault/full
 */
export async function sealFile(
  core: Core,
  chain: Chain,
  bytes: AsyncIterable<Uint8Array>,
  declared: Declared | undefined,
  describe: (digests: Digests) => unknown,
): Promise<SealedFile> {
  const file = await newObject(core, chain, 'evidence');
  const words = await newObject(core, chain, 'words');
  const digester = new FileDigester(core.digestsBeside, declared?.sizeBytes);
  const roots = { file: new PieceRoot(), words: new PieceRoot() };

  async function* ciphertext(): AsyncGenerator<Uint8Array, Digests> {
    yield* sealInto(roots.file, file, digester.through(fromSender(bytes)));
    const digests = await digester.end();
    if (declared !== undefined) check(digests, declared);
    yield* sealInto(roots.words, words, [canonicalBytes(describe(digests))]);
    return digests;
  }

  const name = file.record.id;
  const digests = await putLocked(core, name, ciphertext()).finally(() => {
    digester.abandon(); // what the vault failed on after the last byte has no end
  });
  return {
    file: placed(file, roots.file, name, 0),
    words: placed(words, roots.words, name, roots.file.sizeBytes),
    digests,
  };
}

/** A stream put away, and what was found of its plaintext on the way. */
export interface SealedStream {
  readonly object: SealedObject;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/**
 * Seals a stream the desk itself makes (a packet) in one pass, into a vault file of its own, named by the object's id. A stream that
 * throws leaves nothing behind, and its error passes through unchanged.
 * @throws DeskError vault/full, vault/failed
 */
export async function sealStream(
  core: Core,
  chain: Chain,
  kind: ObjectKind,
  bytes: AsyncIterable<Uint8Array>,
): Promise<SealedObject> {
  const object = await newObject(core, chain, kind);
  const root = new PieceRoot();
  const name = object.record.id;
  await putLocked(core, name, sealInto(root, object, bytes));
  return placed(object, root, name, 0);
}

/** The same, for whoever must know what was sealed. @throws DeskError vault/full, vault/failed; internal, when the other core gave up */
export async function sealDigested(
  core: Core,
  chain: Chain,
  kind: ObjectKind,
  bytes: AsyncIterable<Uint8Array>,
): Promise<SealedStream> {
  const digest = new Digester(['sha256'], core.digestsBeside);
  try {
    const object = await sealStream(core, chain, kind, digest.through(bytes));
    const { sha256 } = await digest.end();
    return { object, sha256, sizeBytes: digest.sizeBytes };
  } finally {
    digest.abandon();
  }
}

/** The plaintext of a sealed object, each frame authenticated before it is handed out. */
export async function* openSealed(core: Core, record: ObjectRecord): AsyncGenerator<Buffer, void, undefined> {
  yield* openMessage(await objectKey(core, record), usedUp(core.vault.get(record.place.name, record.place)));
}

/**
 * A stretch of a sealed object's plaintext, reading no more than the frames it lies in.
 * @throws DeskError input/range when it is not within the plaintext; sealed/damaged
 */
export async function* openSealedRange(
  core: Core,
  record: ObjectRecord,
  range: Range,
): AsyncGenerator<Buffer, void, undefined> {
  const { name, offset, sizeBytes } = record.place;
  const read = (at: number, size: number): AsyncIterable<Uint8Array> =>
    usedUp(core.vault.get(name, { offset: offset + at, sizeBytes: size }));
  yield* openMessageRange(await objectKey(core, record), { sizeBytes, read }, range);
}

/** Before anything is entered: a door that cannot carry so much hands out nothing of it. @throws DeskError desk/answer-too-large */
export function demandCarried(sizeBytes: number, mostBytes: number): void {
  if (sizeBytes <= mostBytes) return;
  throw new DeskError('desk/answer-too-large', `This door answers no more than ${mostBytes} bytes at once.`);
}

/** A small sealed object whole. */
export async function openSmall(core: Core, record: ObjectRecord): Promise<Buffer> {
  const key = await objectKey(core, record);
  const chunks: Uint8Array[] = [];
  for await (const chunk of core.vault.get(record.place.name, record.place)) chunks.push(chunk);
  const sealed = inOne(chunks);
  const plain = openAtOnce(key, sealed);
  giveBack(sealed);
  return plain;
}

/** The raw key of one object and the context it is bound to: what any AWS Encryption SDK needs to open it. */
export async function objectKey(core: Core, record: ObjectRecord): Promise<MessageKey> {
  const secret = await core.keys.readSecret(record.owner);
  const wrapped = unwrapKey(wrappingKey(secret, record.owner, record.id), Buffer.from(record.wrappedKey, 'base64'));
  const key = await core.keys.decrypt(wrapped, keyContext(core, record));
  return { key, context: { owner: record.owner, object: record.id } };
}

/**
 * The record of an object whose key is wrapped anew, for a desk that was carried to other keys.
 * @param wrap as `Keys.generateDataKey` wraps a fresh one
 * @throws DeskError keys/absent (its owner's secret was destroyed), keys/refused
 */
export async function rewrap(
  core: Core,
  record: ObjectRecord,
  wrap: (key: Uint8Array, context: KeyContext) => Promise<Uint8Array>,
): Promise<ObjectRecord> {
  const { owner, id } = record;
  const secret = await core.keys.readSecret(owner);
  const { key } = await objectKey(core, record);
  const wrapped = await wrap(key, keyContext(core, record));
  return { ...record, wrappedKey: wrapKey(wrappingKey(secret, owner, id), wrapped).toString('base64') };
}

// ── keys of objects ───────────────────────────────────────────────────────────────────────────────────────────────────

/** An object that has no place yet. */
export interface NewObject {
  readonly record: Omit<ObjectRecord, 'place'>;
  readonly message: MessageKey;
}

/** Makes a key for an object of a chain's owner. */
export async function newObject(core: Core, chain: Chain, kind: ObjectKind): Promise<NewObject> {
  const id = core.newId();
  const { owner, secret } = chain;
  const { key, wrapped } = await core.keys.generateDataKey(keyContext(core, { owner, id, kind }));
  const wrappedKey = wrapKey(wrappingKey(secret, owner, id), wrapped).toString('base64');
  return { record: { id, owner, kind, wrappedKey }, message: { key, context: { owner, object: id } } };
}

function keyContext(core: Core, object: { owner: Owner; id: string; kind: ObjectKind }): KeyContext {
  return { desk: core.desk, owner: object.owner, object: object.id, kind: object.kind };
}

/** An object has no place in its chain yet when its key is wrapped: seq is 0 and the label its id. */
function wrappingKey(secret: Uint8Array, owner: Owner, objectId: string): Buffer {
  return deriveKey(secret, 'wrap', owner, 0, objectId);
}

// ── one pass ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The sealed form of an object's bytes, its root taken on the way; a piece must be used up as `sealMessage` says. */
async function* sealInto(
  root: PieceRoot,
  object: NewObject,
  plain: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Buffer, void> {
  for await (const piece of sealMessage(object.message, plain)) yield root.add(piece);
}

/** Writes a vault file, locked from birth, and answers what its source found once all of it was taken. */
async function putLocked<T>(core: Core, name: string, ciphertext: AsyncGenerator<Uint8Array, T>): Promise<T> {
  let ended: { readonly found: T } | undefined;
  async function* whole(): AsyncGenerator<Uint8Array> {
    ended = { found: yield* ciphertext };
  }
  await core.vault.put(name, whole(), daysAfter(core.now(), core.settings.lockDays));
  if (ended === undefined) throw new DeskError('vault/failed', 'The vault did not take all of the bytes.');
  return ended.found;
}

function placed({ record }: NewObject, root: PieceRoot, name: string, offset: number): SealedObject {
  return { record: { ...record, place: { name, offset, sizeBytes: root.sizeBytes } }, sealed: root.end() };
}

/** A sender who goes away half-way is an error of the sending, not of the desk. */
export async function* fromSender(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (cause) {
    if (cause instanceof DeskError) throw cause;
    throw new DeskError('attachment/cut-off', 'The bytes stopped before the end: send them again.', { cause });
  }
}

function check(found: Digests, declared: Declared): void {
  if (declared.sizeBytes !== undefined && found.sizeBytes !== declared.sizeBytes) {
    throw new DeskError(
      'attachment/size-mismatch',
      'The bytes are not as many as declared: nothing was kept, send again.',
    );
  }
  if (found.sha256 !== declared.sha256) {
    throw new DeskError(
      'attachment/digest-mismatch',
      'The bytes do not have the declared SHA-256: nothing was kept, send again.',
    );
  }
}
