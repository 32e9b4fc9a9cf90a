// Row 9. The log: a tree over a million entries built, proofs made of it, proofs checked; against the plainest tree of node:crypto, which keeps every
// hash of every level.
import { createHash } from 'node:crypto';
import { assemble, SETTINGS, type Core } from '../../lib/core.ts';
import { Frontier, isIncluded, leafHash, nodeHash } from '../../lib/formats/merkle.ts';
import { integrate, logLeaf, proveInclusion, rootAt } from '../../lib/log.ts';
import type { Ledger, LogLeaf, LogState, Ports } from '../../lib/ports.ts';
import { memoryKeys, memoryLedger, memoryVault } from '../conformance/memory.ts';
import type { Figures, Place } from './measured.ts';

export interface Entries {
  readonly entries: number;
}

const DESK = 'a-desk';

/** 32 bytes for each number, as an entry's hash is. */
function entryHash(n: number): Buffer {
  const hash = Buffer.alloc(32, 7);
  hash.writeUInt32BE(n);
  return hash;
}

function rateSince(started: number, count: number): number {
  return count / ((performance.now() - started) / 1000);
}

// ── built ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Entries a second: each hashed to its leaf, and the root over all. */
export function build(_: Place, { entries }: Entries): Figures {
  const started = performance.now();
  const frontier = new Frontier();
  for (let n = 0; n < entries; n++) frontier.add(leafHash(entryHash(n)));
  const root = frontier.root();
  return { rate: rateSince(started, entries), root: root.readUInt32BE() };
}

/** The same as one writes it down first. */
export function buildPlainly(_: Place, { entries }: Entries): Figures {
  const started = performance.now();
  const root = plainLevels(entries).at(-1)?.[0];
  return { rate: rateSince(started, entries), root: root?.readUInt32BE() ?? 0 };
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const [LEAF, NODE] = [Uint8Array.of(0), Uint8Array.of(1)];

function plainLevels(entries: number): Buffer[][] {
  const levels = [Array.from({ length: entries }, (_, n) => sha256(LEAF, entryHash(n)))];
  for (let below = levels[0] ?? []; below.length > 1; below = levels.at(-1) ?? []) {
    const level: Buffer[] = [];
    for (let n = 0; n < below.length; n += 2) {
      const [left, right] = [below[n], below[n + 1]];
      if (left !== undefined) level.push(right === undefined ? left : sha256(NODE, left, right));
    }
    levels.push(level);
  }
  return levels;
}

// ── the desk's log ────────────────────────────────────────────────────────────────────────────────────────────────────

/** A ledger in which all is pending, and which keeps tiles: nothing of a database is in the figure. */
function pendingLedger(entries: number): Ledger {
  let state: LogState | undefined;
  const tiles = new Map<string, Uint8Array>();
  const leafAt = (seq: number): LogLeaf => ({ chain: DESK, seq, hash: entryHash(seq).toString('hex') });
  return {
    ...memoryLedger(),
    logState: () => Promise.resolve(state),
    pending: (most) => {
      const from = state?.size ?? 0;
      return Promise.resolve(Array.from({ length: Math.min(most, entries - from) }, (_, n) => leafAt(from + n)));
    },
    tile: (log, level, index) => Promise.resolve(tiles.get(`${log}/${level}/${index}`)),
    leafIndex: (_, seq) => Promise.resolve(seq),
    integrate: (made) => {
      state = made.state;
      for (const { level, index, bytes } of made.tiles) tiles.set(`${state.log}/${level}/${index}`, bytes);
      return Promise.resolve(true);
    },
  };
}

function coreOn(ledger: Ledger): Core {
  const ports = { ledger, keys: memoryKeys(DESK), vault: memoryVault(), now: () => new Date() } as unknown as Ports;
  return assemble(DESK, ports, SETTINGS);
}

/** Taken into the log in batches, tiles kept and each batch's head signed: entries a second; then proofs made and proofs checked a second. */
export async function takeIn(_: Place, { entries }: Entries): Promise<Figures> {
  const core = coreOn(pendingLedger(entries));
  const started = performance.now();
  const state = await integrate(core);
  const rate = rateSince(started, entries);
  if (state?.size !== entries) throw new Error('not all was taken in');
  const root = await rootAt(core, state, state.size);
  const picked = Array.from({ length: PROOFS }, (_, n) => Math.floor((n * entries) / PROOFS));
  const proving = performance.now();
  const proofs: { readonly index: number; readonly hashes: Buffer[] }[] = [];
  for (const seq of picked) {
    const proof = await proveInclusion(core, state, DESK, seq);
    proofs.push({ index: seq, hashes: proof?.hashes.map((hash) => Buffer.from(hash, 'base64')) ?? [] });
  }
  const proved = rateSince(proving, PROOFS);
  const checking = performance.now();
  const isRight = ({ index, hashes }: (typeof proofs)[number]): boolean =>
    isIncluded(logLeaf(entryHash(index).toString('hex')), index, entries, hashes, root);
  if (!proofs.every(isRight)) throw new Error('a proof does not hold');
  return { rate, proved, checked: rateSince(checking, PROOFS) };
}

const PROOFS = 2000;

/** As many hashes as checking those proofs takes, and nothing else. */
export function checkPlainly(_: Place, { entries }: Entries): Figures {
  const steps = Math.ceil(Math.log2(entries));
  const started = performance.now();
  for (let n = 0; n < PROOFS; n++) {
    let hash = sha256(LEAF, entryHash(n));
    for (let step = 0; step < steps; step++) hash = sha256(NODE, hash, LEAF_HASH);
  }
  return { rate: rateSince(started, PROOFS) };
}

const LEAF_HASH = nodeHash(entryHash(0), entryHash(1));
