// The Merkle tree of RFC 6962 section 2.1 (kept by RFC 9162): roots, inclusion and consistency proofs, and their checks.
// Everything here is about 32-byte hashes; nobody has to trust whoever handed over a proof.
import { createHash, type Hash as Hasher } from 'node:crypto';
import { digestOf } from './digest.ts';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const HASH_BYTES = 32;

export type Hash = Uint8Array;

/** What the leaf's hash of another hash is over: filled anew for each. */
const leafOfHash = Buffer.concat([LEAF, new Uint8Array(HASH_BYTES)]);

/** SHA-256(0x00 || data). */
export function leafHash(data: Uint8Array): Buffer {
  if (data.length !== HASH_BYTES) return digestOf('sha256', Buffer.concat([LEAF, data]));
  leafOfHash.set(data, 1);
  return digestOf('sha256', leafOfHash);
}

/** A leaf hash begun: feed it the data and take its digest. */
export function startLeaf(): Hasher {
  return createHash('sha256').update(LEAF);
}

/** What a node's hash is over: filled anew for each. */
const node = Buffer.concat([NODE, new Uint8Array(2 * HASH_BYTES)]);

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Hash, right: Hash): Buffer {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
    return digestOf('sha256', Buffer.concat([NODE, left, right]));
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return digestOf('sha256', node);
}

/** The root over no leaves: SHA-256 of nothing. */
export function emptyRoot(): Buffer {
  return createHash('sha256').digest();
}

/** The root over these leaf hashes. */
export function rootOf(leaves: readonly Hash[]): Buffer {
  const frontier = new Frontier();
  for (const leaf of leaves) frontier.add(leaf);
  return frontier.root();
}

/** A growing tree that remembers only its right edge: one hash for each bit of its size. */
export class Frontier {
  #size = 0;
  readonly #edge: (Hash | undefined)[] = [];

  get size(): number {
    return this.#size;
  }

  add(leaf: Hash): void {
    let hash = leaf;
    let level = 0;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2, level++) {
      hash = nodeHash(this.#edge[level] ?? missing(), hash);
      this.#edge[level] = undefined;
    }
    this.#edge[level] = hash;
    this.#size++;
  }

  root(): Buffer {
    let root: Hash | undefined;
    for (const hash of this.#edge) {
      if (hash !== undefined) root = root === undefined ? hash : nodeHash(hash, root);
    }
    return root === undefined ? emptyRoot() : Buffer.from(root);
  }
}

function missing(): never {
  throw new Error('the frontier lost a hash');
}

/**
 * Answers the hash of the complete subtree `index` at `level` (2^level leaves). Proofs ask only for subtrees that lie
 * wholly inside the tree.
 */
export type Subtree = (level: number, index: number) => Promise<Hash>;

/** Splits [from, to) into the complete subtrees it consists of, left to right. `from` is a multiple of the size's power. */
function* pieces(from: number, to: number): Generator<{ level: number; index: number }> {
  for (let at = from; at < to;) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level++;
    yield { level, index: at / 2 ** level };
    at += 2 ** level;
  }
}

/** The hash over leaves [from, to): MTH of RFC 6962. */
export async function rangeHash(from: number, to: number, subtree: Subtree): Promise<Hash> {
  const hashes: Hash[] = [];
  for (const { level, index } of pieces(from, to)) hashes.push(await subtree(level, index));
  const last = hashes.pop();
  if (last === undefined) return emptyRoot();
  return hashes.reduceRight((right, left) => nodeHash(left, right), last);
}

/** PATH(index, D[size]): the siblings from the leaf up. */
export async function inclusionProof(index: number, size: number, subtree: Subtree): Promise<Hash[]> {
  const path: Hash[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + largestPowerBelow(to - from);
    const isLeft = index < middle;
    path.push(await (isLeft ? rangeHash(middle, to, subtree) : rangeHash(from, middle, subtree)));
    if (isLeft) to = middle;
    else from = middle;
  }
  return path.reverse();
}

/** PROOF(older, D[size]) for 0 < older < size; empty when older is 0 or equals size. */
export async function consistencyProof(older: number, size: number, subtree: Subtree): Promise<Hash[]> {
  if (older === 0 || older === size) return [];
  const path: Hash[] = [];
  let from = 0;
  let to = size;
  while (older !== to) {
    const middle = from + largestPowerBelow(to - from);
    if (older <= middle) {
      path.push(await rangeHash(middle, to, subtree));
      to = middle;
    } else {
      path.push(await rangeHash(from, middle, subtree));
      from = middle;
    }
  }
  if (from !== 0) path.push(await rangeHash(from, to, subtree));
  return path.reverse();
}

function largestPowerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

/**
 * The root that a leaf hash leads to along an inclusion proof (RFC 9162 section 2.1.3.2), or undefined when the proof does not fit
 * that place in a tree of that size.
 */
export function rootAlong(leaf: Hash, index: number, size: number, proof: readonly Hash[]): Hash | undefined {
  if (!isCount(index) || !isCount(size) || index >= size || leaf.length !== 32) return undefined;
  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (sn === 0 || sibling.length !== 32) return undefined;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, half(sn)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 ? hash : undefined;
}

/** Whether `leaf` (a leaf hash) is number `index` of the tree of `size` leaves with this root. */
export function isIncluded(leaf: Hash, index: number, size: number, proof: readonly Hash[], root: Hash): boolean {
  const reached = rootAlong(leaf, index, size, proof);
  return reached !== undefined && equal(reached, root);
}

/** Whether the tree of `older` leaves is a beginning of the tree of `size` leaves (RFC 9162 section 2.1.4.2). */
export function isConsistent(
  older: { readonly size: number; readonly root: Hash },
  newer: { readonly size: number; readonly root: Hash },
  proof: readonly Hash[],
): boolean {
  if (!isCount(older.size) || !isCount(newer.size) || older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && equal(older.root, newer.root);
  if (older.size === 0) return proof.length === 0 && equal(older.root, emptyRoot());
  const path = [...proof];
  let fn = older.size - 1;
  let sn = newer.size - 1;
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  const first = fn === 0 ? older.root : path.shift();
  if (first?.length !== 32) return false;
  let oldRoot = first;
  let newRoot = first;
  for (const sibling of path) {
    if (sn === 0 || sibling.length !== 32) return false;
    if (fn % 2 === 1 || fn === sn) {
      oldRoot = nodeHash(sibling, oldRoot);
      newRoot = nodeHash(sibling, newRoot);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, half(sn)];
    } else {
      newRoot = nodeHash(newRoot, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equal(oldRoot, older.root) && equal(newRoot, newer.root);
}

const half = (n: number): number => Math.floor(n / 2);
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const equal = (a: Hash, b: Hash): boolean => Buffer.from(a).equals(b);
