// What could not be done so far (packets, filings), in memory: why, since when, when each is tried again, and what somebody was told of it.
import { DeskError, type Code } from '../errors.ts';

/** Why it could not be done the last time it was tried. */
export interface Failure {
  readonly code: Code;
  readonly at: string;
}

interface Held extends Failure {
  readonly tries: number;
  readonly restMs: number;
  readonly told: ReadonlySet<string>;
  /** It has got on since. */
  readonly isOver?: true;
}

export type Failures = ReturnType<typeof rememberFailures>;

const FIRST_REST_MS = 1000;
const MOST_REST_MS = 60_000;

/** How long what failed rests before it is tried again. */
export interface Resting {
  /** At most, in milliseconds; a minute without it. */
  readonly mostMs?: number;
  /** From 0 up to 1: how much of itself is added to a rest; nothing without it. */
  readonly jitter?: () => number;
}

export function rememberFailures({ mostMs = MOST_REST_MS, jitter = () => 0 }: Resting = {}) {
  const held = new Map<string, Held>();
  return {
    /** @returns its code */
    add: (id: string, error: unknown, now: Date): Code => {
      const { tries = 0, told = new Set<string>() } = held.get(id) ?? {};
      const code = error instanceof DeskError ? error.code : 'internal';
      const restMs = Math.min(mostMs, FIRST_REST_MS * 2 ** tries) * (1 + jitter());
      held.set(id, { code, at: now.toISOString(), tries: tries + 1, told, restMs });
      return code;
    },
    of: (id: string): Failure | undefined => {
      const failure = held.get(id);
      return failure === undefined || failure.isOver ? undefined : { code: failure.code, at: failure.at };
    },
    /** Whether it is too early to try it again: twice as long each time, up to a limit. A clock put back ends the rest. */
    isResting: (id: string, now: Date): boolean => {
      const failure = held.get(id);
      if (failure === undefined) return false;
      const rested = now.getTime() - Date.parse(failure.at);
      return rested >= 0 && rested < failure.restMs;
    },
    isTold: (id: string, code: string): boolean => held.get(id)?.told.has(code) ?? false,
    tell: (id: string, code: string): void => {
      const failure = held.get(id);
      if (failure !== undefined) held.set(id, { ...failure, told: new Set([...failure.told, code]) });
    },
    forget: (id: string): void => void held.delete(id),
    /** It has got on: what fails from now on rests as if for the first time. What was told is not told again. */
    recover: (id: string): void => {
      const failure = held.get(id);
      if (failure !== undefined) held.set(id, { ...failure, tries: 0, restMs: 0, isOver: true });
    },
    /** Forgets all others. */
    keep: (ids: readonly string[]): void => {
      const kept = new Set(ids);
      for (const id of held.keys()) if (!kept.has(id)) held.delete(id);
    },
  };
}

/** What is tried again and again until it is done. */
export interface Attempts {
  readonly failures: Failures;
  readonly now: () => Date;
  /** Tells somebody that this one failed, and why; once for each code. */
  readonly tell: (id: string, code: Code) => Promise<void>;
  /** How many are tried at once; one without it. */
  readonly atOnce?: number;
}

/**
 * Tries each that does not rest, so many at once; one that fails does not stop the others, and is tried again later.
 * @throws DeskError alarm/failed, after all were tried, when somebody could not be told
 */
export async function attemptEach(
  ids: readonly string[],
  { failures, now, tell, atOnce = 1 }: Attempts,
  attempt: (id: string) => Promise<void>,
): Promise<void> {
  failures.keep(ids);
  const unheard: unknown[] = [];
  const tryOne = async (id: string): Promise<void> => {
    try {
      await attempt(id);
      failures.forget(id);
    } catch (error) {
      const code = failures.add(id, error, now());
      if (failures.isTold(id, code)) return;
      await tell(id, code).then(
        () => {
          failures.tell(id, code);
        },
        (cause: unknown) => unheard.push(cause),
      );
    }
  };
  const tried = ids.filter((each) => !failures.isResting(each, now()));
  for (let at = 0; at < tried.length; at += atOnce) await Promise.all(tried.slice(at, at + atOnce).map(tryOne));
  const [cause] = unheard;
  if (unheard.length > 0)
    throw new DeskError('alarm/failed', 'Somebody could not be told of what failed: mend the webhook or the command.', {
      cause,
    });
}
