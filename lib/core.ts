// What every step stands on: the ports, the periods, and the one way an act enters the book (`append`): its entry, its rows
// and its commitments in a single ledger commit, tried again when another act came first.
import { batched, inTurn } from './batch.ts';
import {
  commitment,
  commitmentKey,
  entryCommitment,
  entryHash,
  parseEntry,
  type Act,
  type CommitmentType,
  type Entry,
} from './custody.ts';
import { DeskError } from './errors.ts';
import { canonical } from './formats/canonical.ts';
import { Lately } from './lately.ts';
import type {
  Commit,
  CommitResult,
  Json,
  ObjectRecord,
  Owner,
  Place,
  Ports,
  Row,
  RowKey,
  StoredEntry,
} from './ports.ts';
import { signReceipts, type Promised, type ReceiptSignature } from './sign-receipts.ts';

/** Periods and limits; every one of them is configuration (decision 12). */
export interface Settings {
  /** An unfinished referral is destroyed this many days after it was opened. */
  readonly openDays: number;
  /** Reporter and operator are warned this many days before that. */
  readonly warnDays: number;
  /** A finished referral is kept at least this many days, whatever law it falls under: a year, a leap year's too. */
  readonly retentionDays: number;
  /** Sealed bytes are locked this many days from the moment they land. */
  readonly lockDays: number;
  /** What is sent past the desk, whose digest it has not checked yet, is locked this many days. */
  readonly directLockDays: number;
  /** A slot for that is open this many days. */
  readonly uploadDays: number;
  /** The lock of what is still needed is extended when fewer days than this remain. */
  readonly lockMarginDays: number;
  /** A receipt promises the log within this many hours. */
  readonly logWithinHours: number;
  /** How many seconds a sender's clock may run ahead. */
  readonly skewSeconds: number;
  /** The most bytes a referral's JSON or XML may have. */
  readonly jsonBytes: number;
  /** An unfinished CyberTipline report ends so many hours after it was opened … */
  readonly reportOpenHours: number;
  /** … or so many after its last file or file details, whichever is later (NCMEC's clock). */
  readonly reportIdleHours: number;
  /** For how many hours a filing is tried before it counts as undelivered. */
  readonly fileWithinHours: number;
  /** At least so many minutes lie between two time stamps of one authority. */
  readonly stampEveryMinutes: number;
  /** A notice of clearance that is not acknowledged after so many days alarms … */
  readonly noticeDays: number;
  /** … and again after so many more. */
  readonly noticeAgainDays: number;
}

/** What holds where nothing else is said: 34, 7, 366, 400, 14, 7 and 60 days, 24 hours, 300 seconds, 16 MiB; 24, 1 and 72 hours; 60 minutes; 14 and 7 days. */
export const SETTINGS: Settings = {
  openDays: 34,
  warnDays: 7,
  retentionDays: 366,
  lockDays: 400,
  directLockDays: 14,
  uploadDays: 7,
  lockMarginDays: 60,
  logWithinHours: 24,
  skewSeconds: 300,
  jsonBytes: 16 * 1024 * 1024,
  reportOpenHours: 24,
  reportIdleHours: 1,
  fileWithinHours: 72,
  stampEveryMinutes: 60,
  noticeDays: 14,
  noticeAgainDays: 7,
};

export interface Core extends Ports {
  readonly desk: string;
  readonly settings: Settings;
  /** One commit among whatever else is committed in the same moment. */
  readonly commit: (commit: Commit) => Promise<CommitResult>;
  /** Puts small ciphertext away in a pack with whatever else lands in the same moment. */
  readonly pack: (ciphertext: Uint8Array) => Promise<Place>;
  readonly newSecret: (owner: Owner) => Promise<Uint8Array>;
  /** One signature for whatever else is promised in the same moment. */
  readonly signReceipt: (promised: Promised) => Promise<ReceiptSignature>;
  readonly inTurn: ReturnType<typeof inTurn>;
  /** Rows that never change, read by one act and not again by the next. */
  readonly lately: Lately;
  /** Forgets which rows were read; only where they are remembered (once.ts). */
  readonly renew?: () => void;
}

export function assemble(desk: string, ports: Ports, settings: Settings): Core {
  const putPack = async (pieces: readonly Uint8Array[]): Promise<Place[]> => {
    const name = ports.newId();
    await ports.vault.put(name, pieces, daysAfter(ports.now(), settings.lockDays));
    let offset = 0;
    return pieces.map((piece) => {
      const place = { name, offset, sizeBytes: piece.length };
      offset += piece.length;
      return place;
    });
  };
  return {
    ...ports,
    desk,
    settings,
    commit: batched((commits) => ports.ledger.commit(commits)),
    pack: batched(putPack),
    newSecret: batched((owners) => ports.keys.createSecrets(owners)),
    signReceipt: batched((promised) => signReceipts(ports, promised)),
    inTurn: inTurn(),
    lately: new Lately(),
  };
}

// ── time ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const DAY_MS = 86_400_000;

export function daysAfter(from: Date, days: number): Date {
  return new Date(from.getTime() + days * DAY_MS);
}

// ── acts ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A sealed object as the act that makes it carries it: its record for the book, its root for the chain. */
export interface SealedObject {
  readonly record: ObjectRecord;
  readonly sealed: string;
}

export interface RowDraft extends RowKey {
  readonly value: Readonly<Record<string, Json>>;
  readonly lists?: Row['lists'];
  /** Needed only where the row's id must not stand in a chain. */
  readonly label?: string;
}

/** What an act does, before it has a place in its chain. */
export interface Draft {
  readonly act: Act;
  readonly actorId: string;
  readonly objects?: readonly SealedObject[];
  readonly commitments?: readonly { readonly label: string; readonly type: CommitmentType; readonly value: Json }[];
  readonly put?: readonly RowDraft[];
  readonly remove?: readonly RowKey[];
  readonly absent?: readonly RowKey[];
}

export interface Chain {
  readonly owner: Owner;
  readonly secret: Uint8Array;
}

/** An entry as it was taken: parsed, and the very text that was hashed. */
export interface Taken {
  readonly entry: Entry;
  readonly text: string;
}

const MOST_TRIES = 200;

/**
 * Adds an act to a chain. `draft` is asked anew for every attempt with the place and the time the entry would take, and reads the
 * rows it decides on inside that call: since the commit holds only if the chain has not moved, what it read is still so. Time never
 * runs backwards along a chain, whatever the clock does, and nothing follows a destruction.
 * @throws DeskError absent/destroyed; state/exists when a row that must be absent is there; state/contended after many lost races; whatever
 *   `draft` throws
 */
export async function append(
  core: Core,
  chain: Chain,
  draft: (seq: number, at: Date) => Promise<Draft>,
): Promise<Taken> {
  return core.inTurn(chain.owner, async () => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const head = await core.ledger.head(chain.owner);
      core.renew?.();
      const seq = head === undefined ? 0 : head.seq + 1;
      const at = timeAfter(core, head);
      const { taken, commit } = toCommit(core, chain, head, at, await draft(seq, at));
      const result = await core.commit(commit);
      core.renew?.();
      if (result === 'done') return taken;
      if (result === 'exists') throw new DeskError('state/exists', 'This was recorded already.');
      await core.pause(Math.min(tries + 1, 20));
    }
    throw new DeskError('state/contended', 'Too many acts at once on one referral: try again.');
  });
}

function timeAfter(core: Core, head: StoredEntry | undefined): Date {
  const now = core.now();
  if (head === undefined) return now;
  const { act, time } = parseEntry(head.text);
  if (act === 'destroy')
    throw new DeskError('absent/destroyed', 'It was destroyed: nothing can be added to its chain.');
  const last = new Date(time);
  return last > now ? last : now;
}

function toCommit(
  core: Core,
  chain: Chain,
  head: StoredEntry | undefined,
  at: Date,
  draft: Draft,
): { taken: Taken; commit: Commit } {
  const seq = head === undefined ? 0 : head.seq + 1;
  const rows = (draft.put ?? []).map(toRow);
  const unvouched: Entry = {
    version: 1,
    desk: core.desk,
    chain: chain.owner,
    seq,
    prev: head === undefined ? null : entryHash(head.text),
    time: at.toISOString(),
    actorId: draft.actorId,
    act: draft.act,
    objects: (draft.objects ?? []).map(({ record, sealed }) => ({ id: record.id, sealed })),
    commitments: commitAll(chain, seq, draft, rows),
  };
  const vouch = entryCommitment(commitmentKey(chain.secret, chain.owner, seq, 'entry'), unvouched);
  const entry: Entry = { ...unvouched, commitments: byLabel({ ...unvouched.commitments, entry: vouch }) };
  const text = canonical(entry);
  const stored = { chain: chain.owner, seq, text, objects: (draft.objects ?? []).map(({ record }) => record) };
  return {
    taken: { entry, text },
    commit: { entry: stored, put: rows, remove: draft.remove ?? [], absent: draft.absent ?? [], after: head ?? null },
  };
}

/** In the order in which the book gives them out again, so that an answer and its repetition are alike to the letter. */
function byLabel(commitments: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(commitments).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function toRow(row: RowDraft): Row {
  return { ...row, lists: row.lists ?? [], label: row.label ?? rowLabel(row) };
}

/** The label under which an entry vouches for a row it wrote. */
export function rowLabel(row: RowKey): string {
  return `row:${row.kind}/${row.id}`;
}

function commitAll(chain: Chain, seq: number, draft: Draft, rows: readonly Row[]): Record<string, string> {
  const all = [
    ...(draft.commitments ?? []),
    ...rows.map((row) => ({ label: row.label, type: 'row' as const, value: rowValue(row) })),
  ];
  return Object.fromEntries(
    all.map(({ label, type, value }) => {
      const key = commitmentKey(chain.secret, chain.owner, seq, label);
      return [label, commitment(key, label, type, value)];
    }),
  );
}

/** What a row's commitment is about: all of it. */
export function rowValue(row: Row): Json {
  return { kind: row.kind, id: row.id, value: row.value, lists: row.lists.map(({ list, sort }) => ({ list, sort })) };
}

// ── reading the book ──────────────────────────────────────────────────────────────────────────────────────────────────

const PAGE = 500;

/** Every entry of a chain from `from` on, in order. */
export async function* entriesOf(core: Pick<Core, 'ledger'>, chain: string, from = 0): AsyncGenerator<StoredEntry> {
  for (let seq = from; ;) {
    const page = await core.ledger.entries(chain, seq, PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    seq = last.seq + 1;
  }
}

/** Every row of a list, in order. */
export async function* rowsOf(
  core: Pick<Core, 'ledger'>,
  list: string,
): AsyncGenerator<Row & { chain: string; seq: number }> {
  let after: string | undefined;
  do {
    const page = await core.ledger.list(list, { after, limit: PAGE });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}

/** One entry, parsed. */
export async function entryAt(
  core: Pick<Core, 'ledger'>,
  chain: string,
  seq: number,
): Promise<Taken & { stored: StoredEntry }> {
  const [stored] = await core.ledger.entries(chain, seq, 1);
  if (stored?.seq !== seq) throw new DeskError('ledger/failed', 'The book lacks an entry that it refers to.');
  return { entry: parseEntry(stored.text), text: stored.text, stored };
}
