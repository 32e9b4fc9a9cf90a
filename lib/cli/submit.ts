// `submit`: a referral and its files, sealed at the desk. Run again it goes on where it stopped; what the desk has is not sent twice.
import type { Command } from 'commander';
import {
  submitReferral,
  type DeskClient,
  type Submission,
  type SubmitFile,
  type SubmitProgress,
  type Submitted,
} from '../client/index.ts';
import { demandGood } from './check.ts';
import { numberFrom } from './arguments.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { commandLine, quoted } from './command-line.ts';
import { demandWritable, readInput } from './paths.ts';
import { startProgress, type Progress } from './progress.ts';
import { receiptName, writeReceipt } from './receipt-file.ts';
import { keyOf, withDesk } from './session.ts';
import { folderKeeper } from './slots.ts';
import { shown } from './shown.ts';
import { stoppable, untilStopped } from './stop.ts';
import { bytesOf, findFiles, type FoundFile } from './walk.ts';

interface SubmitOptions extends Common {
  readonly receipt?: string;
  readonly finish: boolean;
  readonly parallel: number;
  /** Undefined: to a desk elsewhere. */
  readonly direct?: boolean;
}

export function addSubmit(program: Command): void {
  addCommand(program, 'submit <referral.json> [files...]', {
    summary: 'send a referral with its files, finish it, and keep the signed receipt',
    example: 'submit referral.json files/ --data ./desk-data',
    more: [
      'Folders are walked; a file is called by its path inside the folder given, as the referral declares it. Interrupted?',
      'Run the same command again. Declared files that were not given are named; then it is not finished, and exit code 1.',
      'To a desk elsewhere, files above 4 MB are sealed here and sent in parts; cut off, they go on with the part that is missing.',
    ],
  })
    .option('--receipt <file>', 'where the receipt goes (else: <id of the referral>.receipt.json, where you stand)')
    .option('--no-finish', 'leave it open for more')
    .option('--parallel <n>', 'how many files at once, 1 to 64', numberFrom(1, 64), 4)
    .option('--direct', 'seal files above 4 MB here and send them in parts, also to a desk on this machine')
    .option('--no-direct', 'send every file whole, and have it sealed at the desk')
    .action(acting(submit));
}

function submit(path: string, files: readonly string[], options: SubmitOptions): Promise<Outcome> {
  return stoppable((signal) => submitUntil(signal, path, files, options));
}

async function submitUntil(
  signal: AbortSignal,
  path: string,
  files: readonly string[],
  options: SubmitOptions,
): Promise<Outcome> {
  const referral = await readInput(path);
  if (options.desk === undefined) demandGood(referral, new Date()); // a desk elsewhere may know newer fields
  const found = await findFiles(files);
  await demandWritable(options.receipt ?? receiptName('0'));
  const { finish, parallel, direct = options.desk !== undefined } = options;
  const past = direct ? { slots: folderKeeper(keyOf(options) ?? '') } : { directBytes: Infinity };
  const submitted = await withDesk(options, 'reporter', ({ client }) =>
    untilStopped(signal, () => sendReferral(client, referral, found, { finish, parallel, signal, ...past })),
  );
  const receipt = await writeReceipt(options.receipt ?? receiptName(submitted.referralId), submitted.receipt);
  return outcomeOf(submitted, receipt, finish);
}

/** Sends a referral and shows how far it is. */
export async function sendReferral(
  client: DeskClient,
  referral: Uint8Array,
  found: readonly FoundFile[],
  more: Pick<Submission, 'directBytes' | 'slots'> & {
    readonly finish: boolean;
    readonly parallel: number;
    readonly signal?: AbortSignal;
  },
): Promise<Submitted> {
  const { signal, ...how } = more;
  const bar = showProgress();
  const submitted = await submitReferral(client, {
    referral,
    files: found.map((file) => toSubmitFile(file, signal)),
    onProgress: bar.onProgress,
    ...how,
  });
  bar.end();
  return submitted;
}

function toSubmitFile(file: FoundFile, signal: AbortSignal | undefined): SubmitFile {
  const { path, sizeBytes } = file;
  return { path, sizeBytes, open: () => bytesOf(file, signal) };
}

/** One bar while files are hashed, another while they are sent, a third while the desk looks at what went past it. */
function showProgress(): { onProgress: (progress: SubmitProgress) => void; end: () => void } {
  let bar: { phase: SubmitProgress['phase']; progress: Progress } | undefined;
  return {
    onProgress: ({ phase, doneBytes, totalBytes }) => {
      if (bar?.phase !== phase) {
        bar?.progress.end();
        bar = { phase, progress: startProgress(phase, 'bytes') };
      }
      bar.progress.update(doneBytes, totalBytes);
    },
    end: () => bar?.progress.end(),
  };
}

function outcomeOf(submitted: Submitted, receipt: string, isWanted: boolean): Outcome {
  const { referralId, isFinished, files } = submitted;
  const missing = submitted.missing.map(({ place, path }) => ({ declared: place, path }));
  const attachments = files.map(({ attachmentId, ...file }) => ({ id: attachmentId, ...file }));
  const isShort = missing.length > 0 || files.some(({ state }) => state === 'unproved');
  return {
    words: [
      `Referral ${referralId} is ${isFinished ? 'finished: nothing can be added, and it is preserved' : 'open'}.`,
      ...fileWords(submitted),
      `The receipt is ${receipt}. Keep it apart from the desk: with it anyone can check the desk's word.`,
      ...gapWords(submitted),
      '',
      'Next:',
      ...nextWords(submitted, receipt, isWanted),
    ],
    json: { referralId, receipt, state: isFinished ? 'finished' : 'open', attachments, missing },
    exitCode: isShort || files.some(({ state }) => state === 'left-out') ? 1 : 0,
  };
}

function fileWords({ files, missing }: Submitted): string[] {
  const count = (state: Submitted['files'][number]['state']): number =>
    files.filter((file) => file.state === state).length;
  const undeclared = files.filter(({ declared }) => declared === null);
  const unproved = files.filter(({ state }) => state === 'unproved');
  const leftOut = files.filter(({ state }) => state === 'left-out');
  return [
    `Files: ${count('sent')} sealed now, ${count('there-already')} there already.`,
    ...list('Sealed although the referral does not declare them:', undeclared),
    ...list('NOT looked at by the desk yet, so that it is not finished:', unproved),
    ...list('NOT taken, since the referral was finished before:', leftOut),
    ...list('MISSING: declared by the referral, and not given:', missing),
  ];
}

function list(heading: string, files: readonly { readonly path: string }[]): string[] {
  return files.length === 0 ? [] : [heading, ...files.map(({ path }) => `  ${shown(path)}`)];
}

function gapWords({ gaps, warnings }: Submitted): string[] {
  const all = [...warnings, ...gaps];
  return all.length === 0
    ? []
    : ['What an investigator will miss:', ...all.map(({ path, message }) => `  ${shown(path)}  ${shown(message)}`)];
}

function nextWords(
  { referralId, isFinished, missing, files }: Submitted,
  receipt: string,
  isWanted: boolean,
): string[] {
  if (isFinished) return [`  ${commandLine(`verify ${quoted(receipt)} --trust trust.json <your files>`)}`];
  if (missing.length > 0) return ['  Run the same command again with the missing files.'];
  if (isWanted && files.some(({ state }) => state === 'unproved')) return ['  Run the same command again in a while.'];
  return isWanted ? [] : [`  ${commandLine(`finish ${referralId}`)}`];
}
