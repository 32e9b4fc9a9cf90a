// A packet in parts read from its first byte to its last, which is how its digests are found.
// Always true: what is said of a packet's digests was found by reading every byte of it.
import { createHash } from 'node:crypto';
import type { Core } from '../core.ts';
import { Digester } from '../digests.ts';
import type { Measured, PacketDigests } from './freezing.ts';
import { openInParts, type InParts } from './in-parts.ts';

/**
 * All of its bytes, hashed on their way.
 * @param sizeBytes as it is delivered
 * @param found called once they were all taken, before this ends
 * @throws DeskError what `openInParts` and `found` throw; internal, when the other core gave up
 */
export async function* readThrough(
  core: Core,
  kept: InParts,
  sizeBytes: number,
  found: (digests: PacketDigests) => Promise<unknown>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const delivered = new Digester(['sha256'], core.digestsBeside, sizeBytes);
  const inside = new Inside();
  const whole = { offset: 0, sizeBytes };
  yield* delivered.through(openInParts(core, kept, whole, (plain) => inside.through(plain)));
  const { sha256 } = await delivered.end();
  const plain = inside.end();
  await found({ sha256, ...(plain && { plain }) });
}

/** The packet inside one that is encrypted, hashed where it passes. */
class Inside {
  readonly #hash = createHash('sha256');
  #sizeBytes: number | undefined;

  async *through(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.#sizeBytes = 0;
    for await (const piece of bytes) {
      this.#hash.update(piece);
      this.#sizeBytes += piece.length;
      yield piece;
    }
  }

  /** Undefined where nothing passed: it is not encrypted. */
  end(): Measured | undefined {
    if (this.#sizeBytes === undefined) return undefined;
    return { sizeBytes: this.#sizeBytes, sha256: this.#hash.digest('hex') };
  }
}
