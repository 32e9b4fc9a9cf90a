// Names measurements, so that the compiler holds each name and what it is asked against the file that exports it; none of them is loaded.
import type { Run } from './harness.ts';
import type { Figures, Place, Step } from './measured.ts';

interface Areas {
  readonly seal: typeof import('./seal.ts');
  readonly open: typeof import('./open.ts');
  readonly packet: typeof import('./packet.ts');
  readonly download: typeof import('./download.ts');
  readonly verify: typeof import('./verify.ts');
  readonly accept: typeof import('./accept.ts');
  readonly door: typeof import('./door.ts');
  readonly schema: typeof import('./schema.ts');
  readonly world: typeof import('./world.ts');
  readonly draw: typeof import('./draw.ts');
  readonly typst: typeof import('./typst.ts');
  readonly merkle: typeof import('./merkle.ts');
  readonly init: typeof import('./init.ts');
  readonly cli: typeof import('./cli.ts');
  readonly story: typeof import('./story.ts');
  readonly floor: typeof import('./floor.ts');
}

type Names<A extends keyof Areas> = {
  [N in keyof Areas[A]]: Areas[A][N] extends (place: Place, asked: never) => Figures | Promise<Figures> ? N : never;
}[keyof Areas[A]] &
  string;
type Asked<F> = F extends (place: Place, asked: infer A) => unknown ? (unknown extends A ? object : A) : never;

export function step<A extends keyof Areas, N extends Names<A>>(area: A, name: N, asked: Asked<Areas[A][N]>): Step {
  return { area, name, asked };
}

type More = Pick<Run, 'isOnOneCore' | 'needs'>;

/** Measured with the flags that the product's scripts give it. */
export const ours = (measured: Step, more: More = {}): Run => ({ step: measured, flags: 'product', ...more });
/** Measured on Node as it comes. */
export const theirs = (measured: Step, more: More = {}): Run => ({ step: measured, flags: 'plain', ...more });
