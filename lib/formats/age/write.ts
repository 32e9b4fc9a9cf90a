// Encrypts to one X25519 recipient of age (age-encryption.org/v1), any stretch of it without the rest, in memory that does not grow with it.
// The library makes the head (whose key nobody else knows); the payload's pieces are node:crypto's, a nonce for each by its number.
import { createCipheriv, hkdfSync } from 'node:crypto';
import { Reader } from '../message/reader.ts';

/** What one file of age is made with. Whoever has it can read the file, and make it again to the byte. */
export interface AgeKey {
  /** The header with its stanza, and the nonce: the file's first bytes. */
  readonly head: Uint8Array;
  /** The key of the payload, 32 bytes. */
  readonly key: Uint8Array;
}

/** What is encrypted: its size, and any stretch of it. */
export interface AgePlain {
  readonly sizeBytes: number;
  readonly read: (offset: number, sizeBytes: number) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const NONCE_BYTES = 16;
const TAG_BYTES = 16;
const PIECE_BYTES = 64 * 1024;
const SEALED_BYTES = PIECE_BYTES + TAG_BYTES;

/**
 * A key of its own for one file. Two files must not share it: their pieces have the same nonces.
 * @param recipient as `readRecipient` answered it
 */
export async function drawAgeKey(recipient: string): Promise<AgeKey> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  let fileKey: Uint8Array = new Uint8Array();
  encrypter.addRecipient({
    wrapFileKey: (drawn) => {
      fileKey = Uint8Array.from(drawn);
      return []; // only to learn it: the header has the one stanza of the recipient
    },
  });
  encrypter.addRecipient(recipient);
  const empty = await encrypter.encrypt(new Uint8Array());
  const head = empty.slice(0, empty.length - TAG_BYTES);
  const key = new Uint8Array(hkdfSync('sha256', fileKey, head.subarray(-NONCE_BYTES), 'payload', 32));
  return { head, key };
}

/** How large the file is. */
export function ageSize({ head }: AgeKey, plainBytes: number): number {
  return head.length + plainBytes + piecesOf(plainBytes) * TAG_BYTES;
}

/** An empty plaintext has one piece too. */
function piecesOf(plainBytes: number): number {
  return Math.max(1, Math.ceil(plainBytes / PIECE_BYTES));
}

/**
 * A stretch of the file; reads the pieces it lies in, no others.
 * @param offset and `sizeBytes`: within `ageSize`
 * @throws DeskError sealed/damaged where fewer bytes come than the plaintext should have; what reading throws, unchanged
 */
export async function* ageBytes(
  { head, key }: AgeKey,
  plain: AgePlain,
  offset: number,
  sizeBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = offset + sizeBytes;
  if (offset < head.length && sizeBytes > 0) yield head.subarray(offset, end);
  const [from, to] = [Math.max(offset - head.length, 0), end - head.length];
  if (to <= from) return;
  const [first, after] = [Math.floor(from / SEALED_BYTES), Math.ceil(to / SEALED_BYTES)];
  const start = first * PIECE_BYTES;
  const reader = new Reader(plain.read(start, Math.min(after * PIECE_BYTES, plain.sizeBytes) - start));
  const pieces = piecesOf(plain.sizeBytes);
  try {
    for (let n = first; n < after; n++) {
      const taken = await reader.take(Math.min(PIECE_BYTES, plain.sizeBytes - n * PIECE_BYTES));
      const sealed = sealPiece(key, n, taken, n === pieces - 1);
      yield sealed.subarray(Math.max(from - n * SEALED_BYTES, 0), to - n * SEALED_BYTES);
    }
  } finally {
    await reader.close();
  }
}

function sealPiece(key: Uint8Array, n: number, plain: Uint8Array, isLast: boolean): Uint8Array {
  const nonce = Buffer.alloc(12); // 11 bytes that count, big-endian, and the mark of the last
  nonce.writeUIntBE(n, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG_BYTES });
  const sealed = cipher.update(plain);
  cipher.final();
  return Buffer.concat([sealed, cipher.getAuthTag()]);
}
