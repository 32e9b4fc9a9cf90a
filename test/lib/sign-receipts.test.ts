// One signature for many receipts: each one's path leads to the root that was signed, whatever their number.
import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { isSignedBy } from '../../lib/formats/checkpoint.ts';
import { rootAlong } from '../../lib/formats/merkle.ts';
import {
  receiptLeaf,
  receiptMessage,
  signReceipts,
  type Promised,
  type ReceiptSignature,
} from '../../lib/sign-receipts.ts';
import { memoryKeys } from '../conformance/memory.ts';

const NONE = Buffer.alloc(0);
const promise = (): Promised => ({
  version: 1,
  desk: 'a-desk',
  entry: {
    ...{ version: 1, desk: 'a-desk', chain: randomUUID(), seq: 0, prev: null, time: '2026-01-01T00:00:00.000Z' },
    ...{ actorId: randomUUID(), act: 'open', objects: [], commitments: {} },
  },
  deadline: '2026-01-02T00:00:00.000Z',
});

describe('receipts of one moment', () => {
  it('have one signature and a path each, from 1 to 70 of them', async () => {
    const keys = memoryKeys('a-desk');
    const key = (await keys.publicKeys()).find(({ purpose }) => purpose === 'receipts');
    if (key === undefined) throw new Error('there is no key for receipts');
    for (let count = 1; count <= 70; count++) {
      const promised = Array.from({ length: count }, promise);
      const signed = await signReceipts({ keys }, promised);
      expect(new Set(signed.map(({ signature }) => signature)).size).toBe(1);
      for (const [n, each] of promised.entries()) {
        const { keyId, path, signature } = signed[n] as ReceiptSignature;
        const hashes = path.hashes.map((hash) => Buffer.from(hash, 'base64'));
        const root = rootAlong(receiptLeaf({ ...each, keyId }), path.index, path.size, hashes);
        expect([keyId, path.index, path.size]).toEqual([key.id, n, count]);
        const isSigned = isSignedBy(
          Buffer.from(key.publicKey, 'base64'),
          receiptMessage(root ?? NONE),
          Buffer.from(signature, 'base64'),
        );
        expect(isSigned).toBe(true);
      }
    }
  });
});
