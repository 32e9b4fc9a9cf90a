// `verify`: checks a packet, a receipt or exported custody with nothing but trust.json, and says in plain words what holds, what does
// not and what was not checked. It needs no desk and asks none.
import type { Command } from 'commander';
import {
  readProof,
  readTrust,
  verifyCustody,
  verifyNotice,
  verifyReceipt,
  type PacketVerdict,
  type ProofFinding,
  type Receipt,
  type Trust,
  type Verdict,
} from '../index.ts';
import { UsageError } from './failure.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { readInput } from './paths.ts';
import { startProgress } from './progress.ts';
import { shown } from './shown.ts';
import { verifyPacketAt } from './verify-packet.ts';
import { findFiles, hashFiles } from './walk.ts';

interface VerifyOptions extends Common {
  readonly trust?: string;
  readonly against?: string;
}

export function addVerify(program: Command): void {
  addCommand(program, 'verify <proof> [files...]', {
    summary: 'check a packet, a receipt or exported custody, and your own files against it; needs no desk',
    example: 'verify referral-desk-packet-0f0e….zip --trust trust.json',
    more: [
      'A packet is given as the .zip it came as, or as the folder it was unpacked into.',
      'Name your own files or folders to see whether they are the ones that were sealed; with exported custody this takes',
      'the receipt too (--against). Without --trust the answer is at most "consistent, signer unknown", which is exit code 1.',
    ],
    needsDesk: false,
  })
    .option('--trust <file>', "the desk's trust.json, had by another way than the proof")
    .option('--against <file>', 'a receipt or checkpoint that was kept elsewhere')
    .action(acting(verify));
}

async function verify(path: string, files: readonly string[], options: VerifyOptions): Promise<Outcome> {
  const trust = options.trust === undefined ? undefined : readTrust(await readText(options.trust));
  const packet = await verifyPacketAt(path, trust);
  if (packet !== undefined) return packetOutcome(packet, files, options, trust);
  const proof = readProof(await readText(path));
  const against = options.against === undefined ? undefined : await readAgainst(options.against);
  if (proof.kind === 'notice' && (files.length > 0 || against !== undefined))
    throw new UsageError('A notice is checked by itself: give neither files nor --against.');
  if (proof.kind === 'custody' && files.length > 0 && typeof against !== 'object') {
    throw new UsageError('Custody names no file: give the receipt too, with --against <file>.');
  }
  const found = await findFiles(files);
  const digests = await hashFiles(found, startProgress('reading', 'bytes'));
  const senderFiles = found.map(({ path: name }, n) => ({ name, sha256: digests[n] ?? '' }));
  return outcomeOf(...judge(proof, { trust, against, files: senderFiles }), trust);
}

/** What it is, and what is to be said of it. */
function judge(proof: ReturnType<typeof readProof>, options: Parameters<typeof verifyReceipt>[1]): [string, Verdict] {
  switch (proof.kind) {
    case 'receipt':
      return [`a receipt of desk ${shown(proof.receipt.desk)}`, verifyReceipt(proof.receipt, options)];
    case 'custody':
      return [`custody of desk ${shown(proof.custody.desk)}`, verifyCustody(proof.custody, options)];
    case 'notice':
      return [`a notice of clearance of desk ${shown(proof.notice.desk)}`, verifyNotice(proof.notice, options)];
    case 'checkpoint':
      throw new UsageError('A checkpoint says nothing alone: export the custody and give it with --against.');
  }
}

async function readText(path: string): Promise<string> {
  return (await readInput(path)).toString('utf8');
}

async function readAgainst(path: string): Promise<Receipt | string> {
  const proof = readProof(await readText(path));
  switch (proof.kind) {
    case 'receipt':
      return proof.receipt;
    case 'checkpoint':
      return proof.note;
    case 'notice':
    case 'custody':
      throw new UsageError('--against takes a receipt or a checkpoint, nothing else.');
  }
}

function packetOutcome(
  verdict: PacketVerdict,
  files: readonly string[],
  { against }: VerifyOptions,
  trust: Trust | undefined,
): Outcome {
  if (files.length > 0 || against !== undefined)
    throw new UsageError('A packet is checked by itself: give neither files nor --against.');
  const { packet } = verdict;
  const notes = [
    ...(packet === undefined ? [] : [`packet ${packet.id} for ${packet.agency}, of referral ${packet.referralId}`]),
    'It is not encrypted: whoever holds it can read it.',
  ];
  const { words, json, exitCode } = outcomeOf('a packet', { ...verdict, notes }, trust);
  const head = packetHead(verdict);
  return { words: [head, ...words.slice(1)], json: { ...json, packet }, exitCode: exitCode ?? 1 };
}

function packetHead({ ok, isConsistent, findings }: PacketVerdict): string {
  if (ok) return 'AUTHENTIC: this desk signed it, and nothing in it was changed, added or left out.';
  if (isConsistent) return 'CONSISTENT, SIGNER UNKNOWN: nothing in it contradicts itself; anyone may have made it.';
  return `NOT AUTHENTIC: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}.`;
}

/** What a verdict says to people and to programs. */
export function outcomeOf(what: string, { ok, findings, notes }: Verdict, trust: Trust | undefined): Outcome {
  const head = ok
    ? `HOLDS: this is ${what}, and nothing in it was changed.`
    : `DOES NOT HOLD: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} in what says it is ${what}.`;
  const telephone =
    trust === undefined ? [] : ['Compare on the telephone, this trust.json says:', `  ${trust.fingerprint}`];
  return {
    words: [head, ...findings.map(findingWords), ...notes.map((note) => `  · ${shown(note)}`), ...telephone],
    json: { ok, findings, notes },
    exitCode: ok ? 0 : 1,
  };
}

function findingWords({ code, where }: ProofFinding): string {
  const meaning = MEANINGS[code];
  const place = shown(where);
  return `  ✗ ${meaning === undefined ? place : `${meaning} (${place})`} [${code}]`;
}

/** What a finding means to somebody who was given the proof. */
const MEANINGS: Readonly<Record<string, string>> = {
  'trust/unknown-signer': 'Nobody known signed this',
  'trust/damaged': 'trust.json contradicts itself',
  'trust/other-desk': 'This trust.json does not speak for the desk',
  'receipt/signature': 'The signature does not fit: it was altered, or another key signed it',
  'notice/signature': 'The signature does not fit: it was altered, or another key signed it',
  'receipt/opening': 'What is said of a file does not belong to the entry',
  'receipt/contents': 'The list of files was altered',
  'file/unknown': 'This file is not among those that were sealed, or is not the same any more',
  'against/kind': 'The two cannot be compared',
  'against/other': 'The two are of different referrals',
  'against/differs': 'History was rewritten since then',
  'against/cut-off': 'The end of the chain is missing',
  'against/signature': 'The older checkpoint is not signed by this desk',
  'against/other-log': 'The two are of different logs',
  'against/behind': 'The log went backwards',
  'against/unproved': 'Growth since then is not proved',
  'custody/malformed': 'An entry cannot be read',
  'custody/foreign': 'An entry belongs to another chain',
  'custody/missing': 'An entry is missing',
  'custody/order': 'Entries stand in another order',
  'custody/link': 'An entry does not follow from the one before: one of the two was altered',
  'custody/empty': 'There is no entry at all',
  'log/unproved': 'Nothing shows that the chain stands in the log',
  'log/pending': 'The last entries are not in the log yet, and nothing vouches for them',
  'log/signature': 'The checkpoint of the log is not signed by this desk',
  'log/foreign': 'The checkpoint is of another desk',
  'log/inclusion': 'The entry does not stand in the log',
  'log/missing': 'This file of the log is missing',
  'log/malformed': 'This file of the log cannot be read',
  'log/tiles': 'This tile is not that of the entries beneath it',
  'log/entries': 'These entries are not those of their tile: one of the two was altered',
  'log/root': 'The log is not the one this checkpoint is of',
  'log/cut-off': 'The log is shorter than the newest checkpoint says',
  'stamp/missing': 'This file of a time stamp is missing',
  'stamp/malformed': 'This time stamp cannot be read',
  'stamp/checkpoint': 'What was stamped is no checkpoint that the desk signed of this log',
  'stamp/key': 'The key that signed this checkpoint had been replaced long before it was stamped',
  'stamp/refused': 'The authority refused to stamp it',
  'stamp/other-data': 'This is a time stamp of something else',
  'stamp/signature': 'The signature of this time stamp does not fit: it was altered',
  'stamp/signer': 'Whoever signed this may not, or could not then, stamp the time',
  'stamp/unknown-authority': 'No authority that is trusted stands behind this time stamp',
  'zip/header': 'The header before this file was altered',
  'zip/directory': 'The line of this file in the directory of the archive was altered',
  'zip/end': 'The end of the archive was altered',
  'zip/contents': 'The bytes of this file were altered',
  'zip/names-differ': 'The archive calls this file by two names',
  'zip/name': 'A file of a name that no packet has',
  'zip/duplicate': 'There are two files of this name',
  'zip/packed': 'This file was compressed, which no packet is',
  'zip/encrypted': 'This file was encrypted by somebody else',
  'zip/leading': 'Bytes were put before the packet',
  'zip/gap': 'Bytes were put in or taken out before this file',
  'zip/cut': 'The packet is cut off here: take it again',
  'zip/trailing': 'Bytes were put behind the packet',
  'zip/unreadable': 'Nothing can be read behind this',
  'zip/too-many': 'More files than a packet can have',
  'bag/missing': 'This file is missing',
  'bag/unlisted': 'This file was added',
  'bag/digest': 'This file was altered',
  'bag/unchecked': 'This file is listed by a digest that is not checked here',
  'bag/duplicate': 'This file is listed twice',
  'bag/path': 'A file is listed that would lie outside the packet',
  'bag/malformed': 'This list cannot be read',
  'bag/oxum': 'Files were added or left out',
  'bag/fetch': 'The packet would fetch files from elsewhere',
  'packet/missing': 'This file is missing',
  'packet/no-file': 'This is no file but a link, a pipe or the like',
  'packet/malformed': 'This file cannot be read',
  'packet/order-of-files': 'Another file stands in the place of this one',
  'packet/folder': 'The folder is not named after the packet',
  'packet/signature': 'The signature does not fit: it was altered, or another key signed it',
  'packet/chain': 'What is told of the chain is not what the chain says',
  'packet/checkpoint': 'What is told of the log is not what was proved',
  'packet/order': 'What is told of the order is not what was entered',
  'packet/opening': 'An opening does not belong to the chain',
  'packet/file': 'This file is not the one the case manifest names',
  'packet/referral': 'The referral is not the one that was taken in',
  'packet/derived': 'This file does not say what the referral says',
  'packet/contents': 'An exhibit is missing, or one too many',
  'packet/exhibit': 'This exhibit is not the one that was taken in',
  'packet/cleared': 'What is told of findings that clear is not what was entered',
  'packet/viewed': 'More is claimed of the looking than was entered or stated',
};
