// `log`: the head of the public log; `log export` writes all of it as plain files, `log verify` checks such files, wherever they lie, with
// nothing but trust.json.
import type { Command } from 'commander';
import { verifierKey } from '../formats/checkpoint.ts';
import { readProof, readTrust, verifyLog } from '../proofs/index.ts';
import type { Trust } from '../trust.ts';
import { UsageError } from './failure.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { exportLog } from './log-folder.ts';
import { inclusion } from './log-inclusion.ts';
import { logSource } from './log-source.ts';
import { commandLine, fromHere, quoted } from './command-line.ts';
import { readInput, unwritten, writeOutput } from './paths.ts';
import { startProgress } from './progress.ts';
import { withDesk } from './session.ts';
import { addAuthorityOption, authoritiesOf, type AuthorityOptions } from './time-stamper.ts';
import { outcomeOf } from './verify.ts';

export function addLog(program: Command): void {
  const log = addCommand(program, 'log', {
    summary: "the log's signed head, and the key that other C2SP tools check it with; export or verify all of it",
    example: 'log > checkpoint.txt',
    more: [
      'Keep a checkpoint elsewhere from time to time: with it anyone can see that nothing before it was rewritten.',
    ],
  })
    .option('--out <file>', 'write the checkpoint there (else: to stdout)')
    .action(acting(head));
  addCommand(log, 'export', {
    summary: 'the whole public log as files, for any web server or bucket to serve; run again, it writes what is new',
    example: 'log export --out ./public-log',
    more: [
      'They hold hashes and signatures only. Programs that know C2SP tlog-tiles read them: each log lies under its number.',
    ],
  })
    .requiredOption('--out <dir>', 'the folder they go to')
    .action(acting(exportFiles));
  const verifying = addCommand(log, 'verify <place>', {
    summary: 'check a whole log from its files alone: a folder, or a URL; needs no desk',
    example: 'log verify https://desk.example.org/v1/log --trust trust.json --against checkpoint.txt',
    more: [
      'Every tile is made again from the entries. Without --trust the answer is at most "consistent": exit code 1.',
    ],
    needsDesk: false,
  })
    .option('--trust <file>', "the desk's trust.json, had by another way than the log")
    .option('--against <file>', 'a checkpoint that was kept elsewhere: the log must have grown out of it');
  addAuthorityOption(verifying).action(acting(verify));
  addCommand(log, 'inclusion <receipt>', {
    summary: 'prove that the entry of a receipt (or of exported custody) stands in the log, from its files alone',
    example: 'log inclusion 0f0e….receipt.json --from https://desk.example.org/v1/log --trust trust.json',
    more: ['The proof is a C2SP tlog-proof: it holds by itself, for whoever has the receipt and trust.json.'],
    needsDesk: false,
  })
    .option('--from <place>', 'where the log lies: a folder, or a URL')
    .option('--proof <file>', 'a proof that was made, to be checked')
    .option('--trust <file>', "the desk's trust.json, had by another way")
    .option('--out <file>', 'write the proof there')
    .action(acting(inclusion));
}

// ── the head ──────────────────────────────────────────────────────────────────────────────────────────────────────────

interface HeadOptions extends Common {
  readonly out?: string;
}

async function head(options: HeadOptions): Promise<Outcome> {
  const { checkpoint, trust } = await withDesk(options, 'anyone', async ({ client }) => ({
    checkpoint: await client.checkpoint(),
    trust: await client.trust(),
  }));
  const [origin = '', size = '', root = ''] = checkpoint.split('\n');
  const vkeys = vkeysOf(origin, trust);
  const file = options.out === undefined ? undefined : await writeOutput(options.out, checkpoint);
  const keyWords = ['The key of the log, as other C2SP tools take it (vkey):', ...vkeys.map((vkey) => `  ${vkey}`)];
  return {
    words:
      file === undefined
        ? [checkpoint.trimEnd()]
        : [`The checkpoint is ${file}: ${size} entries. Keep it apart from the desk.`],
    asides: keyWords,
    json: {
      checkpoint,
      vkey: vkeys.at(-1) ?? null,
      vkeys,
      origin,
      size: Number(size),
      root,
      ...(file === undefined ? {} : { file }),
    },
  };
}

/** Oldest first: a checkpoint that is older than its key's end was signed by that key. */
function vkeysOf(origin: string, trust: Trust): string[] {
  const keys = trust.keys.filter(({ purpose }) => purpose === 'log');
  return keys.map(({ publicKey }) => verifierKey(origin, Buffer.from(publicKey, 'base64')));
}

// ── all of it ─────────────────────────────────────────────────────────────────────────────────────────────────────────

async function exportFiles(options: Common & { readonly out: string }): Promise<Outcome> {
  const folder = fromHere(options.out);
  const progress = startProgress('exporting', 'entries');
  const exported = await withDesk(options, 'anyone', ({ client }) => exportLog(client, folder, progress)).catch(
    (error: unknown) => {
      throw unwritten(options.out, error);
    },
  );
  progress.end();
  const { log, size, written, kept } = exported;
  return {
    words: [
      `Log ${log} with ${size} entries is in ${folder}: ${written} files written, ${kept} were there already.`,
      '',
      'Anyone checks it without the desk, there or wherever it is served from:',
      `  ${commandLine(`log verify ${quoted(folder)} --trust trust.json`)}`,
    ],
    json: { ...exported, folder },
  };
}

interface VerifyOptions extends Common, AuthorityOptions {
  readonly trust?: string;
  readonly against?: string;
}

async function verify(place: string, options: VerifyOptions): Promise<Outcome> {
  const trust = options.trust === undefined ? undefined : readTrust(await readText(options.trust));
  const against = options.against === undefined ? undefined : await readCheckpoint(options.against);
  const authorities = await authoritiesOf(options);
  const source = await logSource(place);
  const progress = startProgress('verifying', 'entries');
  const onProgress = (done: number, total: number): void => {
    progress.update(done, total);
  };
  const verdict = await verifyLog(source, { trust, against, authorities, onProgress });
  progress.end();
  const outcome = outcomeOf('the public log of a desk', verdict, trust);
  return { ...outcome, json: { ...outcome.json, logs: verdict.logs } };
}

async function readText(path: string): Promise<string> {
  return (await readInput(path)).toString('utf8');
}

async function readCheckpoint(path: string): Promise<string> {
  const proof = readProof(await readText(path));
  if (proof.kind === 'checkpoint') return proof.note;
  throw new UsageError('--against takes a checkpoint of the desk, such as "log --out" writes.');
}
