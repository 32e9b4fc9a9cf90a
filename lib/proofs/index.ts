// Checking what the desk gave out, without the desk: receipts and exported custody, with nothing but trust.json and, where there is
// one, an older receipt or checkpoint. Says what was not checked, and why.
export { verifyCustody } from './custody.ts';
export { readProof, readTrust } from './read.ts';
export { areDetailsOf, isReferralOf, verifyReceipt } from './receipt.ts';
export type { ProofFinding, SenderFile, Verdict, VerifyOptions } from './report.ts';
