// Exact stretches out of a stream of chunks.
import { damaged } from './form.ts';

/** Hands out exact stretches of a stream of chunks. */
export class Reader {
  readonly #source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#source = Symbol.asyncIterator in bytes ? bytes[Symbol.asyncIterator]() : bytes[Symbol.iterator]();
  }

  async take(size: number): Promise<Buffer> {
    const out = Buffer.allocUnsafe(size);
    for (let at = 0; at < size;) {
      const some = await this.some(size - at);
      out.set(some, at);
      at += some.length;
    }
    return out;
  }

  /** At least one byte and at most `most`, as they lie in their chunk: they hold until the next call. */
  async some(most: number): Promise<Uint8Array> {
    while (this.#chunk.length === 0) if (!(await this.#next())) throw damaged();
    const some = this.#chunk.subarray(0, most);
    this.#chunk = this.#chunk.subarray(some.length);
    return some;
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
