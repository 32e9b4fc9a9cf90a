// Verifying a packet against what is later than it, or older, and was kept elsewhere: that it is of the same referral, that nothing was
// rewritten since, and whether anything happened to the referral after the packet was ordered.
import { readEntry, type Act, type Entry } from '../custody.ts';
import { canonical } from '../formats/canonical.ts';
import { logOrigin, openCheckpoint } from '../formats/checkpoint.ts';
import { sameBytes } from '../formats/derive.ts';
import { verifyCustody } from '../proofs/custody.ts';
import { verifyLog, type LogSource } from '../proofs/log.ts';
import { checkSigner } from '../proofs/receipt.ts';
import type { Report } from '../proofs/report.ts';
import type { Receipt } from '../receipt.ts';
import type { Custody } from '../status.ts';
import { logKeys, type Trust } from '../trust.ts';

/** What a packet can be held against, beside another packet. */
export type KeptElsewhere =
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | { readonly kind: 'custody'; readonly custody: Custody }
  /** A signed note. */
  | { readonly kind: 'checkpoint'; readonly note: string }
  /** The whole public log, as files. */
  | { readonly kind: 'log'; readonly log: LogSource };

/** What it is held against it with. */
export interface Holding {
  readonly report: Report;
  readonly custody: Custody;
  readonly trust: Trust | undefined;
  readonly authorities: readonly Uint8Array[];
}

/** Codes: against/*, receipt/signature, trust/*; of a log also what `verifyLog` finds. */
export async function checkAgainst(holding: Holding, kept: KeptElsewhere): Promise<void> {
  switch (kept.kind) {
    case 'receipt':
      holdReceipt(holding, kept.receipt);
      return;
    case 'custody':
      holdCustody(holding, kept.custody);
      return;
    case 'checkpoint':
      holdCheckpoint(holding, kept.note);
      return;
    case 'log':
      await holdLog(holding, kept.log);
  }
}

/** Acts by which a referral is only handed on or looked after: they change nothing of what a packet says. */
const HANDLING: ReadonlySet<Act> = new Set<Act>([
  'consent',
  'end-consent',
  'order-packet',
  'freeze-packet',
  'digest-packet',
  'link-packet',
  'end-links',
  'release',
  'acknowledge',
  'order-filing',
  'file-step',
  'read',
  'export-key',
  'keep-locked',
  'move',
]);

/** @returns whether it is of the same referral */
function isOfSame({ report, custody }: Holding, desk: string, chain: string): boolean {
  if (desk !== custody.desk) report.say('against/other-desk', `desk ${desk}`);
  else if (chain !== custody.chain) report.say('against/other', `referral ${chain}`);
  return desk === custody.desk && chain === custody.chain;
}

// ── a receipt, a chain ────────────────────────────────────────────────────────────────────────────────────────────────

function holdReceipt(holding: Holding, receipt: Receipt): void {
  const { report, custody, trust } = holding;
  checkSigner(report, receipt, trust);
  const { entry } = receipt;
  if (!isOfSame(holding, receipt.desk, entry.chain)) return;
  const text = custody.entries[entry.seq];
  if (text === undefined) {
    holdLater(holding, receipt);
    return;
  }
  if (text !== canonical(entry)) report.say('against/differs', `entry ${entry.seq}`);
  report.note(`Nothing up to entry ${entry.seq} was rewritten since the receipt was given, ${entry.time}.`);
  leaveLater(report, entry.time);
}

/** A receipt names one entry of those that came later; what stands between them it does not say. */
function holdLater({ report, custody }: Holding, { entry }: Receipt): void {
  const last = parsed(custody.entries).at(-1);
  const later = entry.seq - custody.entries.length + 1;
  if (last !== undefined && entry.time < last.time) report.say('against/differs', `entry ${entry.seq}`);
  if (later > 1 || !HANDLING.has(entry.act)) {
    const which = later > 1 ? `the last of them ${entry.act}` : entry.act;
    report.say(
      'against/stale',
      `${later} later ${later > 1 ? 'entries' : 'entry'}, ${which}; exported custody says which`,
    );
  } else report.note(`Since then, until ${entry.time}, only ${entry.act}.`);
}

function holdCustody(holding: Holding, other: Custody): void {
  const { report, custody, trust } = holding;
  const wrong = verifyCustody(other, { trust }).findings.filter(
    ({ code }) => code !== 'trust/unknown-signer' && code !== 'log/pending',
  );
  if (!isOfSame(holding, other.desk, other.chain)) return;
  if (wrong.length > 0) report.say('against/unusable', [...new Set(wrong.map(({ code }) => code))].join(', '));
  const differs = custody.entries.findIndex((text, n) => n < other.entries.length && text !== other.entries[n]);
  if (differs >= 0) {
    report.say('against/differs', `entry ${differs}`);
    return;
  }
  const until = parsed(other.entries).at(-1)?.time ?? 'unknown time';
  const later = parsed(other.entries.slice(custody.entries.length));
  const telling = later.filter(({ act }) => !HANDLING.has(act));
  const acts = [...new Set(telling.map(({ act }) => act))].join(', ');
  if (telling.length > 0) report.say('against/stale', `${telling.length} of ${later.length} later entries: ${acts}`);
  else
    report.note(
      `The chain it was held against goes on to ${until}: ${later.length} later entries, none of which changes what the packet says.`,
    );
  leaveLater(report, until);
}

function parsed(entries: readonly string[]): Entry[] {
  return entries.flatMap((text) => readEntry(text) ?? []);
}

/** Whatever it is held against ends somewhere too. */
export function leaveLater(report: Report, asOf: string): void {
  report.leave('later', `Nothing here says what happened to the referral after ${asOf}.`);
}

// ── the log ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Between two checkpoints of different sizes only the log itself proves anything. */
function holdCheckpoint({ report, custody, trust }: Holding, note: string): void {
  if (trust === undefined || custody.checkpoint === undefined) {
    report.leaveOpen('trust', 'Without trust.json a checkpoint says nothing.');
    return;
  }
  const [own, kept] = [custody.checkpoint, note].map((each) => openCheckpoint(each, logKeys(trust)));
  const isOfDesk = note.startsWith(logOrigin(custody.desk, 0).slice(0, -1));
  if (!isOfDesk) report.say('against/other-desk', 'the checkpoint');
  else if (kept === undefined) report.say('against/signature', 'the checkpoint');
  else if (kept.origin !== own?.origin) report.say('against/other-log', 'the checkpoint');
  else if (kept.size !== own.size)
    report.say(
      'against/unproved',
      `of ${kept.size} entries, the packet's of ${own.size}: give the log itself, as "log export" writes it`,
    );
  else if (!sameBytes(kept.root, own.root)) report.say('against/differs', 'the checkpoint');
  else report.note('It is the very checkpoint that the packet carries.');
}

async function holdLog({ report, custody, trust, authorities }: Holding, log: LogSource): Promise<void> {
  const { checkpoint, inclusion } = custody;
  const { findings, logs } = await verifyLog(log, { trust, authorities, against: checkpoint });
  for (const { code, where } of findings) {
    if (code === 'trust/other-desk') report.say('against/other-desk', 'the log');
    else if (code !== 'trust/unknown-signer') report.say(code, `the log: ${where}`);
  }
  if (trust === undefined) report.leaveOpen('trust', 'Without trust.json the log was held against nobody.');
  else if (findings.length === 0) report.note('The log still holds all that the packet’s checkpoint is of.');
  const index = inclusion?.index ?? Infinity;
  const own = logs.find(({ log: number }) => checkpoint?.startsWith(`${logOrigin(custody.desk, number)}\n`));
  const first = own?.stamps.filter(({ size }) => size > index).at(-1);
  if (first !== undefined) report.note(`${first.authority} says that the order stood in the log at ${first.time}.`);
  report.leave('later', 'A log shows no referral’s acts: what came after the packet only its custody says.');
}
