// What a message is bound to, its few numbers, and the two ways in which it is refused.
import { DeskError } from '../../errors.ts';

export const FRAME_BYTES = 1024 * 1024;
export const KEY_NAMESPACE = 'referral-desk';

/** What a message is bound to: opaque ids, readable by anyone who holds the ciphertext. */
export interface MessageContext {
  readonly owner: string;
  readonly object: string;
}

/** The object's own 256-bit wrapping key; the SDK knows it by namespace `referral-desk` and the object's id as name. */
export interface MessageKey {
  readonly key: Uint8Array;
  readonly context: MessageContext;
}

/** What sealing draws by chance. */
export interface Drawn {
  /** 32 bytes. */
  readonly messageId: Buffer;
  /** 32 bytes. */
  readonly dataKey: Buffer;
  /** 12 bytes, by which the data key is wrapped. */
  readonly iv: Buffer;
}

export const TAG_BYTES = 16;
export const IV_BYTES = 12;

export function damaged(): DeskError {
  return new DeskError('sealed/damaged', 'A sealed object does not open: bytes, key or context differ.');
}

export function unsupported(): DeskError {
  return new DeskError('sealed/unsupported', 'This is not a sealed object of a kind this version reads.');
}
