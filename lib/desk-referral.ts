// The desk's verbs about a referral: it is received, sealed, known of, proved, held and, by law, destroyed.
import type { Caller } from './access.ts';
import type { AttachmentWords } from './attach.ts';
import type { Core } from './core.ts';
import type { DestructionRequest } from './destroy.ts';
import type { HoldOrder } from './hold.ts';
import type { Failures } from './packet/failures.ts';
import type { Declared } from './seal.ts';
import type { ListRequest } from './status.ts';
import type { ViewEvent } from './view.ts';
import { later } from './later.ts';
import { readingOnce } from './once.ts';

const inAttach = later(() => import('./attach.ts'));
const inRead = later(() => import('./read.ts'));
const inClose = later(() => import('./close.ts'));
const inDestroy = later(() => import('./destroy.ts'));
const inHold = later(() => import('./hold.ts'));
const inReceive = later(() => import('./receive.ts'));
const inStatus = later(() => import('./status.ts'));
const inView = later(() => import('./view.ts'));

/** Part of what `openDesk` answers; what holds for every verb is said there. */
export type ReferralVerbs = ReturnType<typeof referralVerbs>;

/** @param failures why filings did not get through so far */
export function referralVerbs(core: Core, failures: Pick<Failures, 'of'>) {
  return {
    // 1 receive
    /**
     * Reads a referral as the desk would, and keeps nothing.
     * @param body JSON, UTF-8 (RFC 8259), at most `settings.jsonBytes` bytes
     * @returns the referral, and the rules that warn without refusing
     * @throws DeskError input/malformed, input/too-large, input/too-deep, input/duplicate-key, input/forbidden-key,
     *   input/not-unicode; input/invalid (the form) and input/rule, whose findings name each place by JSON pointer (RFC 6901), the
     *   first 100 of them
     */
    check: async (body: Uint8Array) => (await inReceive()).readReferralDocument(core, body),
    /**
     * Opens a referral: kept word for word, sealed, entered, receipted. Unfinished, it is destroyed after `settings.openDays` days.
     * The same key with the same body is the same referral (`isNew` false) until that is destroyed. May: reporter.
     * @param body as for `check`
     * @param idempotencyKey her own name for this call, 1 to 200 characters; another organisation's are other keys
     * @throws DeskError access/denied (also without an organisation), input/* as `check`, input/invalid (the key),
     *   state/key-reused (same key, other body)
     */
    open: async (caller: Caller, body: Uint8Array, idempotencyKey: string) =>
      (await inReceive()).openReferral(readingOnce(core), caller, body, idempotencyKey),
    // 2 seal
    /**
     * Seals an attachment in one pass; memory does not grow with its size. The same bytes under the same id are the same attachment
     * (`isNew` false), after finish too. May: reporter (own).
     * @param attachmentId what `open` answered for a declared attachment, or a fresh UUID in lower case
     * @param declared SHA-256 as 64 lower-case hex digits, and the size in bytes where it is known
     * @param words sealed, as text; never used as a path
     * @throws DeskError access/denied, absent/referral, absent/destroyed, input/invalid (no UUID), state/already-finished,
     *   state/not-open, state/attachment-differs (other bytes under this id), attachment/not-as-declared,
     *   attachment/digest-mismatch, attachment/size-mismatch, attachment/cut-off, vault/full; then nothing was taken
     */
    attach: async (
      caller: Caller,
      referralId: string,
      attachmentId: string,
      declared: Declared,
      words: AttachmentWords,
      bytes: AsyncIterable<Uint8Array>,
    ) => (await inAttach()).attach(readingOnce(core), caller, referralId, attachmentId, declared, words, bytes),
    /**
     * Who looked at what, in order, and which files count as viewed (`isViewed`; 18 USC 2258A). May: supervisor.
     * @throws DeskError access/denied, absent/referral, absent/destroyed
     */
    views: async (caller: Caller, referralId: string) => (await inView()).readViews(core, caller, referralId),
    /**
     * Records a look, before finish or after it; each call is another. May: reporter (own), supervisor.
     * @throws DeskError access/denied, absent/referral, absent/attachment, absent/destroyed, input/invalid (the form, or it ends
     *   before it begins), input/not-unicode, input/rule (more than `settings.skewSeconds` in the future, or other bytes than
     *   the attachment's)
     */
    recordView: async (caller: Caller, referralId: string, view: ViewEvent) =>
      (await inView()).recordView(core, caller, referralId, view),
    /**
     * Finishes a referral: nothing is added from now on, and it is kept at least `settings.retentionDays` days (18 USC 2258A(h): one
     * year). Answers the receipt for all of it. May: reporter (own).
     * @throws DeskError access/denied, absent/referral, state/already-finished, state/not-open (retracted, expired, destroyed),
     *   state/incomplete (findings name the declared attachments that have not arrived)
     */
    finish: async (caller: Caller, referralId: string) =>
      (await inClose()).finish(readingOnce(core), caller, referralId),
    /**
     * Takes an unfinished referral back; `tick` then destroys it, unless a hold stands. May: reporter (own).
     * @param reason at most 3,000 characters; sealed
     * @throws DeskError access/denied, absent/referral, input/invalid, input/not-unicode, state/already-finished, state/not-open
     */
    retract: async (caller: Caller, referralId: string, reason?: string) =>
      (await inClose()).retract(core, caller, referralId, reason),
    /**
     * A receipt for the chain as it stands now, signed anew each time. May: reporter (own).
     * @throws DeskError access/denied, absent/referral, absent/destroyed
     */
    receipt: async (caller: Caller, referralId: string) => (await inClose()).receiptNow(core, caller, referralId),

    // what is known
    /**
     * State, dates, attachments, packets and their answers, of what was destroyed too; opens nothing sealed.
     * May: reporter (own), supervisor, auditor.
     * @throws DeskError access/denied, absent/referral
     */
    status: async (caller: Caller, referralId: string) =>
      (await inStatus()).statusOf(core, failures, caller, referralId),
    /**
     * A page of referrals, oldest first: all, or a reporter's own. May: reporter (own), supervisor, auditor.
     * @throws DeskError access/denied, input/invalid (a limit other than 1 to 200), input/malformed (`after` is no cursor)
     */
    list: async (caller: Caller, request: ListRequest = {}) => (await inStatus()).listReferrals(core, caller, request),
    /**
     * Opens an attachment: the reading is entered first, with its purpose, then the bytes come. May: supervisor.
     * @throws DeskError access/denied, absent/referral, absent/attachment, absent/destroyed, input/missing-header (no purpose);
     *   while the bytes come: sealed/damaged, vault/absent, vault/damaged
     */
    readAttachment: async (
      caller: Caller,
      referralId: string,
      attachmentId: string,
      purpose: string,
      mostBytes?: number,
    ) => (await inRead()).readAttachment(core, caller, referralId, attachmentId, purpose, mostBytes),
    /**
     * The same where the vault lends: an address of its sealed bytes, good for some minutes, and the key of that one object. May: supervisor.
     * @throws DeskError access/denied, absent/referral, absent/attachment, absent/destroyed, input/missing-header (no purpose),
     *   desk/not-allowed (this desk lends nothing)
     */
    lendAttachment: async (caller: Caller, referralId: string, attachmentId: string, purpose: string) =>
      (await inRead()).lendAttachment(core, caller, referralId, attachmentId, purpose),

    // 3 custody
    /**
     * The chain, word for word, of what was destroyed too, with its proof in the log (RFC 6962) once it stands there; for
     * `verifyCustody`. May: reporter (own), supervisor, auditor.
     * @param since a size of the log, in leaves: prove also that the log grew out of that one
     * @throws DeskError access/denied, absent/referral, input/invalid (the log is not that large), log/damaged
     */
    custody: async (caller: Caller, referralId: string, since?: number) =>
      (await inStatus()).exportCustody(core, caller, referralId, since),

    // holds and the lawful end
    /**
     * Keeps a referral of any state from destruction until this hold is ended. May: supervisor.
     * @throws DeskError access/denied, absent/referral, absent/destroyed (from the moment destruction is entered), input/invalid,
     *   input/not-unicode
     */
    hold: async (caller: Caller, referralId: string, order: HoldOrder) =>
      (await inHold()).orderHold(core, caller, referralId, order),
    /**
     * Ends one hold. May: supervisor.
     * @param reason 1 to 3,000 characters; sealed
     * @throws DeskError access/denied, absent/referral, absent/hold, absent/destroyed, input/invalid, input/not-unicode
     */
    endHold: async (caller: Caller, referralId: string, holdId: string, reason: string) =>
      (await inHold()).endHold(core, caller, referralId, holdId, reason),
    /**
     * Asks for the destruction of a finished referral whose retention is over; another person must approve.
     * May: supervisor, with a key of her own.
     * @throws DeskError access/denied (also to the house), absent/referral, absent/destroyed, input/invalid, input/not-unicode,
     *   state/not-open (not finished), state/held, state/retained, state/exists (asked for already)
     */
    requestDestruction: async (caller: Caller, referralId: string, request: DestructionRequest) =>
      (await inDestroy()).requestDestruction(core, caller, referralId, request),
    /**
     * Approves a destruction and carries it out: entry, secret, certificate. Once done, the same call answers the certificate again.
     * May: supervisor, with a key of her own, who is not the one who asked.
     * @throws DeskError access/denied (also to the house), access/same-person, absent/referral, absent/destruction, state/held,
     *   state/retained
     */
    approveDestruction: async (caller: Caller, referralId: string, destructionId: string) =>
      (await inDestroy()).approveDestruction(core, caller, referralId, destructionId),
    /**
     * The signed certificate of a destruction. May: reporter (own), supervisor, auditor.
     * @throws DeskError access/denied, absent/referral, absent/destruction (it was not destroyed)
     */
    certificate: async (caller: Caller, referralId: string) =>
      (await inDestroy()).certificateOf(core, caller, referralId),
  };
}
