// Exact stretches out of a stream of chunks.
import { damaged } from './form.ts';

/** Hands out exact stretches of a stream of chunks. */
export class Reader {
  readonly #source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#source = Symbol.asyncIterator in bytes ? bytes[Symbol.asyncIterator]() : bytes[Symbol.iterator]();
  }

  /** @param room where to put them; fresh memory without it */
  async take(size: number, room?: Buffer): Promise<Buffer> {
    const out = room?.subarray(0, size) ?? Buffer.allocUnsafe(size);
    for (let at = 0; at < size;) {
      if (this.#chunk.length === 0 && !(await this.#next())) throw damaged();
      const taken = Math.min(size - at, this.#chunk.length);
      out.set(this.#chunk.subarray(0, taken), at);
      this.#chunk = this.#chunk.subarray(taken);
      at += taken;
    }
    return out;
  }

  async expectEnd(): Promise<void> {
    while (this.#chunk.length === 0) if (!(await this.#next())) return;
    throw damaged();
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #next(): Promise<boolean> {
    const step = await this.#source.next();
    if (step.done === true) return false;
    this.#chunk = step.value;
    return true;
  }
}
