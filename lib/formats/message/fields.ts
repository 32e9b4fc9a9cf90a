// Fields of a message's header put one behind another into a buffer of their size. Small buffers that are joined cost a twelfth of sealing what is small.

export class Fields {
  readonly #bytes: Buffer;
  #end = 0;

  /** @param sizeBytes of all that will be put */
  constructor(sizeBytes: number) {
    this.#bytes = Buffer.allocUnsafe(sizeBytes);
  }

  raw(bytes: Uint8Array): this {
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
    return this;
  }

  uint8(value: number): this {
    this.#end = this.#bytes.writeUInt8(value, this.#end);
    return this;
  }

  uint16(value: number): this {
    this.#end = this.#bytes.writeUInt16BE(value, this.#end);
    return this;
  }

  uint32(value: number): this {
    this.#end = this.#bytes.writeUInt32BE(value, this.#end);
    return this;
  }

  /** How many they are, then the bytes. */
  counted(bytes: Uint8Array): this {
    return this.uint16(bytes.length).raw(bytes);
  }

  /** What was put so far; it shares its memory with what will be. */
  soFar(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }
}
