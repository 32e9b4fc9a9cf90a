// The desk's verbs about filing: a finished referral is ordered to be filed with a recipient, and is delivered there.
import type { FilingRequest } from '../schemas/index.ts';
import type { Caller } from './access.ts';
import type { Core } from './core.ts';
import type { Courier } from './filing/courier-memory.ts';
import { later } from './later.ts';

const inShown = later(() => import('./filing/shown.ts'));

/** Part of what `openDesk` answers; what holds for every verb is said there. */
export type FilingVerbs = ReturnType<typeof filingVerbs>;

export function filingVerbs(core: Core, courier: Courier) {
  return {
    // 6 release: filing
    /**
     * Orders a finished referral to be filed with a recipient (`to`: `ncmec`, where the desk was given its URL and credentials);
     * `deliverFilings` does it. It is filed once: while it is under way or delivered, another order of the same is answered with the
     * first; what was refused or not delivered is taken up again. Before anything is entered the report is held against the
     * recipient's rules. May: supervisor.
     * @param filingId a fresh UUID in lower case: the same order given again is the same filing (`isNew` false)
     * @returns also what the referral says that the recipient has no place for, by field
     * @throws DeskError access/denied, absent/referral, absent/recipient (the desk knows none of this name), input/invalid (the form, no
     *   UUID, what the recipient's schema refuses), input/rule (what its rules refuse), state/handling (what the
     *   referral's codes forbid), state/not-finished (still open),
     *   state/not-open (retracted, expired, destroyed), state/key-reused (the id is another order's), absent/destroyed
     */
    orderFiling: async (caller: Caller, referralId: string, order: FilingRequest, filingId?: string) => {
      const { orderFiling } = await import('./filing/order.ts');
      return orderFiling(core, caller, referralId, order, filingId);
    },
    /**
     * The filings of a referral, oldest first: how each stands, what it failed with last (`failing`), why it was refused; for its
     * reporter and a supervisor also the recipient's number and, once it is delivered, its answer word for word (`receipt`).
     * May: reporter (own), supervisor, auditor.
     * @throws DeskError access/denied, absent/referral
     */
    filings: async (caller: Caller, referralId: string) =>
      (await inShown()).listFilings(core, courier, caller, referralId),
    /**
     * Goes on with every filing that is under way, and answers how many steps were taken; to be asked every second or so by whoever runs
     * the desk, and by one at a time. One that fails raises an alarm (filing/failed, once for each code) and is tried
     * again after a pause of its own, twice as long each time and ten minutes at most; past its deadline, or when the recipient refuses it,
     * that is told (filing/undelivered, filing/refused) and it ends. It does not stop the others, nor does one that takes long.
     * @param wait false: only begins what can be done, and answers 0; a filing that is gone on with already is left alone
     * @throws DeskError alarm/failed when somebody could not be told, now or since the last time
     */
    deliverFilings: async (wait?: boolean) => {
      const { deliverFilings } = await import('./filing/courier.ts');
      return deliverFilings(core, courier, wait);
    },
    /** Begins no further call to a recipient, and waits for those under way. For whoever closes the desk. Throws nothing. */
    stopFilings: async () => {
      const { stopFilings } = await import('./filing/courier.ts');
      return stopFilings(courier);
    },
  };
}
