// What a courier remembers between two looks at what is to be filed. Always true: losing it loses nothing, since all of it can be read again.
import type { Core } from '../core.ts';
import { rememberFailures } from '../packet/failures.ts';
import type { KnownFilings } from './delivery.ts';

/** What a courier keeps in memory: why what failed, and what it has read. Losing it loses nothing. */
export type Courier = ReturnType<typeof rememberCourier>;

const MOST_REST_MS = 300_000;

export function rememberCourier({ newId }: Pick<Core, 'newId'>) {
  const jitter = (): number => parseInt(newId().slice(-8), 16) / 2 ** 32;
  return {
    failures: rememberFailures({ mostMs: MOST_REST_MS, jitter }),
    known: new Map() as KnownFilings,
    /** Filings that are gone on with at this moment; each answers how many steps were taken. */
    busy: new Map<string, Promise<number>>(),
    /** How many calls each filing had done at most. */
    furthest: new Map<string, number>(),
    /** What could not be told to anybody. */
    unheard: [] as unknown[],
    isStopped: false,
  };
}
