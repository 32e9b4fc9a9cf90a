// The table: what each row measures, ours and the peers it is held against, and its goals. A goal is never lowered because it is not met.
import type { Row } from './harness.ts';
import { doorRows } from './rows-door.ts';
import { drawRows } from './rows-draw.ts';
import { sealRows } from './rows-seal.ts';
import { startRows } from './rows-start.ts';

/** All rows. @param isQuick small, to see that each of them runs */
export const rowsOf = (isQuick: boolean): Row[] =>
  [sealRows, doorRows, drawRows, startRows].flatMap((rows) => rows(isQuick));
