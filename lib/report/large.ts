// Large documents one after another: as a tree one takes some ten times its bytes, and a hundred may come at once. Small ones wait for nobody.
import type { Core } from '../core.ts';

const LARGE_BYTES = 1_000_000;

/** Does `work`, which reads a document of these bytes; where it is a large one, once no other large one is in work. */
export function inTurnIfLarge<T>(
  { inTurn }: Pick<Core, 'inTurn'>,
  body: Uint8Array,
  work: () => Promise<T>,
): Promise<T> {
  return body.length > LARGE_BYTES ? inTurn('large documents', work) : work();
}
