// Checking a whole public log from its files alone: every tile made again from the entries, the root of the signed checkpoint, its time
// stamps, and what was seen of it before. Always true: files are read one after another, and memory does not grow with their number.
import { logOrigin, openCheckpoint, parseCheckpoint, type Checkpoint } from '../formats/checkpoint.ts';
import { logKeys, signerOf } from '../trust.ts';
import type {
  Checking,
  Expected,
  Known,
  LogSeen,
  LogSource,
  LogStamp,
  LogVerdict,
  VerifyLogOptions,
} from './log-checking.ts';
import { checkTiles } from './log-tiles.ts';
import { isTrustUsable, Report } from './report.ts';

export type { LogSeen, LogSource, LogStamp, LogVerdict, VerifyLogOptions } from './log-checking.ts';

/**
 * Whether a public log (C2SP tlog-tiles) is whole: every tile is that of the entries beneath it, the root is that of the checkpoint, the
 * desk signed it, and it grew out of a checkpoint that was kept elsewhere. Where the source has the logs under their numbers, as a desk
 * and `log export` have, all of them are checked; else the one at its prefix.
 * Codes: log/missing (a file), log/malformed, log/foreign, log/signature, log/tiles, log/entries (they and the lowest tile differ), log/root,
 * log/cut-off, stamp/*, trust/*, against/signature, against/other-log, against/cut-off, against/differs. `where` names the file.
 * A log never makes it throw; the source may.
 */
export async function verifyLog(source: LogSource, options: VerifyLogOptions = {}): Promise<LogVerdict> {
  const report = new Report();
  const logs: LogSeen[] = [];
  const newest = await readNote(report, source, 'checkpoint');
  if (newest !== undefined) {
    const checking = begin(source, options, report, newest.desk);
    const known = await readLogs(checking, newest);
    expectKept(checking, known);
    for (const each of known) {
      const { log, size, root } = each;
      const stamps = await checkStamps(checking, each);
      await checkTiles(checking, each);
      logs.push({ log, size, root: Buffer.from(root).toString('hex'), stamps });
    }
  }
  return { ...report.verdict(), logs };
}

function begin(source: LogSource, options: VerifyLogOptions, report: Report, desk: string): Checking {
  const keys = isTrustUsable(report, options.trust, desk) ? logKeys(options.trust) : undefined;
  if (options.against === undefined) {
    report.note(
      'Given nothing to hold it against: whether the log was cut off or written anew cannot be seen. Hold it against a checkpoint kept elsewhere.',
    );
  }
  return { source, options, report, keys, desk };
}

// ── checkpoints ───────────────────────────────────────────────────────────────────────────────────────────────────────

interface Note extends Checkpoint {
  readonly text: string;
  readonly desk: string;
  readonly log: number;
}

/** A checkpoint as it says itself; nothing of it is trusted yet. */
async function readNote(report: Report, source: LogSource, path: string): Promise<Note | undefined> {
  const bytes = await source.read(path);
  if (bytes === undefined) {
    report.say('log/missing', path);
    return undefined;
  }
  const text = Buffer.from(bytes).toString('utf8');
  const checkpoint = parseCheckpoint(text);
  const [, desk, number] = /^referral-desk\/([^/]+)\/([1-9]\d{0,8})$/.exec(checkpoint?.origin ?? '') ?? [];
  if (checkpoint === undefined || desk === undefined) {
    report.say('log/malformed', path);
    return undefined;
  }
  return { ...checkpoint, text, desk, log: Number(number) };
}

/** Every log there is, oldest first; only the newest where nobody known signed how many there are. */
async function readLogs(checking: Checking, newest: Note): Promise<Known[]> {
  const isNumbered = (await checking.source.read(`${newest.log}/checkpoint`)) !== undefined;
  const isSigned = openCheckpoint(newest.text, checking.keys ?? []) !== undefined;
  const first = isNumbered && isSigned ? 1 : newest.log;
  if (first > 1) checking.report.note(`The desk's logs before number ${first} were not checked.`);
  if (!isNumbered) return [knownLog(checking, newest, '', 'checkpoint')];
  const known: Known[] = [];
  for (let log = first; log <= newest.log; log++) {
    const path = `${log}/checkpoint`;
    const note = await readNote(checking.report, checking.source, path);
    if (note === undefined) continue;
    if (note.log !== log) checking.report.say('log/foreign', path);
    else known.push(knownLog(checking, note, `${log}/`, path));
  }
  const present = known.find(({ log }) => log === newest.log);
  if (present !== undefined) expectNewest(checking, present, newest);
  return known;
}

function knownLog(checking: Checking, note: Note, prefix: string, path: string): Known {
  const { report, keys, desk } = checking;
  if (note.desk !== desk) report.say('log/foreign', path);
  else if (keys !== undefined && openCheckpoint(note.text, keys) === undefined) report.say('log/signature', path);
  else noteReplaced(checking, note.text, path);
  const { origin, size, root, log } = note;
  const expected = new Map<number, Expected[]>();
  const expect: Known['expect'] = (at, each) => void expected.set(at, [...(expected.get(at) ?? []), each]);
  expect(size, { root, code: 'log/root', where: path });
  return { origin, size, root, log, prefix, expected, expect };
}

/** A checkpoint has no date; that of a key that was replaced is older than its end. */
function noteReplaced({ report, options }: Checking, text: string, path: string): void {
  const to = options.trust === undefined ? undefined : signerOf(text, options.trust)?.to;
  if (to !== undefined)
    report.note(`${path} is signed by a key that was replaced: it shows the log as of ${to} at the latest.`);
}

/** The checkpoint above all logs is one of the present log, be it an older one. */
function expectNewest({ report, keys }: Checking, present: Known, newest: Note): void {
  if (keys !== undefined && openCheckpoint(newest.text, keys) === undefined) report.say('log/signature', 'checkpoint');
  else if (newest.size > present.size) report.say('log/cut-off', `${present.log}/checkpoint`);
  else present.expect(newest.size, { root: newest.root, code: 'log/root', where: 'checkpoint' });
}

/** The log must have grown out of a checkpoint that was kept elsewhere. */
function expectKept({ report, options: { against }, keys, desk }: Checking, known: readonly Known[]): void {
  if (against === undefined || keys === undefined) return;
  const kept = openCheckpoint(against, keys);
  if (kept === undefined) {
    report.say('against/signature', 'the checkpoint kept elsewhere');
    return;
  }
  const seen = known.find(({ log }) => kept.origin === logOrigin(desk, log));
  const where = `checkpoint of ${kept.size} entries`;
  if (seen === undefined) report.say('against/other-log', where);
  else if (kept.size > seen.size) report.say('against/cut-off', where);
  else {
    seen.expect(kept.size, { root: kept.root, code: 'against/differs', where });
    report.note(
      `Log ${seen.log} was held against the checkpoint kept elsewhere: ${kept.size} entries then, ${seen.size} now.`,
    );
  }
}

// ── time stamps ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Whoever has no stamps to check never loads what checks them. */
async function checkStamps(checking: Checking, known: Known): Promise<LogStamp[]> {
  const list = await checking.source.read(`${known.prefix}stamp/list`);
  if (list === undefined || list.length === 0) return [];
  const { checkStampList } = await import('./log-stamps.ts');
  return checkStampList(checking, known, Buffer.from(list).toString('utf8'));
}
