// Checks the log: every entry is a leaf or still pending, the tiles are those of the leaves, the checkpoints are signed and true.
import { demand, fromHex, same } from './bytes.ts';
import type { Link } from './check-chains.ts';
import type { Findings } from './findings.ts';
import type { Folder } from './folder.ts';
import type { Ledger, StoredCheckpoint, Tile } from './ledger.ts';
import { leafHash, rootOfHashes } from './merkle.ts';
import { readCheckpoint } from './signed.ts';
import { keysFor } from './trust.ts';

const WIDTH = 256;

export function checkLog(folder: Folder, links: readonly Link[], findings: Findings): void {
  const { ledger } = folder;
  const logs = [...new Set(ledger.leaves.map(({ log }) => log))].sort((a, b) => a - b);
  findings.expect(
    logs.every((log, index) => log === index + 1),
    'log',
    'logs do not count from 1',
  );
  for (const log of logs) checkOneLog(folder, log, links, findings);
  checkAllEntered(ledger, logs.at(-1), links, findings);
}

function checkAllEntered(ledger: Ledger, log: number | undefined, links: readonly Link[], findings: Findings): void {
  const entered = new Set(ledger.leaves.filter((leaf) => leaf.log === log).map(({ n }) => n));
  for (const { n, entry } of links) {
    const once = entered.has(n) !== ledger.pending.has(n);
    findings.expect(once, `entry ${entry.seq} of ${entry.chain}`, 'is not once in the log or pending');
  }
  const known = new Set(links.map(({ n }) => n));
  for (const n of ledger.pending) findings.expect(known.has(n), `pending ${n}`, 'is no entry');
}

function checkOneLog(folder: Folder, log: number, links: readonly Link[], findings: Findings): void {
  const hashes = new Map(links.map(({ n, hash }) => [n, hash]));
  const leaves = folder.ledger.leaves.filter((leaf) => leaf.log === log);
  leaves.forEach(({ position, n, hash }, index) => {
    const where = `leaf ${position} of log ${log}`;
    findings.expect(position === index, where, 'is not in its place');
    findings.expect(hashes.get(n) === hash, where, 'is not the hash of its entry');
  });
  findings.expect(new Set(leaves.map(({ n }) => n)).size === leaves.length, `log ${log}`, 'an entry is in it twice');
  const data = findings.attempt(`log ${log}`, () => leaves.map(({ hash }) => leafHash(fromHex(hash, 32))));
  if (data === undefined) return;
  checkTiles(folder.ledger.tiles, log, data, findings);
  checkCheckpoints(folder, log, data, findings);
}

/** All levels of tiles over leaf hashes, tile by tile, bottom first. */
export function tilesOver(hashes: readonly Buffer[]): readonly (readonly Buffer[])[] {
  const tiles: Buffer[][] = [];
  let level = hashes;
  while (level.length > 0) {
    const groups = Array.from({ length: Math.ceil(level.length / WIDTH) }, (_, i) =>
      level.slice(WIDTH * i, WIDTH * (i + 1)),
    );
    tiles.push(groups.map((group) => Buffer.concat(group)));
    level = groups.filter((group) => group.length === WIDTH).map(rootOfHashes);
  }
  return tiles;
}

function checkTiles(tiles: readonly Tile[], log: number, hashes: readonly Buffer[], findings: Findings): void {
  const kept = new Map(
    tiles.filter((tile) => tile.log === log).map((tile) => [`${tile.level}/${tile.position}`, tile]),
  );
  tilesOver(hashes).forEach((level, l) => {
    level.forEach((bytes, position) => {
      const name = `${l}/${position}`;
      const tile = kept.get(name);
      const where = `tile ${name} of log ${log}`;
      findings.expect(tile !== undefined && same(tile.bytes, bytes), where, 'is not that of the leaves');
      kept.delete(name);
    });
  });
  for (const name of kept.keys()) findings.add(`tile ${name} of log ${log}`, 'stands over no leaves');
}

function checkCheckpoints(folder: Folder, log: number, hashes: readonly Buffer[], findings: Findings): void {
  const kept = folder.ledger.checkpoints.filter((checkpoint) => checkpoint.log === log);
  let before = 0;
  for (const checkpoint of kept) {
    findings.attempt(`checkpoint of log ${log} at ${checkpoint.size}`, () => {
      demand(checkpoint.size >= before, 'is smaller than the one before');
      demandCheckpoint(folder, checkpoint, hashes);
    });
    before = checkpoint.size;
  }
  findings.expect(before === hashes.length, `log ${log}`, 'its last checkpoint does not cover all leaves');
}

function demandCheckpoint(folder: Folder, checkpoint: StoredCheckpoint, hashes: readonly Buffer[]): void {
  const origin = `referral-desk/${folder.desk}/${checkpoint.log}`;
  const { size, root } = readCheckpoint(checkpoint.note, origin, keysFor(folder.trust, 'log'));
  demand(size === checkpoint.size, 'states another size');
  demand(size <= hashes.length, 'states more leaves than there are');
  demand(same(root, rootOfHashes(hashes.slice(0, size))), 'its root is not that of the leaves');
}
