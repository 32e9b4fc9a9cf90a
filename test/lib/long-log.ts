// A desk with two logs, the first of some hundred leaves, the second begun after it with the same entries and a few more.
import { append, assemble, SETTINGS, type Core } from '../../lib/core.ts';
import { entryHash } from '../../lib/custody.ts';
import { beginNewLog, integrate } from '../../lib/log.ts';
import { DESK } from '../../lib/ports.ts';
import { chainOf } from '../../lib/referral.ts';
import { freshDesk, type TestDesk } from '../material.ts';

export interface MadeLogs {
  readonly test: TestDesk;
  readonly core: Core;
  /** A checkpoint of log 1 when it had half of its leaves. */
  readonly early: string;
}

/** @param size about how many leaves the first log has */
export async function makeLogs(size: number): Promise<MadeLogs> {
  const test = await freshDesk();
  const core = assemble(test.desk.id, test.local.ports, SETTINGS);
  await grow(core, size / 2);
  const early = (await integrate(core))?.checkpoint ?? '';
  await grow(core, size / 2);
  await integrate(core);
  const { text, seq } = await addEntry(core);
  await beginNewLog(core, [{ chain: DESK, seq, hash: entryHash(text) }]);
  await integrate(core);
  return { test, core, early };
}

/** Adds so many entries, which wait for the log. */
export async function grow(core: Core, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await addEntry(core);
}

async function addEntry(core: Core): Promise<{ text: string; seq: number }> {
  const { text, entry } = await append(core, await chainOf(core, DESK), () =>
    Promise.resolve({ act: 'backup', actorId: DESK }),
  );
  return { text, seq: entry.seq };
}
