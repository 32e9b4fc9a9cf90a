// A referral's chain opened for whoever tells of it: its entries up to one of them, and what is sealed beside those that say something.
// Always true: an entry that nobody with the chain's secret made stops it.
import type { FileDetails } from '../../schemas/index.ts';
import type { AttachmentFacts } from '../read.ts';
import { entriesOf, type Chain, type Core } from '../core.ts';
import { commitmentKey, entryCommitment, parseEntry, type Entry } from '../custody.ts';
import { DeskError } from '../errors.ts';
import type { ObjectRecord, StoredEntry } from '../ports.ts';
import { nthObject } from '../referral.ts';
import { openSmall } from '../seal.ts';
import type { ViewEvent } from '../view.ts';
import type { CaseClearance, Withdrawal } from './clearances.ts';

/** An attachment as it was taken in. */
export interface Arrived {
  readonly seq: number;
  readonly time: string;
  readonly facts: AttachmentFacts;
  readonly object: ObjectRecord;
}

/** What was described of an attachment, and the XML it came in. */
export interface Described {
  readonly seq: number;
  readonly fileDetails: FileDetails;
  readonly original: Buffer;
}

type Look = ViewEvent & { readonly seq: number };

/** What the chain says, opened. */
export interface Walked {
  readonly entries: Entry[];
  readonly texts: string[];
  readonly arrived: Arrived[];
  /** By attachment. */
  readonly described: Map<string, Described>;
  readonly looks: Look[];
  readonly clearances: CaseClearance[];
  readonly finishedAt: { readonly seq: number; readonly time: string } | undefined;
}

/** Opens a chain up to and with entry `last`. @throws DeskError ledger/failed, and what a damaged vault throws */
export async function walk(core: Core, chain: Chain, last: number): Promise<Walked> {
  const walked: Omit<Walked, 'finishedAt'> = {
    entries: [],
    texts: [],
    arrived: [],
    described: new Map(),
    looks: [],
    clearances: [],
  };
  let finishedAt: Walked['finishedAt'];
  for await (const stored of entriesOf(core, chain.owner)) {
    if (stored.seq > last) break;
    const entry = parseEntry(stored.text);
    demandVouched(chain, entry);
    walked.entries.push(entry);
    walked.texts.push(stored.text);
    if (entry.act === 'finish') finishedAt = { seq: entry.seq, time: entry.time };
    if (entry.act === 'attach') walked.arrived.push(await arrival(core, stored, entry));
    if (entry.act === 'describe-file') {
      const { attachment, ...described } = await description(core, stored);
      walked.described.set(attachment, described);
    }
    if (entry.act === 'view')
      walked.looks.push({ ...(await wordsOf<{ view: ViewEvent }>(core, stored)).view, seq: entry.seq });
    if (entry.act === 'withdraw-clearance') await withdrawIn(core, stored, entry, walked.clearances);
    if (entry.act === 'clear') walked.clearances.push(await clearanceIn(core, stored, entry));
  }
  if (walked.entries.length !== last + 1) throw new DeskError('ledger/failed', 'The book lacks an entry of the chain.');
  return { ...walked, finishedAt };
}

/** Whoever made the entry held the secret of its chain. @throws DeskError ledger/failed */
function demandVouched({ owner, secret }: Chain, entry: Entry): void {
  const key = commitmentKey(secret, owner, entry.seq, 'entry');
  if (entryCommitment(key, entry) === entry.commitments['entry']) return;
  throw new DeskError('ledger/failed', 'An entry was altered past the desk: run watch, then restore.');
}

async function clearanceIn(core: Core, stored: StoredEntry, { seq, time }: Entry): Promise<CaseClearance> {
  const { finding, about, reason, decidedBy, reference, agency } = await wordsOf<CaseClearance>(core, stored);
  return {
    seq,
    at: time,
    finding,
    about,
    reason,
    decidedBy,
    ...(reference === undefined ? {} : { reference }),
    ...(agency === undefined ? {} : { agency }),
  };
}

/** Told of with the finding that it ends. */
async function withdrawIn(core: Core, stored: StoredEntry, { seq, time }: Entry, all: CaseClearance[]): Promise<void> {
  const { clearance, reason, decidedBy, reference } = await wordsOf<Withdrawal>(core, stored);
  const withdrawn = { seq, at: time, reason, decidedBy, ...(reference === undefined ? {} : { reference }) };
  const n = all.findIndex((each) => each.seq === clearance);
  const found = all[n];
  if (found !== undefined) all[n] = { ...found, withdrawn };
}

async function arrival(core: Core, stored: StoredEntry, { seq, time }: Entry): Promise<Arrived> {
  const facts = await wordsOf<AttachmentFacts>(core, stored, 1);
  return { seq, time, facts, object: nthObject(stored, 0) };
}

async function description(core: Core, stored: StoredEntry): Promise<Described & { readonly attachment: string }> {
  const words = await wordsOf<{ attachment: string; fileDetails: FileDetails }>(core, stored, 1);
  return { ...words, seq: stored.seq, original: await openSmall(core, nthObject(stored, 0)) };
}

/** The words that an entry made in place `n`. */
export async function wordsOf<T>(core: Core, stored: StoredEntry, n = 0): Promise<T> {
  return JSON.parse((await openSmall(core, nthObject(stored, n))).toString('utf8')) as T;
}
