// The client's front door. Loading it opens no files and no SDK; it may be used wherever there is a `fetch`.
export { deskClient, type DeskClient } from './desk-client.ts';
export type { SentFile } from './bytes.ts';
export { submitReferral, type Submission, type Submitted, type SubmittedFile } from './submit.ts';
export type { SubmitFile, SubmitProgress } from './file.ts';
export type { PartAddress } from './uploads.ts';
export type { SlotKeeper } from './slot.ts';
export type { DeclaredFile } from './match.ts';
export type { ClientOptions } from './transport.ts';
export {
  takeWhole,
  waitForDigest,
  waitForPacket,
  type MadePacket,
  type TakeOptions,
  type WaitOptions,
} from './packet.ts';
export { ncmecRecipient, serverOf, type RecipientOptions } from './recipient.ts';
export { waitForFiling, type FilingWaitOptions } from './filing.ts';
