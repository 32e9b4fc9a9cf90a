// Results for people: a line each, or the README's table.
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { isLessBetter, type Result } from './harness.ts';

const figure = (value: number | null, unit: string): string =>
  value === null ? '' : `${value.toLocaleString('en-GB', { maximumSignificantDigits: 4 })} ${unit}`;

function goalOf({ goal, unit, peerName, peer }: Result): string {
  if (goal === null) return '';
  if (peerName === BOUND) return `${isLessBetter(unit) ? 'at most' : 'at least'} ${figure(peer, unit)}`;
  return `${isLessBetter(unit) ? 'at most' : 'at least'} ${Number(goal.toPrecision(3))}`;
}

/** What stands in a peer's place where a figure has a bound of its own. */
export const BOUND = 'the bound';

/** With the least and the greatest of a round, where there were several. */
const ratioOf = ({ ratio, spread }: Result): string =>
  `${ratio ?? ''}${spread === undefined ? '' : ` (${spread.map((each) => Number(each.toPrecision(3))).join(' to ')})`}`;

const verdictOf = ({ goal, met }: Result): string => (goal === null ? '' : met ? 'met' : 'NOT MET');

/** One result, one line. */
export function lineOf(result: Result): string {
  const { name, ours, unit, peer, peerName, peakMiB } = result;
  const beside =
    peer === null || peerName === BOUND ? [] : [`${peerName}: ${figure(peer, unit)}`, `ratio ${ratioOf(result)}`];
  const goal = result.goal === null ? [] : [`goal ${goalOf(result)}: ${verdictOf(result)}`];
  const peak = peakMiB === undefined ? [] : [`peak ${peakMiB} MiB`];
  return `${name}: ${[figure(ours, unit), ...beside, ...goal, ...peak].join('; ')}`;
}

/** The README's table; whoever writes it there runs prettier over it. */
export function tableOf(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { name, ours, unit, peer, peerName, peakMiB } = result;
    const [number = '', ...words] = name.split(' ');
    const isBound = peer === null || peerName === BOUND;
    const beside = isBound ? ['', ''] : [`${peerName}: ${figure(peer, unit)}`, ratioOf(result)];
    return [number, words.join(' '), figure(ours, unit), ...beside, goalOf(result), verdictOf(result), peakMiB ?? ''];
  });
  const head = ['#', 'what', 'ours', 'peer', 'ratio', 'goal', '', 'peak MiB'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Load averages of 1, 5 and 15 minutes. */
export const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');

/** What it ran on. */
export function machine(): string {
  const all = cpus();
  const cores = `${all.length} cores (${all[0]?.model.trim() ?? 'unknown'})`;
  return `${cores}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${system()}, Node ${process.versions.node}`;
}

function system(): string {
  try {
    return execFileSync('sh', ['-c', '. /etc/os-release && echo "$PRETTY_NAME"'], { encoding: 'utf8' }).trim();
  } catch {
    return process.platform;
  }
}
