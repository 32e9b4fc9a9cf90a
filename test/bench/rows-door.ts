// Rows 6 and 7: referrals taken in.
import type { Comparison, Row } from './harness.ts';
import { BOUND } from './print.ts';
import { ours, step, theirs } from './step.ts';

/** 100 times the mean of the 2025 CyberTipline, referrals a second; 196 files go with them. */
const WORLD_RATE = 68;
const MIB = 1024 * 1024;
/** 200 MB. */
const MOST_MIB = 191;

function accept(isQuick: boolean): Row {
  const many = { calls: isQuick ? 200 : 10_000, callers: 32 };
  const single = { calls: isQuick ? 50 : 500, callers: 1 };
  const reports = { calls: isQuick ? 20 : 500, callers: 32 };
  const large = { sizeBytes: (isQuick ? 64 : 2048) * MIB };
  const streamed = `one file of ${large.sizeBytes / MIB} MiB through the CyberTipline door of a serving desk`;
  const EACH = 'a bare Hono and SQLite endpoint, a commit per request';
  const rate = (letter: string, name: string, figure: string, peer: string, peerName: string, goal: number | null) => ({
    ...{ letter, name, unit: '1/s', ours: figure, peer, peerName, goal },
  });
  const referrals = 'referrals of 3 KB accepted durably';
  const atBest = 'at best, if nothing else took time: the calls of node:crypto and SQLite that accepting makes';
  return {
    number: 6,
    rounds: isQuick ? 1 : 5,
    runs: {
      desk: ours(step('accept', 'accept', many)),
      together: theirs(step('accept', 'acceptTogether', many)),
      each: theirs(step('accept', 'acceptEach', many)),
      single: ours(step('accept', 'accept', single)),
      singleEach: theirs(step('accept', 'acceptEach', single)),
      reports: ours(step('door', 'takeReports', reports)),
      reportsBare: theirs(step('door', 'takeReportsBare', reports)),
      large: ours(step('door', 'takeLarge', large)),
      read: ours(step('schema', 'readReferral', {})),
      json: theirs(step('schema', 'readJson', {})),
      native: ours(step('floor', 'accepting', many)),
    },
    comparisons: [
      rate('a', `${referrals}, 32 callers`, 'desk.rate', 'together.rate', 'the same endpoint, group commit', 0.3),
      rate('b', `${referrals}, 32 callers`, 'desk.rate', 'each.rate', EACH, 1),
      {
        ...{ letter: 'c', name: `${referrals}, 32 callers: p99`, unit: 'ms', ours: 'desk.p99' },
        ...{ peer: 50, peerName: BOUND, goal: 1 },
      },
      rate('d', `${referrals}, 1 caller`, 'single.rate', 'singleEach.rate', EACH, null),
      rate(
        'e',
        'whole reports through the CyberTipline door (submit, upload of 100 KB, fileinfo, finish), 32 callers',
        'reports.rate',
        'reportsBare.rate',
        `${EACH}, the file with one fsync`,
        null,
      ),
      rate(
        'f',
        'a referral of 1,024 members, 800 files, 5,000 messages read and held against all rules',
        'read.rate',
        'json.rate',
        'JSON.parse alone',
        null,
      ),
      { letter: 'g', name: streamed, unit: 'MB/s', ours: 'large.rate', peer: null, peerName: '', goal: null },
      {
        ...{ letter: 'h', name: `peak memory of the desk: ${streamed}`, unit: 'MiB', ours: 'large.peakMiB' },
        ...{ peer: MOST_MIB, peerName: BOUND, goal: 1 },
      },
      rate('i', atBest, 'native.rate', 'together.rate', 'the same endpoint, group commit', null),
      rate('j', atBest, 'native.rate', 'each.rate', EACH, null),
    ] satisfies Comparison[],
  };
}

/** Small, at a rate that any machine holds; else 10 minutes of the highest that this one does, and 100 times the mean at most. */
function world(isQuick: boolean): Row {
  const asked = isQuick
    ? { from: 4, isSearched: false, stretchSeconds: 0, seconds: 4 }
    : { from: 4, isSearched: true, stretchSeconds: 10, seconds: 600 };
  const held = `${asked.seconds} seconds of {desk.held} referrals a second`;
  const after = isQuick ? '' : ' ({desk.searched} MiB resident behind the search, in which more came)';
  const desk = ours(step('world', 'world', asked));
  return {
    number: 7,
    rounds: 1,
    runs: { desk },
    comparisons: [
      {
        ...{
          letter: 'a',
          name: `the highest rate that holds, with its files of 100 kB${after}: referrals`,
          unit: '1/s',
        },
        ...{ ours: 'desk.highest', peer: isQuick ? null : WORLD_RATE, peerName: BOUND, goal: isQuick ? null : 1 },
      },
      {
        ...{ letter: 'b', name: `${held}: p99 of a call`, unit: 'ms', ours: 'desk.p99' },
        ...{ peer: 500, peerName: BOUND, goal: 1 },
      },
      {
        ...{ letter: 'c', name: `${held}: resident at its end`, unit: 'MiB', ours: 'desk.end', peer: 'desk.begin' },
        ...{ peerName: 'after the first tenth', goal: 1.25 },
      },
      {
        ...{ letter: 'd', name: 'referrals finished that the book has with all their files', unit: 'referrals' },
        ...{ ours: 'desk.kept', peer: 'desk.answered', peerName: 'answered', goal: 1 },
      },
      {
        ...{ letter: 'e', name: `${held}: no call failed, all answered in time (1 is yes)`, unit: 'held' },
        ...{ ours: 'desk.isHeld', peer: 1, peerName: BOUND, goal: 1 },
      },
    ] satisfies Comparison[],
  };
}

export const doorRows = (isQuick: boolean): Row[] => [accept(isQuick), world(isQuick)];
