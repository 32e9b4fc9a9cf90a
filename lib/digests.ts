// What is computed over bytes on their way: the digests of a file, and the root over the pieces of its ciphertext.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Frontier, startLeaf } from './formats/merkle.ts';

/** Digests of one file; lower-case hex, CRC-32 in 8 digits. SHA-256 is what the desk trusts, the others are what other tools look up by. */
export interface Digests {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly sha1: string;
  readonly md5: string;
  readonly crc32: string;
}

/** Takes the four digests of what passes through it. */
export class Digester {
  readonly #sha256 = createHash('sha256');
  readonly #sha1 = createHash('sha1');
  readonly #md5 = createHash('md5');
  #crc32 = 0;
  #sizeBytes = 0;

  async *through(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      this.#sha256.update(chunk);
      this.#sha1.update(chunk);
      this.#md5.update(chunk);
      this.#crc32 = crc32(chunk, this.#crc32);
      this.#sizeBytes += chunk.length;
      yield chunk;
    }
  }

  end(): Digests {
    return {
      sizeBytes: this.#sizeBytes,
      sha256: this.#sha256.digest('hex'),
      sha1: this.#sha1.digest('hex'),
      md5: this.#md5.digest('hex'),
      crc32: this.#crc32.toString(16).padStart(8, '0'),
    };
  }
}

export const PIECE_BYTES = 1024 * 1024;

/** The RFC 6962 root over a stream's 1 MiB pieces: what an entry's `sealed` carries, checkable without any key. */
export class PieceRoot {
  readonly #frontier = new Frontier();
  #piece = startLeaf();
  #filled = 0;
  sizeBytes = 0;

  /** Takes the chunk in and hands it back. */
  add<T extends Uint8Array>(chunk: T): T {
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(PIECE_BYTES - this.#filled, chunk.length - at);
      this.#piece.update(chunk.subarray(at, at + taken));
      this.#filled += taken;
      at += taken;
      if (this.#filled === PIECE_BYTES) this.#close();
    }
    this.sizeBytes += chunk.length;
    return chunk;
  }

  /** The root, hex. */
  end(): string {
    if (this.#filled > 0) this.#close();
    return this.#frontier.root().toString('hex');
  }

  #close(): void {
    this.#frontier.add(this.#piece.digest());
    this.#piece = startLeaf();
    this.#filled = 0;
  }
}
