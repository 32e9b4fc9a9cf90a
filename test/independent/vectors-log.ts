// How the independent reader confirms the vector of the log: checkpoints, tiles, inclusion and consistency.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { demand, fromBase64, fromHex, same } from './bytes.ts';
import { tilesOver } from './check-log.ts';
import { Fields, isObject, type Json } from './json.ts';
import { demandConsistency, leafHash, rootByInclusion, rootOfHashes } from './merkle.ts';
import { readCheckpoint } from './signed.ts';

function fieldsOf(value: Json | undefined): Fields {
  return new Fields(value, 'vector', isObject(value) ? Object.keys(value) : []);
}

function text(value: Json): string {
  demand(typeof value === 'string', 'not text');
  return value;
}

export function confirmLog(vector: Json): void {
  const one = fieldsOf(vector);
  const hashes = one.list('entryHashes').map((hash) => leafHash(fromHex(text(hash), 32)));
  const origin = `referral-desk/${one.id('desk')}/${one.count('log')}`;
  const publicKey = one.base64('publicKey', 32);
  demand(one.text('origin') === origin, 'another origin');
  demand(same(publicOf(one.base64('seed', 32)), publicKey), 'another public key');
  for (const note of Object.values(one.map('checkpoints'))) {
    const { size, root } = readCheckpoint(text(note), origin, [publicKey]);
    demand(same(rootOfHashes(hashes.slice(0, size)), root), 'another root');
  }
  confirmTiles(one, hashes);
  confirmProofs(one, hashes);
}

/** The raw public key of a seed. */
export function publicOf(seed: Buffer): Buffer {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32);
}

function confirmTiles(one: Fields, hashes: readonly Buffer[]): void {
  const made = tilesOver(hashes).flatMap((tiles, level) =>
    tiles.map((bytes, position) => ({ level, position, bytes })),
  );
  const listed = one.list('tiles').map(fieldsOf);
  demand(made.length === listed.length, 'other tiles');
  for (const [index, { level, position, bytes }] of made.entries()) {
    const tile = fieldsOf(listed[index]?.value);
    demand(tile.count('level') === level && tile.count('position') === position, 'a tile in another place');
    demand(same(tile.base64('bytes'), bytes), 'another tile');
  }
}

function confirmProofs(one: Fields, hashes: readonly Buffer[]): void {
  const rootAt = (size: number): Buffer => rootOfHashes(hashes.slice(0, size));
  const proofOf = (each: Fields): readonly Buffer[] => each.list('hashes').map((hash) => fromBase64(text(hash), 32));
  for (const each of one.list('inclusion').map(fieldsOf)) {
    const [index, size] = [each.count('index'), each.count('size')];
    const root = rootByInclusion(hashes[index] ?? Buffer.alloc(0), index, size, proofOf(each));
    demand(same(root, rootAt(size)), 'an inclusion proof leads elsewhere');
  }
  for (const each of one.list('consistency').map(fieldsOf)) {
    const [older, size] = [each.count('older'), each.count('size')];
    demandConsistency({ size: older, root: rootAt(older) }, { size, root: rootAt(size) }, proofOf(each));
  }
}
