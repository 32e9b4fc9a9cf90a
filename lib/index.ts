// The front door: all that outsiders may import from `referral-desk`. Loading it loads no SDK, no SQLite and no file access.
export { openDesk, type Desk } from './desk.ts';
export { SETTINGS, type Settings } from './core.ts';
export { CODES, DeskError, isCode, type Code, type Finding } from './errors.ts';
export { GRANTS, ROLES, may, type Action, type Caller, type Reach, type Role } from './access.ts';
export type * from './ports.ts';
export type { Opened } from './receive.ts';
export type { Submitted } from './report/submit.ts';
export type { Uploaded } from './report/upload.ts';
export type { Described } from './report/describe.ts';
export type { ReportFinished } from './report/close.ts';
export type { HeldFile } from './report/hold-file.ts';
export type { Attached, AttachmentWords } from './attach.ts';
export type { AttachmentFacts, AttachmentRead } from './read.ts';
export type { Lent } from './lend.ts';
export type { UploadCompleted } from './uploads/complete.ts';
export type { Announced, Slot } from './uploads/slot.ts';
export type { Inspected } from './uploads/inspect.ts';
export type { Declared, Digests } from './seal.ts';
export { isViewed, type ViewEvent, type Viewed, type ViewExtent } from './view.ts';
export type { Hold, ReferralRecord, ReferralState } from './referral.ts';
export type { AttachmentStatus, Custody, ListRequest, ReferralStatus } from './status.ts';
export type { Receipt, Opening } from './receipt.ts';
export type { AgencyRecord, NewAgency } from './agencies.ts';
export type { PacketOrdered } from './packet/order.ts';
export type { FilingOrdered } from './filing/order.ts';
export type { FilingState } from './filing/record.ts';
export type { LeftOut } from './filing/left-out.ts';
export type { FilingShown, FilingStatus } from './filing/shown.ts';
export type { AnswerKind, PacketShown, Reason } from './packet/record.ts';
export type { PacketHandedOut, PacketListRequest, PacketStatus, PacketTaken, Release } from './release.ts';
export { acknowledgementMessage } from './acknowledge.ts';
export type { Case, Exhibit } from './packet/case.ts';
export type { ViewedState } from './packet/viewed-state.ts';
export type { Assigned } from './assign.ts';
export type { Cleared } from './clear.ts';
export type { NoticeListRequest } from './notices.ts';
export { noticeMessage } from './notices.ts';
export type { Certificate } from './destroy.ts';
export { isInForce, LAWS, lawOf, lawsOn, regimeOn, type Certainty, type Law, type Period } from './regime/index.ts';
export { deadlineOf, type Counting } from './regime/deadline.ts';
export { retentionOf, type Applied, type Begun, type Kept } from './regime/retention.ts';
export { missingFor } from './regime/missing.ts';
export type { Entry, Act } from './custody.ts';
export type { Watched, WatchFinding } from './watch.ts';
export { type Trust } from './trust.ts';
export {
  areDetailsOf,
  isReferralOf,
  proveInLog,
  readProof,
  readTrust,
  verifyCustody,
  verifyInLog,
  verifyLog,
  verifyNotice,
  verifyReceipt,
  type LogSeen,
  type LogSource,
  type LogStamp,
  type LogVerdict,
  type VerifyLogOptions,
  type ProofFinding,
  type Unchecked,
  type Verdict,
} from './proofs/index.ts';
export {
  verifyPacket,
  type PacketSaid,
  type PacketSource,
  type PacketVerdict,
  type UnpackedFile,
  type VerifyPacketOptions,
} from './packet/verify.ts';
export { verifySummary, type SummaryVerdict } from './packet/verify-pdf.ts';
export { STEPS, type PacketStep, type StepName } from './packet/steps.ts';
export type { KeptElsewhere } from './packet/verify-against.ts';
export type { PacketSigner } from './packet/verify-signer.ts';
export type { BytesSource } from './formats/zip/read.ts';
