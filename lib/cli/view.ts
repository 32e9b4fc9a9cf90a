// `view`: records that somebody looked at a file; or, with --out, reads an attachment out to a folder the user names, which enters
// the reading and its purpose first.
import { Option, type Command } from 'commander';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { VIEW_EXTENTS } from '../../schemas/codes.ts';
import type { AttachmentFacts } from '../read.ts';
import { DeskError } from '../errors.ts';
import type { ViewExtent } from '../view.ts';
import { idOf, referralOf, sha256Text, zonedTime } from './arguments.ts';
import { UsageError } from './failure.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { commandLine } from './command-line.ts';
import { demandWritable, writeOutput } from './paths.ts';
import { startProgress, type Progress } from './progress.ts';
import { withDesk } from './session.ts';

interface ViewOptions extends Common {
  readonly sha256?: string;
  readonly viewer?: string;
  readonly from?: string;
  readonly to?: string;
  readonly extent?: ViewExtent;
  readonly out?: string;
  readonly purpose?: string;
}

export function addView(program: Command): void {
  addCommand(program, 'view <referral> [attachment]', {
    summary: 'record that somebody looked at a file; or with --out read an attachment out to a folder',
    example:
      'view 0f0e… --sha256 9f86… --viewer "Noa Example" --from 2026-11-22T09:00:00Z --to 2026-11-22T09:10:00Z --extent full',
    more: [
      'Police may need no warrant for a file that a person looked at in full; so every look is entered, and none is assumed.',
      'With --out the attachment is written there under its id, never under a name the submitter chose.',
    ],
  })
    .option('--sha256 <digest>', 'SHA-256 of the very bytes that were looked at', sha256Text)
    .option('--viewer <name>', 'who looked')
    .option('--from <time>', 'when it began', zonedTime)
    .option('--to <time>', 'when it ended (else: as soon as it began)', zonedTime)
    .addOption(new Option('--extent <extent>', 'how much was seen').choices(VIEW_EXTENTS))
    .option('--out <dir>', 'write the attachment there instead; needs --purpose')
    .option('--purpose <words>', 'what it is read for; entered, sealed')
    .action(acting(view));
}

async function view(referral: string, attachment: string | undefined, options: ViewOptions): Promise<Outcome> {
  const referralId = referralOf(referral);
  const attachmentId = attachment === undefined ? undefined : idOf(attachment, 'An attachment');
  if (options.out === undefined) return record(referralId, attachmentId, options);
  if (attachmentId === undefined) throw new UsageError('Name the attachment to read out.');
  return readOut(referralId, attachmentId, options.out, options);
}

async function record(referralId: string, attachment: string | undefined, options: ViewOptions): Promise<Outcome> {
  const { sha256, viewer, from, to, extent } = options;
  if (sha256 === undefined || viewer === undefined || from === undefined || extent === undefined) {
    throw new UsageError(
      'A look takes --sha256, --viewer, --from and --extent; reading one out takes --out and --purpose.',
    );
  }
  const look = { sha256, viewer, from, to: to ?? from, extent, ...(attachment === undefined ? {} : { attachment }) };
  const entry = await withDesk(options, 'supervisor', ({ client }) => client.recordView(referralId, look));
  return {
    words: [
      `The look is entered in the chain of referral ${referralId}.`,
      extent === 'full'
        ? 'The file counts as viewed if the whole of these very bytes was seen before the referral was finished.'
        : 'The file does not count as viewed: only a full look makes it so.',
    ],
    json: entry,
  };
}

async function readOut(referralId: string, attachmentId: string, out: string, options: ViewOptions): Promise<Outcome> {
  const { purpose } = options;
  if (purpose === undefined) throw new UsageError('Say for what purpose it is read: --purpose "…".');
  const path = join(out, `${attachmentId}.bin`);
  await demandWritable(path); // the reading is entered before the first byte comes
  return withDesk(options, 'supervisor', async ({ client }) => {
    const read = await client.readAttachment(referralId, attachmentId, purpose);
    const progress = startProgress('reading', 'bytes');
    const bytes = checked(read.bytes, read.facts, progress);
    const file = await writeOutput(path, bytes, true);
    progress.end();
    const { sha256, sizeBytes } = read.facts;
    return {
      words: [
        `The attachment is ${file}, opened: whoever reads that file sees it. The reading and its purpose are entered.`,
        'Delete it when you are done. If somebody looked at it, enter that too:',
        `  ${commandLine(`view ${referralId} ${attachmentId} --sha256 ${sha256} --viewer … --from … --extent full`)}`,
      ],
      json: { referralId, attachmentId, file, sha256, sizeBytes },
    };
  });
}

/** Bytes that are not what was sealed are an error before the file appears under its name. */
async function* checked(
  bytes: AsyncIterable<Uint8Array>,
  { sha256, sizeBytes }: AttachmentFacts,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let done = 0;
  for await (const piece of bytes) {
    hash.update(piece);
    done += piece.length;
    progress.update(done, sizeBytes);
    yield piece;
  }
  if (hash.digest('hex') === sha256) return;
  throw new DeskError('sealed/damaged', 'What came is not what was sealed: read it again.');
}
