// The three ports in memory: as simple as their promises allow, fast, gone with the process. For tests only, which may stand
// on them because they pass the same suites as every adapter.
import { createCipheriv, createDecipheriv, createHash, randomBytes, sign as signWith } from 'node:crypto';
import canonicalize from 'canonicalize';
import { DeskError } from '../../lib/errors.ts';
import { endorse, firstKey, privateKeyOf, publicPart } from '../../lib/local/signing-key.ts';
import {
  PURPOSES,
  type Commit,
  type CommitResult,
  type Integration,
  type KeyContext,
  type Keys,
  type Ledger,
  type LogLeaf,
  type LogState,
  type Owner,
  type RowKey,
  type StoredEntry,
  type StoredRow,
  type Upload,
  type UploadPart,
  type Uploads,
  type Vault,
} from '../../lib/ports.ts';

export function memoryVault(): Vault {
  const files = new Map<string, { bytes: Buffer; until: number }>();
  const seconds = (date: Date): number => Math.ceil(date.getTime() / 1000);
  const find = (name: string): { bytes: Buffer; until: number } => {
    const file = files.get(name);
    if (file === undefined) throw new DeskError('vault/absent', 'The vault has no such file.');
    return file;
  };
  return {
    immutability: 'advisory',
    put: async (name, source, lockedUntil) => {
      if (!/^[0-9a-f-]{1,64}$/u.test(name)) throw new DeskError('vault/failed', 'This is no name.');
      const chunks: Uint8Array[] = [];
      for await (const chunk of source) chunks.push(Uint8Array.from(chunk));
      if (files.has(name)) throw new DeskError('vault/exists', 'The vault has a file of this name already.');
      const bytes = Buffer.concat(chunks);
      files.set(name, { bytes, until: seconds(lockedUntil) });
      return bytes.length;
    },
    get: async function* (name, range) {
      const { bytes } = await soon(() => find(name));
      const { offset, sizeBytes } = range ?? { offset: 0, sizeBytes: bytes.length };
      if (offset + sizeBytes > bytes.length) throw new DeskError('vault/damaged', 'The file ends too early.');
      for (let at = offset; at < offset + sizeBytes; at += CHUNK_BYTES) {
        yield Uint8Array.from(bytes.subarray(at, Math.min(at + CHUNK_BYTES, offset + sizeBytes)));
      }
    },
    stat: (name) =>
      soon(() => {
        const file = files.get(name);
        return file && { sizeBytes: file.bytes.length, lockedUntil: new Date(file.until * 1000) };
      }),
    extendLock: (name, lockedUntil) =>
      soon(() => {
        const file = find(name);
        file.until = Math.max(file.until, seconds(lockedUntil));
      }),
    list: async function* () {
      yield* await soon(() => [...files.keys()]);
    },
    uploads: memoryUploads((name, bytes, until) => {
      if (files.has(name)) throw new DeskError('vault/exists', 'The vault has a file of this name already.');
      files.set(name, { bytes, until: seconds(until) });
    }),
  };
}

function memoryUploads(show: (name: string, bytes: Buffer, until: Date) => void): Uploads {
  const uploads = new Map<string, Map<number, UploadPart & { bytes: Buffer }>>();
  const find = ({ name }: Upload): Map<number, UploadPart & { bytes: Buffer }> => {
    const upload = uploads.get(name);
    if (upload === undefined) throw new DeskError('vault/absent', 'There is no such upload.');
    return upload;
  };
  const digest = (name: string, bytes: Buffer): string => createHash(name).update(bytes).digest('hex');
  return {
    begin: (name) =>
      soon(() => {
        uploads.set(name, new Map());
        return { name, store: 'memory' };
      }),
    address: () => Promise.resolve(undefined),
    put: async (upload, part, source) => {
      const parts = await soon(() => find(upload));
      const chunks: Uint8Array[] = [];
      for await (const chunk of source) chunks.push(Uint8Array.from(chunk));
      const bytes = Buffer.concat(chunks);
      if (bytes.length !== part.sizeBytes) throw new DeskError('attachment/size-mismatch', 'Another size.');
      if (digest('sha256', bytes) !== part.sha256 || digest('md5', bytes) !== part.md5)
        throw new DeskError('attachment/digest-mismatch', 'Other digests.');
      parts.set(part.number, { ...part, bytes });
    },
    parts: (upload) =>
      soon(() =>
        [...find(upload).values()]
          .map(({ number, sizeBytes, sha256 }) => ({ number, sizeBytes, sha256 }))
          .sort((a, b) => a.number - b.number),
      ),
    complete: (upload, parts, until) =>
      soon(() => {
        const there = find(upload);
        const bytes = parts.map(({ number }) => there.get(number)?.bytes);
        if (bytes.some((each) => each === undefined)) throw new DeskError('vault/absent', 'A part is missing.');
        const whole = Buffer.concat(bytes.filter((each) => each !== undefined));
        show(upload.name, whole, until);
        uploads.delete(upload.name);
        return whole.length;
      }),
    abort: ({ name }) => soon(() => void uploads.delete(name)),
  };
}

export function memoryKeys(desk: string, now: Date = new Date()): Keys {
  const [dataKey, lookup] = [randomBytes(32), randomBytes(32)];
  const secrets = new Map<Owner, Buffer>();
  const destroyed = new Set<Owner>();
  let signing = PURPOSES.map((purpose) => firstKey(desk, purpose, now.toISOString()));
  const present = (purpose: string): ReturnType<typeof firstKey> => {
    const key = signing.findLast((candidate) => candidate.purpose === purpose);
    if (key === undefined) throw new DeskError('keys/failed', 'There is no such purpose.');
    return key;
  };
  return {
    generateDataKey: (context) =>
      soon(() => {
        const [key, iv] = [randomBytes(32), randomBytes(12)];
        const cipher = createCipheriv('aes-256-gcm', dataKey, iv).setAAD(contextBytes(context));
        const wrapped = Buffer.concat([iv, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
        return { key: Uint8Array.from(key), wrapped: Uint8Array.from(wrapped) };
      }),
    decrypt: (wrapped, context) => soon(() => unwrap(dataKey, wrapped, context)),
    createSecrets: (owners) =>
      soon(() => {
        const isTaken = owners.some((owner) => secrets.has(owner) || destroyed.has(owner));
        if (isTaken || new Set(owners).size < owners.length) throw new DeskError('state/exists', 'One exists.');
        return owners.map((owner) => {
          const secret = randomBytes(32);
          secrets.set(owner, secret);
          return Uint8Array.from(secret);
        });
      }),
    readSecret: (owner) =>
      soon(() => {
        const secret = secrets.get(owner);
        if (secret === undefined) throw new DeskError('keys/absent', 'There is no such secret.');
        return Uint8Array.from(secret);
      }),
    destroySecret: (owner) =>
      soon(() => {
        destroyed.add(owner);
        secrets.delete(owner);
      }),
    isDestroyed: (owner) => soon(() => destroyed.has(owner)),
    owners: async function* () {
      yield* await soon(() => [...secrets.keys()]);
    },
    lookupKey: () => soon(() => Uint8Array.from(lookup)),
    sign: (purpose, message) =>
      soon(() => {
        if (message.length > 4096) throw new DeskError('keys/failed', 'At most 4,096 bytes are signed.');
        const key = present(purpose);
        return { keyId: key.id, signature: Uint8Array.from(signWith(null, message, privateKeyOf(key))) };
      }),
    publicKeys: () => soon(() => signing.map(publicPart)),
    rotate: (purpose, at) =>
      soon(() => {
        const old = present(purpose);
        const next = endorse(old, desk, at.toISOString());
        signing = [...signing.map((key) => (key === old ? { ...key, to: next.from } : key)), next];
        return publicPart(next);
      }),
  };
}

/** The book as one value, replaced by each act; an act that fails leaves the one before. */
interface Book {
  readonly entries: readonly StoredEntry[];
  readonly rows: ReadonlyMap<string, StoredRow>;
  readonly logs: readonly { readonly log: number; readonly leaves: readonly LogLeaf[] }[];
  readonly tiles: ReadonlyMap<string, Uint8Array>;
  readonly states: readonly LogState[];
}

export function memoryLedger(): Ledger {
  let book: Book = { entries: [], rows: new Map(), logs: [], tiles: new Map(), states: [] };
  const leavesOf = (log: number | undefined): readonly LogLeaf[] =>
    book.logs.find((known) => known.log === log)?.leaves ?? [];
  const chainOf = (chain: string): StoredEntry[] => book.entries.filter((entry) => entry.chain === chain);
  const state = (): LogState | undefined => book.states.at(-1);
  return {
    commit: (commits) =>
      soon(() => {
        let next = book;
        const results = commits.map((commit) => {
          const result = judge(next, commit);
          if (result === 'done') next = apply(next, copy(commit));
          return result;
        });
        book = next;
        return results;
      }),
    row: (key) => soon(() => copy(book.rows.get(keyOf(key)))),
    list: (list, { after, limit }) =>
      soon(() => {
        const from = after === undefined ? undefined : parseCursor(after);
        const places = [...book.rows.values()]
          .flatMap((row) => row.lists.filter((at) => at.list === list).map(({ sort }) => ({ row, sort })))
          .map(({ row, sort }) => ({ row, place: [sort, row.id, row.kind] as const }))
          .filter(({ place }) => from === undefined || compare(place, from) > 0)
          .sort((a, b) => compare(a.place, b.place));
        const last = places.length > limit ? places[limit - 1] : undefined;
        return {
          items: copy(places.slice(0, limit).map(({ row }) => row)),
          ...(last && { next: Buffer.from(JSON.stringify(last.place)).toString('base64url') }),
        };
      }),
    head: (chain) => soon(() => copy(chainOf(chain).at(-1))),
    entries: (chain, from, limit) => soon(() => copy(chainOf(chain).slice(from, from + limit))),
    entryOfObject: (id) =>
      soon(() => copy(book.entries.find(({ objects }) => objects.some((object) => object.id === id)))),
    pending: (limit) =>
      soon(() => {
        const done = new Set(leavesOf(state()?.log).map(({ chain, seq }) => `${chain}/${seq}`));
        return book.entries
          .filter(({ chain, seq }) => !done.has(`${chain}/${seq}`))
          .slice(0, limit)
          .map(({ chain, seq, text }) => ({ chain, seq, hash: createHash('sha256').update(text).digest('hex') }));
      }),
    logState: (log) => soon(() => (log === undefined ? state() : book.states.findLast((known) => known.log === log))),
    integrate: (step) =>
      soon(() => {
        if (JSON.stringify(pick(state())) !== JSON.stringify(pick(step.after))) return false;
        book = extend(book, leavesOf(step.state.log), step);
        return true;
      }),
    tile: (log, level, index) => soon(() => book.tiles.get(`${log}/${level}/${index}`)),
    leafIndex: (chain, seq) =>
      soon(() => {
        const index = leavesOf(state()?.log).findIndex((leaf) => leaf.chain === chain && leaf.seq === seq);
        return index < 0 ? undefined : index;
      }),
    leaves: (log, from, limit) => soon(() => leavesOf(log).slice(from, from + limit)),
    checkpoints: ({ after, limit }) =>
      soon(() => {
        if (after !== undefined && !/^[1-9]\d*$/u.test(after))
          throw new DeskError('input/malformed', 'This is no cursor.');
        const left = book.states.slice(0, after === undefined ? undefined : Number(after));
        const items = left.slice(-limit).reverse();
        return { items, ...(left.length > limit && { next: String(left.length - limit) }) };
      }),
    inspect: async function* () {
      yield* await soon(() => []);
    },
  };
}

const CHUNK_BYTES = 64 * 1024;

/** Of rows and entries, which are JSON. */
function copy<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}

/** An answer that comes later, as from a real store, and a throw that comes as a rejection. */
async function soon<T>(work: () => T): Promise<T> {
  await Promise.resolve();
  return work();
}

function contextBytes({ desk, owner, object, kind }: KeyContext): Buffer {
  return Buffer.from(canonicalize({ desk, owner, object, kind }) ?? '', 'utf8');
}

function unwrap(key: Uint8Array, wrapped: Uint8Array, context: KeyContext): Uint8Array {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, 12), { authTagLength: 16 })
      .setAAD(contextBytes(context))
      .setAuthTag(wrapped.subarray(-16));
    return Uint8Array.from(Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]));
  } catch (cause) {
    throw new DeskError('keys/refused', 'This key was not wrapped for this use.', { cause });
  }
}

function keyOf({ kind, id }: RowKey): string {
  return `${kind}/${id}`;
}

function judge(book: Book, { entry, absent }: Commit): CommitResult {
  if (entry.seq !== book.entries.filter(({ chain }) => chain === entry.chain).length) return 'moved';
  return absent.some((key) => book.rows.has(keyOf(key))) ? 'exists' : 'done';
}

function apply(book: Book, { entry, put, remove }: Commit): Book {
  const rows = new Map(book.rows);
  for (const key of remove) rows.delete(keyOf(key));
  for (const row of put) rows.set(keyOf(row), { ...row, chain: entry.chain, seq: entry.seq });
  return { ...book, rows, entries: [...book.entries, entry] };
}

function extend(book: Book, before: readonly LogLeaf[], { state, leaves, tiles }: Integration): Book {
  const grown = { log: state.log, leaves: [...before, ...leaves] };
  return {
    ...book,
    logs: [...book.logs.filter(({ log }) => log !== state.log), grown],
    tiles: new Map([
      ...book.tiles,
      ...tiles.map(({ level, index, bytes }) => [`${state.log}/${level}/${index}`, Uint8Array.from(bytes)] as const),
    ]),
    states: [...book.states, pick(state)],
  };
}

function pick<T extends LogState | undefined>(state: T): T {
  return (state && { log: state.log, size: state.size, checkpoint: state.checkpoint }) as T;
}

function compare(a: readonly string[], b: readonly string[]): number {
  const differing = a.findIndex((text, n) => text !== b[n]);
  return differing < 0 ? 0 : Buffer.compare(Buffer.from(a[differing] ?? ''), Buffer.from(b[differing] ?? ''));
}

function parseCursor(cursor: string): readonly string[] {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (/^\["(?:[^"\\]|\\.)*","(?:[^"\\]|\\.)*","[a-z]+"\]$/u.test(text)) return JSON.parse(text) as string[];
  throw new DeskError('input/malformed', 'This is no cursor of a list.');
}
