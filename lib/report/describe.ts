// What a report says of one of its files (`fileDetails`): at most once per file, sealed as received, and part of what is finished.
import type { Caller } from '../access.ts';
import { append, entryAt, type Chain, type Core, type Draft } from '../core.ts';
import { commitment, commitmentKey } from '../custody.ts';
import { DeskError, isCode } from '../errors.ts';
import { sha256Hex } from '../formats/canonical.ts';
import { readFileDetails, type FileDetailsDocument, type ReadDocument } from '../formats/cybertipline/index.ts';
import type { Json } from '../ports.ts';
import { attachmentRow, chainOf, findAttachment, type AttachmentRecord } from '../referral.ts';
import { sealJson, sealSmall } from '../seal.ts';
import { rowOfTouched } from './expiry.ts';
import { absentReport, findOpenReport } from './find.ts';
import { inTurnIfLarge } from './large.ts';
import { demandDetailsRules, openedReferral, type FileWords } from './rules.ts';
import { demandSize } from './submit.ts';
import { fromFileId, toFileId } from './upload.ts';

/** What describing a file answers. */
export interface Described {
  readonly reportId: string;
  readonly fileId: string;
}

type Document = ReadDocument<FileDetailsDocument>;

/**
 * Takes in the details of a file that was uploaded to a report. The very same document sent again is answered again.
 * @param body XML in UTF-8, root `fileDetails`; kept byte for byte
 * @throws DeskError access/denied, input/too-large, input/malformed, input/invalid, input/rule, absent/report, absent/file,
 *   state/described (by another document), state/retracted, state/already-finished
 */
export async function describeFile(core: Core, caller: Caller, body: Uint8Array): Promise<Described> {
  demandSize(core, body);
  return inTurnIfLarge(core, body, () => takeIn(core, caller, body));
}

async function takeIn(core: Core, caller: Caller, body: Uint8Array): Promise<Described> {
  const document = await readFileDetails(body);
  const { reportId, fileId } = document.value;
  const { id, report } = await findOpenReport(core, caller, 'referral:attach', String(reportId));
  if (report === undefined) throw absentReport();
  const chain = await chainOf(core, id);
  const record = await findFile(core, id, fileId);
  const answer = { reportId: report.id, fileId: toFileId(record.attachment) };
  if (await isSameAgain(core, chain, record, body, document)) return answer;
  demandDetailsRules(core, await openedReferral(core, id), document);
  try {
    await enter(core, caller, chain, record.attachment, body, document);
  } catch (error) {
    if (!isCode(error, 'state/described')) throw error; // sent twice at once, the other was first
    await isSameAgain(core, chain, await findFile(core, id, fileId), body, document);
  }
  return answer;
}

/** @throws DeskError absent/file */
async function findFile(core: Core, referralId: string, fileId: string): Promise<AttachmentRecord> {
  const attachment = fromFileId(fileId);
  const record = attachment === undefined ? undefined : await findAttachment(core, referralId, attachment);
  if (record === undefined) throw new DeskError('absent/file', 'The report has no file of this id.');
  return record;
}

/** @throws DeskError state/described when other details were taken in before */
async function isSameAgain(
  core: Core,
  chain: Chain,
  { details }: AttachmentRecord,
  body: Uint8Array,
  document: Document,
): Promise<boolean> {
  if (details === undefined) return false;
  const { entry } = await entryAt(core, chain.owner, details.seq);
  const key = commitmentKey(chain.secret, chain.owner, details.seq, 'original');
  if (commitment(key, 'original', 'sha256', sha256Hex(body)) === entry.commitments['original']) return true;
  throw described(document);
}

function described({ locate }: Document): DeskError {
  const message = 'Details of this file were taken in before, and they are taken once.';
  return new DeskError('state/described', message, {
    findings: [{ code: 'described-once', ...locate('/fileId'), message }],
  });
}

async function enter(
  core: Core,
  caller: Caller,
  chain: Chain,
  attachment: string,
  body: Uint8Array,
  document: Document,
): Promise<void> {
  const words: FileWords = { attachment, fileDetails: document.value };
  const objects = [
    await sealSmall(core, chain, body, 'evidence'),
    await sealJson(core, chain, { version: 1, ...words }),
  ];
  await append(core, chain, async (seq, at): Promise<Draft> => {
    const record = await findFile(core, chain.owner, toFileId(attachment));
    if (record.details !== undefined) throw described(document);
    const said = [attachment, { ...document.value }] as unknown as Json;
    const key = commitmentKey(chain.secret, chain.owner, seq, 'details');
    const details = { seq, commitment: commitment(key, 'details', 'text', said) };
    return {
      act: 'describe-file',
      actorId: caller.actorId,
      objects,
      commitments: [
        { label: 'original', type: 'sha256', value: sha256Hex(body) },
        { label: 'details', type: 'text', value: said },
      ],
      put: [attachmentRow({ ...record, details }), await rowOfTouched(core, chain.owner, at)],
    };
  });
}
