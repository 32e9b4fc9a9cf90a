// Notices of clearance as they are handed out: listed for those they are for, and each as a signed statement that an agency can file
// and anyone can check without the desk.
import type { Notice, NoticeShown } from '../schemas/index.ts';
import { demand, demandOnNotice, type Caller } from './access.ts';
import type { ClearWords } from './clear.ts';
import { entryAt, type Core } from './core.ts';
import { pageLimit } from './form.ts';
import { canonicalBytes, sha256 } from './formats/canonical.ts';
import { agencyNotices, findNotice, readNotice, shownNotice, type NoticeRecord } from './notice.ts';
import type { Page } from './ports.ts';
import { chainOf, nthObject } from './referral.ts';
import { openSmall } from './seal.ts';
import { signNamed } from './sign.ts';

/** Which page of notices. */
export interface NoticeListRequest {
  /** `next` of the page before. */
  readonly after?: string | undefined;
  /** 1 to 200; 50 without one. */
  readonly limit?: number | undefined;
}

/** A page of notices, oldest first: an agency's own, or all for those who may see them. @throws DeskError access/denied */
export async function listNotices(
  core: Core,
  caller: Caller,
  { after, limit }: NoticeListRequest = {},
): Promise<Page<NoticeShown>> {
  demand(caller, 'notice:state');
  const list = caller.role === 'investigator' ? agencyNotices(caller.agency ?? '') : 'notices';
  const page = await core.ledger.list(list, { after, limit: pageLimit(limit) });
  const items = page.items.map(({ value }) => shownNotice(value as unknown as NoticeRecord));
  return { items, ...(page.next === undefined ? {} : { next: page.next }) };
}

/** What was found about whom, signed. @throws DeskError absent/notice, absent/destroyed */
export async function readNoticeDocument(core: Core, caller: Caller, noticeId: string): Promise<Notice> {
  demandOnNotice(caller, 'notice:read', await findNotice(core, noticeId));
  const { referral, seq, agency, recipient, packets, at } = await readNotice(core, noticeId);
  await chainOf(core, referral);
  const { stored } = await entryAt(core, referral, seq);
  const said = JSON.parse((await openSmall(core, nthObject(stored, 0))).toString('utf8')) as ClearWords;
  const { finding, about, reason, decidedBy, reference } = said;
  const unsigned = {
    version: 1 as const,
    desk: core.desk,
    noticeId,
    referralId: referral,
    ...(agency === undefined ? {} : { agency }),
    ...(recipient === undefined ? {} : { recipient }),
    packets: [...packets],
    finding,
    about,
    findingOf: said.agency ?? 'desk',
    reason,
    decidedBy,
    ...(reference === undefined ? {} : { reference }),
    at,
    seq,
  };
  const { keyId, signature } = await signNamed(core, 'packets', (keyId) => noticeMessage({ ...unsigned, keyId }));
  return { ...unsigned, keyId, signature };
}

/** The bytes a notice's signature is over: a line that says what they are, then the SHA-256 of the canonical JSON of all else. */
export function noticeMessage(unsigned: Omit<Notice, 'signature'>): Buffer {
  return Buffer.concat([Buffer.from('referral-desk/notice/1\n', 'utf8'), sha256(canonicalBytes(unsigned))]);
}
