// Notices of clearance as they are handed out: listed for those they are for, and each as a signed statement that an agency can file
// and anyone can check without the desk; and that it arrived.
import type { AcknowledgeNoticeRequest, Notice, NoticeShown } from '../schemas/index.ts';
import { acknowledgeNoticeRequest } from '../schemas/lawful.ts';
import { demand, demandOnNotice, type Caller } from './access.ts';
import { append, entryAt, type Core, type Taken } from './core.ts';
import { DeskError } from './errors.ts';
import type { ClearWords } from './finding.ts';
import { inForm, pageLimit } from './form.ts';
import { canonicalBytes, sha256 } from './formats/canonical.ts';
import { agencyNotices, findNotice, noticeRow, readNotice, shownNotice, type NoticeRecord } from './notice.ts';
import type { Page } from './ports.ts';
import { chainOf } from './referral.ts';
import { sealJson } from './seal.ts';
import { signNamed } from './sign.ts';
import { wordsOf } from './words.ts';

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
  const { referral, seq, agency, recipient, packets, at, withdraws } = await readNotice(core, noticeId);
  await chainOf(core, referral);
  const said = await saidIn(core, referral, seq);
  const found = withdraws === undefined ? said : await saidIn(core, referral, withdraws);
  const { finding, about } = found;
  const { reason, decidedBy, reference } = said;
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
    ...(withdraws === undefined ? {} : { withdraws }),
    findingOf: found.agency ?? 'desk',
    reason,
    decidedBy,
    ...(reference === undefined ? {} : { reference }),
    at,
    seq,
  };
  const { keyId, signature } = await signNamed(core, 'packets', (keyId) => noticeMessage({ ...unsigned, keyId }));
  return { ...unsigned, keyId, signature };
}

/** What was said of a finding, or of its withdrawal, which has no finding of its own. */
async function saidIn(core: Core, referral: string, seq: number): Promise<ClearWords> {
  const { stored } = await entryAt(core, referral, seq);
  return wordsOf<ClearWords>(core, stored);
}

/** The bytes a notice's signature is over: a line that says what they are, then the SHA-256 of the canonical JSON of all else. */
export function noticeMessage(unsigned: Omit<Notice, 'signature'>): Buffer {
  return Buffer.concat([Buffer.from('referral-desk/notice/1\n', 'utf8'), sha256(canonicalBytes(unsigned))]);
}

// ── acknowledged ──────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Enters that a notice arrived: by the agency itself, or by a supervisor who says how it was told.
 * @throws DeskError absent/notice, absent/destroyed, input/invalid (a supervisor's without a note), state/exists (before)
 */
export async function acknowledgeNotice(
  core: Core,
  caller: Caller,
  noticeId: string,
  asked: AcknowledgeNoticeRequest = {},
): Promise<Taken> {
  demandOnNotice(caller, 'notice:acknowledge', await findNotice(core, noticeId));
  const { note } = inForm(acknowledgeNoticeRequest, asked);
  const isByHand = caller.role !== 'investigator';
  if (isByHand && note === undefined) throw withoutNote();
  const { referral } = await readNotice(core, noticeId);
  const chain = await chainOf(core, referral);
  const words = await sealJson(core, chain, { version: 1, notice: noticeId, ...(note === undefined ? {} : { note }) });
  return append(core, chain, async (seq, at) => {
    const record = await readNotice(core, noticeId);
    if (record.acknowledged !== undefined) throw new DeskError('state/exists', 'The notice was acknowledged before.');
    const acknowledged = { at: at.toISOString(), seq, by: caller.actorId, isByHand };
    return {
      act: 'acknowledge-notice',
      actorId: caller.actorId,
      objects: [words],
      commitments: [{ label: 'notice', type: 'text', value: [noticeId, note ?? null] }],
      put: [noticeRow({ ...record, acknowledged })],
    };
  });
}

function withoutNote(): DeskError {
  return new DeskError('input/invalid', 'Say how it was told, and to whom: who is not of the agency writes a note.', {
    findings: [{ code: 'required', path: '/note', message: 'Write how it was told, and to whom.' }],
  });
}
