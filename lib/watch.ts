// Watch: everything the desk ever took is gone over again, from the log down to the last sealed byte, and what does not hold is named.
// It changes nothing. A finding names the place by opaque ids only.
import { entriesOf, entryAt, rowValue, rowsOf, type Core } from './core.ts';
import { commitment, commitmentKey, entryHash, parseEntry, type Entry } from './custody.ts';
import { DeskError } from './errors.ts';
import { sameBytes } from './formats/derive.ts';
import { readCheckpoint, storedRoot, logLeaf } from './log.ts';
import { Frontier } from './formats/merkle.ts';
import { DESK, type LogState, type ObjectRecord, type RowKind, type StoredEntry, type StoredRow } from './ports.ts';
import { lookupsOf } from './receive.ts';
import { findReferral, vaultNamesOf } from './referral.ts';
import { objectKey, PieceRoot } from './seal.ts';

export interface WatchFinding {
  readonly code: string;
  readonly where: string;
}

/** What was gone over. */
export interface WatchCounts {
  chains: number;
  entries: number;
  rows: number;
  objects: number;
  bytes: number;
  logEntries: number;
}

export interface Watched {
  readonly findings: readonly WatchFinding[];
  readonly checked: Readonly<WatchCounts>;
  /** True things worth knowing that are no findings: vault files nothing refers to, for one. */
  readonly notes: readonly WatchFinding[];
}

interface Watching {
  readonly core: Core;
  readonly findings: WatchFinding[];
  readonly notes: WatchFinding[];
  readonly checked: WatchCounts;
  readonly say: (code: string, where: string) => void;
  readonly onProgress: (checked: WatchCounts) => void;
  /** Vault files some entry refers to. */
  readonly referred: Set<string>;
}

/** Re-verifies the whole desk. Reads everything once; memory grows with the number of chains, not of bytes. */
export async function watch(
  core: Core,
  onProgress: (checked: WatchCounts) => void = () => undefined,
): Promise<Watched> {
  const findings: WatchFinding[] = [];
  const notes: WatchFinding[] = [];
  const checked = { chains: 0, entries: 0, rows: 0, objects: 0, bytes: 0, logEntries: 0 };
  const say = (code: string, where: string): void => void findings.push({ code, where });
  const watching: Watching = { core, findings, notes, checked, say, onProgress, referred: new Set() };
  await guarded(watching, 'ledger', () => inspectLedger(watching));
  const chains = await watchLog(watching);
  await guarded(watching, 'ledger', () => addUnlogged(watching, chains));
  await guarded(watching, 'log', () => watchDeadlines(watching));
  for (const [chain, places] of chains)
    await guarded(watching, `chain ${chain}`, () => watchChain(watching, chain, places));
  await guarded(watching, 'vault', () => watchVault(watching));
  await guarded(watching, 'secrets', () => watchSecrets(watching, chains));
  return { findings, notes, checked };
}

/** What throws while being gone over is a finding too. */
async function guarded(watching: Watching, where: string, look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    watching.say(error instanceof DeskError ? error.code : 'internal', where);
  }
}

async function inspectLedger({ core, say }: Watching): Promise<void> {
  for await (const { what, where } of core.ledger.inspect()) say('ledger/damaged', `${what} [${where}]`);
}

// ── the log ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** chain → seq → the entry hash that the log holds. */
type Chains = Map<string, Map<number, string>>;

async function watchLog(watching: Watching): Promise<Chains> {
  const chains: Chains = new Map();
  const { core } = watching;
  const state = await core.ledger.logState();
  if (state === undefined) return chains;
  await guarded(watching, 'log', async () => {
    const frontier = await gatherLeaves(watching, state, chains);
    const root = frontier.root();
    const checkpoint = await readCheckpoint(core, state.checkpoint);
    if (checkpoint === undefined) watching.say('log/signature', `log ${state.log}`);
    else if (checkpoint.size !== frontier.size || !sameBytes(checkpoint.root, root))
      watching.say('log/root', `log ${state.log}`);
    if (!sameBytes(await storedRoot(core, state), root)) watching.say('log/tiles', `log ${state.log}`);
  });
  await guarded(watching, 'log', () => watchCheckpoints(watching, state));
  return chains;
}

async function gatherLeaves(watching: Watching, state: LogState, chains: Chains): Promise<Frontier> {
  const frontier = new Frontier();
  for (;;) {
    const leaves = await watching.core.ledger.leaves(state.log, frontier.size, 4096);
    if (leaves.length === 0) break;
    for (const { chain, seq, hash } of leaves) {
      frontier.add(logLeaf(hash));
      const places = chains.get(chain) ?? new Map<number, string>();
      chains.set(chain, places.set(seq, hash));
    }
    watching.checked.logEntries = frontier.size;
  }
  if (frontier.size !== state.size) watching.say('log/size', `log ${state.log}`);
  return frontier;
}

/** Every checkpoint the desk keeps must be its own. */
async function watchCheckpoints({ core, say }: Watching, state: LogState): Promise<void> {
  for (const { log, size, checkpoint } of await core.ledger.checkpoints(1000)) {
    const read = await readCheckpoint(core, checkpoint);
    if (read?.size !== size) say('log/signature', `checkpoint of ${size} in log ${log}`);
    if (log > state.log) say('log/size', `log ${log}`);
  }
}

/** Chains whose entries all wait for the log are found through the lists and through what waits. */
async function addUnlogged({ core }: Watching, chains: Chains): Promise<void> {
  const add = (chain: string): void => {
    if (!chains.has(chain)) chains.set(chain, new Map());
  };
  add(DESK);
  for await (const { id } of rowsOf(core, 'referrals')) add(id);
  for (const { chain } of await core.ledger.pending(100_000)) add(chain);
}

/** A receipt promised the log by a deadline. */
async function watchDeadlines({ core, say }: Watching): Promise<void> {
  const latest = core.now().getTime() - core.settings.logWithinHours * 3_600_000;
  for (const { chain, seq } of await core.ledger.pending(100_000)) {
    const { entry } = await entryAt(core, chain, seq);
    if (Date.parse(entry.time) < latest) say('log/late', `entry ${seq} of chain ${chain}`);
  }
}

// ── one chain ─────────────────────────────────────────────────────────────────────────────────────────────────────────

async function watchChain(watching: Watching, chain: string, logged: ReadonlyMap<number, string>): Promise<void> {
  const { core, checked, say } = watching;
  checked.chains++;
  const secret = await secretOf(watching, chain);
  const latest = new Map<string, number>();
  const commitments = new Map<string, string>();
  const seen = new Set<number>();
  let before: string | undefined;
  let count = 0;
  for await (const stored of entriesOf(core, chain)) {
    const where = `entry ${stored.seq} of chain ${chain}`;
    const entry = checkLink(watching, stored, before, count, where);
    before = stored.text;
    count++;
    checked.entries++;
    seen.add(stored.seq);
    const expected = logged.get(stored.seq);
    if (expected !== undefined && expected !== entryHash(stored.text)) say('log/differs', where);
    if (entry === undefined) continue;
    for (const [label, value] of Object.entries(entry.commitments)) {
      if (!label.startsWith('row:')) continue;
      latest.set(label, entry.seq);
      commitments.set(label, value);
    }
    await checkObjects(watching, stored, entry, where);
  }
  for (const seq of logged.keys()) if (!seen.has(seq)) say('custody/missing', `entry ${seq} of chain ${chain}`);
  if (count === 0) say('custody/empty', `chain ${chain}`);
  watching.onProgress(checked);
  if (secret !== undefined) await checkRows(watching, chain, secret, latest, commitments);
  else await checkCertificate(watching, chain);
  if (secret !== undefined && chain !== DESK) await checkReferral(watching, chain);
}

async function secretOf({ core, say }: Watching, owner: string): Promise<Uint8Array | undefined> {
  if (await core.keys.isDestroyed(owner)) return undefined;
  try {
    return await core.keys.readSecret(owner);
  } catch (error) {
    say(error instanceof DeskError ? error.code : 'keys/failed', `secret of ${owner}`);
    return undefined;
  }
}

function checkLink(
  watching: Watching,
  stored: StoredEntry,
  before: string | undefined,
  count: number,
  where: string,
): Entry | undefined {
  let entry: Entry;
  try {
    entry = parseEntry(stored.text);
  } catch {
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
  for await (const chunk of core.vault.get(record.place.name, record.place)) root.add(chunk);
  checked.bytes += root.sizeBytes;
  watching.onProgress(checked);
  if (root.end() !== sealed) say('vault/damaged', where);
  if (!(await core.keys.isDestroyed(record.owner))) await objectKey(core, record);
}

// ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

async function checkRows(
  watching: Watching,
  chain: string,
  secret: Uint8Array,
  latest: ReadonlyMap<string, number>,
  commitments: ReadonlyMap<string, string>,
): Promise<void> {
  const lookups = await rowsByLabel(watching, lookupsOf(chain));
  const removed = await removedLabels(watching, chain);
  for (const [label, seq] of latest) {
    if (removed.has(label)) continue;
    const row = lookups.get(label) ?? (await rowOfLabel(watching, label));
    const where = `${label.slice(4)} of chain ${chain}`;
    if (row === undefined) watching.say('ledger/row-missing', where);
    else checkRow(watching, chain, secret, row, { label, seq, expected: commitments.get(label) ?? '' }, where);
  }
}

function checkRow(
  watching: Watching,
  chain: string,
  secret: Uint8Array,
  row: StoredRow,
  vouched: { label: string; seq: number; expected: string },
  where: string,
): void {
  watching.checked.rows++;
  if (row.chain !== chain && row.kind === 'referral') return; // the certificate's entry in the desk's chain wrote it last
  const key = commitmentKey(secret, chain, vouched.seq, vouched.label);
  const isVouched = commitment(key, vouched.label, 'row', rowValue(row)) === vouched.expected;
  if (!isVouched || row.seq !== vouched.seq || row.chain !== chain || row.label !== vouched.label) {
    watching.say('ledger/row-altered', where);
  }
}

/** What is called destroyed must be; every lock must reach as far as the record says. */
async function checkReferral({ core, say }: Watching, chain: string): Promise<void> {
  const record = await findReferral(core, chain);
  if (record === undefined) return;
  if (record.state === 'destroyed') say('destroy/secret-remains', `referral ${chain}`);
  for await (const name of vaultNamesOf(core, chain)) {
    const file = await core.vault.stat(name);
    const isShort =
      file !== undefined && file.lockedUntil.getTime() + LOCK_TOLERANCE_MS < Date.parse(record.lockedUntil);
    if (isShort) say('vault/lock', `vault file ${name}`);
  }
}

/** A record's date is taken a moment before its bytes are locked, and stores keep whole seconds. */
const LOCK_TOLERANCE_MS = 60_000;

async function rowsByLabel({ core }: Watching, list: string): Promise<Map<string, StoredRow>> {
  const rows = new Map<string, StoredRow>();
  for await (const row of rowsOf(core, list)) rows.set(row.label, row);
  return rows;
}

function rowOfLabel({ core }: Watching, label: string): Promise<StoredRow | undefined> {
  const [, kind = '', id = ''] = /^row:([a-z]+)\/(.*)$/.exec(label) ?? [];
  return core.ledger.row({ kind: kind as RowKind, id });
}

/** A destruction that was entered but not completed has already taken the lookup rows away. */
async function removedLabels({ core }: Watching, chain: string): Promise<Set<string>> {
  const row = await core.ledger.row({ kind: 'referral', id: chain });
  return row?.value['state'] === 'destroying' ? new Set(['row:lookup/0']) : new Set();
}

/** A secret may be gone only with a certificate. */
async function checkCertificate({ core, say }: Watching, chain: string): Promise<void> {
  const row = await core.ledger.row({ kind: 'certificate', id: chain });
  if (row === undefined) say('destroy/uncertified', `referral ${chain}`);
}

// ── what nothing refers to ────────────────────────────────────────────────────────────────────────────────────────────

async function watchVault({ core, referred, notes, say }: Watching): Promise<void> {
  for await (const name of core.vault.list()) {
    if (!referred.has(name)) notes.push({ code: 'vault/orphan', where: `vault file ${name}` });
    else if ((await core.vault.stat(name)) === undefined) say('vault/absent', `vault file ${name}`);
  }
}

async function watchSecrets({ core, notes }: Watching, chains: Chains): Promise<void> {
  for await (const owner of core.keys.owners()) {
    const isActor = (await core.ledger.row({ kind: 'actor', id: owner })) !== undefined;
    if (!isActor && !chains.has(owner)) notes.push({ code: 'keys/orphan', where: `secret of ${owner}` });
  }
}
