// SHA-256 of a file, and what it is after each whole MiB: with that, a stretch of it read again is known to be what it was before it is used.
import { createHash } from 'node:crypto';

export const MARK_BYTES = 1024 * 1024;

export class MarkedHash {
  readonly #hash = createHash('sha256');
  readonly #marks: Buffer[] = [];
  sizeBytes = 0;

  update(piece: Uint8Array): void {
    for (let at = 0; at < piece.length;) {
      const taken = Math.min(MARK_BYTES - (this.sizeBytes % MARK_BYTES), piece.length - at);
      this.#hash.update(piece.subarray(at, at + taken));
      this.sizeBytes += taken;
      at += taken;
      if (this.sizeBytes % MARK_BYTES === 0) this.#marks.push(this.#hash.copy().digest());
    }
  }

  /** Of all bytes up to the last whole MiB. */
  get mark(): Buffer | undefined {
    return this.#marks.at(-1);
  }

  /** To be asked once. */
  end(): { readonly sizeBytes: number; readonly sha256: string; readonly marks: readonly Buffer[] } {
    return { sizeBytes: this.sizeBytes, sha256: this.#hash.digest('hex'), marks: this.#marks };
  }
}
