// What a receipt promises, and the signature under it: one for all that is promised in the same moment.
import type { Entry } from './custody.ts';
import { DeskError } from './errors.ts';
import { canonicalBytes } from './formats/canonical.ts';
import { inclusionProof, leafHash, nodeHash, rootOf, type Hash, type Subtree } from './formats/merkle.ts';
import type { Ports } from './ports.ts';
import { signNamed } from './sign.ts';

/** What is promised, before anyone signed for it. */
export interface Promised {
  readonly version: 1;
  readonly desk: string;
  readonly entry: Entry;
  /** The entry and all before it are in the log by then; RFC 3339 UTC. */
  readonly deadline: string;
}

/** What a signature adds: the path leads from the leaf to the root that was signed (RFC 6962), hashes and signature in base64. */
export interface ReceiptSignature {
  readonly keyId: string;
  readonly path: { index: number; size: number; hashes: string[] };
  readonly signature: string;
}

/** The leaf that a receipt's signature reaches: all of it but path, signature and openings. */
export function receiptLeaf(receipt: Promised & { readonly keyId: string }): Buffer {
  const { version, desk, keyId, entry, deadline } = receipt;
  return leafHash(canonicalBytes({ version, desk, keyId, entry, deadline }));
}

/** The bytes that are signed: a line that says what they are, then the root. */
export function receiptMessage(root: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('referral-desk/receipt/1\n', 'utf8'), root]);
}

/** Signs once for all that is promised in the same moment: over the root of its leaves, with each one's path to it. */
export async function signReceipts(
  core: Pick<Ports, 'keys'>,
  promised: readonly Promised[],
): Promise<ReceiptSignature[]> {
  let leaves: Buffer[] = [];
  const { keyId, signature } = await signNamed(core, 'receipts', (keyId) => {
    leaves = promised.map((each) => receiptLeaf({ ...each, keyId }));
    return receiptMessage(rootOf(leaves));
  });
  const size = leaves.length;
  const levels = levelsOver(leaves);
  const subtree: Subtree = (level, index) => Promise.resolve(levels[level]?.[index] ?? notWhole());
  return Promise.all(
    leaves.map(async (_, index) => {
      const hashes = (await inclusionProof(index, size, subtree)).map((hash) => Buffer.from(hash).toString('base64'));
      return { keyId, path: { index, size, hashes }, signature };
    }),
  );
}

/** The hashes of all complete subtrees, level by level from the leaves up. */
function levelsOver(leaves: readonly Hash[]): (readonly Hash[])[] {
  const levels = [leaves];
  for (let below = leaves; below.length > 1; levels.push(below)) {
    const pairs = below;
    below = pairs.flatMap((right, n) => (n % 2 === 0 ? [] : [nodeHash(pairs[n - 1] ?? notWhole(), right)]));
  }
  return levels;
}

function notWhole(): never {
  throw new DeskError('internal', 'A path asks for a subtree that is not whole.');
}
