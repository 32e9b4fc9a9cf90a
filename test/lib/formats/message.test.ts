// The sealed form against its oracle: the AWS Encryption SDK for JavaScript.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { AlgorithmSuiteIdentifier, CommitmentPolicy, MultiKeyringNode } from '@aws-crypto/material-management-node';
import { buildDecrypt } from '@aws-crypto/decrypt-node';
import { buildEncrypt } from '@aws-crypto/encrypt-node';
import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/raw-aes-keyring-node';
import fc from 'fast-check';
import { DeskError } from '../../../lib/errors.ts';
import { giveBack, usedUp } from '../../../lib/formats/used-up.ts';
import {
  FRAME_BYTES,
  KEY_NAMESPACE,
  draw,
  openAtOnce,
  openMessage,
  sealAtOnce,
  sealMessage,
  type MessageKey,
} from '../../../lib/formats/message/index.ts';

const { encrypt } = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const { decrypt } = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);

function newKey(): MessageKey {
  return { key: randomBytes(32), context: { owner: 'a-referral', object: 'an-object' } };
}

function keyring({ key, context }: MessageKey): RawAesKeyringNode {
  return new RawAesKeyringNode({
    keyName: context.object,
    keyNamespace: KEY_NAMESPACE,
    unencryptedMasterKey: new Uint8Array(key),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
}

async function gather(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function* cut(bytes: Uint8Array, step: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

async function sealAndGiveBack(key: MessageKey, plain: Buffer): Promise<void> {
  giveBack(await Promise.resolve(sealAtOnce(key, plain, draw())));
}

async function openAndGiveBack(key: MessageKey, plain: Buffer): Promise<void> {
  const sealed = sealAtOnce(key, plain, draw());
  const chunks = Array.from(cut(sealed, 100_000), (chunk) => chunk);
  for await (const piece of usedUp(openMessage(key, chunks))) expect(piece.length).toBeGreaterThan(0);
  giveBack(sealed);
}

const seal = (key: MessageKey, plain: Uint8Array, frameBytes?: number): Promise<Buffer> =>
  gather(sealMessage(key, cut(plain, 65_537), frameBytes));
const open = (key: MessageKey, sealed: Uint8Array, step = 4096): Promise<Buffer> =>
  gather(openMessage(key, cut(sealed, step)));

describe('the sealed form', () => {
  it.each([0, 1, 15, 16, 65_535, 65_536, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES])(
    'opens in the AWS Encryption SDK and in ours: %d bytes',
    async (size) => {
      const key = newKey();
      const plain = randomBytes(size);
      const sealed = await seal(key, plain);
      const { plaintext, messageHeader } = await decrypt(keyring(key), sealed);
      expect(Buffer.from(plaintext).equals(plain)).toBe(true);
      expect(messageHeader.suiteId).toBe(0x0478);
      expect(messageHeader.frameLength).toBe(FRAME_BYTES);
      expect(messageHeader.encryptedDataKeys).toHaveLength(1);
      expect({ ...messageHeader.encryptionContext }).toEqual(key.context);
      expect((await open(key, sealed)).equals(plain)).toBe(true);
    },
  );

  it('is the same message, made and opened at once or as a stream, over random sizes and frame sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.constantFrom(1000, 1, 7, FRAME_BYTES),
        async (plain, frameBytes) => {
          const [key, drawn] = [newKey(), draw()];
          const streamed = await gather(sealMessage(key, [plain], frameBytes, drawn));
          expect(sealAtOnce(key, plain, drawn, frameBytes).equals(streamed)).toBe(true);
          expect(openAtOnce(key, streamed)).toEqual(Buffer.from(plain));
        },
      ),
      {
        numRuns: 50,
        examples: [
          [new Uint8Array(0), 7],
          [new Uint8Array(7), 7],
          [new Uint8Array(14), 7],
        ],
      },
    );
  });

  it('opens what the AWS Encryption SDK sealed, over random sizes and frame sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 1, max: 700 }),
        async (size, frameLength) => {
          const key = newKey();
          const plain = randomBytes(size);
          const { result } = await encrypt(keyring(key), plain, {
            suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY,
            frameLength,
            encryptionContext: { ...key.context },
          });
          expect((await open(key, result, 61)).equals(plain)).toBe(true);
          expect(openAtOnce(key, result).equals(plain)).toBe(true);
          const ours = await seal(key, plain, frameLength);
          expect(Buffer.from((await decrypt(keyring(key), ours)).plaintext).equals(plain)).toBe(true);
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  /** How many bytes came out before the message was refused. */
  async function givenAway(key: MessageKey, sealed: Uint8Array, step: number): Promise<number> {
    let count = 0;
    const opening = async (): Promise<void> => {
      for await (const plain of openMessage(key, cut(sealed, step))) count += plain.length;
    };
    await expect(opening()).rejects.toThrow(DeskError);
    return count;
  }

  it('at once, is refused cut off at any byte, with any byte altered, and with one added', async () => {
    const key = newKey();
    const sealed = await seal(key, randomBytes(300), 128);
    const damaged = expect.objectContaining({ code: 'sealed/damaged' });
    for (let size = 0; size < sealed.length; size++)
      expect(() => openAtOnce(key, sealed.subarray(0, size))).toThrow(damaged);
    expect(() => openAtOnce(key, Buffer.concat([sealed, Buffer.alloc(1)]))).toThrow(damaged);
    for (let at = 0; at < sealed.length; at++) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(() => openAtOnce(key, altered)).toThrow(DeskError);
    }
  });

  it.each([
    ['another version', (sealed: Buffer) => sealed.fill(1, 0, 1)],
    ['another suite', (sealed: Buffer) => sealed.fill(5, 1, 2)],
  ])('says of %s that it is not supported', async (_, alter) => {
    const key = newKey();
    const sealed = alter(await seal(key, randomBytes(10)));
    await expect(open(key, sealed)).rejects.toMatchObject({ code: 'sealed/unsupported' });
    expect(() => openAtOnce(key, sealed)).toThrow(expect.objectContaining({ code: 'sealed/unsupported' }));
  });

  it.each([
    [0, 'sealed/unsupported'],
    [64 * FRAME_BYTES, undefined],
    [64 * FRAME_BYTES + 1, 'sealed/unsupported'],
    [0xffffffff, 'sealed/unsupported'],
  ])('of frames of %d bytes', async (frameBytes, code) => {
    const key = newKey();
    const sealed = await gather(sealMessage(key, [], frameBytes));
    const refused = expect.objectContaining({ code });
    if (code === undefined) {
      expect([await open(key, sealed), openAtOnce(key, sealed)]).toEqual([Buffer.alloc(0), Buffer.alloc(0)]);
    } else {
      await expect(open(key, sealed)).rejects.toEqual(refused);
      expect(() => openAtOnce(key, sealed)).toThrow(refused);
    }
  });

  it('refuses a message of more than one data key', async () => {
    const [key, other] = [newKey(), newKey()];
    const both = new MultiKeyringNode({ generator: keyring(key), children: [keyring(other)] });
    const { result } = await encrypt(both, randomBytes(10), {
      suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY,
      encryptionContext: { ...key.context },
    });
    await expect(open(key, result)).rejects.toMatchObject({ code: 'sealed/damaged' });
    expect(() => openAtOnce(key, result)).toThrow(expect.objectContaining({ code: 'sealed/damaged' }));
  });

  describe.each([4096, 40, 10])('in chunks of %d bytes', (step) => {
    it('is refused where it is cut off at any byte, and gives away whole frames alone', async () => {
      const key = newKey();
      const sealed = await seal(key, randomBytes(300), 128);
      for (let size = 0; size < sealed.length; size++) {
        await expect(open(key, sealed.subarray(0, size), step)).rejects.toMatchObject({ code: 'sealed/damaged' });
        expect((await givenAway(key, sealed.subarray(0, size), step)) % 128).toBe(0);
      }
    });

    it('is refused with any byte altered, or a byte added, and gives away whole frames alone', async () => {
      const key = newKey();
      const sealed = await seal(key, randomBytes(300), 128);
      for (let at = 0; at < sealed.length; at++) {
        const altered = Buffer.from(sealed);
        altered[at] = (altered[at] ?? 0) ^ 1;
        expect((await givenAway(key, altered, step)) % 128).toBe(0);
      }
      const longer = Buffer.concat([sealed, Buffer.alloc(1)]);
      await expect(open(key, longer, step)).rejects.toMatchObject({ code: 'sealed/damaged' });
    });

    it('hands out no byte of a frame whose tag does not hold', async () => {
      const key = newKey();
      const sealed = await seal(key, randomBytes(256), 128);
      sealed[sealed.length - 1] = (sealed[sealed.length - 1] ?? 0) ^ 1;
      expect(await givenAway(key, sealed, step)).toBe(128);
    });
  });

  it('refuses another key, another owner and another object', async () => {
    const key = newKey();
    const sealed = await seal(key, randomBytes(10));
    const others: MessageKey[] = [
      { ...key, key: randomBytes(32) },
      { ...key, context: { ...key.context, owner: 'another' } },
      { ...key, context: { ...key.context, object: 'another' } },
    ];
    for (const other of others) await expect(open(other, sealed)).rejects.toMatchObject({ code: 'sealed/damaged' });
  });

  it('hands a frame out whole that came in many small chunks', async () => {
    const key = newKey();
    const sealed = await seal(key, randomBytes(256), 128);
    const seen: number[] = [];
    for await (const plain of openMessage(key, cut(sealed, 10))) seen.push(plain.length);
    expect(seen).toEqual([128, 128]);
  });

  it('hands out a frame of many MiB in pieces, whatever it came in', async () => {
    const key = newKey();
    const plain = randomBytes(8 * FRAME_BYTES);
    const sealed = sealAtOnce(key, plain, draw(), 8 * FRAME_BYTES);
    const pieces: Buffer[] = [];
    for await (const piece of openMessage(key, [sealed])) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(plain)).toBe(true);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(FRAME_BYTES);
  });

  it.each([
    ['made at once', sealAndGiveBack],
    ['opened out of many chunks', openAndGiveBack],
  ])('leaves the collector little: %s', async (_, work) => {
    const [key, plain] = [newKey(), randomBytes(4 * FRAME_BYTES)];
    await work(key, plain);
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 4; n++) await work(key, plain);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(plain.length);
  });

  it('takes back each large piece of what it seals when the next one is asked for', async () => {
    const held: Buffer[] = [];
    for await (const piece of sealMessage(newKey(), cut(randomBytes(2_500_000), 100_000))) {
      expect(held.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(10_000);
      held.push(piece);
    }
    expect(held.length).toBeGreaterThan(10);
  });
});
