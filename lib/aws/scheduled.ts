// What EventBridge asks for: one of the desk's steps that go on from where things stand, so that asking twice is asking once. Always true: what it
// throws, and Lambda writes down, says a code and nothing else.
import { withinDeadline, type Invocation } from './deadline.ts';
import { codeOf, wordless, type Telemetry } from './telemetry.ts';

export type ScheduledHandler = (event: unknown, invocation: Invocation) => Promise<void>;

/**
 * @param step does what is due and answers how much of what that was
 * @param clock milliseconds that never run backwards
 */
export function scheduled(
  step: (invocation: Invocation) => Promise<Readonly<Record<string, number>>>,
  telemetry: Telemetry,
  clock: () => number,
): ScheduledHandler {
  let isCold = true;
  return async (_event, invocation) => {
    const began = clock();
    const told = (): { requestId: string; durationMs: number; isCold: boolean } => ({
      requestId: invocation.awsRequestId,
      durationMs: Math.round(clock() - began),
      isCold,
    });
    try {
      const counts = await withinDeadline(invocation, step(invocation));
      telemetry.tell({ ...told(), code: 'done', counts });
    } catch (error) {
      telemetry.tell({ ...told(), code: codeOf(error), fault: error });
      throw wordless(error);
    } finally {
      isCold = false;
    }
  };
}
