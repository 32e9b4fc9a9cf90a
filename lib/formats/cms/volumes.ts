// A long stream as volumes: CMS messages of at most 256 MB each, since openssl holds a whole one in memory, in one stored ZIP with a text that
// says how they are opened and joined.
import { crc32 } from 'node:zlib';
import { usedUp } from '../used-up.ts';
import { layZip, zipBytes } from '../zip/write.ts';
import { newEnvelope, type Envelope } from './envelope.ts';
import type { RecipientCertificate } from './certificate.ts';

export const VOLUME_BYTES = 256_000_000;

/** What is to be encrypted; its bytes are the same each time they are asked for. */
export interface Content {
  readonly sizeBytes: number;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

export interface Volumes {
  /** Of the file once it is joined: `<name>.001.p7m` is its first volume. */
  readonly name: string;
  readonly time: Date;
  readonly readMe: string;
  readonly volumeBytes?: number | undefined;
}

export const READ_ME = 'README.txt';

/**
 * The ZIP. It is made in two passes over the content, since an archive says the CRC-32 of a file before its bytes: the first only reckons, and
 * the second is held against it.
 */
export async function* volumeBytes(
  plain: Content,
  to: RecipientCertificate,
  { name, time, readMe, volumeBytes: most = VOLUME_BYTES }: Volumes,
): AsyncGenerator<Uint8Array, void, undefined> {
  const envelopes = sizesOf(plain.sizeBytes, most).map((size) => ({ size, envelope: newEnvelope(to, size) }));
  const text = Buffer.from(readMe, 'utf8');
  const checks = await checksOf(plain, envelopes);
  const entries = envelopes.map(({ envelope: { sizeBytes } }, n) => ({
    name: `${name}.${String(n + 1).padStart(3, '0')}.p7m`,
    sizeBytes,
    crc32: hexOf(checks[n] ?? 0),
  }));
  const first = { name: READ_ME, sizeBytes: text.length, crc32: hexOf(crc32(text)) };
  const content = cutting(plain.bytes());
  try {
    yield* zipBytes(layZip([first, ...entries], time), (_entry, n) => {
      const volume = envelopes[n - 1];
      return volume === undefined ? [text] : usedUp(volume.envelope.bytes(content.next(volume.size)));
    });
  } finally {
    await content.end();
  }
}

function sizesOf(total: number, most: number): number[] {
  const count = Math.max(1, Math.ceil(total / most));
  return Array.from({ length: count }, (_, n) => Math.min(most, total - n * most));
}

async function checksOf(
  plain: Content,
  envelopes: readonly { readonly size: number; readonly envelope: Envelope }[],
): Promise<number[]> {
  const content = cutting(plain.bytes());
  const checks: number[] = [];
  try {
    for (const { size, envelope } of envelopes) {
      let check = 0;
      for await (const piece of usedUp(envelope.bytes(content.next(size)))) check = crc32(piece, check);
      checks.push(check);
    }
    return checks;
  } finally {
    await content.end();
  }
}

function hexOf(check: number): string {
  return check.toString(16).padStart(8, '0');
}

/** A stream in stretches, one after another; what is left of a piece belongs to the next stretch. */
function cutting(bytes: AsyncIterable<Uint8Array>): {
  readonly next: (sizeBytes: number) => AsyncGenerator<Uint8Array>;
  readonly end: () => Promise<void>;
} {
  const iterator = bytes[Symbol.asyncIterator]();
  let held: Uint8Array = new Uint8Array(0);
  return {
    end: async () => {
      await iterator.return?.();
    },
    async *next(sizeBytes) {
      for (let rest = sizeBytes; rest > 0;) {
        if (held.length === 0) {
          const more = await iterator.next();
          if (more.done === true) return;
          held = more.value;
        }
        const piece = held.subarray(0, rest);
        held = held.subarray(piece.length);
        rest -= piece.length;
        if (piece.length > 0) yield piece;
      }
    },
  };
}
