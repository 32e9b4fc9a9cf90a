// `verify`: checks a packet, a receipt, a notice or exported custody with nothing but trust.json, and says in plain words what holds, what does
// not and what was not checked. It needs no desk and asks none.
import type { Command } from 'commander';
import { readProof, readTrust, verifyCustody, verifyNotice, verifyReceipt, type Verdict } from '../proofs/index.ts';
import type { Receipt } from '../receipt.ts';
import type { Trust } from '../trust.ts';
import { UsageError } from './failure.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { findingWords } from './meanings.ts';
import { packetOutcome } from './packet-report.ts';
import { readInput, writeOutput } from './paths.ts';
import { startProgress } from './progress.ts';
import { shown, shownLines } from './shown.ts';
import { summaryOutcome } from './summary-report.ts';
import { addAuthorityOption, authoritiesOf, type AuthorityOptions } from './time-stamper.ts';
import { verifyPacketAt } from './verify-packet.ts';
import { findFiles, hashFiles } from './walk.ts';

interface VerifyOptions extends Common, AuthorityOptions {
  readonly trust?: string;
  readonly against?: string;
  readonly signature?: string;
  readonly referral?: string;
  readonly out?: string;
}

export function addVerify(program: Command): void {
  const command = addCommand(program, 'verify <proof> [files...]', {
    summary: 'check a packet, a receipt, a notice or exported custody, and your own files against it; needs no desk',
    example: 'verify referral-desk-packet-0f0e….zip --trust trust.json',
    more: [
      'A packet is given as the .zip it came as, or as the folder it was unpacked into. Hold it against a later receipt, exported',
      'custody, packet, checkpoint, or the folder or URL of the public log (--against): it says what happened since, and whether',
      'anything was rewritten.',
      'Name your own files or folders to see whether they are the ones that were sealed; with exported custody this takes',
      'the receipt too (--against). Without --trust the answer is at most "consistent, signer unknown", which is exit code 1.',
    ],
    needsDesk: false,
  })
    .option('--signature <file>', "a packet's summary-signature.json: the proof is the PDF that it was made over")
    .option('--trust <file>', "the desk's trust.json, had by another way than the proof")
    .option(
      '--against <place>',
      'what was kept elsewhere: a receipt or checkpoint; for a packet also custody, a packet, the log',
    )
    .option('--referral <id>', 'the referral that a packet must be of')
    .option('--out <file>', 'write the report there too, as text');
  addAuthorityOption(command).action(acting(verify));
}

async function verify(path: string, files: readonly string[], options: VerifyOptions): Promise<Outcome> {
  const outcome = await judgeAt(path, files, options);
  if (options.out === undefined) return outcome;
  const file = await writeOutput(options.out, `${shownLines(outcome.words.join('\n'))}\n`);
  return { ...outcome, words: [...outcome.words, '', `The report is ${file}.`], json: { ...outcome.json, file } };
}

async function judgeAt(path: string, files: readonly string[], options: VerifyOptions): Promise<Outcome> {
  const trust = options.trust === undefined ? undefined : readTrust(await readText(options.trust));
  if (options.signature !== undefined) return summaryOutcome(...(await readSummary(path, files, options)), trust);
  const { against: place, referral: referralId } = options;
  const authorities = await authoritiesOf(options);
  const packet = await verifyPacketAt(path, { trust, authorities, referralId, against: place });
  if (packet !== undefined) {
    if (files.length > 0) throw new UsageError('A packet holds its files itself: give none beside it.');
    return packetOutcome(packet, trust, new Date());
  }
  if (referralId !== undefined) throw new UsageError('--referral is for packets.');
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

/** The PDF's digest, and its signature. @throws UsageError */
async function readSummary(
  path: string,
  files: readonly string[],
  { against, signature = '' }: VerifyOptions,
): Promise<[string, Uint8Array]> {
  if (files.length > 0 || against !== undefined)
    throw new UsageError('A PDF is checked by its signature alone: give neither files nor --against.');
  const digests = await hashFiles(await findFiles([path]), startProgress('reading', 'bytes'));
  if (digests.length !== 1) throw new UsageError(`${shown(path)} is no file.`);
  return [digests[0] ?? '', await readInput(signature)];
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
