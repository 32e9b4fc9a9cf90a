// Reading what the desk gave out, from text: a receipt, exported custody or a checkpoint, told apart by what they are; and trust.json.
import type { Notice } from '../../schemas/index.ts';
import { noticeDocument } from '../../schemas/lawful.ts';
import { DeskError } from '../errors.ts';
import { receiptSchema, type Receipt } from '../receipt.ts';
import { custodySchema, type Custody } from '../status.ts';
import { trustSchema, type Trust } from '../trust.ts';

/** What a file holds. @throws DeskError proof/malformed */
export function readProof(
  text: string,
):
  | { kind: 'receipt'; receipt: Receipt }
  | { kind: 'notice'; notice: Notice }
  | { kind: 'custody'; custody: Custody }
  | { kind: 'checkpoint'; note: string } {
  if (/^referral-desk\/[^\n]+\n\d+\n/.test(text)) return { kind: 'checkpoint', note: text };
  const value = parse(text);
  const receipt = receiptSchema.safeParse(value);
  if (receipt.success) return { kind: 'receipt', receipt: receipt.data };
  const notice = noticeDocument.safeParse(value);
  if (notice.success) return { kind: 'notice', notice: notice.data };
  const custody = custodySchema.safeParse(value);
  if (custody.success) return { kind: 'custody', custody: custody.data };
  throw new DeskError(
    'proof/malformed',
    'This is no receipt, notice, exported custody or checkpoint of a kind this version reads.',
  );
}

/** Reads trust.json; whether its keys vouch for one another is found by what verifies. @throws DeskError proof/malformed */
export function readTrust(text: string): Trust {
  const trust = trustSchema.safeParse(parse(text));
  if (!trust.success) throw new DeskError('proof/malformed', 'This is no trust.json of a kind this version reads.');
  return trust.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new DeskError('proof/malformed', 'The file is not JSON.', { cause });
  }
}
