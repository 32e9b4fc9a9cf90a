// `demo`: the newspaper's story on a desk of its own, from a folder of evidence to a case packet that a stranger verifies, with every
// claim checked and every step timed.
import { mkdir, mkdtemp, readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { deskClient, waitForPacket, type DeskClient, type Submitted } from '../client/index.ts';
import type { Desk } from '../desk.ts';
import { DeskError } from '../errors.ts';
import { verifyCustody, verifyReceipt } from '../proofs/index.ts';
import type { Receipt } from '../receipt.ts';
import type { ReferralStatus } from '../status.ts';
import type { Trust } from '../trust.ts';
import { initLocalDesk } from '../local/open.ts';
import { reachLocalDesk, type Reach } from '../local/reach.ts';
import { alarmOf } from './alarm.ts';
import { peakMib, startSteps, type Steps } from './demo-steps.ts';
import { demoWords, type DemoShown } from './demo-words.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { fileOutOf } from './packet-file.ts';
import { fromHere } from './command-line.ts';
import { writeOutput } from './paths.ts';
import { startProgress } from './progress.ts';
import { writeReceipt } from './receipt-file.ts';
import { tellFault } from './session.ts';
import { storyMaterial, type StoryMaterial } from './story/index.ts';
import { sendReferral } from './submit.ts';
import { takeInto } from './take-packet.ts';
import { keepTrust } from './trust.ts';
import { verifyPacketAt } from './verify-packet.ts';
import { findFiles } from './walk.ts';
import { watchLocal } from './watch.ts';

interface DemoOptions extends Common {
  readonly full?: boolean;
}

export function addDemo(program: Command): void {
  addCommand(program, 'demo', {
    summary:
      'the whole story on a desk of its own: referred, sealed, packed for an agency, taken, verified; under a minute',
    example: 'demo',
    more: ['Everything lies in a new temporary folder, or in --data and a folder beside it. Nothing is sent anywhere.'],
  })
    .option('--full', 'the story in full size: 800 files, 4 GB; needs 20 GB of disk and some minutes')
    .action(acting(demo));
}

interface Places {
  readonly root: string;
  readonly dir: string;
}

async function demo(options: DemoOptions): Promise<Outcome> {
  const places = await placesOf(options);
  const steps = startSteps();
  const { keys, trust } = await steps.run('making a desk', () => initLocalDesk({ dir: places.dir }));
  const trustFile = await keepTrust(places.dir, trust);
  const material = await steps.run('inventing the story and its files', () =>
    invent(places.root, options.full === true),
  );
  const reach = await reachLocalDesk({ dir: places.dir, alarm: alarmOf(options), onFault: tellFault });
  try {
    const { local } = reach;
    if (local === undefined) throw new DeskError('desk/owned', 'Another process took the folder meanwhile.');
    const stage = { ...places, keys, trust, trustFile, material, steps };
    const shown = await play({ fetch: reach.fetch, desk: local.desk }, stage);
    const { referralId } = shown.submitted;
    const { dir, packetFile, summaryFile, receiptFile, verified } = shown;
    return {
      words: demoWords({ ...shown, steps: steps.taken, peakMib: peakMib() }),
      json: {
        desk: dir,
        referralId,
        packet: packetFile,
        summary: summaryFile,
        trust: trustFile,
        verified,
        receipt: receiptFile,
        steps: steps.taken,
        peakMib: peakMib(),
      },
      exitCode: verified ? 0 : 1,
    };
  } finally {
    await reach.close();
  }
}

/** A folder for all of it, and in it the desk's; with --data the rest lies beside the desk. */
async function placesOf({ data }: DemoOptions): Promise<Places> {
  if (data === undefined) {
    const root = await mkdtemp(join(await realpath(tmpdir()), 'referral-desk-demo-'));
    return { root, dir: join(root, 'desk-data') };
  }
  const dir = fromHere(data);
  const root = `${dir}-demo`;
  await mkdir(root, { recursive: true, mode: 0o700 });
  return { root, dir };
}

async function invent(root: string, isFull: boolean): Promise<StoryMaterial> {
  const bar = startProgress('writing', 'bytes');
  const onProgress = bar.update.bind(bar);
  const material = await storyMaterial(root, { scale: isFull ? 'full' : 'small', now: new Date(), onProgress });
  bar.end();
  return material;
}

// ── the story ─────────────────────────────────────────────────────────────────────────────────────────────────────────

type Keys = Awaited<ReturnType<typeof initLocalDesk>>['keys'];

/** The desk that the story is played on. */
export interface Played {
  /** Its API. Whoever runs it sees to the log and to packets. */
  readonly fetch: Reach['fetch'];
  readonly desk: Desk;
}

export interface Stage extends Places {
  readonly keys: Keys;
  readonly trust: Trust;
  readonly trustFile: string;
  readonly material: StoryMaterial;
  readonly steps: Steps;
}

/** From the evidence in a folder to the agency's answer; what is checked on the way is answered, not assumed. */
export async function play({ fetch, desk }: Played, stage: Stage): Promise<Omit<DemoShown, 'steps' | 'peakMib'>> {
  const { root, keys, trust, trustFile, material } = stage;
  const { run } = stage.steps;
  const as = (key: string): DeskClient => deskClient({ fetch, usesUp: true, key });
  const submitted = await run('submitting: hashed, encrypted, put away', () => submit(as(keys.reporter), material));
  const receipt = await run('entering a look, finishing', () => finish(as(keys.reporter), submitted));
  const { referralId } = submitted;
  const packetId = await run('packing it for Europol', () => pack(as(keys.supervisor), referralId));
  const taken = await run('the agency takes it', () => take(as(keys.investigator), packetId, root));
  const summaryFile = await fileOutOf(taken.path, 'data/summary.pdf', join(root, 'summary.pdf'));
  const packet = await run('verifying the packet as a stranger', () => verifyPacketAt(taken.path, { trust }));
  await as(keys.investigator).acknowledge(packetId, { answer: 'received' });
  const status = await as(keys.reporter).status(referralId);
  const watched = await run('going over the whole desk again', () => watchLocal(desk));
  const custody = await as(keys.auditor).custody(referralId);
  const files = material.files.map(({ path, sha256 }) => ({ name: path, sha256 }));
  const verdicts = {
    receipt: verifyReceipt(receipt, { trust, files }),
    custody: verifyCustody(custody, { trust, against: receipt, files }),
    packet: packet ?? { ok: false, findings: [{ code: 'packet/missing', where: 'the packet' }], notes: [] },
  };
  const isAnswered = isReceivedBy(status, packetId);
  const verified = isAnswered && watched.findings.length === 0 && Object.values(verdicts).every(({ ok }) => ok);
  return {
    ...stage,
    trustFile,
    submitted,
    packetId,
    packetFile: taken.path,
    packetBytes: taken.sizeBytes,
    summaryFile,
    receiptFile: await writeReceipt(join(root, 'receipt.json'), receipt),
    custodyFile: await writeOutput(join(root, 'custody.json'), `${JSON.stringify(custody, undefined, 2)}\n`),
    watched,
    verdicts,
    verified,
  };
}

async function submit(reporter: DeskClient, { referralFile, filesFolder }: StoryMaterial): Promise<Submitted> {
  const files = await findFiles([filesFolder]);
  return sendReferral(reporter, await readFile(referralFile), files, {
    finish: false,
    parallel: 4,
    directBytes: Infinity,
  });
}

/** A person looked at one picture, which is entered; then nothing is added any more. */
async function finish(reporter: DeskClient, { referralId, files }: Submitted): Promise<Receipt> {
  const seen = files.find(({ path }) => path.endsWith('.png'));
  if (seen === undefined) throw new DeskError('internal', 'The demonstration has no picture to look at.');
  const [from, to] = [new Date(Date.now() - 60_000).toISOString(), new Date().toISOString()];
  const look = { sha256: seen.sha256, attachment: seen.attachmentId, viewer: 'Noa Example', from, to };
  await reporter.recordView(referralId, { ...look, extent: 'full' });
  return reporter.finish(referralId);
}

async function pack(supervisor: DeskClient, referralId: string): Promise<string> {
  const { packetId } = await supervisor.orderPacket(referralId, {
    agency: 'europol',
    purpose: 'Inquiry into the ten groups',
    legalBasis: 'Europol Regulation (EU) 2016/794, Article 26',
    conditionsAccepted: true, // the story's referral has conditions (H3)
  });
  await waitForPacket(supervisor, packetId);
  return packetId;
}

async function take(
  investigator: DeskClient,
  packetId: string,
  root: string,
): Promise<{ path: string; sizeBytes: number }> {
  const packet = await waitForPacket(investigator, packetId);
  const { path } = await takeInto(investigator, packet, join(root, 'packet'));
  return { path, sizeBytes: packet.sizeBytes };
}

/** Whether the reporter sees that the agency has it. */
function isReceivedBy({ packets }: ReferralStatus, packetId: string): boolean {
  return packets.some((packet) => packet.packetId === packetId && packet.answers.at(-1)?.answer === 'received');
}
