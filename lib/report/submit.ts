// A CyberTipline report arrives as XML: read, held against schema and rules, given a number, sealed and entered like any referral.
import { demand, type Caller } from '../access.ts';
import type { Chain, Core } from '../core.ts';
import { DeskError, isCode } from '../errors.ts';
import { readReport } from '../formats/cybertipline/index.ts';
import { enterReferral } from '../receive.ts';
import { hoursAfter } from './expiry.ts';
import { reportLookup } from './find.ts';
import { inTurnIfLarge } from './large.ts';
import { demandReportRules } from './rules.ts';

/** What submitting answers. */
export interface Submitted {
  readonly referralId: string;
  /** 16 decimal digits, below 2^53. */
  readonly reportId: string;
}

/**
 * Opens a referral with a CyberTipline report.
 * @param body XML in UTF-8, root `report`; kept byte for byte
 * @throws DeskError access/denied, input/too-large, input/malformed (not well-formed), input/invalid (NCMEC's schema), input/rule
 *   (what it documents beyond it)
 */
export async function submitReport(core: Core, caller: Caller, body: Uint8Array): Promise<Submitted> {
  demand(caller, 'referral:open');
  const { organisation } = caller;
  if (organisation === undefined) throw new DeskError('access/denied', 'Only an organisation can refer.');
  demandSize(core, body);
  return inTurnIfLarge(core, body, () => takeIn(core, caller, organisation, body));
}

async function takeIn(core: Core, caller: Caller, organisation: string, body: Uint8Array): Promise<Submitted> {
  const document = await readReport(body);
  demandReportRules(core, document);
  for (;;) {
    const id = core.newId();
    const reportId = reportNumber(core.newId());
    const chain: Chain = { owner: id, secret: await core.newSecret(id) };
    const lookup = await reportLookup(core, organisation, reportId);
    const words = { reportId, organisation };
    const expiresAt = hoursAfter(core.now(), core.settings.reportOpenHours).toISOString();
    const record = { report: { id: reportId }, expiresAt };
    const received = { organisation, body, referral: document.value, declared: [], lookup, words, record };
    try {
      await enterReferral(core, caller, chain, received);
      return { referralId: id, reportId };
    } catch (error) {
      if (!isCode(error, 'state/exists')) throw error;
      await core.keys.destroySecret(id).catch(() => undefined); // the number was given out before: once in 4,500,599,627,370,496
    }
  }
}

/** @throws DeskError input/too-large */
export function demandSize(core: Core, body: Uint8Array): void {
  if (body.length <= core.settings.jsonBytes) return;
  throw new DeskError('input/too-large', `The document is larger than ${core.settings.jsonBytes} bytes.`);
}

const LEAST_NUMBER = 10n ** 15n;

/** The last 52 bits of a UUID, random in versions 4 and 7 (RFC 9562), above 10^15. */
function reportNumber(uuid: string): string {
  return String(LEAST_NUMBER + BigInt(`0x${uuid.replaceAll('-', '').slice(-13)}`));
}
