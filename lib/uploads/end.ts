// How slots end by themselves: when their time is over, and with their referral.
import { rowsOf, type Core, type RowDraft } from '../core.ts';
import { DeskError, isCode } from '../errors.ts';
import { DESK } from '../ports.ts';
import { endedUpload, OPEN_UPLOADS, uploadOf, uploadRow, uploadsOf, type UploadRecord } from './record.ts';
import { giveUpSlot } from './slot.ts';

/** Ends every slot whose time is over, with what was put there. @returns how many. */
export async function endExpired(core: Core, unheard: (error: unknown) => void): Promise<number> {
  const expired: UploadRecord[] = [];
  const now = core.now().toISOString();
  for await (const { value } of rowsOf(core, OPEN_UPLOADS)) {
    const record = value as unknown as UploadRecord;
    if (record.expiresAt > now) break;
    expired.push(record);
  }
  let ended = 0;
  for (const record of expired) {
    try {
      await giveUpSlot(core, record, DESK);
      ended++;
    } catch (error) {
      if (!isOver(error)) await tell(core, record, error).catch(unheard);
    }
  }
  return ended;
}

/** Somebody else ended it, or its whole referral. */
function isOver(error: unknown): boolean {
  return (
    isCode(error, 'state/upload-complete') || isCode(error, 'state/upload-ended') || isCode(error, 'absent/destroyed')
  );
}

function tell(core: Core, { id }: UploadRecord, error: unknown): Promise<void> {
  const code = error instanceof DeskError ? error.code : 'internal';
  return core.alarm({ code, where: `upload ${id}`, message: 'The clock could not end a slot whose time is over.' });
}

/** Gives up, in the store, what is still on its way to a referral that ends: before that is entered, so that nothing is left. */
export async function abortOpen(core: Core, referral: string): Promise<void> {
  for (const record of await uploadsOf(core, referral))
    if (record.state === 'open') await core.vault.uploads.abort(uploadOf(record));
}

/** The rows of all slots of which something could still come, ended by the entry that ends their referral. */
export async function endingRows(core: Core, referral: string, seq: number, at: Date): Promise<RowDraft[]> {
  const records = (await uploadsOf(core, referral)).filter(({ state }) => state === 'open' || state === 'unproved');
  return records.map((record) => uploadRow(endedUpload(record, 'ended', { seq, at: at.toISOString() })));
}
