// What is computed over bytes on their way: the digests of a file, and the root over the pieces of its ciphertext.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Frontier, leafHash, rootOf, startLeaf } from './formats/merkle.ts';
import type { DigestName, DigestsBeside, RunningDigests } from './ports.ts';

/** Digests of one file; lower-case hex, CRC-32 in 8 digits. SHA-256 is what the desk trusts, the others are what other tools look up by. */
export interface Digests {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly sha1: string;
  readonly md5: string;
  readonly crc32: string;
}

/** Takes digests where it is called: for machines of one core, and for what is small. */
export const digestsHere: DigestsBeside = (names) => {
  const hashes = names.map((name) => [name, createHash(name)] as const);
  type Named = Record<(typeof names)[number], string>;
  return {
    add: (chunk) => {
      for (const [, hash] of hashes) hash.update(chunk);
      return undefined;
    },
    end: () => Promise.resolve(Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest('hex')])) as Named),
    abandon: () => undefined,
  };
};

/** Of bytes that are at hand whole. */
export async function digestsAtHand<N extends DigestName>(
  names: readonly N[],
  bytes: Uint8Array,
): Promise<Readonly<Record<N, string>>> {
  const here = digestsHere(names);
  await here.add(bytes);
  return here.end();
}

/** Digests of one stream, some taken on another core and the others here; what goes to the other core goes first. */
export function bothOf<N extends DigestName>(beside: RunningDigests<N>, here: RunningDigests<N>): RunningDigests<N> {
  return {
    add: (chunk) => {
      const room = beside.add(chunk);
      void here.add(chunk); // it is done, and waits for nothing
      return room;
    },
    end: async () => ({ ...(await beside.end()), ...(await here.end()) }),
    abandon: () => {
      beside.abandon();
    },
  };
}

/** Takes digests of what passes through it; on another core, where one is lent. */
export class Digester<N extends DigestName> {
  readonly #running: RunningDigests<N>;
  #isOver = false;
  sizeBytes = 0;

  /** @param sizeBytes how much is expected, where that is known */
  constructor(names: readonly N[], beside: DigestsBeside = digestsHere, sizeBytes?: number) {
    this.#running = beside(names, sizeBytes);
  }

  async *through(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let isWhole = false;
    try {
      for await (const chunk of bytes) {
        const room = this.#running.add(chunk);
        if (room !== undefined) await room;
        this.sizeBytes += chunk.length;
        yield chunk;
      }
      isWhole = true;
    } finally {
      if (!isWhole) this.abandon();
    }
  }

  /** Lower-case hex. @throws DeskError internal, when the other core gave up */
  end(): Promise<Readonly<Record<N, string>>> {
    this.#isOver = true;
    return this.#running.end();
  }

  /** Where nobody will ask for them: gives back what the other core holds for it. Nothing after `end`, or again. */
  abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#running.abandon();
  }
}

/** Takes the four digests of a file that passes through it; the slow ones on another core, where one is lent. */
export class FileDigester {
  readonly #slow: Digester<'md5' | 'sha1' | 'sha256'>;
  #crc32 = 0;

  /** @param sizeBytes how much is expected, where that is known */
  constructor(beside?: DigestsBeside, sizeBytes?: number) {
    this.#slow = new Digester(['md5', 'sha1', 'sha256'], beside, sizeBytes);
  }

  async *through(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#slow.through(bytes)) {
      this.#crc32 = crc32(chunk, this.#crc32);
      yield chunk;
    }
  }

  /** As that of a Digester. */
  abandon(): void {
    this.#slow.abandon();
  }

  /** @throws DeskError internal, when the other core gave up */
  async end(): Promise<Digests> {
    const { md5, sha1, sha256 } = await this.#slow.end();
    return {
      sizeBytes: this.#slow.sizeBytes,
      sha256,
      sha1,
      md5,
      crc32: this.#crc32.toString(16).padStart(8, '0'),
    };
  }
}

export const PIECE_BYTES = 1024 * 1024;

/** The root that `PieceRoot` finds, of bytes at hand; hex. */
export function pieceRootOf(bytes: Uint8Array): string {
  const pieces = Math.ceil(bytes.length / PIECE_BYTES);
  const leaves = Array.from({ length: pieces }, (_, n) =>
    leafHash(bytes.subarray(n * PIECE_BYTES, (n + 1) * PIECE_BYTES)),
  );
  return rootOf(leaves).toString('hex');
}

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
