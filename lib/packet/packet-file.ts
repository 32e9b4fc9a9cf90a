// A file of a packet that is put together: its digests, and its bytes when they are asked for.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Core } from '../core.ts';
import { inLargerPieces, sha256Hex } from '../formats/canonical.ts';
import { usedUp } from '../formats/used-up.ts';
import type { ObjectRecord } from '../ports.ts';
import { openSealed } from '../seal.ts';
import type { Derived } from './derived.ts';
import type { GatheredExhibit } from './gather.ts';

export interface PacketFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Where the packet's profile asks for it. */
  readonly sha512?: string;
  readonly crc32: string;
  /** Bytes at hand, what is made anew each time it is read, or an exhibit's sealed object. */
  readonly content: Uint8Array | Derived['make'] | ObjectRecord;
}

/** Whether a file's bytes are an exhibit's. */
export function isSealed(content: PacketFile['content'] | undefined): content is ObjectRecord {
  return typeof content === 'object' && !(content instanceof Uint8Array);
}

export function fileOf(path: string, content: Uint8Array | string): PacketFile {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return { path, sizeBytes: bytes.length, sha256: sha256Hex(bytes), crc32: crcHex(crc32(bytes)), content: bytes };
}

function crcHex(check: number): string {
  return check.toString(16).padStart(8, '0');
}

export function derivedFile({ path, make }: Derived): PacketFile {
  const hash = createHash('sha256');
  let [sizeBytes, check] = [0, 0];
  for (const bytes of encoded(make())) {
    hash.update(bytes);
    check = crc32(bytes, check);
    sizeBytes += bytes.length;
  }
  return { path, sizeBytes, sha256: hash.digest('hex'), crc32: crcHex(check), content: make };
}

export function exhibitFile({ exhibit, object }: GatheredExhibit): PacketFile {
  const { path, sizeBytes, sha256, crc32: check } = exhibit;
  return { path, sizeBytes, sha256, crc32: check, content: object };
}

/** With their SHA-512: every byte is read for it. @throws what a damaged vault throws */
export async function withSha512(core: Core, files: readonly PacketFile[]): Promise<PacketFile[]> {
  const digested: PacketFile[] = [];
  for (const file of files) {
    const hash = createHash('sha512');
    for await (const bytes of contentOf(core, file)) hash.update(bytes);
    digested.push({ ...file, sha512: hash.digest('hex') });
  }
  return digested;
}

/** A chunk is used up or copied before the next one is asked for. @throws what a damaged vault throws */
export function contentOf(
  core: Core,
  { content }: Pick<PacketFile, 'content'>,
): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (typeof content === 'function') return encoded(content());
  return content instanceof Uint8Array ? [content] : exhibitBytes(core, content);
}

/** A chunk is used up or copied before the next one is asked for. @throws what a damaged vault throws */
export function exhibitBytes(core: Core, object: ObjectRecord): AsyncIterable<Uint8Array> {
  return usedUp(openSealed(core, object));
}

function* encoded(pieces: Iterable<string>): Generator<Uint8Array> {
  for (const text of inLargerPieces(pieces)) yield Buffer.from(text, 'utf8');
}
