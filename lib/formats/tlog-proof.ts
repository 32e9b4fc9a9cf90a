// A proof that something stands in a log, as C2SP tlog-proof has it: one text that holds the place, the path and the signed checkpoint.
import type { Hash } from './merkle.ts';

export interface TlogProof {
  readonly index: number;
  /** From the leaf up. */
  readonly hashes: readonly Hash[];
  /** The checkpoint as a signed note. */
  readonly checkpoint: string;
}

const HEAD = 'c2sp.org/tlog-proof@v1';

export function tlogProofText({ index, hashes, checkpoint }: TlogProof): string {
  const path = hashes.map((hash) => `${Buffer.from(hash).toString('base64')}\n`);
  return `${HEAD}\nindex ${index}\n${path.join('')}\n${checkpoint}`;
}

/** Undefined where it has not that form. What else it may carry (`extra`) is passed over. */
export function readTlogProof(text: string): TlogProof | undefined {
  const parts =
    /^c2sp\.org\/tlog-proof@v1\n(?:extra [A-Za-z0-9+/]*={0,2}\n)?index (0|[1-9]\d{0,14})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n(.+)$/s.exec(
      text,
    );
  if (parts === null) return undefined;
  const [, index = '', path = '', checkpoint = ''] = parts;
  const lines = path.split('\n').slice(0, -1);
  return { index: Number(index), hashes: lines.map((line) => Buffer.from(line, 'base64')), checkpoint };
}
