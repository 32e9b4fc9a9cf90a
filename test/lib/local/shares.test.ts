// Which digest stays with the thread that asks.
import { describe, expect, it } from '@jest/globals';
import { keptHere } from '../../../lib/local/shares.ts';
import type { DigestName } from '../../../lib/ports.ts';

const MIB = 1024 * 1024;
const rests = { isBusy: false, undone: 0 };
const works = { isBusy: true, undone: 5 };
const isBehind = { isBusy: true, undone: 13 };
const sealing: readonly DigestName[] = ['md5', 'sha1', 'sha256'];
const verifying: readonly DigestName[] = ['md5', 'sha1'];

describe('of a stream’s digests', () => {
  it.each([
    ['SHA-256 of one that is sealed alone', sealing, 2 * MIB, rests, 'sha256'],
    ['none of a small one beside others', sealing, 2 * MIB, works, undefined],
    ['SHA-256 of a larger one beside others', sealing, 3 * MIB, works, 'sha256'],
    ['none of one that is verified while the other core rests', verifying, 2 * MIB, rests, undefined],
    ['none while it has a little to do', verifying, 8 * MIB, works, undefined],
    ['SHA-1 while it is behind', verifying, 2 * MIB, isBehind, 'sha1'],
    ['SHA-1 of one that the ring cannot even out', verifying, 8 * MIB + 1, rests, 'sha1'],
    ['SHA-1 of one whose size is not known', ['md5', 'sha1', 'sha512'], Infinity, rests, 'sha1'],
    ['none where MD5 is not asked', ['sha256', 'sha512'], MIB, isBehind, undefined],
  ] as const)('keeps %s', (_, names, sizeBytes, other, kept) => {
    expect(keptHere(names, sizeBytes, other)).toBe(kept);
  });
});
