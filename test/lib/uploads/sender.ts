// A sender of large files, for tests: seals as any AWS Encryption SDK would with the key he was lent, cuts, announces, puts. Simple, and all in memory.
import { sealMessage } from '../../../lib/formats/message/index.ts';
import { partDigests } from '../../../lib/client/direct.ts';
import type { Announced, Slot } from '../../../lib/uploads/slot.ts';
import type { Caller, Desk } from '../../../lib/index.ts';
import { gather, stream, type NoiseFile, type TestDesk } from '../../material.ts';

export interface SealedPart {
  readonly number: number;
  readonly bytes: Buffer;
  readonly announced: {
    readonly number: number;
    readonly sizeBytes: number;
    readonly sha256: string;
    readonly md5: string;
  };
}

export async function sealedFor({ key, context }: Pick<Slot, 'key' | 'context'>, bytes: Uint8Array): Promise<Buffer> {
  return gather(sealMessage({ key: Buffer.from(key, 'base64'), context }, stream(bytes)));
}

export function cut(sealed: Buffer, partBytes: number): SealedPart[] {
  const parts: SealedPart[] = [];
  for (let at = 0; at < sealed.length; at += partBytes) {
    const bytes = sealed.subarray(at, at + partBytes);
    const number = parts.length + 1;
    parts.push({ number, bytes, announced: { number, sizeBytes: bytes.length, ...partDigests(bytes) } });
  }
  return parts;
}

/** The token of an address at the desk. */
export function tokenOf(announced: Announced | undefined): string {
  if (announced?.isThere !== false) throw new Error('it is there already');
  return announced.url.replace('/v1/parts/', '');
}

export interface Sending {
  readonly desk: Desk;
  readonly reporter: Caller;
  readonly referralId: string;
  readonly attachmentId: string;
  readonly file: NoiseFile;
  readonly slot: Slot;
  readonly parts: readonly SealedPart[];
}

/** A referral that declares a file, and a slot for it whose parts are sealed and not sent. */
export async function beginSending(test: TestDesk, file: NoiseFile, body: Buffer, key: string): Promise<Sending> {
  const { desk } = test;
  const reporter = await test.as('reporter');
  const { referralId, attachments } = await desk.open(reporter, body, key);
  const attachmentId = attachments[0]?.id ?? '';
  const slot = await desk.openUpload(reporter, referralId, {
    attachmentId,
    sizeBytes: file.bytes.length,
    name: file.path,
  });
  const parts = cut(await sealedFor(slot, file.bytes), slot.partBytes);
  return { desk, reporter, referralId, attachmentId, file, slot, parts };
}

export async function announce(sending: Sending, ...parts: readonly SealedPart[]): Promise<readonly Announced[]> {
  const { desk, reporter, referralId, slot } = sending;
  const request = { parts: parts.map(({ announced }) => announced) };
  return (await desk.announceParts(reporter, referralId, slot.uploadId, request)).parts;
}

export async function putAll(sending: Sending, parts: readonly SealedPart[] = sending.parts): Promise<void> {
  for (const [n, each] of (await announce(sending, ...parts)).entries())
    if (!each.isThere) await sending.desk.putPart(tokenOf(each), stream(parts[n]?.bytes ?? Buffer.alloc(0)));
}

export async function completeSending({ desk, reporter, referralId, slot, file }: Sending) {
  const declared = { sha256: file.sha256, sizeBytes: file.bytes.length };
  return desk.completeUpload(reporter, referralId, slot.uploadId, declared);
}
