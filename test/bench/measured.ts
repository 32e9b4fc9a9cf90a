// What the bench's parts say to one another: what one measurement is, and what it answers. Always true: a measurement runs in a process of its own.
import { NODE_FLAGS } from '../node-flags.ts';

/** Where a measurement runs. */
export interface Place {
  /** Empty, its own, gone when it ends. */
  readonly scratch: string;
  /** What was prepared for its row, the same for every run; empty where the row prepares nothing. */
  readonly prepared: string;
}

/** What a measurement found, by name. `peakMiB` where what was measured is another process than the measuring one. */
export type Figures = Readonly<Record<string, number>>;

/** One thing to be measured, or prepared: an exported function of a file of this folder. */
export type Measure<A> = (place: Place, asked: A) => Promise<Figures> | Figures;

/** A measurement as it is handed to its process. */
export interface Step {
  /** The file, without its ending. */
  readonly area: string;
  /** The function it exports. */
  readonly name: string;
  /** JSON. */
  readonly asked: object;
}

/** What a measurement's process prints as its last line. */
export interface Measured {
  readonly figures: Figures;
  /** Peak resident size in MiB, by the kernel's count (VmHWM). */
  readonly peakMiB: number;
}

/** How Node is started. `product`: with the flags of the scripts in package.json. `plain`: as it comes. */
export type Flags = 'product' | 'plain';
const QUIET = ['--disable-warning=ExperimentalWarning'];
export const FLAGS: Readonly<Record<Flags, { args: readonly string[]; env: Readonly<Record<string, string>> }>> = {
  product: { args: [...QUIET, ...NODE_FLAGS], env: { MALLOC_ARENA_MAX: '2' } },
  plain: { args: QUIET, env: {} },
};

/** MB/s: 1e6 bytes a second. @param startedMs of `performance.now()` */
export function megabytesPerSecond(sizeBytes: number, startedMs: number): number {
  return sizeBytes / 1e3 / (performance.now() - startedMs);
}

/** Of an even number, the upper of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** The value that this part of them does not exceed. @param part such as 0.99 */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? NaN;
}
