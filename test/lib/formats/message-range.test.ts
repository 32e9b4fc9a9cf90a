// A stretch of a sealed message, held against the same message opened whole: the same bytes, no more of them read than the stretch
// needs, and nothing out of a message that was touched.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { buildEncrypt } from '@aws-crypto/encrypt-node';
import { AlgorithmSuiteIdentifier, CommitmentPolicy } from '@aws-crypto/material-management-node';
import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/raw-aes-keyring-node';
import fc from 'fast-check';
import {
  FRAME_BYTES,
  headerSize,
  KEY_NAMESPACE,
  openMessage,
  openMessageRange,
  plaintextSize,
  sealMessage,
  type MessageKey,
  type StoredMessage,
  type Stretch,
} from '../../../lib/formats/message/index.ts';
import { sealFrame } from '../../../lib/formats/message/frames.ts';
import { sealGcm } from '../../../lib/formats/message/gcm.ts';
import { deriveMessageKeys, makeHeader } from '../../../lib/formats/message/header.ts';

const AROUND_FRAME = 32;
const AROUND_FINAL = 40;
const FINAL_LEAD = 24;
const DAMAGED = { code: 'sealed/damaged' };

const key: MessageKey = { key: randomBytes(32), context: { owner: 'a-referral', object: 'ein-Übel-🔒' } };
const HEADER = headerSize(key.context);

async function gather(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
  if (chunks.some(({ length }) => length === 0)) throw new Error('an empty chunk');
  return Buffer.concat(chunks);
}

interface Watched extends StoredMessage {
  readonly asked: Stretch[];
  open: number;
}

/** A ciphertext that remembers what was asked of it, and how many of its streams are open. */
function store(ciphertext: Uint8Array, chunkBytes = 4096): Watched {
  const watched: Watched = {
    sizeBytes: ciphertext.length,
    asked: [],
    open: 0,
    async *read(offset, sizeBytes) {
      watched.asked.push({ offset, sizeBytes });
      if (offset < 0 || offset + sizeBytes > ciphertext.length) throw new Error('asked for what is not there');
      watched.open += 1;
      try {
        for (let at = offset; at < offset + sizeBytes; at += chunkBytes) {
          yield await Promise.resolve(ciphertext.subarray(at, Math.min(at + chunkBytes, offset + sizeBytes)));
        }
      } finally {
        watched.open -= 1;
      }
    },
  };
  return watched;
}

const seal = (plain: Uint8Array, frameBytes?: number): Promise<Buffer> => gather(sealMessage(key, [plain], frameBytes));
const range = (sealed: Uint8Array, offset: number, sizeBytes: number): Promise<Buffer> =>
  gather(openMessageRange(key, store(sealed), { offset, sizeBytes }));

/** Where the nth frame (from 0) of a message lies in its ciphertext. */
function frameOf(sealed: Buffer, frameBytes: number, n: number): Buffer {
  const start = HEADER + n * (frameBytes + AROUND_FRAME);
  return sealed.subarray(start, Math.min(start + frameBytes + AROUND_FRAME, sealed.length));
}

/** A message of one frame by somebody who holds the key and keeps to no rule: its header altered, then tagged all the same. */
function forge(plain: Buffer, frameBytes: number, alter: (header: Buffer) => void): Buffer {
  const [messageId, dataKey] = [randomBytes(32), randomBytes(32)];
  const keys = deriveMessageKeys(dataKey, messageId);
  const header = makeHeader(key, { messageId, dataKey, iv: randomBytes(12) }, keys, frameBytes).subarray(0, -16);
  alter(header);
  const [, tag] = sealGcm(keys.encryption, Buffer.alloc(12), header, Buffer.alloc(0));
  return Buffer.concat([header, tag, ...sealFrame(keys.encryption, messageId, 1, plain, true)]);
}

function flipped(bytes: Buffer, at: number, bit = 1): Buffer {
  const altered = Buffer.from(bytes);
  altered.writeUInt8(altered.readUInt8(at) ^ bit, at);
  return altered;
}

describe('a stretch of a sealed message', () => {
  const sizes = [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES, 3 * FRAME_BYTES + 7];
  it.each(sizes)('is what the whole has there, at every boundary: %d bytes', async (size) => {
    const plain = randomBytes(size);
    const sealed = await seal(plain);
    expect(plaintextSize(sealed.length, HEADER)).toBe(size);
    const cuts = [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 2 * FRAME_BYTES, size - 1, size];
    const within = [...new Set(cuts)].filter((at) => at >= 0 && at <= size);
    for (const from of within) {
      for (const to of within.filter((at) => at >= from)) {
        expect((await range(sealed, from, to - from)).equals(plain.subarray(from, to))).toBe(true);
      }
    }
  });

  it('is what the whole has there, over random sizes, frame sizes and stretches', async () => {
    const cases = fc.record({
      size: fc.integer({ min: 0, max: 400 }),
      frameBytes: fc.integer({ min: 1, max: 70 }),
      ends: fc.tuple(fc.nat(1000), fc.nat(1000)),
      chunkBytes: fc.integer({ min: 1, max: 90 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ size, frameBytes, ends, chunkBytes }) => {
        const sealed = await seal(randomBytes(size), frameBytes);
        const whole = await gather(openMessage(key, [sealed]));
        const [offset, end] = [Math.min(...ends), Math.max(...ends)].map((part) => Math.round((part / 1000) * size));
        const stretch = { offset: offset ?? 0, sizeBytes: (end ?? 0) - (offset ?? 0) };
        const stored = store(sealed, chunkBytes);
        const opened = await gather(openMessageRange(key, stored, stretch));
        expect(opened.equals(whole.subarray(offset, end))).toBe(true);
        expect(plaintextSize(sealed.length, HEADER, frameBytes)).toBe(size);
        expect(stored.open).toBe(0);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('opens out of what the AWS Encryption SDK sealed', async () => {
    const { encrypt } = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    const keyring = new RawAesKeyringNode({
      keyName: key.context.object,
      keyNamespace: KEY_NAMESPACE,
      unencryptedMasterKey: new Uint8Array(key.key),
      wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
    });
    for (const size of [0, 1, 63, 64, 65, 128, 200]) {
      const plain = randomBytes(size);
      const { result } = await encrypt(keyring, plain, {
        suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY,
        frameLength: 64,
        encryptionContext: { ...key.context },
      });
      expect(plaintextSize(result.length, HEADER, 64)).toBe(size);
      const half = Math.floor(size / 2);
      expect((await range(result, half, size - half)).equals(plain.subarray(half))).toBe(true);
      expect((await range(result, 0, half)).equals(plain.subarray(0, half))).toBe(true);
    }
  });

  it('is read from the header, the lead of the final frame and its own frames, and from nothing else', async () => {
    const sealed = await seal(randomBytes(10 * 128 + 5), 128);
    const step = 128 + AROUND_FRAME;
    const asked = async (offset: number, sizeBytes: number): Promise<Stretch[]> => {
      const stored = store(sealed);
      await gather(openMessageRange(key, stored, { offset, sizeBytes }));
      return stored.asked;
    };
    const always = [
      { offset: 0, sizeBytes: HEADER },
      { offset: HEADER + 10 * step, sizeBytes: FINAL_LEAD },
    ];
    const frames = (first: number, count: number): Stretch => ({
      offset: HEADER + first * step,
      sizeBytes: count * step,
    });
    expect(await asked(0, 1)).toEqual([...always, frames(0, 1)]);
    expect(await asked(0, 128)).toEqual([...always, frames(0, 1)]);
    expect(await asked(127, 2)).toEqual([...always, frames(0, 2)]);
    expect(await asked(128, 128)).toEqual([...always, frames(1, 1)]);
    expect(await asked(3 * 128 + 1, 300)).toEqual([...always, frames(3, 3)]);
    expect(await asked(9 * 128, 128)).toEqual([...always, frames(9, 1)]);
    expect(await asked(0, 0)).toEqual(always);
    expect(await asked(130, 0)).toEqual(always);
    const final = { offset: HEADER + 10 * step, sizeBytes: 5 + AROUND_FINAL };
    expect(await asked(10 * 128, 1)).toEqual([...always, final]);
    expect(await asked(10 * 128 + 5, 0)).toEqual([...always, final]);
  });

  it('needs no frame but its own: all others may be spoilt', async () => {
    const plain = randomBytes(500);
    const sealed = await seal(plain, 100);
    const spoilt = Buffer.from(sealed);
    for (const n of [0, 1, 3]) frameOf(spoilt, 100, n).fill(0xee);
    expect((await range(spoilt, 201, 98)).equals(plain.subarray(201, 299))).toBe(true);
    await expect(range(spoilt, 199, 2)).rejects.toMatchObject(DAMAGED);
    await expect(range(spoilt, 299, 2)).rejects.toMatchObject(DAMAGED);
  });

  it('stops reading, and lets go of the source, when its reader has enough', async () => {
    const stored = store(await seal(randomBytes(1000), 100), 10);
    for await (const part of openMessageRange(key, stored, { offset: 50, sizeBytes: 900 })) {
      expect(part).toHaveLength(50);
      expect(stored.open).toBe(1);
      break;
    }
    expect(stored.open).toBe(0);
  });

  it('hands out what the source throws as it is', async () => {
    const sealed = await seal(randomBytes(300), 100);
    const trouble = new Error('the disk is gone');
    for (const calls of [0, 1, 2]) {
      const stored = store(sealed);
      const { read } = stored;
      const failing: StoredMessage = {
        sizeBytes: sealed.length,
        read: (offset, sizeBytes) => {
          if (stored.asked.length === calls) throw trouble;
          return read(offset, sizeBytes);
        },
      };
      await expect(gather(openMessageRange(key, failing, { offset: 0, sizeBytes: 300 }))).rejects.toBe(trouble);
    }
  });
});

describe('no stretch', () => {
  it('reaches beyond what was sealed, or is counted in anything but whole bytes', async () => {
    const sealed = await seal(randomBytes(300), 100);
    const wrong: [number, number][] = [
      [0, 301],
      [300, 1],
      [301, 0],
      [299, 2],
      [-1, 1],
      [1, -1],
      [0.5, 1],
      [0, 1.5],
      [Number.NaN, 1],
      [0, Number.NaN],
      [0, Infinity],
      [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
      [2 ** 53, 1],
    ];
    for (const [offset, sizeBytes] of wrong) {
      await expect(range(sealed, offset, sizeBytes)).rejects.toMatchObject({ code: 'input/range' });
    }
  });

  it('opens out of a header with any bit altered', async () => {
    const sealed = await seal(randomBytes(250), 100);
    for (let bit = 0; bit < HEADER * 8; bit++) {
      const opened = range(flipped(sealed, bit >> 3, 1 << (bit & 7)), 10, 20);
      await expect(opened).rejects.toHaveProperty('code', expect.stringMatching(/^sealed\/(damaged|unsupported)$/));
    }
  });

  it('opens when any byte of a frame it lies in is altered, the first, a middle and the final one', async () => {
    const sealed = await seal(randomBytes(250), 100);
    const step = 100 + AROUND_FRAME;
    for (let at = HEADER; at < sealed.length; at++) {
      const n = Math.min(Math.floor((at - HEADER) / step), 2);
      const altered = flipped(sealed, at, 1 << (at % 8));
      await expect(range(altered, n * 100 + 49, 1)).rejects.toMatchObject(DAMAGED);
      await expect(range(altered, 0, 250)).rejects.toMatchObject(DAMAGED);
      if (n === 2) await expect(range(altered, 250, 0)).rejects.toMatchObject(DAMAGED);
    }
  });

  it.each([4096, 40, 10])('gives away a byte of a frame that does not hold: in chunks of %d bytes', async (step) => {
    const sealed = await seal(randomBytes(300), 100);
    let count = 0;
    const tag = HEADER + 2 * (100 + AROUND_FRAME) - 1; // the second frame's last byte
    const opening = openMessageRange(key, store(flipped(sealed, tag), step), { offset: 90, sizeBytes: 200 });
    const reading = (async () => {
      for await (const part of opening) count += part.length;
    })();
    await expect(reading).rejects.toMatchObject(DAMAGED);
    expect(count).toBe(10);
  });

  it('opens out of frames that changed places', async () => {
    const sealed = await seal(randomBytes(400), 100);
    const swapped = Buffer.from(sealed);
    frameOf(swapped, 100, 0).set(frameOf(sealed, 100, 1));
    frameOf(swapped, 100, 1).set(frameOf(sealed, 100, 0));
    const renumbered = Buffer.from(swapped); // with the number and the IV their new place asks for
    for (const n of [0, 1]) frameOf(renumbered, 100, n).set(frameOf(sealed, 100, n).subarray(0, 16));
    for (const wrong of [swapped, renumbered]) {
      for (const offset of [0, 99, 100, 199]) await expect(range(wrong, offset, 1)).rejects.toMatchObject(DAMAGED);
    }
  });

  it('opens out of frames of another message under the same key', async () => {
    const [sealed, other] = [await seal(randomBytes(250), 100), await seal(randomBytes(250), 100)];
    const mixed = Buffer.from(sealed);
    frameOf(mixed, 100, 1).set(frameOf(other, 100, 1));
    await expect(range(mixed, 150, 1)).rejects.toMatchObject(DAMAGED);
  });

  it('opens out of a message that was cut off anywhere or has bytes added, not even where its frames are whole', async () => {
    const sealed = await seal(randomBytes(350), 100);
    for (let size = 0; size < sealed.length; size++) {
      for (const [offset, sizeBytes] of [
        [0, 1],
        [0, 0],
        [150, 100],
      ] as const) {
        await expect(range(sealed.subarray(0, size), offset, sizeBytes)).rejects.toMatchObject(DAMAGED);
      }
    }
    for (const more of [1, 32, 40, 132, 1000]) {
      await expect(range(Buffer.concat([sealed, randomBytes(more)]), 0, 1)).rejects.toMatchObject(DAMAGED);
    }
  });

  it('opens when the size named is not the size there', async () => {
    const sealed = await seal(randomBytes(350), 100);
    const { read } = store(sealed);
    const lies = [sealed.length - 1, sealed.length - 132, HEADER + 40, HEADER, 0, -1, 0.5, sealed.length - 0.5];
    for (const sizeBytes of [...lies, Number.NaN, Infinity]) {
      const opened = gather(openMessageRange(key, { sizeBytes, read }, { offset: 0, sizeBytes: 0 }));
      await expect(opened).rejects.toMatchObject(DAMAGED);
    }
    const short: StoredMessage = {
      sizeBytes: sealed.length,
      read: (offset, sizeBytes) => read(offset, Math.max(0, sizeBytes - 1)),
    };
    const opened = gather(openMessageRange(key, short, { offset: 0, sizeBytes: 1 }));
    await expect(opened).rejects.toMatchObject(DAMAGED);
  });

  it('reaches an end that was forged, and an empty whole is no exception', async () => {
    const sealed = await seal(randomBytes(350), 100);
    for (const frames of [0, 1, 2]) {
      const lead = Buffer.alloc(FINAL_LEAD); // of a final frame without bytes, right but for its tag
      lead.writeUInt32BE(0xffffffff, 0);
      lead.writeUInt32BE(frames + 1, 4);
      lead.writeUInt32BE(frames + 1, 16);
      const cut = sealed.subarray(0, HEADER + frames * (100 + AROUND_FRAME));
      const forged = Buffer.concat([cut, lead, randomBytes(16)]);
      await expect(range(forged, 0, frames * 100)).rejects.toMatchObject(DAMAGED);
      await expect(range(forged, frames * 100, 0)).rejects.toMatchObject(DAMAGED);
    }
  });

  it('opens out of a message that is tagged right and breaks the rules: commitment, context, frame length', async () => {
    const plain = randomBytes(50);
    const ways = [
      (sealed: Buffer): Promise<Buffer> => range(sealed, 0, 50),
      (sealed: Buffer): Promise<Buffer> => gather(openMessage(key, [sealed])),
    ];
    const flip = (at: number) => (header: Buffer) => {
      header.set(flipped(header, at));
    };
    const right = forge(plain, 100, () => undefined);
    const wrong = [
      forge(plain, 100, flip(HEADER - 17)),
      forge(plain, 100, flip(60)),
      forge(plain, 49, () => undefined),
    ];
    for (const open of ways) {
      expect((await open(right)).equals(plain)).toBe(true);
      for (const sealed of wrong) await expect(open(sealed)).rejects.toMatchObject(DAMAGED);
    }
  });

  it('opens with another key, for another owner or another object', async () => {
    const stored = store(await seal(randomBytes(250), 100));
    const others: MessageKey[] = [
      { ...key, key: randomBytes(32) },
      { ...key, context: { ...key.context, owner: 'b-referral' } },
      { ...key, context: { ...key.context, owner: 'another' } },
      { ...key, context: { ...key.context, object: key.context.object.replace('e', 'a') } },
    ];
    for (const other of others) {
      const opened = gather(openMessageRange(other, stored, { offset: 0, sizeBytes: 1 }));
      await expect(opened).rejects.toMatchObject(DAMAGED);
    }
  });
});

describe('the size of the plaintext', () => {
  it('follows from the size of the ciphertext, and from no size that no message has', async () => {
    const frameBytes = 10;
    const possible = new Map<number, number>();
    for (let size = 0; size <= 100; size++) {
      const sealed = await seal(randomBytes(size), frameBytes);
      possible.set(sealed.length, size);
    }
    // an SDK may end a message of whole frames with an empty final one
    for (let n = 1; n <= 10; n++) possible.set(HEADER + n * (frameBytes + AROUND_FRAME) + AROUND_FINAL, n * frameBytes);
    for (let bytes = 0; bytes <= HEADER + 10 * (frameBytes + AROUND_FRAME); bytes++) {
      const size = possible.get(bytes);
      if (size === undefined) {
        expect(() => plaintextSize(bytes, HEADER, frameBytes)).toThrow(expect.objectContaining(DAMAGED));
      } else {
        expect(plaintextSize(bytes, HEADER, frameBytes)).toBe(size);
      }
    }
  });

  it('is a whole number out of a whole number', () => {
    for (const bytes of [HEADER + 40.5, 2 ** 53, Infinity, Number.NaN, -1]) {
      expect(() => plaintextSize(bytes, HEADER)).toThrow(expect.objectContaining(DAMAGED));
    }
  });

  it('has room for as many frames as can be numbered', () => {
    const most = HEADER + (2 ** 32 - 2) * 33 + AROUND_FINAL;
    expect(plaintextSize(most + 1, HEADER, 1)).toBe(2 ** 32 - 1);
    expect(() => plaintextSize(most + 33, HEADER, 1)).toThrow(expect.objectContaining(DAMAGED));
  });
});
