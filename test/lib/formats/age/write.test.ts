// Files of age: opened by the library, every stretch the same as that of the whole, and never two with one key.
import { randomBytes } from 'node:crypto';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ageBytes, ageSize, drawAgeKey, type AgeKey, type AgePlain } from '../../../../lib/formats/age/write.ts';

const PIECE = 65_536;
const SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 200_000];

let identity: string;
let recipient: string;

beforeAll(async () => {
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
});

/** Comes in pieces of odd sizes, and says how much of it was asked for. */
function plainOf(bytes: Buffer): AgePlain & { readonly asked: () => number } {
  let asked = 0;
  function* pieces(offset: number, sizeBytes: number): Generator<Uint8Array> {
    asked += sizeBytes;
    for (let at = offset; at < offset + sizeBytes; at += 10_007) {
      yield bytes.subarray(at, Math.min(at + 10_007, offset + sizeBytes));
    }
  }
  return { sizeBytes: bytes.length, read: pieces, asked: () => asked };
}

async function stretch(key: AgeKey, plain: AgePlain, offset: number, sizeBytes: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of ageBytes(key, plain, offset, sizeBytes)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function opened(file: Buffer): Promise<Buffer> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return Buffer.from(await decrypter.decrypt(file));
}

describe('a file of age', () => {
  it.each(SIZES)('of %i bytes is opened by the library of its author, and as large as was said', async (size) => {
    const bytes = randomBytes(size);
    const key = await drawAgeKey(recipient);
    const file = await stretch(key, plainOf(bytes), 0, ageSize(key, size));
    expect(file.length).toBe(ageSize(key, size));
    expect((await opened(file)).equals(bytes)).toBe(true);
    expect(file.toString('latin1').split('\n---')[0]?.match(/^-> /gm)).toEqual(['-> ']); // one stanza
  });

  it.each(SIZES)('of %i bytes has the same bytes in every stretch as in the whole', async (size) => {
    const bytes = randomBytes(size);
    const key = await drawAgeKey(recipient);
    const file = await stretch(key, plainOf(bytes), 0, ageSize(key, size));
    const head = key.head.length;
    const edges = [0, 1, head - 1, head, head + 1, head + PIECE + 15, head + PIECE + 16, head + PIECE + 17, file.length]
      .filter((at) => at <= file.length)
      .concat(file.length - 1);
    for (const from of edges) {
      for (const to of edges.filter((at) => at >= from)) {
        const found = await stretch(key, plainOf(bytes), from, to - from);
        expect([from, to, found.equals(file.subarray(from, to))]).toEqual([from, to, true]);
      }
    }
  });

  it('reads only the pieces that a stretch lies in', async () => {
    const plain = plainOf(randomBytes(40 * PIECE));
    const key = await drawAgeKey(recipient);
    await stretch(key, plain, key.head.length + 20 * (PIECE + 16) + 5, 10);
    expect(plain.asked()).toBe(PIECE);
    await stretch(key, plain, 0, key.head.length);
    expect(plain.asked()).toBe(PIECE);
  });

  it('is another each time', async () => {
    const [one, other] = [await drawAgeKey(recipient), await drawAgeKey(recipient)];
    expect(Buffer.from(one.key).equals(other.key)).toBe(false);
    expect(Buffer.from(one.head).equals(other.head)).toBe(false);
  });

  it('is none where fewer bytes come than were said', async () => {
    const key = await drawAgeKey(recipient);
    const short = { ...plainOf(randomBytes(10)), sizeBytes: 11 };
    await expect(stretch(key, short, 0, ageSize(key, 11))).rejects.toMatchObject({ code: 'sealed/damaged' });
  });

  it('counts its pieces in more than four bytes', async () => {
    const key = await drawAgeKey(recipient);
    const far = 2 ** 32 + 3;
    const endless: AgePlain = { sizeBytes: (far + 2) * PIECE, read: (_from, size) => [Buffer.alloc(size)] };
    const at = key.head.length + far * (PIECE + 16);
    const wrapped = await stretch(key, endless, key.head.length + 3 * (PIECE + 16), 100);
    expect((await stretch(key, endless, at, 100)).equals(wrapped)).toBe(false);
  });
});
