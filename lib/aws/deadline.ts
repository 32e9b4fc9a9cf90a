// The end of a lambda's time. Always true: who asked is answered before the process is stopped, with a code of its own; what was begun may be done
// all the same, which is why everything here may be asked for twice.
import { DeskError } from '../errors.ts';

/** What of Lambda's context is used. */
export interface Invocation {
  readonly awsRequestId: string;
  /** Milliseconds. */
  readonly getRemainingTimeInMillis: () => number;
}

/** Kept back for the answer itself. */
const MARGIN_MS = 500;

/** @throws DeskError desk/deadline; whatever `work` throws */
export async function withinDeadline<T>(invocation: Invocation, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => {
      reject(new DeskError('desk/deadline', 'It took longer than one call may. It may be done all the same.'));
    },
    Math.max(0, invocation.getRemainingTimeInMillis() - MARGIN_MS),
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
