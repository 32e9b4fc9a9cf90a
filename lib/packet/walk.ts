// A referral's chain opened for whoever tells of it: its entries up to one of them, and what is sealed beside those that say something.
// Always true: an entry that nobody with the chain's secret made stops it.
import type { FileDetails } from '../../schemas/index.ts';
import { eachAhead } from '../ahead.ts';
import type { AttachmentFacts } from '../read.ts';
import { entriesOf, type Chain, type Core } from '../core.ts';
import { commitmentKey, entryCommitment, parseEntry, type Entry } from '../custody.ts';
import { DeskError } from '../errors.ts';
import type { ObjectRecord, StoredEntry } from '../ports.ts';
import { nthObject } from '../referral.ts';
import { openSmall } from '../seal.ts';
import type { ViewEvent } from '../view.ts';
import { wordsOf } from '../words.ts';
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

/** So many entries' words are opened at once: threads that have more to do need not be woken. */
const AT_ONCE = 32;

/** Opens a chain up to and with entry `last`. @throws DeskError ledger/failed, and what a damaged vault throws */
export async function walk(core: Core, chain: Chain, last: number): Promise<Walked> {
  const walked: Walking = {
    entries: [],
    texts: [],
    arrived: [],
    described: new Map(),
    looks: [],
    clearances: [],
    finishedAt: undefined,
  };
  const open = async (stored: StoredEntry): Promise<() => void> => {
    const entry = parseEntry(stored.text);
    demandVouched(chain, entry);
    const note = await noteOf(core, stored, entry);
    return () => {
      walked.entries.push(entry);
      walked.texts.push(stored.text);
      note?.(walked);
    };
  };
  for await (const note of eachAhead(entriesUntil(core, chain.owner, last), AT_ONCE, open)) note();
  if (walked.entries.length !== last + 1) throw new DeskError('ledger/failed', 'The book lacks an entry of the chain.');
  return walked;
}

async function* entriesUntil(core: Core, owner: string, last: number): AsyncGenerator<StoredEntry> {
  for await (const stored of entriesOf(core, owner)) {
    if (stored.seq > last) return;
    yield stored;
  }
}

/** What is put down so far. */
interface Walking extends Omit<Walked, 'finishedAt'> {
  finishedAt: Walked['finishedAt'];
}

/** Puts down what an entry says, once all before it is. */
type Note = (walked: Walking) => void;

async function noteOf(core: Core, stored: StoredEntry, entry: Entry): Promise<Note | undefined> {
  const { act, seq, time } = entry;
  if (act === 'finish') {
    return (walked) => {
      walked.finishedAt = { seq, time };
    };
  }
  if (act === 'attach') {
    const arrived = await arrival(core, stored, entry);
    return (walked) => walked.arrived.push(arrived);
  }
  if (act === 'describe-file') {
    const { attachment, ...described } = await description(core, stored);
    return (walked) => walked.described.set(attachment, described);
  }
  if (act === 'view') {
    const { view } = await wordsOf<{ view: ViewEvent }>(core, stored);
    return (walked) => walked.looks.push({ ...view, seq });
  }
  if (act === 'clear') {
    const clearance = await clearanceIn(core, stored, entry);
    return (walked) => walked.clearances.push(clearance);
  }
  if (act === 'withdraw-clearance') return withdrawalIn(core, stored, entry);
  return undefined;
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
async function withdrawalIn(core: Core, stored: StoredEntry, { seq, time }: Entry): Promise<Note> {
  const { clearance, reason, decidedBy, reference } = await wordsOf<Withdrawal>(core, stored);
  const withdrawn = { seq, at: time, reason, decidedBy, ...(reference === undefined ? {} : { reference }) };
  return ({ clearances }) => {
    const n = clearances.findIndex((each) => each.seq === clearance);
    const found = clearances[n];
    if (found !== undefined) clearances[n] = { ...found, withdrawn };
  };
}

async function arrival(core: Core, stored: StoredEntry, entry: Entry): Promise<Arrived> {
  const facts = await wordsOf<AttachmentFacts>(core, stored, 1, entry);
  return { seq: entry.seq, time: entry.time, facts, object: nthObject(stored, 0, entry) };
}

async function description(core: Core, stored: StoredEntry): Promise<Described & { readonly attachment: string }> {
  const words = await wordsOf<{ attachment: string; fileDetails: FileDetails }>(core, stored, 1);
  return { ...words, seq: stored.seq, original: await openSmall(core, nthObject(stored, 0)) };
}
