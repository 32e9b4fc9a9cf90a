// Rows 6 and 7: referrals taken in.
import type { Comparison, Row } from './harness.ts';
import { BOUND } from './print.ts';
import { ours, step, theirs } from './step.ts';

function accept(isQuick: boolean): Row {
  const many = { calls: isQuick ? 200 : 2000, callers: 32 };
  const single = { calls: isQuick ? 50 : 500, callers: 1 };
  const reports = { calls: isQuick ? 20 : 500, callers: 32 };
  const EACH = 'a bare Hono and SQLite endpoint, a commit per request';
  const rate = (letter: string, name: string, figure: string, peer: string, peerName: string, goal: number | null) => ({
    ...{ letter, name, unit: '1/s', ours: figure, peer, peerName, goal },
  });
  const referrals = 'referrals of 3 KB accepted durably';
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
      read: ours(step('schema', 'readReferral', {})),
      json: theirs(step('schema', 'readJson', {})),
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
    ] satisfies Comparison[],
  };
}

export const doorRows = (isQuick: boolean): Row[] => [accept(isQuick)];
