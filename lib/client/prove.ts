// After large files were sent past the desk it looks at them, and until then they count as not received: the sender waits for its word.
import { setTimeout as wait } from 'node:timers/promises';
import { DeskError } from '../errors.ts';
import type { DeskClient } from './desk-client.ts';

const FIRST_MS = 200;
const MOST_MS = 5000;

export interface ProveOptions {
  /** How long at most, in milliseconds, while nothing moves on. */
  readonly withinMs: number;
  readonly pause?: ((ms: number) => Promise<void>) | undefined;
  readonly onProved: (proved: number) => void;
}

/**
 * Waits until the desk has looked at all of these attachments.
 * @returns those that it has not looked at when the time was over
 * @throws DeskError attachment/digest-mismatch (findings name those that are not what was declared: they are not received), desk/unreachable
 */
export async function waitForProof(
  client: DeskClient,
  referralId: string,
  ids: ReadonlySet<string>,
  { withinMs, pause = (ms) => wait(ms), onProved }: ProveOptions,
): Promise<ReadonlySet<string>> {
  let [waited, left] = [0, ids.size];
  for (let ms = FIRST_MS; ; ms = Math.min(MOST_MS, ms * 2)) {
    const { attachments } = await client.status(referralId);
    const states = new Map(attachments.map(({ id, state }) => [id, state]));
    const refused = [...ids].filter((id) => (states.get(id) ?? 'missing') === 'missing');
    if (refused.length > 0) throw notReceived(refused);
    const unproved = new Set([...ids].filter((id) => states.get(id) === 'unproved'));
    if (unproved.size < left) waited = 0;
    left = unproved.size;
    onProved(ids.size - left);
    if (left === 0 || waited >= withinMs) return unproved;
    await pause(ms);
    waited += ms;
  }
}

function notReceived(ids: readonly string[]): DeskError {
  const message = 'What arrived is not what was declared: it counts as not received. Attachment';
  return new DeskError(
    'attachment/digest-mismatch',
    'The desk has looked at what was sent, and it is something else: send again.',
    {
      findings: ids.map((id) => ({ code: 'attachment-refused', path: '', message: `${message} ${id}` })),
    },
  );
}
