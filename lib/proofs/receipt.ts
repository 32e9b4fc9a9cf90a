// Checking a receipt: whether it is this desk's, what its openings vouch for, and whether the sender's files are those.
// Always true: an opening counts only when it is tied to the signed entry, by itself or through the list of contents.
import { commitment, commitmentMessage, documentRoot, isDocumentLabel } from '../custody.ts';
import { canonical } from '../formats/canonical.ts';
import { isSignedBy } from '../formats/checkpoint.ts';
import { hmac } from '../formats/derive.ts';
import { rootAlong } from '../formats/merkle.ts';
import {
  contentsRoot,
  detailsName,
  receiptLeaf,
  receiptMessage,
  type Listed,
  type Opening,
  type Receipt,
} from '../receipt.ts';
import { trustedKey, type Trust } from '../trust.ts';
import { isTrustUsable, Report, type SenderFile, type Verdict, type VerifyOptions } from './report.ts';

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

/** Whether the signature is by a key that trust.json names for receipts. */
export function checkSigner(report: Report, receipt: Receipt, trust: Trust | undefined): void {
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

/** The openings that are tied to the signed entry, and so vouch for bytes. */
export function checkOpenings(report: Report, receipt: Receipt): Opening[] {
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
  if (!opensContents(list, contents)) {
    report.say('receipt/contents', 'the list of files is not the one that was finished');
    return own;
  }
  const count = contents.filter(({ attachment, type }) => attachment !== undefined && type === 'sha256').length;
  const described = contents.filter(isOfDetails).length;
  const more = described === 0 ? '' : `, with details of ${described} of them,`;
  report.note(`The referral and ${count} attachments${more} are listed, and the list is complete.`);
  return [...own, ...contents];
}

/**
 * Whether these openings, of files, of what was described of them and of the referral itself, are all that the list called `contents`
 * was made of.
 */
export function opensContents(list: Opening, contents: readonly Opening[]): boolean {
  const listed = contents.map((opening) => ({
    name: nameIn(opening),
    seq: opening.seq,
    commitment: opening.commitment,
  }));
  return isContentsOf(list, listed);
}

/** Whether the list called `contents` was made of just these. */
export function isContentsOf(list: Opening, contents: readonly Listed[]): boolean {
  return opens(list, 'root', contentsRoot(contents));
}

function nameIn({ attachment, label }: Opening): string {
  if (attachment === undefined) return label;
  return label === 'details' ? detailsName(attachment) : attachment;
}

/** Whether it opens what was described of an attachment. */
export function isOfDetails({ attachment, label }: Opening): boolean {
  return attachment !== undefined && label === 'details';
}

/** Whether the opening's key makes its commitment out of this value. */
export function opens(opening: Opening, type: Opening['type'], value: unknown): boolean {
  return (
    opening.type === type &&
    commitment(Buffer.from(opening.key, 'base64'), opening.label, type, value) === opening.commitment
  );
}

/** Says which files nothing vouches for, and how much of what is vouched for was not compared with anything. */
export function checkFiles(report: Report, files: readonly SenderFile[], vouched: readonly Opening[]): void {
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
  const opening = checkOpenings(new Report(), receipt).find(({ label }) => isDocumentLabel(label));
  return opening !== undefined && opensDocument(opening, referral);
}

/** Whether an opening of a document, with its key, is of this one. */
export function opensDocument(opening: Opening, document: Readonly<Record<string, unknown>>): boolean {
  const { label, documentKey } = opening;
  if (documentKey === undefined || !isDocumentLabel(label)) return false;
  return opens(opening, 'root', documentRoot(label, Buffer.from(documentKey, 'base64'), document));
}

/**
 * Whether these details, as parsed from the sender's own XML, are those that this receipt says were described of an attachment. Says
 * nothing of the receipt's signature: verifyReceipt does.
 */
export function areDetailsOf(receipt: Receipt, attachment: string, fileDetails: object): boolean {
  const described = checkOpenings(new Report(), receipt).filter(isOfDetails);
  const opening = described.find((each) => each.attachment === attachment);
  return opening !== undefined && opens(opening, 'text', [attachment, fileDetails]);
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
