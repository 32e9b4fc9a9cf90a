// Before anything is sent: the report is written, read back and held against the recipient's rules. What it lacks is named and refused
// here, and not made up.
import type { Referral } from '../../schemas/index.ts';
import { checkRules } from '../../schemas/rules.ts';
import type { Core } from '../core.ts';
import { DeskError, type Finding } from '../errors.ts';
import { fileDetailsXml, readFileDetails, readReport, reportXml } from '../formats/cybertipline/index.ts';
import type { Recipient } from '../ports.ts';
import type { FilingFile, FilingMaterial } from './material.ts';

/**
 * @throws DeskError input/rule (findings: the rule's name, a JSON pointer into the referral; of a file it does not declare, into the
 *   files as they would be sent), input/invalid (what the recipient's schema refuses)
 */
export async function demandFit(
  core: Pick<Core, 'now' | 'settings'>,
  { referral, files }: FilingMaterial,
  { schema }: Pick<Recipient, 'schema'>,
): Promise<void> {
  const { value } = await readReport(Buffer.from(reportXml(referral, { schema }), 'utf8'));
  for (const { details } of files) {
    if (details === undefined) continue;
    const document = { ...details, reportId: '1', fileId: SOME_FILE };
    await readFileDetails(Buffer.from(fileDetailsXml(document, { schema }), 'utf8'));
  }
  const findings = brokenRules(core, value, files);
  if (findings.length === 0) return;
  const message =
    'The recipient would refuse this report: see the findings. A finished referral stays as it is: refer anew.';
  throw new DeskError('input/rule', message, { findings });
}

const SOME_FILE = 'a'.repeat(32);

/** The report as it will be sent, with its files: CyberTipline's rules are checked on just these. */
function brokenRules(core: Pick<Core, 'now' | 'settings'>, report: Referral, files: readonly FilingFile[]): Finding[] {
  const attachments = files.map(({ details }, n) => ({ path: `file ${n + 1}`, fileDetails: details ?? {} }));
  const options = { now: core.now(), skewSeconds: core.settings.skewSeconds };
  return checkRules({ ...report, attachments }, options)
    .filter(({ severity }) => severity === 'refuse')
    .map(({ rule, path, message }) => ({ code: rule, path: pointerIn(files, path), message }));
}

/** Files are sent in an order of their own; the referral is pointed into where it declares the file. */
function pointerIn(files: readonly FilingFile[], path: string): string {
  return path.replace(/^\/attachments\/(\d+)/, (_whole, n: string) => {
    const declared = files[Number(n)]?.declared;
    return declared === undefined ? `/files/${n}` : `/attachments/${declared}`;
  });
}
