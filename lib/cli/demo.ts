// `demo`: one invented referral from beginning to end on a desk of its own, with every claim checked, in a few seconds.
import { mkdir, mkdtemp, readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { deskClient, type DeskClient, type Submitted } from '../client/index.ts';
import { DeskError, verifyCustody, verifyReceipt, type Custody, type Receipt, type Trust } from '../index.ts';
import { initLocalDesk } from '../local/open.ts';
import { reachLocalDesk } from '../local/reach.ts';
import { alarmOf } from './alarm.ts';
import { demoWords } from './demo-words.ts';
import { acting, addCommand, remark, type Common, type Outcome } from './frame.ts';
import { fromHere, writeOutput } from './paths.ts';
import { startProgress } from './progress.ts';
import { writeReceipt } from './receipt-file.ts';
import { storyMaterial, type StoryMaterial } from './story/index.ts';
import { sendReferral } from './submit.ts';
import { keepTrust } from './trust.ts';
import { findFiles } from './walk.ts';
import { watchLocal } from './watch.ts';

interface DemoOptions extends Common {
  readonly full?: boolean;
  readonly keep?: boolean;
}

export function addDemo(program: Command): void {
  addCommand(program, 'demo', {
    summary: 'a desk of its own and an invented referral from beginning to end, all verified; a few seconds',
    example: 'demo',
    more: ['Everything lies in a new temporary folder, or in --data and a folder beside it. Nothing is sent anywhere.'],
  })
    .option('--full', 'the whole story: 800 files, 4 GB; needs 20 GB of disk and some minutes')
    .option('--keep', 'keep the folder, which happens anyway: the end says how to remove it')
    .action(acting(demo));
}

async function demo(options: DemoOptions): Promise<Outcome> {
  const { root, dir } = await placesOf(options);
  remark('Making a desk, an invented referral and its files …');
  const { keys, trust } = await initLocalDesk({ dir });
  const trustFile = await keepTrust(dir, trust);
  const material = await makeMaterial(root, options.full === true);
  const reach = await reachLocalDesk({ dir, alarm: alarmOf(options) });
  try {
    if (reach.local === undefined) throw new DeskError('desk/owned', 'Another process took the folder meanwhile.');
    const as = (key: string): DeskClient => deskClient({ fetch: reach.fetch, key });
    const { submitted, receipt } = await refer(as(keys.reporter), material);
    const watched = await watchLocal(reach.local.desk);
    const custody = await as(keys.auditor).custody(submitted.referralId);
    const receiptFile = await writeReceipt(join(root, 'receipt.json'), receipt);
    const custodyFile = await writeOutput(join(root, 'custody.json'), `${JSON.stringify(custody, undefined, 2)}\n`);
    const verdicts = verify(receipt, custody, trust, material);
    const verified = watched.findings.length === 0 && Object.values(verdicts).every(({ ok }) => ok);
    const { referralId } = submitted;
    return {
      words: demoWords({
        root,
        dir,
        material,
        submitted,
        receiptFile,
        custodyFile,
        trustFile,
        trust,
        watched,
        verdicts,
      }),
      json: { desk: dir, referralId, verified, receipt: receiptFile, trust: trustFile, custody: custodyFile },
      exitCode: verified ? 0 : 1,
    };
  } finally {
    await reach.close();
  }
}

/** A folder for all of it, and in it the desk's; with --data the rest lies beside the desk. */
async function placesOf({ data }: DemoOptions): Promise<{ root: string; dir: string }> {
  if (data === undefined) {
    const root = await mkdtemp(join(await realpath(tmpdir()), 'referral-desk-demo-'));
    return { root, dir: join(root, 'desk-data') };
  }
  const dir = fromHere(data);
  const root = `${dir}-demo`;
  await mkdir(root, { recursive: true, mode: 0o700 });
  return { root, dir };
}

async function makeMaterial(root: string, isFull: boolean): Promise<StoryMaterial> {
  const bar = startProgress('writing', 'bytes');
  const onProgress = bar.update.bind(bar);
  const material = await storyMaterial(root, { scale: isFull ? 'full' : 'small', now: new Date(), onProgress });
  bar.end();
  return material;
}

/** Sends everything, records that a person looked at one file, finishes. */
async function refer(
  reporter: DeskClient,
  { referralFile, filesFolder }: StoryMaterial,
): Promise<{ submitted: Submitted; receipt: Receipt }> {
  const files = await findFiles([filesFolder]);
  const how = { finish: false, parallel: 4 };
  const submitted = await sendReferral(reporter, await readFile(referralFile), files, how);
  const seen = submitted.files.find(({ path }) => path.endsWith('.png'));
  if (seen === undefined) throw new DeskError('internal', 'The demonstration has no picture to look at.');
  const [from, to] = [new Date(Date.now() - 60_000).toISOString(), new Date().toISOString()];
  const look = { sha256: seen.sha256, attachment: seen.attachmentId, viewer: 'Noa Example', from, to };
  await reporter.recordView(submitted.referralId, { ...look, extent: 'full' });
  return { submitted, receipt: await reporter.finish(submitted.referralId) };
}

function verify(receipt: Receipt, custody: Custody, trust: Trust, material: StoryMaterial) {
  const files = material.files.map(({ path, sha256 }) => ({ name: path, sha256 }));
  return {
    receipt: verifyReceipt(receipt, { trust, files }),
    custody: verifyCustody(custody, { trust, against: receipt, files }),
  };
}
