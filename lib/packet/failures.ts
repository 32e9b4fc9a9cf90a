// Which packets could not be made, in memory: why, since when, when each is tried again, and what somebody was told of it.
import { DeskError } from '../errors.ts';

/** Why a packet could not be made the last time it was tried. */
export interface Failure {
  readonly code: string;
  readonly at: string;
}

interface Held extends Failure {
  readonly tries: number;
  readonly told: ReadonlySet<string>;
}

export type Failures = ReturnType<typeof rememberFailures>;

const FIRST_REST_MS = 1000;
const MOST_REST_MS = 60_000;

export function rememberFailures() {
  const held = new Map<string, Held>();
  return {
    /** @returns its code */
    add: (packetId: string, error: unknown, now: Date): string => {
      const { tries = 0, told = new Set<string>() } = held.get(packetId) ?? {};
      const code = error instanceof DeskError ? error.code : 'internal';
      held.set(packetId, { code, at: now.toISOString(), tries: tries + 1, told });
      return code;
    },
    of: (packetId: string): Failure | undefined => {
      const failure = held.get(packetId);
      return failure === undefined ? undefined : { code: failure.code, at: failure.at };
    },
    /** Whether it is too early to try it again: twice as long each time, a minute at most. A clock put back ends the rest. */
    isResting: (packetId: string, now: Date): boolean => {
      const failure = held.get(packetId);
      if (failure === undefined) return false;
      const rested = now.getTime() - Date.parse(failure.at);
      return rested >= 0 && rested < Math.min(MOST_REST_MS, FIRST_REST_MS * 2 ** (failure.tries - 1));
    },
    isTold: (packetId: string, code: string): boolean => held.get(packetId)?.told.has(code) ?? false,
    tell: (packetId: string, code: string): void => {
      const failure = held.get(packetId);
      if (failure !== undefined) held.set(packetId, { ...failure, told: new Set([...failure.told, code]) });
    },
    forget: (packetId: string): void => void held.delete(packetId),
    /** Forgets all others. */
    keep: (packetIds: readonly string[]): void => {
      const kept = new Set(packetIds);
      for (const id of held.keys()) if (!kept.has(id)) held.delete(id);
    },
  };
}
