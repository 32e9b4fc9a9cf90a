// Where receipts go. A receipt opens what it vouches for, so its file is for its owner alone.
import type { Receipt } from '../receipt.ts';
import { writeOutput } from './paths.ts';

/** Named by the referral's id, so that no two referrals' receipts ever replace each other. */
export function receiptName(referralId: string): string {
  return `${referralId}.receipt.json`;
}

/** @returns the whole path */
export function writeReceipt(path: string, receipt: Receipt): Promise<string> {
  return writeOutput(path, `${JSON.stringify(receipt, undefined, 2)}\n`);
}
