// What a sender keeps while he sends a large file, so that he can go on after his process was killed: which slot it is, and the keys to seal the
// very same bytes the very same way. The keys are never kept in the clear: they are wrapped under a key made of the sender's own key and of
// one that only the desk gives out, with the referral itself; and all of it goes with the last part.
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Drawn } from '../formats/message/index.ts';
import { unwrapKey, wrapKey } from '../formats/derive.ts';
import type { Slot } from '../index.ts';
import type { DeskClient } from './desk-client.ts';
import type { HashedFile } from './file.ts';
import { keyObject } from '../formats/key-object.ts';

/** Where slots that are in use are kept from one run to the next. Without one, a file that was cut off is sent from its beginning. */
export interface SlotKeeper {
  /** The key the sender shows, or another text that does not lie beside what is kept; empty where there is none. */
  readonly secret: string;
  /** Undefined where there is nothing of that name: 64 hex digits. */
  read(name: string): Promise<string | undefined>;
  /** @param text JSON; ids, sizes, a time, and wrapped keys */
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** A slot in use. */
export interface OpenSlot extends Pick<Slot, 'uploadId' | 'partBytes' | 'sealedBytes' | 'context'> {
  /** 32 bytes: opens the one object. */
  readonly key: Buffer;
  /** 32 bytes: with the file's digest, what sealing would draw by chance. */
  readonly seed: Buffer;
  /** Whether the desk was told with it what the file is called. */
  readonly isNamed: boolean;
}

/** Which file of which referral, and by what its slot is kept. */
export interface Sending {
  readonly referralId: string;
  readonly attachmentId: string;
  readonly file: HashedFile;
  /** Given by the desk with the referral, to its sender alone. */
  readonly documentKey: Buffer;
  readonly keeper: SlotKeeper | undefined;
}

interface KeptSlot extends Pick<Slot, 'uploadId' | 'partBytes' | 'sealedBytes' | 'expiresAt'> {
  readonly version: 1;
  readonly referralId: string;
  /** Key and seed, AES-256-KWP (RFC 5649), base64. */
  readonly keys: string;
  /** As in the slot; absent: false. */
  readonly isNamed?: true;
}

/** The slot of an earlier run; undefined where there is none that is whole. */
export async function keptSlot(sending: Sending): Promise<OpenSlot | undefined> {
  const text = await sending.keeper?.read(nameOf(sending));
  if (text === undefined) return undefined;
  try {
    const { uploadId, partBytes, sealedBytes, keys, isNamed = false } = JSON.parse(text) as KeptSlot;
    const opened = unwrapKey(wrappingKey(sending, uploadId), Buffer.from(keys, 'base64'));
    const context = { owner: sending.referralId, object: uploadId };
    const [key, seed] = [opened.subarray(0, 32), opened.subarray(32)];
    return { uploadId, partBytes, sealedBytes, context, key, seed, isNamed };
  } catch {
    return undefined; // cut short while it was written, or of another key: a fresh slot does as well
  }
}

/** Opens a slot, and keeps it before the first part is sent. */
export async function freshSlot(client: DeskClient, sending: Sending): Promise<OpenSlot> {
  const { referralId, attachmentId, file, keeper } = sending;
  const lent = await client.openUpload(referralId, {
    attachmentId,
    sizeBytes: file.sizeBytes,
    name: file.path,
  });
  const { uploadId, partBytes, sealedBytes, expiresAt, context } = lent;
  const [key, seed] = [Buffer.from(lent.key, 'base64'), randomBytes(32)];
  const keys = wrapKey(wrappingKey(sending, uploadId), Buffer.concat([key, seed])).toString('base64');
  const kept: KeptSlot = { version: 1, referralId, uploadId, partBytes, sealedBytes, expiresAt, keys, isNamed: true };
  await keeper?.write(nameOf(sending), JSON.stringify(kept));
  return { uploadId, partBytes, sealedBytes, context, key, seed, isNamed: true };
}

export async function forgetSlot(sending: Sending): Promise<void> {
  await sending.keeper?.remove(nameOf(sending));
}

/** The same for the same file under the same attachment, and telling nothing of either. */
function nameOf({ documentKey, attachmentId, file }: Sending): string {
  return createHmac('sha256', keyObject(documentKey))
    .update(JSON.stringify(['slot', attachmentId, file.sha256]))
    .digest('hex');
}

/** Neither the sender's key alone opens what is kept, nor a receipt that lies about. */
function wrappingKey({ documentKey, keeper }: Sending, uploadId: string): Buffer {
  const salt = Buffer.from(keeper?.secret ?? '', 'utf8');
  return Buffer.from(hkdfSync('sha256', keyObject(documentKey), salt, `referral-desk/slot/1 ${uploadId}`, 32));
}

/**
 * What sealing draws by chance, made of the slot's seed and of the file: the same file is sealed to the same bytes again, and another file, or
 * another slot, never with the same keys.
 */
export function drawnFor({ seed, uploadId }: OpenSlot, { sha256, sizeBytes }: HashedFile): Drawn {
  const info = JSON.stringify(['referral-desk/direct/1', uploadId, sha256, sizeBytes]);
  const bytes = Buffer.from(hkdfSync('sha256', keyObject(seed), new Uint8Array(0), info, 76));
  return { messageId: bytes.subarray(0, 32), dataKey: bytes.subarray(32, 64), iv: bytes.subarray(64) };
}
