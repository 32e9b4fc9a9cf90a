// What the world must lend the desk: Vault, Keys, Ledger, a clock and ids. Contracts only; `lib/local` and `lib/aws` fulfil
// them and test/conformance holds every adapter to the same promises. A promise kept by all: when a call that writes has
// resolved, what it wrote survives the process and the power being cut.

/** Whom a secret and a chain belong to: a referral's id, an actor's id, or the desk itself. */
export type Owner = string;
/** The owner of the desk's own secret and chain. */
export const DESK: Owner = 'desk';

/** What kind of bytes a sealed object holds; part of the context its key is bound to (decision 4). */
export type ObjectKind = 'evidence' | 'direct' | 'words' | 'packet';

/** A half-open stretch of bytes: `sizeBytes` bytes from `offset`. */
export interface Range {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Where a sealed object rests: a stretch of one vault file. Many small objects may share a file (a pack). */
export interface Place extends Range {
  readonly name: string;
}

// ── Vault: where sealed bytes rest ────────────────────────────────────────────────────────────────────────────────────

/** Sealed bytes, written once and for good. Names are opaque ids made by the desk (`[0-9a-f-]{1,64}`); bytes are ciphertext. */
export interface Vault {
  /** Whether the store itself keeps locked bytes from being changed (`enforced`), or only the desk does (`advisory`). */
  readonly immutability: 'enforced' | 'advisory';
  /**
   * Writes a new file in one pass, locked until `lockedUntil` from the moment it exists, and answers its size in bytes.
   * Many small objects go in one durable write-once pack: hand their bytes one after another.
   * Nothing is visible under `name` before all of it is durable; a source that throws leaves nothing and its error passes
   * through unchanged. Memory does not grow with the size: a chunk is used up or copied before the next one is asked for.
   * @throws DeskError vault/exists (the bytes there are untouched), vault/full, vault/failed
   */
  put(name: string, bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, lockedUntil: Date): Promise<number>;
  /**
   * The bytes of a stretch (the whole file without one), streamed. Each chunk is the caller's own, who may empty it
   * (formats/used-up.ts); it is shared with nothing.
   * @throws DeskError vault/absent, vault/damaged (the file ends before the stretch does; what is there of it may have come)
   */
  get(name: string, range?: Range): AsyncIterable<Uint8Array>;
  /** Size and lock of a file, or undefined where there is none. `lockedUntil` is exact to the second. */
  stat(name: string): Promise<{ readonly sizeBytes: number; readonly lockedUntil: Date } | undefined>;
  /**
   * Moves the lock's end later; an earlier or equal date changes nothing: a lock is never shortened.
   * @param from how far it reaches now, where that is known: it may save looking
   * @throws DeskError vault/absent
   */
  extendLock(name: string, lockedUntil: Date, from?: Date): Promise<void>;
  /** Every file, in no promised order. Unfinished writes are not among them. */
  list(): AsyncIterable<string>;
  /**
   * An address at which whoever has it can read a file until then, some minutes from now; asks nothing of the store. Only where the store
   * answers by itself.
   */
  readonly lend?: (name: string) => Promise<{ readonly url: string; readonly expiresAt: Date }>;
  /** Files that come in parts, past the desk where the store can. */
  readonly uploads: Uploads;
}

/** A file on its way in parts: the name it will have, and the store's own name for the upload (at most 1,024 characters). */
export interface Upload {
  readonly name: string;
  readonly store: string;
}

/** One part as it is announced, ciphertext. Digests in lower-case hex. */
export interface UploadPart {
  /** From 1 to 10,000. */
  readonly number: number;
  /** Where it begins in the file. */
  readonly offset: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly md5: string;
}

/** A part that is there. A store knows at least one of the digests. */
export interface KeptPart extends Pick<UploadPart, 'number' | 'sizeBytes'> {
  readonly sha256?: string | undefined;
  readonly md5?: string | undefined;
  /** What the store itself calls it, at most 200 characters. Where all parts have one, `complete` asks for none of them. */
  readonly tag?: string | undefined;
}

/** Where a sender puts one part by himself: what he must send, word for word, and nothing else will be taken. */
export interface PartAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Uploads in parts. Nothing is visible under a file's name before it is complete. */
export interface Uploads {
  /** Begins one; what it becomes will be locked until `lockedUntil`. A name is begun once. */
  begin(name: string, lockedUntil: Date): Promise<Upload>;
  /**
   * A signed address at the store itself, good until then for this part's bytes only; undefined where the store takes nothing from
   * strangers: then the desk takes the bytes and hands them to `put`.
   */
  address(upload: Upload, part: UploadPart, until: Date): Promise<PartAddress | undefined>;
  /**
   * Notes, until then at least, that parts of these numbers are announced. True where none of them was before: then none is there. Only
   * where that is cheaper than to ask for `parts`.
   */
  readonly isFirst?: (upload: Upload, numbers: readonly number[], until: Date) => Promise<boolean>;
  /**
   * Takes a part. The same part again is fine; of other bytes than announced nothing is kept. Memory does not grow with the size.
   * @throws DeskError attachment/size-mismatch, attachment/digest-mismatch, vault/absent (no such upload: complete or given up),
   *   vault/full; what the source throws, unchanged
   */
  put(upload: Upload, part: UploadPart, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** The parts that are there, by number. @throws DeskError vault/absent */
  parts(upload: Upload): Promise<KeptPart[]>;
  /**
   * Makes the file of these parts, all of which are there and lie end to end, locked from the moment it exists.
   * @returns its size in bytes
   * @throws DeskError vault/exists (there is a file of this name: it is untouched), vault/absent (no such upload, or a part is not there)
   */
  complete(upload: Upload, parts: readonly KeptPart[], lockedUntil: Date): Promise<number>;
  /** Gives an upload up, with all its parts. One that is complete or gone is fine. */
  abort(upload: Upload): Promise<void>;
}

// ── Keys: what wraps, what signs ──────────────────────────────────────────────────────────────────────────────────────

/** What a data key is bound to; handed to KMS as encryption context, so opaque ids and codes only. */
export interface KeyContext {
  readonly desk: string;
  readonly owner: Owner;
  readonly object: string;
  readonly kind: ObjectKind;
}

/** A signing key serves one purpose only: a signature by a key of another purpose is no signature. */
export type Purpose = 'receipts' | 'log' | 'packets';
/** All of them, in the order of trust.json. */
export const PURPOSES: readonly Purpose[] = ['receipts', 'log', 'packets'];

/** A public signing key as trust.json carries it. Times are RFC 3339 UTC; `to` is absent while the key is in use. */
export interface PublicKey {
  readonly purpose: Purpose;
  /** 32 lower-case hex digits. */
  readonly id: string;
  /** Ed25519 public key (RFC 8032), 32 bytes, base64. */
  readonly publicKey: string;
  readonly from: string;
  readonly to?: string;
  /** The previous key's word for this one (its id, its signature in base64); absent on a purpose's first key. */
  readonly endorsement?: { readonly by: string; readonly signature: string };
}

/** Wrapping keys, owners' secrets and signing keys. No method hands out a private signing key or the storage key. */
export interface Keys {
  /** A fresh 256-bit key and the blob that only `decrypt` with the very same context turns back into it. */
  generateDataKey(context: KeyContext): Promise<{ readonly key: Uint8Array; readonly wrapped: Uint8Array }>;
  /** @throws DeskError keys/refused when blob or context differ from what generateDataKey bound together in any bit */
  decrypt(wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array>;

  /**
   * Makes a 32-byte secret for each owner, all durable in one go, in the order asked for.
   * @throws DeskError state/exists when one of them has or had a secret (none is made then)
   */
  createSecrets(owners: readonly Owner[]): Promise<Uint8Array[]>;
  /** @throws DeskError keys/absent where there is none (never made, or destroyed), keys/refused when the row was altered */
  readSecret(owner: Owner): Promise<Uint8Array>;
  /**
   * Destroys an owner's secret for good: when it resolves no byte of it is left in the store and the owner's id stands in
   * the list of the destroyed, which a restore obeys. Destroying what is gone already is done.
   */
  destroySecret(owner: Owner): Promise<void>;
  /** Whether an owner's id stands in the list of the destroyed. */
  isDestroyed(owner: Owner): Promise<boolean>;
  /** Every owner that has a secret, in no promised order. */
  owners(): AsyncIterable<Owner>;

  /** The desk-wide key for lookup rows (decision 5), 32 bytes, the same for the desk's whole life. */
  lookupKey(): Promise<Uint8Array>;

  /** Signs at most 4,096 bytes with the purpose's present key (Ed25519, RFC 8032). */
  sign(purpose: Purpose, message: Uint8Array): Promise<{ readonly keyId: string; readonly signature: Uint8Array }>;
  /** All signing keys ever, oldest first within each purpose. */
  publicKeys(): Promise<PublicKey[]>;
  /** Replaces a purpose's key from `now` on; the old key signs the new one (`endorsement`) and then never signs again. */
  rotate(purpose: Purpose, now: Date): Promise<PublicKey>;
}

// ── Ledger: the book ──────────────────────────────────────────────────────────────────────────────────────────────────

/** A JSON value (RFC 8259). */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a row is about. */
export type RowKind =
  | 'referral'
  | 'declared'
  | 'attachment'
  | 'upload'
  | 'packet'
  | 'filing'
  | 'regime'
  | 'notice'
  | 'link'
  | 'lookup'
  | 'actor'
  | 'agency'
  | 'certificate'
  | 'backup'
  | 'stamp';

/** What names a row. */
export interface RowKey {
  readonly kind: RowKind;
  readonly id: string;
}

/** What the desk knows about a thing right now. Holds no personal data. */
export interface Row extends RowKey {
  readonly value: { readonly [key: string]: Json };
  /** The lists this row stands in, each with its place there (`sort`, compared as text). */
  readonly lists: readonly { readonly list: string; readonly sort: string }[];
  /** The label of the commitment in its entry that vouches for this row (custody.ts). */
  readonly label: string;
}

/** A row together with the entry that last wrote it. */
export interface StoredRow extends Row {
  readonly chain: string;
  readonly seq: number;
}

/** How to find and open a sealed object. Stands beside the entry that made the object; never changes. */
export interface ObjectRecord {
  readonly id: string;
  readonly owner: Owner;
  readonly kind: ObjectKind;
  readonly place: Place;
  /** The KMS blob wrapped once more under the owner's secret (AES-256-KWP), base64. */
  readonly wrappedKey: string;
}

/** An entry as the book keeps it: the chained part word for word, and what stands beside it. */
export interface StoredEntry {
  readonly chain: string;
  readonly seq: number;
  /** The chained part in canonical JSON (RFC 8785). */
  readonly text: string;
  readonly objects: readonly ObjectRecord[];
}

/** One act: its entry and its effect, committed together or not at all. */
export interface Commit {
  readonly entry: StoredEntry;
  readonly put: readonly Row[];
  readonly remove: readonly RowKey[];
  /** Rows that must not exist yet. */
  readonly absent: readonly RowKey[];
  /** The entry before it, as `head` answered it just now; null where there was none. It may save reading that again, and is believed no further. */
  readonly after?: StoredEntry | null;
}

/** `moved`: the chain's next place is taken, read again and retry; `exists`: a row that must not exist does. */
export type CommitResult = 'done' | 'moved' | 'exists';

/** One page of a list; `next` is handed back as `after` for the following page and absent on the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** An entry's place in the Merkle log's order. `hash` is the SHA-256 of its chained part, hex. */
export interface LogLeaf {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

/** The log's latest state: `size` leaves and the signed note over them. `log` counts the desk's logs from 1. */
export interface LogState {
  readonly log: number;
  readonly size: number;
  readonly checkpoint: string;
}

/** 256 hashes of 32 bytes or fewer (the newest tile of its level): C2SP tlog-tiles. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** One step of the integrator, taken whole or not at all. */
export interface Integration {
  /** The state it builds on; undefined for the desk's very first batch. */
  readonly after: LogState | undefined;
  readonly state: LogState;
  readonly leaves: readonly LogLeaf[];
  readonly tiles: readonly Tile[];
}

/** The book: chains of entries, rows, lists over rows, and the log over all chains. */
export interface Ledger {
  /**
   * Many commits in one durable transaction; each is taken whole or refused by itself, in the order given, and later ones
   * see earlier ones. A commit is taken when its entry's `seq` is the next of its chain and every `absent` row is absent.
   * `put` replaces a row and its lists; `remove` of what is not there is fine.
   * @throws DeskError ledger/full, ledger/failed (then none of them was taken)
   */
  commit(commits: readonly Commit[]): Promise<CommitResult[]>;

  /** Undefined where there is no such row. */
  row(key: RowKey): Promise<StoredRow | undefined>;
  /**
   * Rows of a list in the order of `sort` then id, from after the cursor; at most `limit`. Reads only what it answers.
   * @throws DeskError input/malformed when `after` is no cursor
   */
  list(list: string, page: { readonly after?: string | undefined; readonly limit: number }): Promise<Page<StoredRow>>;

  /** The last entry of a chain. */
  head(chain: string): Promise<StoredEntry | undefined>;
  /** Entries of a chain from `from` on, at most `limit`, in order. */
  entries(chain: string, from: number, limit: number): Promise<StoredEntry[]>;
  /** The entry that made a sealed object. */
  entryOfObject(objectId: string): Promise<StoredEntry | undefined>;

  /** Entries not yet in the log, oldest first, at most `limit`; those of one chain in the order of their seq. */
  pending(limit: number): Promise<LogLeaf[]>;
  /** The state of the present log, or of log number `log`, after its newest batch; undefined before the first. */
  logState(log?: number): Promise<LogState | undefined>;
  /**
   * Takes a batch when the present state is `after` in every field, and answers false when it is not. A step whose
   * `state.log` is one more than `after.log` begins a new log: every entry outside its own leaves is pending again, while
   * the old log's leaves, tiles and checkpoints stay readable.
   */
  integrate(step: Integration): Promise<boolean>;
  /** A tile as `integrate` took it, hashes one after another; undefined where there is none. */
  tile(log: number, level: number, index: number): Promise<Uint8Array | undefined>;
  /** Where an entry stands in the present log, or undefined while it is pending. */
  leafIndex(chain: string, seq: number): Promise<number | undefined>;
  /** The log's own order: leaves from index `from` on, at most `limit`. */
  leaves(log: number, from: number, limit: number): Promise<LogLeaf[]>;
  /** Every checkpoint of every log, newest first, from after the cursor; at most `limit`. Reads only what it answers. */
  checkpoints(page: { readonly after?: string | undefined; readonly limit: number }): Promise<Page<LogState>>;

  /**
   * Looks for damage that only the store itself can see (rows no verb reads, lists that do not match their rows, index
   * and log out of step, a corrupt file). Names what it finds; an empty answer means none.
   * It also names every row that its entry does not vouch for: the entry must carry the commitment with the row's label,
   * which is `row:<kind>/<id>`, and no entry that arrived later, in any chain, may carry it too. The label of a lookup row is
   * `row:lookup/0`: later entries may carry that one, but no two lookup rows may name one entry.
   * Between its questions it lets others have their turn.
   */
  inspect(): AsyncIterable<{ readonly what: string; readonly where: string }>;
}

// ── The rest of the world ─────────────────────────────────────────────────────────────────────────────────────────────

/** The typefaces of the PDF; all but the first three are asked for once some text needs them. */
export type FontName =
  | 'sans'
  | 'sansBold'
  | 'mono'
  | 'hebrew'
  | 'hebrewBold'
  | 'arabic'
  | 'arabicBold'
  | 'devanagari'
  | 'thai'
  | 'chinese'
  | 'japanese'
  | 'korean';

/** Bytes that rest for a while in scratch room. */
export interface Kept {
  readonly sizeBytes: number;
  /** From the first byte, as often as asked. @throws DeskError vault/failed */
  read(): AsyncIterable<Uint8Array>;
  /** Gives the room up; again is fine. */
  discard(): Promise<void>;
}

/** Room for bytes that have no place yet. What is put there is ciphertext, and none of it outlives the process for long. */
export interface Scratch {
  /**
   * Takes all bytes in, in memory that does not grow with them. A source that throws leaves nothing, and its error passes through
   * unchanged.
   * @throws DeskError vault/full, vault/failed
   */
  keep(bytes: AsyncIterable<Uint8Array>): Promise<Kept>;
}

/** A digest by its name in node:crypto. */
export type DigestName = 'md5' | 'sha1' | 'sha256' | 'sha512';

/** Digests of one stream of bytes, taken as they go by. */
export interface RunningDigests<N extends DigestName> {
  /** What it is given is used up or copied when it returns. A promise where there is no room for more yet: wait for it. */
  add(chunk: Uint8Array): Promise<void> | undefined;
  /** Lower-case hex. Asked once, after the last chunk. @throws DeskError internal, when the other core gave up */
  end(): Promise<Readonly<Record<N, string>>>;
  /** Nothing more comes, and nobody will ask. */
  abandon(): void;
}

/** Begins digests of which some or all may be taken on another core. `sizeBytes`: how much is expected, where that is known. */
export type DigestsBeside = <N extends DigestName>(names: readonly N[], sizeBytes?: number) => RunningDigests<N>;

/** One call to whom reports are filed with. */
export interface RecipientCall {
  readonly method: 'GET' | 'POST';
  /** Below the base URL: `/submit`. */
  readonly path: string;
  readonly contentType?: string;
  /** Of a stream, where that is known: it goes as Content-Length then. */
  readonly sizeBytes?: number;
  /** Read once; a stream is never sent twice. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
}

/** What it answered, whatever that is. `body` is at most 1 MiB; more is recipient/unreadable. */
export interface RecipientAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  /** Its own name for the answer, to ask about it by. */
  readonly requestId?: string;
}

/** Whom reports are filed with: an API that speaks as NCMEC's CyberTipline does. Knows base URL and credentials, and says neither. */
export interface Recipient {
  /** As `--to` and the book name it: `ncmec`. */
  readonly name: string;
  /** Which one of that name: its base URL. A filing goes on with this one and no other. */
  readonly server: string;
  /** Which elements it knows: NCMEC's published XSD, or that and the four additions of 2026. */
  readonly schema: '2025' | '2026';
  /**
   * @throws DeskError recipient/unreached (surely nothing was taken: no connection), recipient/lost (the call may have had its
   *   effect and no whole answer came), recipient/unreadable (an answer without end); what the body throws, unchanged
   */
  send(call: RecipientCall): Promise<RecipientAnswer>;
}

/** Whoever stamps the log's checkpoints with the time (RFC 3161). */
export interface TimeStamper {
  /** As files and the book name it: a-z, 0-9, - and dots, 63 at most. */
  readonly name: string;
  /** Certificates (X.509, DER) its stamps must lead to; without them a stamp's signer is held against nobody. */
  readonly authorities?: readonly Uint8Array[];
  /**
   * Sends a TimeStampReq (DER) and answers what came back, at most 64 KiB, whatever that is.
   * @throws DeskError stamp/failed
   */
  stamp(request: Uint8Array): Promise<Uint8Array>;
}

/** A way of encrypting packets that the desk does not bring itself. */
export interface PacketEncryptor {
  readonly method: 'openpgp';
  /**
   * Looks at a public key as an operator gives it.
   * @returns the key in the form to keep, and its fingerprint in lower-case hex
   * @throws DeskError input/invalid (no such key, one that cannot be encrypted to, or the plug-in is not installed)
   */
  read(text: string): Promise<{ readonly key: string; readonly fingerprint: string }>;
  /**
   * Encrypts a stream to a key that `read` answered, in memory that does not grow with it. A piece is used up or copied before the next one
   * is asked for.
   * @throws DeskError input/invalid (it is not installed any more)
   */
  encrypt(bytes: AsyncIterable<Uint8Array>, key: string): AsyncIterable<Uint8Array>;
}

/** All the desk needs from outside. */
export interface Ports {
  readonly vault: Vault;
  readonly keys: Keys;
  readonly ledger: Ledger;
  /** The present moment. */
  readonly now: () => Date;
  /**
   * A fresh UUID, lower case (RFC 9562): version 4, or 7 where the book is faster when what is made together lies together. Its last 62
   * bits are random with both; with 7 the first 48 are the time, and nothing may be drawn from them.
   */
  readonly newId: () => string;
  /** Waits about this long (milliseconds) before a retry; the adapter adds jitter. */
  readonly pause: (ms: number) => Promise<void>;
  /** Tells people outside the desk. A failure to tell is thrown: an alarm is never silent. */
  readonly alarm: (alarm: Alarm) => Promise<void>;
  /** A typeface as a whole TrueType file. */
  readonly font: (name: FontName) => Promise<Uint8Array>;
  readonly scratch: Scratch;
  /** Digests taken beside all else; where it is missing they are taken here. */
  readonly digestsBeside?: DigestsBeside;
  /** At hand in this process; one where nothing is said. */
  readonly cores?: number;
  /** Whom referrals can be filed with; none where nobody is named. */
  readonly recipients?: readonly Recipient[];
  /** Who stamps the log's checkpoints; none where nobody is named. */
  readonly stamps?: readonly TimeStamper[];
  /** Plug-ins that encrypt packets; age and CMS need none. */
  readonly encryptors?: readonly PacketEncryptor[];
}

/** Something a person must know now. Codes and opaque ids only. */
export interface Alarm {
  readonly code: string;
  readonly where: string;
  readonly message: string;
}
