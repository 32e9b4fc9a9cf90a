// Checking a notice of clearance: whether a desk that is known signed it, and nothing in it was changed.
import type { Notice } from '../../schemas/index.ts';
import { isSignedBy } from '../formats/checkpoint.ts';
import { noticeMessage } from '../notices.ts';
import { trustedKey, type Trust } from '../trust.ts';
import { isTrustUsable, Report, type Verdict } from './report.ts';

/**
 * Whether a notice is this desk's. Codes: trust/unknown-signer, trust/damaged, trust/other-desk, notice/signature.
 * Whether it was entered only the chain of its referral shows, which this says.
 */
export function verifyNotice(notice: Notice, { trust }: { readonly trust?: Trust | undefined } = {}): Verdict {
  const report = new Report();
  const { signature, ...unsigned } = notice;
  const isUsable = isTrustUsable(report, trust, notice.desk);
  const key = isUsable ? trustedKey(trust, 'packets', notice.keyId, notice.at) : undefined;
  if (isUsable && key === undefined)
    report.say('trust/unknown-signer', 'the notice is signed by a key that trust.json does not name for packets');
  if (key !== undefined && !isSignedBy(key, noticeMessage(unsigned), Buffer.from(signature, 'base64')))
    report.say('notice/signature', 'the notice');
  if (notice.withdraws !== undefined)
    report.note(`It WITHDRAWS the finding of entry ${notice.withdraws}, which stands no more.`);
  report.note(`It is about referral ${notice.referralId}, ${notice.about}: ${notice.finding}, entered ${notice.at}.`);
  report.note(
    'That it was entered then is not shown by the notice alone: a packet ordered since, or custody, shows it.',
  );
  return report.verdict();
}
