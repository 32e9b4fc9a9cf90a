// The desk's verbs about the law: under which regimes a referral falls, what was done of what they ask, findings that clear, and notices.
import type {
  AcknowledgeNoticeRequest,
  ClearRequest,
  ConsentRequest,
  MetRequest,
  RegimeRequest,
  WithdrawRequest,
} from '../schemas/index.ts';
import type { Caller } from './access.ts';
import type { Core } from './core.ts';
import type { NoticeListRequest } from './notices.ts';
import { later } from './later.ts';

const inAssign = later(() => import('./assign.ts'));
const inClear = later(() => import('./clear.ts'));
const inWithdraw = later(() => import('./withdraw.ts'));
const inConsent = later(() => import('./consent.ts'));
const inNotices = later(() => import('./notices.ts'));

/** Part of what `openDesk` answers; what holds for every verb is said there. */
export type LawfulVerbs = ReturnType<typeof lawfulVerbs>;

export function lawfulVerbs(core: Core) {
  return {
    /**
     * Names a regime that a referral falls under: every rule of it in force, or one by its name (also one about an order, or one that
     * is not known to be in force). From then on `status` says what is missing for it, by when what must be done, and whether it was;
     * the clock reminds; and the referral is kept as long as it asks, never shorter than before. May: supervisor.
     * @param request `since`: what its clock begins with, when the referral came without it; `zone` (IANA) and `holidays`: of the State
     *   that counts
     * @throws DeskError access/denied, absent/referral, absent/destroyed, absent/regime (no such rule, or none in force), input/invalid,
     *   input/rule (`since` in the future), state/not-finished (an order to preserve an open one), state/not-open, state/exists
     */
    assignRegime: async (caller: Caller, referralId: string, request: RegimeRequest) =>
      (await inAssign()).assignRegime(core, caller, referralId, request),
    /**
     * Enters that what a rule asks for was done by other means than a packet or a filing. May: supervisor.
     * @throws DeskError access/denied, absent/referral, absent/destroyed, absent/regime (not named for it), input/invalid,
     *   input/not-unicode, state/exists (done before)
     */
    meetRegime: async (caller: Caller, referralId: string, request: MetRequest) =>
      (await inAssign()).meetRegime(core, caller, referralId, request),
    /**
     * Enters that its reporter lets a referral go on to an agency or a recipient (handling code H2), or with `end` that she does so no
     * longer: then nothing more is ordered for it and no link made, and what is ordered stands. May: reporter (own).
     * @throws DeskError access/denied, absent/referral, absent/destroyed, input/invalid (nobody of this name is known; no consent to end),
     *   input/not-unicode, state/exists (it stands already), state/not-open, state/too-many (100)
     */
    consent: async (caller: Caller, referralId: string, request: ConsentRequest) =>
      (await inConsent()).consent(core, caller, referralId, request),
    /**
     * Enters a finding that clears a finished referral, or a person or file in it. Everyone with a packet of it, or with whom it was
     * filed, gets a notice; every later packet carries it; unused links, packets not made and filings not begun are ended. Where it is
     * about the whole referral and a law was named that it falls under and that asks for it to be kept, it is kept no longer than that.
     * May: supervisor.
     * @throws DeskError access/denied, absent/referral, absent/destroyed, input/invalid (also a pointer that leads nowhere),
     *   input/not-unicode, state/not-finished, state/not-open, state/too-many (100). The same finding in the same words, which stands: the first one again
     */
    clear: async (caller: Caller, referralId: string, request: ClearRequest) =>
      (await inClear()).clear(core, caller, referralId, request),
    /**
     * Enters what the agency of a packet found that took it: told to all, as `clear`, but it ends nothing. May: investigator (own);
     * nobody speaks for an agency but its own people.
     * @throws DeskError access/denied, absent/packet, absent/destroyed, input/invalid, input/not-unicode, state/not-taken, state/handling
     *   (the packet shows a part: who has not seen the whole clears nothing of it), state/not-open, state/too-many (100)
     */
    clearPacket: async (caller: Caller, packetId: string, request: ClearRequest) =>
      (await inClear()).clearPacket(core, caller, packetId, request),
    /**
     * Withdraws a finding of the desk's own, by its entry (`clearance`): everyone who was told of it, or has a packet that may carry it, gets
     * a notice; every later packet says so beside the finding. What the finding ended stays ended; where it made the referral be kept for
     * less, it is kept as long as before. May: supervisor.
     * @throws DeskError access/denied, absent/referral, absent/destroyed, input/invalid (no such finding of the desk's),
     *   input/not-unicode, state/not-open, state/exists (withdrawn before)
     */
    withdraw: async (caller: Caller, referralId: string, request: WithdrawRequest) =>
      (await inWithdraw()).withdraw(core, caller, referralId, request),
    /**
     * Withdraws what the agency of a packet had found. May: investigator (own).
     * @throws DeskError access/denied, absent/packet, absent/destroyed, input/invalid (no such finding of this agency's),
     *   input/not-unicode, state/not-open, state/exists (withdrawn before)
     */
    withdrawPacket: async (caller: Caller, packetId: string, request: WithdrawRequest) =>
      (await inWithdraw()).withdrawPacket(core, caller, packetId, request),
    /**
     * A page of notices of clearance, oldest first: all, or those for an investigator's agency. May: investigator (own), supervisor,
     * auditor.
     * @throws DeskError access/denied, input/invalid (a limit other than 1 to 200), input/malformed (`after` is no cursor)
     */
    notices: async (caller: Caller, request: NoticeListRequest = {}) =>
      (await inNotices()).listNotices(core, caller, request),
    /**
     * A notice as a signed statement, for `verifyNotice`: what was found about whom. Signed anew each time. May: investigator (own),
     * supervisor.
     * @throws DeskError access/denied, absent/notice, absent/destroyed
     */
    notice: async (caller: Caller, noticeId: string) => (await inNotices()).readNoticeDocument(core, caller, noticeId),
    /**
     * Enters that a notice arrived; as long as one has not, the referral is not destroyed. May: investigator (own); supervisor, with a
     * note that says how it was told.
     * @throws DeskError access/denied, absent/notice, absent/destroyed, input/invalid, input/not-unicode, state/exists (before)
     */
    acknowledgeNotice: async (caller: Caller, noticeId: string, request: AcknowledgeNoticeRequest = {}) =>
      (await inNotices()).acknowledgeNotice(core, caller, noticeId, request),
  };
}
