// Checking what the desk gave out, without the desk: receipts, exported custody and the whole public log, with nothing but trust.json and, where there is
// one, an older receipt or checkpoint. Says what was not checked, and why.
export { verifyNotice } from './notice.ts';
export { verifyCustody } from './custody.ts';
export {
  verifyLog,
  type LogSeen,
  type LogSource,
  type LogStamp,
  type LogVerdict,
  type VerifyLogOptions,
} from './log.ts';
export { proveInLog, verifyInLog } from './log-inclusion.ts';
export { readProof, readTrust } from './read.ts';
export { areDetailsOf, isReferralOf, verifyReceipt } from './receipt.ts';
export type { ProofFinding, SenderFile, Unchecked, Verdict, VerifyOptions } from './report.ts';
