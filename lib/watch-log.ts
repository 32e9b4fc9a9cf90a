// Watch, the log: every log the desk ever had is made again from its leaves, tile by tile, and every checkpoint must be of it.
import { rowsOf } from './core.ts';
import { logOrigin, openCheckpoint } from './formats/checkpoint.ts';
import { sameBytes } from './formats/derive.ts';
import { Frontier, rootOf, type Hash } from './formats/merkle.ts';
import { TILE_WIDTH } from './formats/tiles.ts';
import { logLeaf, ownLogKeys } from './log.ts';
import { DESK, type LogState } from './ports.ts';
import { isLate } from './promise.ts';
import { watchStamps } from './watch-stamps.ts';
import { breathe, guarded, type Chains, type Watching } from './watching.ts';

/** The root that a log must have had at some size, and what it means when it had another. */
interface Expected {
  readonly root: Hash;
  readonly code: 'log/root' | 'against/differs';
}

/** A log as its checkpoints tell of it. */
interface KnownLog {
  size: number;
  readonly roots: Map<number, Expected[]>;
}

interface Logs {
  /** The state when going over the logs began; what came later is gone over next time. */
  readonly newest: LogState | undefined;
  readonly known: Map<number, KnownLog>;
}

/**
 * Goes over all logs; answers what the present one holds.
 * @param against a checkpoint that was kept elsewhere
 */
export async function watchLogs(watching: Watching, against: string | undefined): Promise<Chains> {
  const chains: Chains = new Map();
  await guarded(watching, 'log', async () => {
    const keys = await ownLogKeys(watching.core);
    const logs = await readCheckpoints(watching, keys);
    if (against !== undefined) expectKept(watching, logs, keys, against);
    const numbers = [...logs.known.keys()].sort((a, b) => a - b);
    for (const [n, log] of numbers.entries()) {
      if (log !== n + 1) watching.say('log/missing', `log before ${log}`);
      const seen = logs.known.get(log);
      if (seen !== undefined)
        await watchStamps(watching, log, keys, (size, root) => {
          expect(seen, size, root, 'log/root');
        });
      await guarded(watching, `log ${log}`, () => watchLog(watching, logs, log, chains));
    }
  });
  return chains;
}

/** Every checkpoint the desk keeps must be its own. */
async function readCheckpoints(watching: Watching, keys: readonly Uint8Array[]): Promise<Logs> {
  const known = new Map<number, KnownLog>();
  let newest: LogState | undefined;
  let after: string | undefined;
  do {
    const page = await watching.core.ledger.checkpoints({ after, limit: 500 });
    newest ??= page.items.at(0);
    for (const state of page.items) addCheckpoint(watching, known, keys, state);
    after = page.next;
    await breathe();
  } while (after !== undefined);
  return { newest, known };
}

function addCheckpoint(
  { core, say }: Watching,
  known: Map<number, KnownLog>,
  keys: readonly Uint8Array[],
  { log, size, checkpoint }: LogState,
): void {
  const seen = known.get(log) ?? { size, roots: new Map<number, Expected[]>() };
  seen.size = Math.max(seen.size, size);
  known.set(log, seen);
  const read = openCheckpoint(checkpoint, keys);
  if (read?.size === size && read.origin === logOrigin(core.desk, log)) expect(seen, size, read.root, 'log/root');
  else say('log/signature', checkpointName(log, size));
}

function expect({ roots }: KnownLog, size: number, root: Hash, code: Expected['code']): void {
  roots.set(size, [...(roots.get(size) ?? []), { root, code }]);
}

function checkpointName(log: number, size: number): string {
  return `checkpoint of ${size} in log ${log}`;
}

/** The desk must still hold all that a checkpoint kept elsewhere is of. */
function expectKept({ core, say }: Watching, { known }: Logs, keys: readonly Uint8Array[], note: string): void {
  const kept = openCheckpoint(note, keys);
  if (kept === undefined) {
    say('against/signature', 'the checkpoint kept elsewhere');
    return;
  }
  const log = Number(kept.origin.split('/').at(-1));
  const seen = kept.origin === logOrigin(core.desk, log) ? known.get(log) : undefined;
  const where = checkpointName(log, kept.size);
  if (seen === undefined) say('against/other-log', where);
  else if (kept.size > seen.size) say('against/cut-off', where);
  else expect(seen, kept.size, kept.root, 'against/differs');
}

async function watchLog(watching: Watching, logs: Logs, log: number, chains: Chains): Promise<void> {
  const known = logs.known.get(log);
  if (known === undefined) return;
  const frontier = new Frontier();
  const tiles = new TileCheck(watching, log, logs.newest);
  checkRoots(watching, log, known, frontier);
  while (frontier.size < known.size) {
    const limit = Math.min(4096, known.size - frontier.size);
    const leaves = await watching.core.ledger.leaves(log, frontier.size, limit);
    if (leaves.length === 0) break;
    for (const { chain, seq, hash } of leaves) {
      const leaf = logLeaf(hash);
      frontier.add(leaf);
      checkRoots(watching, log, known, frontier);
      await tiles.add(leaf);
      if (log === logs.newest?.log) addPlace(chains, chain, seq, hash);
    }
    watching.checked.logEntries = frontier.size;
    await breathe();
  }
  if (frontier.size !== known.size) watching.say('log/size', `log ${log}`);
  await tiles.end();
}

function checkRoots({ say }: Watching, log: number, { roots }: KnownLog, frontier: Frontier): void {
  const expected = roots.get(frontier.size);
  if (expected === undefined) return;
  const root = frontier.root();
  for (const each of expected) if (!sameBytes(each.root, root)) say(each.code, checkpointName(log, frontier.size));
}

function addPlace(chains: Chains, chain: string, seq: number, hash: string): void {
  const places = chains.get(chain) ?? new Map<number, string>();
  chains.set(chain, places.set(seq, hash));
}

// ── tiles ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Makes the tiles of a log anew, one growing tile a level, and compares each with the one that is stored. */
class TileCheck {
  readonly #watching: Watching;
  readonly #log: number;
  readonly #newest: LogState | undefined;
  readonly #levels: { index: number; hashes: Hash[] }[] = [];

  constructor(watching: Watching, log: number, newest: LogState | undefined) {
    this.#watching = watching;
    this.#log = log;
    this.#newest = newest;
  }

  async add(hash: Hash, level = 0): Promise<void> {
    const { index, hashes } = (this.#levels[level] ??= { index: 0, hashes: [] });
    hashes.push(hash);
    if (hashes.length < TILE_WIDTH) return;
    await this.#compare(level, index, hashes);
    this.#levels[level] = { index: index + 1, hashes: [] };
    await this.add(rootOf(hashes), level + 1);
  }

  async end(): Promise<void> {
    for (const [level, { index, hashes }] of this.#levels.entries()) {
      if (hashes.length > 0) await this.#compare(level, index, hashes);
    }
  }

  async #compare(level: number, index: number, hashes: readonly Hash[]): Promise<void> {
    const { core, say } = this.#watching;
    const made = Buffer.concat(hashes);
    const stored = (await core.ledger.tile(this.#log, level, index)) ?? new Uint8Array(0);
    if (sameBytes(stored, made)) return;
    const hasGrown = stored.length > made.length && (await this.#hasGrown());
    if (hasGrown && sameBytes(stored.subarray(0, made.length), made)) return;
    say('log/tiles', `tile ${this.#log}/${level}/${index}`);
  }

  /** Whether entries came into the log since it was begun to be gone over. */
  async #hasGrown(): Promise<boolean> {
    return (await this.#watching.core.ledger.logState())?.checkpoint !== this.#newest?.checkpoint;
  }
}

// ── what waits ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Chains whose entries all wait for the log are found through the lists and through what waits. */
export async function addUnlogged({ core }: Watching, chains: Chains): Promise<void> {
  const add = (chain: string): void => {
    if (!chains.has(chain)) chains.set(chain, new Map());
  };
  add(DESK);
  for await (const { id } of rowsOf(core, 'referrals')) add(id);
  for (const { chain } of await core.ledger.pending(100_000)) add(chain);
}

/** A receipt promised the log by a deadline. */
export async function watchDeadlines({ core, say }: Watching): Promise<void> {
  const state = await core.ledger.logState();
  for (const leaf of await core.ledger.pending(100_000)) {
    if (await isLate(core, state, leaf)) say('log/late', `entry ${leaf.seq} of chain ${leaf.chain}`);
  }
}
