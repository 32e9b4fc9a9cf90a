// Files that are sent past the desk, one for each end they may come to: proved, refused, given up, still open, complete and not looked at yet.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Caller } from '../../lib/access.ts';
import type { Desk } from '../../lib/desk.ts';
import { announce, completeSending, cut, putAll, sealedFor, type Sending } from '../lib/uploads/sender.ts';
import { noise } from '../material.ts';

/** @param original a referral that declares nothing of these files; it stays open. @returns its id */
export async function sendPast(desk: Desk, reporter: Caller, original: Uint8Array): Promise<string> {
  const { referralId } = await desk.open(reporter, original, 'with large files');
  await openSlot(desk, reporter, referralId);
  const given = await openSlot(desk, reporter, referralId);
  await announce(given, ...given.parts);
  await desk.endUpload(reporter, referralId, given.slot.uploadId);
  await send(await openSlot(desk, reporter, referralId));
  const sending = await openSlot(desk, reporter, referralId);
  await send({ ...sending, parts: cut(await sealedFor(sending.slot, randomBytes(1_200_000)), sending.slot.partBytes) });
  const inspected = await desk.inspect();
  if (inspected.proved !== 1 || inspected.refused !== 1) throw new Error('one was to be proved and one refused');
  await send(await openSlot(desk, reporter, referralId));
  return referralId;
}

async function openSlot(desk: Desk, reporter: Caller, referralId: string): Promise<Sending> {
  const [file, attachmentId] = [noise('large.mp4', 1_200_000), randomUUID()];
  const slot = await desk.openUpload(reporter, referralId, { attachmentId, sizeBytes: file.bytes.length });
  const parts = cut(await sealedFor(slot, file.bytes), slot.partBytes);
  return { desk, reporter, referralId, attachmentId, file, slot, parts };
}

async function send(sending: Sending): Promise<void> {
  await putAll(sending);
  await completeSending(sending);
}
