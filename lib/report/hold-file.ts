// A file that comes before anybody knows what it belongs to: kept in scratch room under a key that lives in this process's memory
// alone, read back once its report is known.
import { randomBytes } from 'node:crypto';
import type { Core } from '../core.ts';
import { openMessage, sealMessage, type MessageKey } from '../formats/message/index.ts';
import { usedUp } from '../formats/used-up.ts';

/** A file that waits. */
export interface HeldFile {
  /** As it came. @throws DeskError vault/failed, sealed/damaged */
  bytes(): AsyncIterable<Uint8Array>;
  /** Forgets it; again is fine. */
  discard(): Promise<void>;
}

/** @throws DeskError vault/full, vault/failed, and what `bytes` throws; then nothing was kept */
export async function holdFile(core: Core, bytes: AsyncIterable<Uint8Array>): Promise<HeldFile> {
  const message: MessageKey = { key: randomBytes(32), context: { owner: 'scratch', object: core.newId() } };
  const kept = await core.scratch.keep(sealMessage(message, bytes));
  return {
    bytes: () => usedUp(openMessage(message, usedUp(kept.read()))),
    discard: () => kept.discard(),
  };
}
