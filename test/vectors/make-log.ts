// The vector of the log: leaves, tiles, two checkpoints and the proofs between them.
import { sign } from 'node:crypto';
import { checkpointText, logOrigin, signedNote } from '../../lib/formats/checkpoint.ts';
import { consistencyProof, inclusionProof, rootOf, type Subtree } from '../../lib/formats/merkle.ts';
import { privateKeyOf } from '../../lib/local/signing-key.ts';
import { logLeaf } from '../../lib/log.ts';
import { TILE_WIDTH } from '../../lib/formats/tiles.ts';
import { createPublicKey } from 'node:crypto';
import type { Json } from '../../lib/ports.ts';

const SIZES = { older: 100, newer: 260 } as const;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export async function makeLogVector(desk: string, fixed: (name: string) => Buffer): Promise<Record<string, Json>> {
  const seed = fixed('seed of the log key').toString('base64');
  const publicKey = createPublicKey(privateKeyOf({ seed })).export({ format: 'der', type: 'spki' }).subarray(-32);
  const entryHashes = Array.from({ length: SIZES.newer }, (_, n) => fixed(`entry ${n}`).toString('hex'));
  const leaves = entryHashes.map(logLeaf);
  const origin = logOrigin(desk, 1);
  const note = (size: number): string => {
    const text = checkpointText({ origin, size, root: rootOf(leaves.slice(0, size)) });
    return signedNote(text, origin, publicKey, sign(null, Buffer.from(text), privateKeyOf({ seed })));
  };
  const subtree: Subtree = (level, index) =>
    Promise.resolve(rootOf(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)));
  const inclusion = async (index: number, size: number): Promise<Json> => {
    return { index, size, hashes: (await inclusionProof(index, size, subtree)).map(base64) };
  };
  const consistency = async (older: number, size: number): Promise<Json> => {
    return { older, size, hashes: (await consistencyProof(older, size, subtree)).map(base64) };
  };
  return {
    log: {
      ...{ desk, log: 1, origin, seed, publicKey: base64(publicKey) },
      checkpoints: { older: note(SIZES.older), newer: note(SIZES.newer) },
      inclusion: await Promise.all([0, 99, 255, 256, 259].map((index) => inclusion(index, SIZES.newer))),
      consistency: await Promise.all([1, 100, 256, 259].map((older) => consistency(older, SIZES.newer))),
      tiles: tiles(leaves),
      entryHashes,
    },
  };
}

function tiles(leaves: readonly Buffer[]): Json {
  const first = leaves.slice(0, TILE_WIDTH);
  return [
    { level: 0, position: 0, bytes: base64(Buffer.concat(first)) },
    { level: 0, position: 1, bytes: base64(Buffer.concat(leaves.slice(TILE_WIDTH))) },
    { level: 1, position: 0, bytes: base64(rootOf(first)) },
  ];
}
