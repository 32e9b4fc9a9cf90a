// Checking exported custody: one unbroken chain that stands in the desk's signed log and holds what was seen before.
// Always true: what nothing vouches for yet is found, never passed over.
import { entryHash, readEntry, verifyChain, type Entry } from '../custody.ts';
import { canonical } from '../formats/canonical.ts';
import { logOrigin, openCheckpoint, type Checkpoint } from '../formats/checkpoint.ts';
import { isConsistent, isIncluded } from '../formats/merkle.ts';
import { logLeaf } from '../log.ts';
import type { Opening, Receipt } from '../receipt.ts';
import type { Custody } from '../status.ts';
import { logKeys, type Trust } from '../trust.ts';
import { checkFiles, checkSigner } from './receipt.ts';
import { isTrustUsable, Report, type Verdict, type VerifyOptions } from './report.ts';

/**
 * Whether exported custody is one unbroken chain, stands in the desk's signed log, and holds what was seen before.
 * Codes: custody/*, log/*, trust/*, against/*, file/unknown.
 */
export function verifyCustody(custody: Custody, options: VerifyOptions): Verdict {
  return verifyRead(entriesRead(custody), options);
}

/** Custody, and its entries as `readEntry` reads them. */
export interface ReadCustody {
  readonly custody: Custody;
  readonly entries: readonly (Entry | undefined)[];
}

export function entriesRead(custody: Custody): ReadCustody {
  return { custody, entries: custody.entries.map((text) => readEntry(text)) };
}

/** `verifyCustody` of what was read already. */
export function verifyRead({ custody, entries }: ReadCustody, options: VerifyOptions): Verdict {
  const report = new Report();
  for (const { code, where } of verifyChain(custody.entries, custody, entries)) report.say(code, where);
  const checkpoint = checkLog(report, custody, options.trust);
  const { against } = options;
  checkWaiting(report, custody, against);
  if (against === undefined) {
    report.note(
      'Given nothing to hold it against: entries cut off at the end cannot be seen. Hold it against the newest receipt kept elsewhere.',
    );
  } else if (typeof against === 'string') checkAgainstCheckpoint(report, custody, checkpoint, against, options.trust);
  else checkAgainstReceipt(report, custody, against, options);
  if ((options.files ?? []).length > 0 && (against === undefined || typeof against === 'string')) {
    report.say('file/unknown', 'files are compared through the openings of a receipt: give one with --against');
  }
  report.note(`${custody.entries.length} entries, the last of ${entries.at(-1)?.time ?? 'unknown time'}.`);
  return report.verdict();
}

/** The log vouches for its entry and all before it, and so does a receipt; what comes after both can be made up. */
function checkWaiting(report: Report, custody: Custody, against: Receipt | string | undefined): void {
  if (custody.inclusion === undefined) return; // nothing is proved at all, which is said already
  const logged = custody.inclusion.seq;
  const received = typeof against === 'object' ? against.entry.seq : -1;
  const last = custody.entries.length - 1;
  const waiting = last - Math.max(logged, received);
  if (waiting > 0) {
    report.say(
      'log/pending',
      `the last ${waiting} entries are not in the log yet and nothing vouches for them: export again later`,
    );
  }
  const unlogged = Math.min(last, received) - logged;
  if (unlogged > 0) report.note(`${unlogged} entries were not in the log yet: the receipt alone vouches for them.`);
}

function checkLog(report: Report, custody: Custody, trust: Trust | undefined): Checkpoint | undefined {
  if (!isTrustUsable(report, trust, custody.desk)) return undefined;
  if (custody.checkpoint === undefined) {
    report.say('log/unproved', 'the export holds no checkpoint: export it again once the entries are in the log');
    return undefined;
  }
  const checkpoint = openCheckpoint(custody.checkpoint, logKeys(trust));
  if (checkpoint === undefined) report.say('log/signature', 'the checkpoint is not signed by a log key of trust.json');
  else if (!checkpoint.origin.startsWith(logOrigin(custody.desk, 0).slice(0, -1)))
    report.say('log/foreign', 'the checkpoint is of another desk');
  else checkInclusion(report, custody, checkpoint);
  return checkpoint;
}

function checkInclusion(report: Report, custody: Custody, checkpoint: Checkpoint): void {
  const { inclusion } = custody;
  const text = inclusion === undefined ? undefined : custody.entries[inclusion.seq];
  if (inclusion === undefined || text === undefined) {
    report.say('log/unproved', 'no entry of the chain is proved to stand in the log');
    return;
  }
  const proof = inclusion.hashes.map((hash) => Buffer.from(hash, 'base64'));
  if (!isIncluded(logLeaf(entryHash(text)), inclusion.index, checkpoint.size, proof, checkpoint.root)) {
    report.say('log/inclusion', `entry ${inclusion.seq}`);
  }
}

function checkAgainstReceipt(report: Report, custody: Custody, receipt: Receipt, options: VerifyOptions): void {
  checkSigner(report, receipt, options.trust);
  const { seq, chain } = receipt.entry;
  if (chain !== custody.chain || receipt.desk !== custody.desk) {
    report.say('against/other', 'the receipt is of another referral');
    return;
  }
  const text = custody.entries[seq];
  if (text === undefined)
    report.say('against/cut-off', `entry ${seq} stands in the receipt and is missing from the chain`);
  else if (text !== canonical(receipt.entry)) report.say('against/differs', `entry ${seq}`);
  const tied = receipt.openings.filter((opening) => isTied(custody, opening));
  if (tied.length < receipt.openings.length)
    report.say('receipt/opening', 'an opening of the receipt belongs to no entry of the chain');
  checkFiles(report, options.files ?? [], tied);
  report.note(`Nothing before entry ${seq} was cut off or rewritten since the receipt was given.`);
}

function isTied(custody: Custody, opening: Opening): boolean {
  const entry = readEntry(custody.entries[opening.seq] ?? '');
  return entry?.commitments[opening.label] === opening.commitment;
}

function checkAgainstCheckpoint(
  report: Report,
  custody: Custody,
  checkpoint: Checkpoint | undefined,
  note: string,
  trust: Trust | undefined,
): void {
  report.note(
    'A checkpoint is of all chains together: whether the end of this one was cut off cannot be seen from it. A receipt shows that.',
  );
  if (trust === undefined || checkpoint === undefined) return;
  const kept = openCheckpoint(note, logKeys(trust));
  if (kept === undefined)
    report.say('against/signature', 'the checkpoint to hold it against is not signed by a log key of trust.json');
  else if (kept.origin !== checkpoint.origin)
    report.say('against/other-log', 'the two checkpoints are of different logs: a log was begun anew');
  else if (kept.size > checkpoint.size)
    report.say('against/behind', 'the log in the export is shorter than the checkpoint kept elsewhere');
  else {
    const proof = (custody.consistency?.hashes ?? []).map((hash) => Buffer.from(hash, 'base64'));
    const isProved = kept.size === checkpoint.size || custody.consistency?.size === kept.size;
    if (!isProved) report.say('against/unproved', `export the custody again with --since ${kept.size}`);
    else if (!isConsistent(kept, checkpoint, proof))
      report.say('against/differs', 'the log was rewritten since the checkpoint');
    else
      report.note(
        `The log grew out of the checkpoint kept elsewhere (${kept.size} entries then, ${checkpoint.size} now).`,
      );
  }
}
