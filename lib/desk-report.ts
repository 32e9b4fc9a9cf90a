// The desk's verbs about CyberTipline reports, as NCMEC's API has them: submitted, files uploaded and described, finished or taken back.
import type { Caller } from './access.ts';
import type { AttachmentWords } from './attach.ts';
import type { Core } from './core.ts';
import { later } from './later.ts';

const inSubmit = later(() => import('./report/submit.ts'));
const inUpload = later(() => import('./report/upload.ts'));
const inDescribe = later(() => import('./report/describe.ts'));
const inClose = later(() => import('./report/close.ts'));
const inHoldFile = later(() => import('./report/hold-file.ts'));

/** Part of what `openDesk` answers; what holds for every verb is said there. */
export type ReportVerbs = ReturnType<typeof reportVerbs>;

export function reportVerbs(core: Core) {
  return {
    /**
     * Opens a referral with a CyberTipline report, kept byte for byte, and answers its number (16 digits, below 2^53). Each call opens
     * another. Unfinished, it ends 24 h after it was opened or 1 h after the last upload or description, whichever is later.
     * May: reporter.
     * @param body XML in UTF-8, root `report` (CyberTipline XSD)
     * @throws DeskError access/denied, input/too-large, input/malformed (not well-formed), input/invalid (against the schema),
     *   input/rule (against what NCMEC documents beyond it); findings name line, element path and reason
     */
    submitReport: async (caller: Caller, body: Uint8Array) => (await inSubmit()).submitReport(core, caller, body),
    /**
     * Seals a file of an open report, whatever its size, and answers its id and the MD5 of its bytes. Each call is another file.
     * May: reporter (own).
     * @throws DeskError access/denied, absent/report, state/retracted, state/already-finished, attachment/cut-off, vault/full
     */
    uploadFile: async (caller: Caller, reportId: string, words: AttachmentWords, bytes: AsyncIterable<Uint8Array>) =>
      (await inUpload()).uploadFile(core, caller, reportId, words, bytes),
    /**
     * Takes in what a report says of one of its files, once per file; the very same document again is answered again.
     * May: reporter (own).
     * @param body XML in UTF-8, root `fileDetails` (CyberTipline XSD)
     * @throws DeskError access/denied, input/too-large, input/malformed, input/invalid, input/rule, absent/report, absent/file,
     *   state/described, state/retracted, state/already-finished
     */
    describeFile: async (caller: Caller, body: Uint8Array) => (await inDescribe()).describeFile(core, caller, body),
    /**
     * Finishes a report and answers the ids of its files. May: reporter (own).
     * @throws DeskError access/denied, absent/report, state/retracted, state/already-finished, input/rule (batched reports)
     */
    finishReport: async (caller: Caller, reportId: string) => (await inClose()).finishReport(core, caller, reportId),
    /**
     * Takes an unfinished report back. May: reporter (own).
     * @throws DeskError access/denied, absent/report, state/retracted, state/already-finished
     */
    retractReport: async (caller: Caller, reportId: string) => (await inClose()).retractReport(core, caller, reportId),
    /**
     * Holds a file whose report is not known yet, in scratch room, encrypted under a key that is in memory alone; for a door whose
     * senders may name the report after the bytes. To be discarded.
     * @throws DeskError vault/full, vault/failed, and what `bytes` throws; then nothing was kept
     */
    holdFile: async (bytes: AsyncIterable<Uint8Array>) => (await inHoldFile()).holdFile(core, bytes),
  };
}
