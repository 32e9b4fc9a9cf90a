// The desk's verbs about large files, which their sender seals and sends past it: a slot, its parts, the end of it, and the desk's own look.
import type { AnnouncePartsRequest, CompleteUploadRequest, OpenUploadRequest } from '../schemas/index.ts';
import type { Caller } from './access.ts';
import type { Core } from './core.ts';
import { readingOnce } from './once.ts';
import { rememberFailures } from './packet/failures.ts';
import { later } from './later.ts';

const inAddress = later(() => import('./uploads/address.ts'));
const inComplete = later(() => import('./uploads/complete.ts'));
const inInspect = later(() => import('./uploads/inspect.ts'));
const inSlot = later(() => import('./uploads/slot.ts'));

/** Part of what `openDesk` answers; what holds for every verb is said there. */
export type UploadVerbs = ReturnType<typeof uploadVerbs>;

export function uploadVerbs(core: Core) {
  const failures = rememberFailures();
  return {
    /**
     * Opens a slot for an attachment of an open referral. The sender is lent the slot's own key, once: with it he seals the file himself (an AWS
     * Encryption SDK message bound to `context`, 1 MiB frames), cuts it into parts of `partBytes`, and puts them where `announceParts` says.
     * Each call is another slot; one that is not completed ends after `settings.uploadDays` days. May: reporter (own).
     * @throws DeskError access/denied, absent/referral, absent/destroyed, input/invalid, input/too-large (more than 5 TiB),
     *   state/already-finished, state/not-open, state/exists (the attachment is sealed already), attachment/not-as-declared (another size)
     */
    openUpload: async (caller: Caller, referralId: string, request: OpenUploadRequest) =>
      (await inSlot()).openUpload(readingOnce(core), caller, referralId, request),
    /**
     * Says where each of 1 to 100 sealed parts is put: an address good for 15 minutes and for these very bytes; or that it is there already.
     * May: reporter (own).
     * @throws DeskError access/denied, absent/referral, absent/destroyed, absent/upload, input/invalid (also a part that is none of the slot's),
     *   state/already-finished, state/not-open, state/upload-complete, state/upload-ended, state/part-differs (another part is there
     *   under that number)
     */
    announceParts: async (caller: Caller, referralId: string, uploadId: string, request: AnnouncePartsRequest) =>
      (await inSlot()).announceParts(readingOnce(core), caller, referralId, uploadId, request),
    /**
     * Takes a part that is put to an address of the desk's own; the same part again is fine. May: whoever holds the address.
     * @param token what `announceParts` answered, after `/v1/parts/`
     * @throws DeskError access/address (altered, or its time is over), absent/upload, state/upload-complete, state/upload-ended,
     *   attachment/size-mismatch, attachment/digest-mismatch (other bytes than announced), attachment/cut-off, vault/full; then nothing
     *   was kept
     */
    putPart: async (token: string, bytes: AsyncIterable<Uint8Array>) => (await inAddress()).putPart(core, token, bytes),
    /**
     * Makes one file of all parts of a slot, and enters what the sender declares it to be. It stays `unproved`, and counts as not received,
     * until `inspect` has looked at it. The same declaration again is the same. May: reporter (own).
     * @throws DeskError access/denied, absent/referral, absent/destroyed, absent/upload, input/invalid, state/already-finished, state/not-open,
     *   state/exists (the attachment was sealed by another way), state/parts-missing, state/upload-ended, state/upload-complete (with
     *   another SHA-256), attachment/size-mismatch, attachment/not-as-declared, vault/full
     */
    completeUpload: async (caller: Caller, referralId: string, uploadId: string, request: CompleteUploadRequest) =>
      (await inComplete()).completeUpload(readingOnce(core), caller, referralId, uploadId, request),
    /**
     * Gives a slot up, with all that was put there. May: reporter (own).
     * @throws DeskError access/denied, absent/referral, absent/destroyed, absent/upload, state/upload-complete, state/upload-ended
     */
    endUpload: async (caller: Caller, referralId: string, uploadId: string) =>
      (await inSlot()).endUpload(readingOnce(core), caller, referralId, uploadId),
    /**
     * Looks at all that was sent directly and is complete: opens it, takes its digests, compares them with what was declared. What holds is an
     * attachment like any other from then on, locked for `settings.lockDays` days; what does not is an entry and an alarm (upload/mismatch).
     * To be asked every second or so by whoever runs the desk. What cannot be looked at raises an alarm (upload/not-inspected, once
     * for each code) and is tried again after a pause of its own.
     * @returns how many were proved and refused
     * @throws DeskError alarm/failed, after all were looked at, when somebody could not be told
     */
    inspect: async () => (await inInspect()).inspect(core, failures),
  };
}
