// Watch, one chain: each entry follows from the one before, was made by who holds the secret, stands in the log as it is, and its
// sealed objects are whole.
import { entriesOf } from './core.ts';
import { commitmentKey, entryCommitment, entryHash, readEntry, type Entry } from './custody.ts';
import { usedUp } from './formats/used-up.ts';
import type { ObjectRecord, StoredEntry } from './ports.ts';
import { objectKey, PieceRoot } from './seal.ts';
import { guarded, type ChainSeen, type Vouch, type Watching } from './watching.ts';

/** @param logged seq → the entry hash that the log holds */
export async function walkChain(
  watching: Watching,
  chain: string,
  secret: Uint8Array | undefined,
  logged: ReadonlyMap<number, string>,
): Promise<ChainSeen> {
  const latest = new Map<string, Vouch>();
  const seen = new Set<number>();
  let before: { readonly text: string; readonly time: string } | undefined;
  let objects = 0;
  for await (const stored of entriesOf(watching.core, chain)) {
    const where = `entry ${stored.seq} of chain ${chain}`;
    const entry = checkLink(watching, stored, before?.text, seen.size, where);
    const hash = logged.get(stored.seq);
    if (hash !== undefined && hash !== entryHash(stored.text)) watching.say('log/differs', where);
    watching.checked.entries++;
    seen.add(stored.seq);
    const last = before?.time ?? '';
    before = { text: stored.text, time: entry?.time ?? last };
    if (entry === undefined) continue;
    if (entry.time < last) watching.say('custody/time', where);
    if (secret !== undefined && !isVouched(secret, chain, entry)) watching.say('custody/forged', where);
    addVouches(latest, entry);
    objects += entry.objects.length;
    await checkObjects(watching, stored, entry, where);
  }
  for (const seq of logged.keys())
    if (!seen.has(seq)) watching.say('custody/missing', `entry ${seq} of chain ${chain}`);
  if (seen.size === 0) watching.say('custody/empty', `chain ${chain}`);
  return { chain, latest, entries: seen.size, objects, head: before && entryHash(before.text) };
}

/** Whether whoever made this entry held the secret of its chain. */
function isVouched(secret: Uint8Array, chain: string, entry: Entry): boolean {
  const key = commitmentKey(secret, chain, entry.seq, 'entry');
  return entryCommitment(key, entry) === entry.commitments['entry'];
}

const KEPT = /^(?:row:|key\/|remains\/)/;

function addVouches(latest: Map<string, Vouch>, { seq, act, commitments }: Entry): void {
  for (const [label, value] of Object.entries(commitments)) {
    if (KEPT.test(label)) latest.set(label, { label, seq, act, value });
  }
}

function checkLink(
  watching: Watching,
  stored: StoredEntry,
  before: string | undefined,
  count: number,
  where: string,
): Entry | undefined {
  const entry = readEntry(stored.text);
  if (entry === undefined) {
    watching.say('custody/malformed', where);
    return undefined;
  }
  const { desk } = watching.core;
  if (entry.desk !== desk || entry.chain !== stored.chain || entry.seq !== stored.seq)
    watching.say('custody/foreign', where);
  if (stored.seq !== count) watching.say('custody/missing', `entry ${count} of chain ${stored.chain}`);
  if (entry.prev !== (before === undefined ? null : entryHash(before))) watching.say('custody/link', where);
  return entry;
}

// ── sealed objects ────────────────────────────────────────────────────────────────────────────────────────────────────

async function checkObjects(watching: Watching, stored: StoredEntry, entry: Entry, where: string): Promise<void> {
  if (stored.objects.length !== entry.objects.length) watching.say('ledger/objects', where);
  for (const [n, { id, sealed }] of entry.objects.entries()) {
    const record = stored.objects[n];
    const place = `object ${id}`;
    if (record?.id !== id) watching.say('ledger/objects', place);
    else await guarded(watching, place, () => checkObject(watching, record, sealed, place));
  }
}

async function checkObject(watching: Watching, record: ObjectRecord, sealed: string, where: string): Promise<void> {
  const { core, checked, say, referred } = watching;
  referred.add(record.place.name);
  checked.objects++;
  const root = new PieceRoot();
  for await (const chunk of usedUp(core.vault.get(record.place.name, record.place))) root.add(chunk);
  checked.bytes += root.sizeBytes;
  watching.onProgress(checked);
  if (root.end() !== sealed) say('vault/damaged', where);
  if (!(await core.keys.isDestroyed(record.owner))) await objectKey(core, record);
}
