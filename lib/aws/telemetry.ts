// What a lambda says of itself: one JSON object a line, which is also a metric (CloudWatch embedded metric format). Always true: a line has these
// fields and no others; nothing in it comes out of a request, a referral or an error's text.
import { DeskError, type Code } from '../errors.ts';
import type { Alarm } from '../ports.ts';

/** One thing that was done, or was not. */
export interface Told {
  /** The invocation's own. */
  readonly requestId: string;
  /** The Request-Id of the answer, where there was one. */
  readonly answerId?: string | undefined;
  /** The route's name in the contract. */
  readonly operation?: string | undefined;
  /** `done`, or the code of what went wrong. */
  readonly code: string;
  readonly durationMs: number;
  /** HTTP status. */
  readonly status?: number | undefined;
  /** How many of what: each is a metric of its name. */
  readonly counts?: Readonly<Record<string, number>>;
  /** The first of this process. */
  readonly isCold?: boolean;
  /** What was thrown, where nobody foresaw it. */
  readonly fault?: unknown;
}

export interface Telemetry {
  readonly tell: (told: Told) => void;
  /** Somebody must know: a line and a metric `alarms`, under the alarm's code and under none. */
  readonly alarm: (alarm: Alarm) => void;
}

const NAMESPACE = 'ReferralDesk';

/**
 * @param authority the lambda's
 * @param write takes a line without its end
 * @param now milliseconds since 1970
 */
export function telemetry(authority: string, write: (line: string) => void, now: () => number): Telemetry {
  const say = (fields: object, values: Readonly<Record<string, number>>, dimensions: readonly string[][]): void => {
    const at = now();
    const metrics = Object.keys(values).map((Name) => ({
      Name,
      Unit: Name === 'durationMs' ? 'Milliseconds' : 'Count',
    }));
    const metric = { Namespace: NAMESPACE, Dimensions: dimensions, Metrics: metrics };
    const line = { time: new Date(at).toISOString(), authority, ...fields, ...values };
    write(JSON.stringify({ ...line, _aws: { Timestamp: at, CloudWatchMetrics: [metric] } }));
  };
  return {
    tell: ({ durationMs, counts = {}, isCold = false, fault, ...told }) => {
      const isFault = fault !== undefined;
      const level = isFault ? 'error' : told.code === 'done' ? 'info' : 'warn';
      const values = { durationMs, calls: 1, faults: Number(isFault), coldStarts: Number(isCold), ...counts };
      say({ level, ...told, ...(isFault ? { fault: faultOf(fault) } : {}) }, values, [['authority']]);
    },
    alarm: ({ code, where, message }) => {
      say({ level: 'error', code: 'alarm', alarm: code, where, message }, { alarms: 1 }, [[], ['alarm']]);
    },
  };
}

/** What went wrong, without its words, which may hold anything: the names of what was thrown and the places it came from. */
interface Fault {
  readonly names: readonly string[];
  readonly at: readonly string[];
}

const MOST_CAUSES = 5;
const MOST_PLACES = 8;

function faultOf(thrown: unknown): Fault {
  const names: string[] = [];
  for (let each = thrown; each instanceof Error && names.length < MOST_CAUSES; each = each.cause)
    names.push(nameOf(each));
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  return { names, at: placesIn(stack) };
}

function nameOf(error: Error): string {
  if (error instanceof DeskError) return error.code;
  return /^[A-Za-z0-9_.]{1,80}$/.test(error.name) ? error.name : 'Error';
}

/** File, line and column alone: names of functions may be made of data. */
function placesIn(stack: string): string[] {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.flatMap((line) => /([^/\s(]+:\d+:\d+)\)?$/.exec(line)?.[1] ?? []).slice(0, MOST_PLACES);
}

/** The code of what was thrown: the desk's own, or `internal`. */
export function codeOf(thrown: unknown): Code {
  return thrown instanceof DeskError ? thrown.code : 'internal';
}

/** What a handler throws instead: Lambda writes all of it into the log, causes too. */
export function wordless(thrown: unknown): DeskError {
  return new DeskError(codeOf(thrown), 'It could not be done: the line before says more.');
}
