// The bench itself: runs what a row measures in turn, each run in a process of its own, and makes results of the medians.
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { has } from '../programs.ts';
import { FLAGS, median, type Flags, type Measured, type Step } from './measured.ts';

/** What a peer needs to be there: a program, or a package of test/peers. */
export type Need = { readonly program: string } | { readonly peer: string };

/** What is measured in each round of a row. */
export interface Run {
  readonly step: Step;
  readonly flags: Flags;
  /** Kept to one core, where `taskset` is. */
  readonly isOnOneCore?: boolean;
  readonly needs?: readonly Need[];
}

/** One comparison: names of figures as `run.figure`. */
export interface Comparison {
  readonly letter: string;
  /** May cite figures: `{run.figure}`. */
  readonly name: string;
  readonly unit: string;
  readonly ours: string;
  /** A figure, a bound that is not to be passed, or null where a figure is only reported. */
  readonly peer: string | number | null;
  readonly peerName: string;
  /** The ratio to reach: at least, or at most where less is better (`isLessBetter`). Null: none is set. */
  readonly goal: number | null;
}

/** A row of the table. */
export interface Row {
  readonly number: number;
  /** Done once, in a process of its own; rows that prepare the same share it. */
  readonly prepare?: Step;
  readonly rounds: number;
  /** So many bytes are written to a file and deleted before each run: what a run writes it then writes into memory that the host has at hand. */
  readonly writesBytes?: number;
  readonly runs: Readonly<Record<string, Run>>;
  readonly comparisons: readonly Comparison[];
}

/**
 * As `--json` prints it. `ratio` is ours to the peer's; peer and ratio are null where a figure is only reported. `spread` is the least and
 * the greatest ratio of a round.
 */
export interface Result {
  readonly name: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly peerName: string;
  readonly ratio: number | null;
  readonly unit: string;
  readonly goal: number | null;
  readonly met: boolean;
  readonly spread?: readonly [number, number];
  readonly peakMiB?: number;
}

/** Runs one step in a process of its own. @throws where it fails */
export type Runner = (run: Run, prepared: string, writesBytes?: number) => Measured;

const LESS = new Set(['ms', 's', 'MiB', 'kB', 'of them']);

/** Whether less of this unit is better. */
export function isLessBetter(unit: string): boolean {
  return LESS.has(unit);
}

// ── one row ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Measures a row. @param leaveOut told of each run that cannot be */
export function measureRow(
  row: Row,
  prepared: string,
  run: Runner,
  leaveOut: (line: string) => void,
  isThere: (need: Need) => boolean = isPresent,
): Result[] {
  const able = Object.entries(row.runs).filter(([name, { needs = [] }]) => {
    const absent = needs.find((need) => !isThere(need));
    if (absent !== undefined) leaveOut(`row ${row.number}: ${name} is left out: ${absenceOf(absent)}`);
    return absent === undefined;
  });
  const rounds = Array.from({ length: row.rounds }, () =>
    Object.fromEntries(able.map(([name, each]) => [name, run(each, prepared, row.writesBytes)])),
  );
  return row.comparisons.flatMap((comparison) => {
    const isAble = [comparison.ours, comparison.peer].every(
      (figure) => typeof figure !== 'string' || able.some(([name]) => name === runOf(figure)),
    );
    return isAble ? [resultOf(`${row.number}${comparison.letter}`, comparison, rounds)] : [];
  });
}

type Round = Readonly<Record<string, Measured>>;

/** Ratios are taken within a round, and their median is the ratio. */
export function resultOf(number: string, comparison: Comparison, rounds: readonly Round[]): Result {
  const { name, unit, peerName, goal } = comparison;
  const ours = rounds.map((round) => figureOf(round, comparison.ours));
  const peers = rounds.map((round) => peerOf(round, comparison.peer));
  const ratios = comparison.peer === null ? [] : ours.map((value, n) => value / (peers[n] ?? NaN));
  const ratio = ratios.length === 0 ? null : median(ratios);
  const peakMiB = Math.round(median(rounds.map((round) => round[runOf(comparison.ours)]?.peakMiB ?? 0)));
  return {
    name: `${number} ${cited(name, rounds)}`,
    ours: rounded(median(ours)),
    peer: comparison.peer === null ? null : rounded(median(peers)),
    peerName,
    ratio: ratio === null ? null : rounded(ratio),
    unit,
    goal,
    met: goal === null || (ratio !== null && (isLessBetter(unit) ? ratio <= goal : ratio >= goal)),
    ...(ratios.length > 1 ? { spread: [rounded(Math.min(...ratios)), rounded(Math.max(...ratios))] as const } : {}),
    ...(peakMiB > 0 ? { peakMiB } : {}),
  };
}

function cited(name: string, rounds: readonly Round[]): string {
  return name.replaceAll(/\{([^}]+)\}/g, (_, figure: string) => {
    const value = median(rounds.map((round) => figureOf(round, figure)));
    return rounded(value).toLocaleString('en-GB', { maximumSignificantDigits: 4 });
  });
}

function runOf(figure: string): string {
  return figure.split('.')[0] ?? '';
}

function figureOf(round: Round, figure: string): number {
  const [run = '', name = ''] = figure.split('.');
  const measured = round[run];
  const value = name === 'peakMiB' ? measured?.peakMiB : measured?.figures[name];
  if (value === undefined) throw new Error(`nothing measured ${figure}`);
  return value;
}

function peerOf(round: Round, peer: Comparison['peer']): number {
  return typeof peer === 'string' ? figureOf(round, peer) : (peer ?? NaN);
}

const rounded = (value: number): number => Number(value.toPrecision(4));

// ── what is there ─────────────────────────────────────────────────────────────────────────────────────────────────────

const PEERS = join(import.meta.dirname, '../peers/node_modules');

function isPresent(need: Need): boolean {
  return 'program' in need ? has(need.program) : existsSync(join(PEERS, need.peer));
}

function absenceOf(need: Need): string {
  return 'program' in need
    ? `there is no program ${need.program}`
    : `the package ${need.peer} is not there (npm ci --prefix test/peers)`;
}

// ── processes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const CHILD = join(import.meta.dirname, 'child.ts');

/** Runs steps in processes of their own. @param root an existing folder, in which each gets one @param child what runs there, compiled or not */
export function runnerIn(root: string, child: string = CHILD): Runner {
  const canBind = has('taskset');
  return ({ step, flags, isOnOneCore = false }, prepared, writesBytes = 0) => {
    const scratch = mkdtempSync(join(root, 'run-'));
    writeAndDelete(join(scratch, 'before'), writesBytes);
    const node = [process.execPath, ...FLAGS[flags].args, child];
    const told = [step.area, step.name, scratch, prepared, JSON.stringify(step.asked)];
    const [program = '', ...args] = [...(isOnOneCore && canBind ? ['taskset', '-c', '0'] : []), ...node, ...told];
    const env = { ...process.env, ...FLAGS[flags].env, NODE_COMPILE_CACHE: join(root, 'cache') };
    try {
      const out = execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
      return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Measured;
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  };
}

/** A virtual machine's host takes memory back that was free for a second, and giving it again costs as much as writing: whoever came first would pay. */
function writeAndDelete(file: string, sizeBytes: number): void {
  const block = Buffer.alloc(1024 * 1024);
  const out = openSync(file, 'wx');
  for (let left = sizeBytes; left > 0; left -= block.length) writeSync(out, block);
  closeSync(out);
  rmSync(file);
}

/** Prepares what rows ask for, each once. */
export function preparing(root: string, run: Runner): (step: Step | undefined) => string {
  const known = new Map<string, string>();
  return (step) => {
    if (step === undefined) return '';
    const name = JSON.stringify(step);
    const before = known.get(name);
    if (before !== undefined) return before;
    const prepared = join(root, `prepared-${known.size}`);
    known.set(name, prepared);
    mkdirSync(prepared);
    run({ step, flags: 'plain' }, prepared);
    return prepared;
  };
}
