// The forms of all answers, for the contract alone, so that no route loads them: what is words comes from schemas, what is signed from where it is
// checked.
import * as z from 'zod';
import { openedWords } from '../../schemas/answers.ts';
import { attachmentId, destructionId, holdId, packetId } from '../../schemas/api.ts';
import { filingOrderedWords } from '../../schemas/filing-answers.ts';
import { clearedAnswer, withdrawnAnswer, regimeShown } from '../../schemas/lawful.ts';
import { slotWords, uploadCompletedWords } from '../../schemas/uploads.ts';
import { entrySchema } from '../custody.ts';
import { openingSchema, receiptSchema } from '../receipt.ts';
import { custodySchema } from '../status.ts';
import { trustSchema } from '../trust.ts';

export {
  actorAdded,
  actorList,
  agencyList,
  agencyRecord,
  certificateDocument,
  exportedKey,
  healthAnswer,
  linkMade,
  linksEnded,
  packetPage,
  packetStatus,
  referralPage,
  referralStatus,
  viewedAnswer,
  watched,
} from '../../schemas/answers.ts';
export { filingList } from '../../schemas/filing-answers.ts';
export { noticeDocument, noticePage } from '../../schemas/lawful.ts';
export { referralSchema } from '../../schemas/referral.ts';
export { announcedAnswer } from '../../schemas/uploads.ts';

export const entryForm = entrySchema.meta({ id: 'Entry', description: 'One act: the chained part of an entry.' });
export const openingForm = openingSchema.meta({ id: 'Opening', description: 'What opens one commitment.' });
export const receiptForm = receiptSchema.extend({ entry: entryForm, openings: z.array(openingForm) }).meta({
  id: 'Receipt',
  description: 'The signed promise that an entry and all before it are kept and will be in the log.',
});
export const custodyForm = custodySchema.meta({ id: 'Custody', description: 'A chain with its proof in the log.' });
export const trustForm = trustSchema.meta({ id: 'Trust', description: 'The public keys that speak for the desk.' });

export const openedForm = z
  .strictObject({ ...openedWords, receipt: receiptForm })
  .meta({ id: 'Opened', description: 'A referral is open.' });

export const attachedForm = z
  .strictObject({ attachmentId, entry: entryForm, opening: openingForm, isNew: z.boolean() })
  .meta({ id: 'Attached', description: 'An attachment is sealed.' });

export const slotForm = z
  .strictObject({ ...slotWords, entry: entryForm })
  .meta({ id: 'Slot', description: 'Room for one file that its sender seals himself.' });

export const uploadCompletedForm = z
  .strictObject({ ...uploadCompletedWords, entry: entryForm })
  .meta({ id: 'UploadCompleted', description: 'A file is in the vault, and unproved.' });

export const enteredForm = z
  .strictObject({ entry: entryForm })
  .meta({ id: 'Entered', description: 'It was done, and this is its entry.' });

export const heldForm = z
  .strictObject({ holdId, entry: entryForm })
  .meta({ id: 'Held', description: 'A hold stands.' });

export const assignedForm = z
  .strictObject({ entry: entryForm, regimes: z.array(regimeShown) })
  .meta({ id: 'RegimeAssigned', description: 'A regime was named for a referral.' });

export const clearedForm = z
  .strictObject({ entry: entryForm, ...clearedAnswer })
  .meta({ id: 'Cleared', description: 'A finding that clears was entered, and whom it is told to.' });

export const withdrawnForm = z
  .strictObject({ entry: entryForm, ...withdrawnAnswer })
  .meta({ id: 'Withdrawn', description: 'A finding that cleared was withdrawn, and whom that is told to.' });

export const packetOrderedForm = z
  .strictObject({ packetId, entry: entryForm, isNew: z.boolean() })
  .meta({ id: 'PacketOrdered', description: 'A packet is ordered and is being made.' });

export const filingOrderedForm = z
  .strictObject({ ...filingOrderedWords, entry: entryForm })
  .meta({ id: 'FilingOrdered', description: 'A filing is ordered and under way.' });

export const destructionForm = z
  .strictObject({ destructionId, entry: entryForm })
  .meta({ id: 'DestructionRequested', description: 'Destruction was asked for; another person must approve.' });

export const publicKeyForm = trustSchema.shape.keys.element.meta({
  id: 'PublicKey',
  description: 'A signing key that is now in use.',
});

export const contractForm = z.looseObject({ openapi: z.literal('3.1.0') });
