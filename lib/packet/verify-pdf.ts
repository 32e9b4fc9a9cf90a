// The PDF's own signature, by which it can be checked when it travels without its packet: over its bytes and the case manifest it was
// drawn from. Always true: it says that the desk drew this PDF, and nothing of the packet, which only verifying that shows.
import * as z from 'zod';
import { canonicalBytes } from '../formats/canonical.ts';
import { isSignedBy } from '../formats/checkpoint.ts';
import { isTrustUsable, Report, type Verdict } from '../proofs/report.ts';
import { trustedKey, type Trust } from '../trust.ts';

/** Where it lies in a packet: a tag file of the bag. */
export const SUMMARY_SIGNATURE = 'summary-signature.json';

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);

/** Version 1. `signature`: base64 Ed25519 by the packets key `keyId` over `summaryMessage`. */
export const summarySignatureSchema = z.strictObject({
  version: z.literal(1),
  desk: z.string(),
  packet: z.string(),
  /** Of the PDF. */
  sha256: hex32,
  /** Of data/case.json, as every page of the PDF prints it. */
  caseSha256: hex32,
  keyId: z.string(),
  signature: z.base64(),
});
export type SummarySignature = z.infer<typeof summarySignatureSchema>;

/** The bytes that are signed: a line that says what they are, then both digests, 32 bytes each. */
export function summaryMessage({ sha256, caseSha256 }: Pick<SummarySignature, 'sha256' | 'caseSha256'>): Buffer {
  const line = Buffer.from('referral-desk/summary/1\n', 'utf8');
  return Buffer.concat([line, Buffer.from(sha256, 'hex'), Buffer.from(caseSha256, 'hex')]);
}

export interface SummaryVerdict extends Verdict {
  /** What was signed, where it can be read: the packet it belongs to, the digest that must stand on every page. */
  readonly summary?: Pick<SummarySignature, 'desk' | 'packet' | 'caseSha256' | 'keyId'>;
}

/**
 * Whether a PDF is the one that a desk drew for a packet. Codes: packet/malformed, packet/summary, trust/*.
 * @param pdfSha256 hex
 * @param signature the bytes of summary-signature.json
 */
export function verifySummary(pdfSha256: string, signature: Uint8Array, trust: Trust | undefined): SummaryVerdict {
  const report = new Report();
  const signed = readSignature(signature);
  if (signed === undefined) {
    report.say('packet/malformed', SUMMARY_SIGNATURE);
    return report.verdict();
  }
  if (signed.sha256 !== pdfSha256) report.say('packet/summary', 'the PDF: it is not the one that was signed');
  if (isTrustUsable(report, trust, signed.desk)) checkSigner(report, signed, trust);
  const { desk, packet, caseSha256, keyId } = signed;
  return { ...report.verdict(), summary: { desk, packet, caseSha256, keyId } };
}

function readSignature(bytes: Uint8Array): SummarySignature | undefined {
  try {
    const parsed = summarySignatureSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return parsed.success && canonicalBytes(parsed.data).equals(bytes) ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Codes: packet/summary, trust/unknown-signer. @param at when the packet was ordered, where that is known */
export function checkSigner(report: Report, signed: SummarySignature, trust: Trust, at?: string): void {
  const key = trustedKey(trust, 'packets', signed.keyId, at);
  const signature = Buffer.from(signed.signature, 'base64');
  const isSpelt = signature.toString('base64') === signed.signature;
  if (key === undefined)
    report.say('trust/unknown-signer', `${SUMMARY_SIGNATURE}: a key that trust.json does not name for packets`);
  else if (!isSpelt || !isSignedBy(key, summaryMessage(signed), signature))
    report.say('packet/summary', SUMMARY_SIGNATURE);
}
