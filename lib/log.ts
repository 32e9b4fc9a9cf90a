// One log over all chains (decision 7): the integrator gathers pending entries into an RFC 6962 tree kept as C2SP tiles, and signs
// the head. A batch and its head are one commit, so a crash leaves either all of a batch or nothing.
import type { Core } from './core.ts';
import { DeskError } from './errors.ts';
import { checkpointText, logOrigin, openCheckpoint, signedNote, type Checkpoint } from './formats/checkpoint.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  rangeHash,
  rootOf,
  type Hash,
  type Subtree,
} from './formats/merkle.ts';
import { sameBytes } from './formats/derive.ts';
import { TILE_WIDTH } from './formats/tiles.ts';
import type { LogLeaf, LogState, Tile } from './ports.ts';

const BATCH = 4096;

/** The log's leaf for an entry: the leaf hash over the 32 bytes of the entry's own hash. */
export function logLeaf(entryHashHex: string): Buffer {
  return leafHash(Buffer.from(entryHashHex, 'hex'));
}

/** Takes every pending entry into the log; answers the state after. Safe to run from several processes at once. */
export async function integrate(core: Core): Promise<LogState | undefined> {
  return core.inTurn('the log', async () => {
    for (;;) {
      const state = await core.ledger.logState();
      const leaves = await core.ledger.pending(BATCH);
      if (leaves.length === 0) return state;
      await integrateBatch(core, state, leaves, state?.log ?? 1);
    }
  });
}

/** Begins a new log after `old` (restore.ts): its first batch holds whatever is pending then. */
export async function beginNewLog(core: Core, first: readonly LogLeaf[]): Promise<void> {
  const state = await core.ledger.logState();
  await core.inTurn('the log', () => integrateBatch(core, state, first, (state?.log ?? 0) + 1));
}

async function integrateBatch(
  core: Core,
  after: LogState | undefined,
  leaves: readonly LogLeaf[],
  log: number,
): Promise<void> {
  const grown = new Tiles(core, log);
  const start = after?.log === log ? after.size : 0;
  if (after?.log === log) await demandWhole(core, after, grown);
  await grown.add(
    start,
    leaves.map((leaf) => logLeaf(leaf.hash)),
  );
  const size = start + leaves.length;
  const root = await rangeHash(0, size, grown.subtree);
  const checkpoint = await signCheckpoint(core, { origin: logOrigin(core.desk, log), size, root });
  await core.ledger.integrate({ after, state: { log, size, checkpoint }, leaves, tiles: grown.changed() });
}

/** Nothing is signed on top of tiles that are not those the last checkpoint is of. @throws DeskError log/damaged */
async function demandWhole(core: Core, state: LogState, tiles: Tiles): Promise<void> {
  const signed = await readCheckpoint(core, state.checkpoint);
  const isOwn = signed?.origin === logOrigin(core.desk, state.log) && signed.size === state.size;
  if (!isOwn || !sameBytes(await rangeHash(0, state.size, tiles.subtree), signed.root)) throw damaged();
}

function damaged(): DeskError {
  return new DeskError('log/damaged', 'The log is not the one that was signed last: run watch, then restore a backup.');
}

async function signCheckpoint(core: Core, checkpoint: Checkpoint): Promise<string> {
  const text = checkpointText(checkpoint);
  const { keyId, signature } = await core.keys.sign('log', Buffer.from(text, 'utf8'));
  const key = (await core.keys.publicKeys()).find(({ id }) => id === keyId);
  if (key === undefined) throw new DeskError('keys/failed', 'The log was signed with a key that is not published.');
  return signedNote(text, checkpoint.origin, Buffer.from(key.publicKey, 'base64'), signature);
}

// ── tiles ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The tree's stored hashes, with those of a batch in the making on top. */
class Tiles {
  readonly #core: Pick<Core, 'ledger'>;
  readonly #log: number;
  readonly #held = new Map<string, { level: number; index: number; hashes: Hash[]; isChanged: boolean }>();

  constructor(core: Pick<Core, 'ledger'>, log: number) {
    this.#core = core;
    this.#log = log;
  }

  /** Adds leaves from number `from` on, and the hash of every tile they complete to the level above. */
  async add(from: number, leaves: readonly Hash[], level = 0): Promise<void> {
    const end = from + leaves.length;
    for (let n = from; n < end;) {
      const index = Math.floor(n / TILE_WIDTH);
      const tile = await this.#tile(level, index);
      tile.isChanged = true;
      for (const next = Math.min(end, (index + 1) * TILE_WIDTH); n < next; n++)
        tile.hashes[n % TILE_WIDTH] = leaves[n - from] as Hash;
      if (n % TILE_WIDTH === 0) await this.add(index, [rootOf(tile.hashes)], level + 1);
    }
  }

  readonly subtree: Subtree = async (level, index) => {
    const tileLevel = Math.floor(level / 8);
    const width = 2 ** (level % 8);
    const first = index * width;
    const { hashes } = await this.#tile(tileLevel, Math.floor(first / TILE_WIDTH));
    const span = hashes.slice(first % TILE_WIDTH, (first % TILE_WIDTH) + width);
    if (span.length !== width) throw damaged();
    return rootOf(span);
  };

  changed(): Tile[] {
    return [...this.#held.values()]
      .filter(({ isChanged }) => isChanged)
      .map(({ level, index, hashes }) => ({ level, index, bytes: Buffer.concat(hashes) }));
  }

  async #tile(level: number, index: number): Promise<{ hashes: Hash[]; isChanged: boolean }> {
    const name = `${level}/${index}`;
    const held = this.#held.get(name);
    if (held !== undefined) return held;
    const bytes = (await this.#core.ledger.tile(this.#log, level, index)) ?? new Uint8Array(0);
    const hashes = Array.from({ length: Math.floor(bytes.length / 32) }, (_, n) => bytes.subarray(n * 32, n * 32 + 32));
    const tile = { level, index, hashes, isChanged: false };
    this.#held.set(name, tile);
    return tile;
  }
}

// ── proofs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Proof that an entry stands in the tree of a checkpoint; hashes in base64. */
export interface Inclusion {
  readonly seq: number;
  readonly index: number;
  readonly hashes: readonly string[];
}

/** Undefined while the entry is pending, or came after the checkpoint. */
export async function proveInclusion(
  core: Core,
  state: LogState,
  chain: string,
  seq: number,
): Promise<Inclusion | undefined> {
  const index = await core.ledger.leafIndex(chain, seq);
  if (index === undefined || index >= state.size) return undefined;
  const path = await inclusionProof(index, state.size, new Tiles(core, state.log).subtree);
  return { seq, index, hashes: path.map(toBase64) };
}

/** Proof that the log of `state` grew out of the same log when it had `older` leaves; hashes in base64. */
export async function proveConsistency(core: Core, state: LogState, older: number): Promise<string[]> {
  const path = await consistencyProof(older, state.size, new Tiles(core, state.log).subtree);
  return path.map(toBase64);
}

/** The hashes of complete subtrees as the stored tiles have them. @throws DeskError log/damaged where one is not there */
export function storedHashes(core: Pick<Core, 'ledger'>, log: number): Subtree {
  return new Tiles(core, log).subtree;
}

/** The root the log had at `size` leaves, from the stored tiles. */
export async function rootAt(core: Core, state: LogState, size: number): Promise<Hash> {
  return rangeHash(0, size, new Tiles(core, state.log).subtree);
}

/** Reads one of the desk's own checkpoints. */
export async function readCheckpoint(core: Core, note: string): Promise<Checkpoint | undefined> {
  return openCheckpoint(note, await ownLogKeys(core));
}

/** The keys that sign the desk's log, or did. */
export async function ownLogKeys(core: Core): Promise<Uint8Array[]> {
  const keys = (await core.keys.publicKeys()).filter(({ purpose }) => purpose === 'log');
  return keys.map(({ publicKey }) => Buffer.from(publicKey, 'base64'));
}

function toBase64(hash: Hash): string {
  return Buffer.from(hash).toString('base64');
}
