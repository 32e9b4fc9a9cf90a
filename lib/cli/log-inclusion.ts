// `log inclusion`: proves from the published files alone that an entry stands in the log, or checks such a proof. It needs no desk.
import { entryHash } from '../custody.ts';
import { canonical } from '../formats/canonical.ts';
import { readTlogProof, tlogProofText, type TlogProof } from '../formats/tlog-proof.ts';
import { proveInLog, readProof, readTrust, verifyInLog } from '../proofs/index.ts';
import { UsageError } from './failure.ts';
import type { Common, Outcome } from './frame.ts';
import { logSource } from './log-source.ts';
import { readInput, writeOutput } from './paths.ts';
import { outcomeOf } from './verify.ts';

export interface InclusionOptions extends Common {
  readonly from?: string;
  readonly proof?: string;
  readonly trust?: string;
  readonly out?: string;
}

export async function inclusion(path: string, options: InclusionOptions): Promise<Outcome> {
  const { desk, hash } = await entryIn(path);
  const trust = options.trust === undefined ? undefined : readTrust(await readText(options.trust));
  const proof = await proofOf(options, hash);
  const text = tlogProofText(proof);
  const file = options.out === undefined ? undefined : await writeOutput(options.out, text);
  const { words, json, exitCode } = outcomeOf('an entry of the log', verifyInLog(proof, { desk, hash, trust }), trust);
  return {
    words: [...words, '', ...(file === undefined ? [text.trimEnd()] : [`The proof is ${file}.`])],
    json: { ...json, hash, index: proof.index, proof: text, ...(file === undefined ? {} : { file }) },
    exitCode: exitCode ?? 1,
  };
}

/** The entry of a receipt, or the last one of exported custody that is proved to be in the log. */
async function entryIn(path: string): Promise<{ desk: string; hash: string }> {
  const proof = readProof(await readText(path));
  if (proof.kind === 'receipt') {
    const { desk, entry } = proof.receipt;
    return { desk, hash: entryHash(canonical(entry)) };
  }
  if (proof.kind === 'custody') {
    const { desk, entries, inclusion: place } = proof.custody;
    const text = entries[place?.seq ?? entries.length - 1];
    if (text !== undefined) return { desk, hash: entryHash(text) };
  }
  throw new UsageError('Give a receipt, or exported custody.');
}

async function proofOf({ from, proof }: InclusionOptions, hash: string): Promise<TlogProof> {
  if ((from === undefined) === (proof === undefined))
    throw new UsageError('Say where the log lies (--from), or give a proof to be checked (--proof).');
  const found =
    from === undefined ? readTlogProof(await readText(proof ?? '')) : await proveInLog(await logSource(from), hash);
  if (found !== undefined) return found;
  throw new UsageError(from === undefined ? 'This is no C2SP tlog-proof.' : 'The entry does not stand in this log.');
}

async function readText(path: string): Promise<string> {
  return (await readInput(path)).toString('utf8');
}
