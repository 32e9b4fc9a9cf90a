// Checking what the desk gave out, without the desk: receipts and exported custody, with nothing but trust.json and, where there is
// one, an older receipt or checkpoint. Says what was not checked, and why.
import {
  commitment,
  commitmentMessage,
  documentRoot,
  entryHash,
  parseEntry,
  verifyChain,
  type Entry,
} from './custody.ts';
import { DeskError } from './errors.ts';
import { canonical } from './formats/canonical.ts';
import { hmac } from './formats/derive.ts';
import { isSignedBy, logOrigin, openCheckpoint, type Checkpoint } from './formats/checkpoint.ts';
import { isConsistent, isIncluded, rootAlong } from './formats/merkle.ts';
import { logLeaf } from './log.ts';
import { contentsRoot, receiptLeaf, receiptMessage, receiptSchema, type Opening, type Receipt } from './receipt.ts';
import { custodySchema, type Custody } from './status.ts';
import { checkTrust, logKeys, trustedKey, trustSchema, type Trust } from './trust.ts';

export interface ProofFinding {
  readonly code: string;
  readonly where: string;
}

/** `ok` is true only when nothing was found; `notes` are in plain words and say also what was left unchecked. */
export interface Verdict {
  readonly ok: boolean;
  readonly findings: readonly ProofFinding[];
  readonly notes: readonly string[];
}

/** A file of the sender's, by what it is called in the answer and its SHA-256 (hex). */
export interface SenderFile {
  readonly name: string;
  readonly sha256: string;
}

export interface VerifyOptions {
  /** Undefined: signatures are held against nobody, and the answer is not ok. */
  readonly trust?: Trust | undefined;
  /** An older or newer receipt of the same referral, or a checkpoint, that was kept elsewhere. */
  readonly against?: Receipt | string | undefined;
  readonly files?: readonly SenderFile[] | undefined;
}

/** What a file holds. @throws DeskError proof/malformed */
export function readProof(
  text: string,
):
  { kind: 'receipt'; receipt: Receipt } | { kind: 'custody'; custody: Custody } | { kind: 'checkpoint'; note: string } {
  if (/^referral-desk\/[^\n]+\n\d+\n/.test(text)) return { kind: 'checkpoint', note: text };
  const value = parse(text);
  const receipt = receiptSchema.safeParse(value);
  if (receipt.success) return { kind: 'receipt', receipt: receipt.data };
  const custody = custodySchema.safeParse(value);
  if (custody.success) return { kind: 'custody', custody: custody.data };
  throw new DeskError(
    'proof/malformed',
    'This is no receipt, exported custody or checkpoint of a kind this version reads.',
  );
}

/** @throws DeskError proof/malformed */
export function readTrust(text: string): Trust {
  const trust = trustSchema.safeParse(parse(text));
  if (!trust.success) throw new DeskError('proof/malformed', 'This is no trust.json of a kind this version reads.');
  return trust.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new DeskError('proof/malformed', 'The file is not JSON.', { cause });
  }
}

class Report {
  readonly findings: ProofFinding[] = [];
  readonly notes: string[] = [];

  say(code: string, where: string): void {
    this.findings.push({ code, where });
  }

  note(text: string): void {
    this.notes.push(text);
  }

  verdict(): Verdict {
    return { ok: this.findings.length === 0, findings: this.findings, notes: this.notes };
  }
}

// ── receipts ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Whether a receipt is this desk's, and whether the files are those it vouches for.
 * Codes: trust/unknown-signer, trust/damaged, trust/other-desk, receipt/signature, receipt/opening, receipt/contents,
 * file/unknown, against/*.
 */
export function verifyReceipt(receipt: Receipt, options: VerifyOptions): Verdict {
  const report = new Report();
  checkSigner(report, receipt, options.trust);
  const vouched = checkOpenings(report, receipt);
  checkFiles(report, options.files ?? [], vouched);
  if (options.against === undefined) {
    report.note(
      'Given nothing to hold it against: whether the chain was cut off or rewritten later cannot be seen from a receipt alone.',
    );
  } else if (typeof options.against === 'string') {
    report.say(
      'against/kind',
      'a checkpoint says nothing about a receipt alone: export the custody and hold that against it',
    );
  } else checkSameHistory(report, receipt, options.against);
  report.note(`The receipt vouches for entry ${receipt.entry.seq} and all before it, as of ${receipt.entry.time}.`);
  return report.verdict();
}

function checkSigner(report: Report, receipt: Receipt, trust: Trust | undefined): void {
  if (!isTrustUsable(report, trust, receipt.desk)) return;
  const key = trustedKey(trust, 'receipts', receipt.keyId, receipt.entry.time);
  const path = receipt.path.hashes.map((hash) => Buffer.from(hash, 'base64'));
  const root = rootAlong(receiptLeaf(receipt), receipt.path.index, receipt.path.size, path);
  if (receipt.entry.desk !== receipt.desk) report.say('receipt/signature', 'the entry is of another desk');
  if (key === undefined)
    report.say('trust/unknown-signer', 'the receipt is signed by a key that trust.json does not name for receipts');
  else if (root === undefined || !isSignedBy(key, receiptMessage(root), Buffer.from(receipt.signature, 'base64'))) {
    report.say('receipt/signature', 'the receipt');
  }
}

function isTrustUsable(report: Report, trust: Trust | undefined, desk: string): trust is Trust {
  if (trust === undefined) {
    report.say('trust/unknown-signer', 'no trust.json was given: consistent at most, signer unknown');
    return false;
  }
  for (const wrong of checkTrust(trust)) report.say('trust/damaged', wrong);
  if (trust.desk !== desk) report.say('trust/other-desk', 'trust.json is of another desk');
  return trust.desk === desk;
}

/** The openings that are tied to the signed entry, and so vouch for bytes. */
function checkOpenings(report: Report, receipt: Receipt): Opening[] {
  const { entry, openings } = receipt;
  const named = openings.filter(({ seq, attachment }) => seq === entry.seq && attachment === undefined);
  const own = named.filter(({ label, commitment }) => entry.commitments[label] === commitment);
  for (const { label } of named.filter((opening) => !own.includes(opening))) report.say('receipt/opening', label);
  const list = own.find(({ label }) => label === 'contents');
  if (list === undefined && 'contents' in entry.commitments) {
    report.say('receipt/contents', 'the receipt does not open the list of files that was finished');
  }
  if (list === undefined) {
    if (own.length < openings.length) {
      report.note(
        'Files that earlier entries took in are not tied to this one: verify the exported custody against this receipt.',
      );
    }
    return own;
  }
  const contents = openings.filter(({ seq, attachment }) => seq === 0 || attachment !== undefined);
  const listed = contents.map(({ attachment, label, seq, commitment }) => ({
    name: attachment ?? label,
    seq,
    commitment,
  }));
  if (!opens(list, 'root', contentsRoot(listed))) {
    report.say('receipt/contents', 'the list of files is not the one that was finished');
    return own;
  }
  const count = contents.filter(({ attachment }) => attachment !== undefined).length;
  report.note(`The referral and ${count} attachments are listed, and the list is complete.`);
  return [...own, ...contents];
}

function opens(opening: Opening, type: Opening['type'], value: string): boolean {
  return (
    opening.type === type &&
    commitment(Buffer.from(opening.key, 'base64'), opening.label, type, value) === opening.commitment
  );
}

/** Says which files nothing vouches for, and how much of what is vouched for was not compared with anything. */
function checkFiles(report: Report, files: readonly SenderFile[], vouched: readonly Opening[]): void {
  const openings = vouched.filter(({ type }) => type === 'sha256');
  const unmet = new Set(openings);
  for (const { name, sha256 } of files) {
    const opened = openerOf(sha256);
    const found = [...unmet].find(opened) ?? openings.find(opened);
    if (found === undefined) report.say('file/unknown', name);
    else unmet.delete(found);
  }
  const attachments = openings.filter(({ attachment }) => attachment !== undefined);
  const left = attachments.filter((opening) => unmet.has(opening)).length;
  if (attachments.length > 0 && left === attachments.length)
    report.note('Whether your files are those that were sealed was not checked: none that it vouches for was given.');
  else if (attachments.length > 0)
    report.note(`${attachments.length - left} of the ${attachments.length} attachments it vouches for were compared.`);
}

/** Whether an opening is to this digest; what its HMAC is over is made once for each label, since openings are many. */
function openerOf(sha256: string): (opening: Opening) => boolean {
  const messages = new Map<string, Buffer>();
  return ({ key, label, type, commitment: expected }) => {
    const message = messages.get(label) ?? commitmentMessage(label, type, sha256);
    messages.set(label, message);
    return hmac(Buffer.from(key, 'base64'), message).toString('hex') === expected;
  };
}

/**
 * Whether a referral, as parsed from the sender's own JSON, is the one that this receipt vouches for, part by part. Says nothing of
 * the receipt's signature: verifyReceipt does.
 */
export function isReferralOf(receipt: Receipt, referral: Readonly<Record<string, unknown>>): boolean {
  const opening = checkOpenings(new Report(), receipt).find(({ label }) => label === 'document');
  if (opening?.documentKey === undefined) return false;
  return opens(opening, 'root', documentRoot(Buffer.from(opening.documentKey, 'base64'), referral));
}

/** Two receipts of one chain: the same place must hold the same entry. */
function checkSameHistory(report: Report, receipt: Receipt, other: Receipt): void {
  if (other.entry.chain !== receipt.entry.chain || other.desk !== receipt.desk) {
    report.say('against/other', 'the receipt to hold it against is of another referral');
  } else if (other.entry.seq !== receipt.entry.seq) {
    report.note(
      'The two receipts are of different entries: only the exported custody shows that one grew out of the other.',
    );
  } else if (canonical(other.entry) !== canonical(receipt.entry))
    report.say('against/differs', `entry ${receipt.entry.seq}`);
}

// ── custody ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Whether exported custody is one unbroken chain, stands in the desk's signed log, and holds what was seen before.
 * Codes: custody/*, log/*, trust/*, against/*, file/unknown.
 */
export function verifyCustody(custody: Custody, options: VerifyOptions): Verdict {
  const report = new Report();
  for (const { code, where } of verifyChain(custody.entries, custody)) report.say(code, where);
  const entries = custody.entries.flatMap(readable);
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

function readable(text: string): Entry[] {
  try {
    return [parseEntry(text)];
  } catch {
    return [];
  }
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
  const [entry] = readable(custody.entries[opening.seq] ?? '');
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
