// RFC 6962 section 2.1: the root of a tree, and its inclusion and consistency proofs, by the recursive definitions of the RFC.
import { demand, same, sha256 } from './bytes.ts';

export function leafHash(data: Uint8Array): Buffer {
  return sha256(Uint8Array.of(0), data);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Uint8Array.of(1), left, right);
}

/** The largest power of two below a size of at least two. */
function split(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** MTH over leaves that are hashed already. */
export function rootOfHashes(hashes: readonly Uint8Array[]): Buffer {
  const [first] = hashes;
  if (first === undefined) return sha256();
  if (hashes.length === 1) return Buffer.from(first);
  const k = split(hashes.length);
  return nodeHash(rootOfHashes(hashes.slice(0, k)), rootOfHashes(hashes.slice(k)));
}

export function rootOf(leaves: readonly Uint8Array[]): Buffer {
  return rootOfHashes(leaves.map(leafHash));
}

/** The root that an inclusion proof of leaf `index` among `size` leads to. */
export function rootByInclusion(leaf: Uint8Array, index: number, size: number, proof: readonly Uint8Array[]): Buffer {
  demand(index < size, 'the path names a leaf outside its tree');
  if (size === 1) {
    demand(proof.length === 0, 'the path is too long');
    return Buffer.from(leaf);
  }
  const sibling = proof.at(-1);
  demand(sibling !== undefined, 'the path is too short');
  const k = split(size);
  const rest = proof.slice(0, -1);
  return index < k
    ? nodeHash(rootByInclusion(leaf, index, k, rest), sibling)
    : nodeHash(sibling, rootByInclusion(leaf, index - k, size - k, rest));
}

/** Holds that the tree of `size` leaves with root `root` begins with the tree of `oldSize` leaves with root `oldRoot`. */
export function demandConsistency(
  older: { readonly size: number; readonly root: Uint8Array },
  newer: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): void {
  demand(older.size <= newer.size, 'the older tree is the larger one');
  if (older.size === 0 || older.size === newer.size) {
    demand(proof.length === 0, 'the consistency proof is too long');
    if (older.size === 0) demand(same(older.root, sha256()), 'the empty tree has another root');
    else demand(same(older.root, newer.root), 'two trees of one size differ');
    return;
  }
  const [oldRoot, newRoot] = subproof(older.size, newer.size, proof, true, older.root);
  demand(same(oldRoot, older.root), 'the consistency proof does not lead to the older root');
  demand(same(newRoot, newer.root), 'the consistency proof does not lead to the newer root');
}

/** RFC 6962 2.1.2 read backwards: the roots of the first `m` and of all `n` leaves, from their proof. */
function subproof(
  m: number,
  n: number,
  proof: readonly Uint8Array[],
  whole: boolean,
  oldRoot: Uint8Array,
): readonly [Uint8Array, Uint8Array] {
  if (m === n) {
    if (whole) {
      demand(proof.length === 0, 'the consistency proof is too long');
      return [oldRoot, oldRoot];
    }
    const [only] = proof;
    demand(only !== undefined && proof.length === 1, 'the consistency proof has the wrong length');
    return [only, only];
  }
  const last = proof.at(-1);
  demand(last !== undefined, 'the consistency proof is too short');
  const k = split(n);
  const rest = proof.slice(0, -1);
  if (m <= k) {
    const [left, all] = subproof(m, k, rest, whole, oldRoot);
    return [left, nodeHash(all, last)];
  }
  const [right, all] = subproof(m - k, n - k, rest, false, oldRoot);
  return [nodeHash(last, right), nodeHash(last, all)];
}
