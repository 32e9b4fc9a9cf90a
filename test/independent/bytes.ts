// Bytes as the stored formats write them: hex, base64, big-endian numbers, SHA-256 and HMAC. Every decoding is strict.
import { crc32 as zlibCrc32 } from 'node:zlib';
import { createHash, createHmac } from 'node:crypto';

/** What a reader throws about material that is not what the formats say. */
export class Wrong extends Error {}

export function wrong(what: string): never {
  throw new Wrong(what);
}

/** Holds a statement to be true of the material. */
export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) wrong(what);
}

export function sha256(...parts: readonly (Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function hmac(key: Uint8Array, data: Uint8Array | string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Lower-case hex, of that many bytes where said. */
export function fromHex(text: string, length?: number): Buffer {
  const bytes = Buffer.from(text, 'hex');
  demand(bytes.toString('hex') === text, 'not lower-case hex');
  demand(length === undefined || bytes.length === length, `not ${length ?? 0} bytes of hex`);
  return bytes;
}

/** RFC 4648 base64 with padding, of that many bytes where said. */
export function fromBase64(text: string, length?: number): Buffer {
  const bytes = Buffer.from(text, 'base64');
  demand(bytes.toString('base64') === text, 'not base64');
  demand(length === undefined || bytes.length === length, `not ${length ?? 0} bytes of base64`);
  return bytes;
}

/** Walks through bytes from front to back and refuses to read past their end. */
export class Cursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  take(length: number): Buffer {
    const end = this.at + length;
    demand(end <= this.bytes.length, 'the bytes end too early');
    const taken = Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.at, length);
    this.at = end;
    return taken;
  }

  u8(): number {
    return this.take(1).readUInt8();
  }

  u16(): number {
    return this.take(2).readUInt16BE();
  }

  u32(): number {
    return this.take(4).readUInt32BE();
  }

  /** A field behind its own two-byte length. */
  field(): Buffer {
    return this.take(this.u16());
  }

  get done(): boolean {
    return this.at === this.bytes.length;
  }
}

/** What a caught error says; errors of Node itself may come from another realm. */
export function messageOf(error: unknown): string {
  const isError = typeof error === 'object' && error !== null && 'message' in error;
  return isError ? String(error.message) : 'unreadable';
}

/** CRC-32 as zip and gzip have it, 8 hex digits. */
export function crc32(bytes: Uint8Array): string {
  return zlibCrc32(bytes).toString(16).padStart(8, '0');
}

export function digestOf(algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
