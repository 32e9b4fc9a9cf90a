// The second verdict on CyberTipline documents: what NCMEC documents beyond its schema. Each finding carries the rule's name, the
// element's path and its line, and never a value.
import type { Attachment, FileDetails, Finding as RuleFinding, Referral } from '../../schemas/index.ts';
import { checkRules } from '../../schemas/rules.ts';
import type { AttachmentFacts } from '../read.ts';
import { entriesOf, entryAt, type Core } from '../core.ts';
import { parseEntry } from '../custody.ts';
import { DeskError, type Finding } from '../errors.ts';
import type { ReadDocument } from '../formats/cybertipline/index.ts';
import { wordsOf } from '../words.ts';
import { toFileId } from './upload.ts';

/** @throws DeskError input/rule */
export function demandReportRules(core: Core, { value, locate }: ReadDocument<Referral>): void {
  demandNone(refusals(core, value), locate);
}

/** @param referral what the file belongs to. @throws DeskError input/rule */
export function demandDetailsRules(core: Core, referral: Referral, document: ReadDocument<FileDetails>): void {
  const whole = { ...referral, attachments: [{ path: 'file', fileDetails: document.value }] };
  const inDetails = refusals(core, whole).flatMap((finding) => {
    const pointer = below(finding.path, '/attachments/0/fileDetails');
    return pointer === undefined ? [] : [{ ...finding, path: pointer }];
  });
  demandNone(inDetails, document.locate);
}

/** What can be said only when all of a report is here: a batch is about one file, and that file must be marked. @throws DeskError input/rule */
export async function demandWholeReport(core: Core, referralId: string): Promise<void> {
  const referral = await openedReferral(core, referralId);
  if (referral.batchedReport === undefined) return;
  const attachments = await describedAttachments(core, referralId);
  const findings = refusals(core, { ...referral, attachments }).filter(({ path }) => path.startsWith('/attachments'));
  demandNone(findings, (pointer) => ({ path: pathOfFile(attachments, pointer) }));
}

/** In what was said, or might have been, of one of the files; of several the second is one too many; without any, of the report. */
function pathOfFile(attachments: readonly Attachment[], pointer: string): string {
  const [, n = '1', below = ''] = /^\/attachments(?:\/(\d+)(?:\/fileDetails)?(.*))?$/.exec(pointer) ?? [];
  const file = attachments[Number(n)] ?? attachments.at(-1);
  return file === undefined ? '/report' : `/fileDetails[fileId="${toFileId(file.path)}"]${below}`;
}

/** The referral as parsed when it was opened. @throws DeskError absent/destroyed, sealed/damaged */
export async function openedReferral(core: Core, referralId: string): Promise<Referral> {
  const { stored } = await entryAt(core, referralId, 0);
  const words = await wordsOf<{ referral: Referral }>(core, stored, 1);
  return words.referral;
}

/** The files of a report as attachments of a referral, each with what was told of it, in the order they came. */
async function describedAttachments(core: Core, referralId: string): Promise<Attachment[]> {
  const attachments = new Map<string, Attachment>();
  for await (const stored of entriesOf(core, referralId)) {
    const { act } = parseEntry(stored.text);
    if (act !== 'attach' && act !== 'describe-file') continue;
    const words = await wordsOf<AttachmentFacts | FileWords>(core, stored, 1);
    if (act === 'attach') {
      const { attachment } = words as AttachmentFacts;
      attachments.set(attachment, { path: attachment });
    } else {
      const { attachment, fileDetails } = words as FileWords;
      attachments.set(attachment, { path: attachment, fileDetails });
    }
  }
  return [...attachments.values()];
}

/** What is sealed beside a `describe-file`. */
export interface FileWords {
  readonly attachment: string;
  readonly fileDetails: FileDetails;
}

// ── findings ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function refusals({ now, settings }: Core, referral: Referral): RuleFinding[] {
  const findings = checkRules(referral, { now: now(), skewSeconds: settings.skewSeconds });
  return findings.filter(({ severity }) => severity === 'refuse');
}

function below(path: string, parent: string): string | undefined {
  return path === parent ? '' : path.startsWith(`${parent}/`) ? path.slice(parent.length) : undefined;
}

const MOST_FINDINGS = 100;

function demandNone(
  findings: readonly RuleFinding[],
  locate: (pointer: string) => Pick<Finding, 'path' | 'line'>,
): void {
  if (findings.length === 0) return;
  const shown = findings.slice(0, MOST_FINDINGS).map(({ rule, path, message }): Finding => {
    return { code: rule, ...locate(path), message };
  });
  throw new DeskError('input/rule', 'The document breaks a rule of NCMEC.', { findings: shown });
}
