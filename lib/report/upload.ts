// Files of a CyberTipline report. Their senders declare no digest, and the entry says so; the answer is the MD5 of what was sealed.
import type { Caller } from '../access.ts';
import { attachDraft, sealAttachment, type AttachmentWords } from '../attach.ts';
import { append, type Core } from '../core.ts';
import { chainOf } from '../referral.ts';
import { rowOfTouched } from './expiry.ts';
import { findOpenReport } from './find.ts';

/** What uploading a file answers. */
export interface Uploaded {
  readonly reportId: string;
  /** 32 hex digits, of which the first is a letter, so that no client takes it for a number. */
  readonly fileId: string;
  /** Of the bytes as sealed, 32 hex digits. */
  readonly md5: string;
}

/**
 * Seals a file of an open report, in one pass and in memory that does not grow with it.
 * @throws DeskError access/denied, absent/report, state/retracted, state/already-finished, attachment/cut-off, vault/full; then
 *   nothing was kept
 */
export async function uploadFile(
  core: Core,
  caller: Caller,
  reportId: string,
  words: AttachmentWords,
  bytes: AsyncIterable<Uint8Array>,
): Promise<Uploaded> {
  const { id, report } = await findOpenReport(core, caller, 'referral:attach', reportId);
  const chain = await chainOf(core, id);
  const attachmentId = withLetterFirst(core.newId());
  const sealed = await sealAttachment(core, chain, attachmentId, undefined, words, bytes);
  await append(core, chain, async (seq, at) => {
    const draft = attachDraft(caller, chain, attachmentId, sealed, seq, at);
    return { ...draft, put: [...draft.put, await rowOfTouched(core, id, at)] };
  });
  return { reportId: report?.id ?? reportId, fileId: toFileId(attachmentId), md5: sealed.digests.md5 };
}

/** A UUID whose first digit, by chance in version 4 and 0 for centuries in version 7, becomes a letter. */
function withLetterFirst(uuid: string): string {
  return 'abcdefabcdefabcdef'.charAt(Number.parseInt(uuid.charAt(0), 16)) + uuid.slice(1);
}

export function toFileId(attachmentId: string): string {
  return attachmentId.replaceAll('-', '');
}

/** Undefined for what can be no file id of this desk. */
export function fromFileId(fileId: string): string | undefined {
  return /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(fileId.trim())?.slice(1).join('-');
}
