// Taking a packet into a file: what an earlier try left of it, and what is said while the desk does not know its SHA-256 yet.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packetName, takeInto } from '../../../lib/cli/take-packet.ts';
import type { DeskClient } from '../../../lib/client/index.ts';
import { DeskError } from '../../../lib/errors.ts';
import { noise } from '../../material.ts';

const ID = '0b5e55ed-0000-4000-8000-000000000001';
const { bytes, sha256 } = noise('packet.zip', 1000);
const packet = { packetId: ID, sizeBytes: bytes.length, encryption: 'none' } as const;

let out = '';
let said = '';

beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'referral-desk-'));
  await writeFile(packetName(out, ID), bytes);
  said = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(out, { recursive: true, force: true });
});

/** A desk that knows the SHA-256 when it is asked for it this often. */
function knowsAt(asked: number): DeskClient {
  let times = 0;
  const status = { state: 'frozen', sizeBytes: bytes.length };
  const client: Partial<DeskClient> = {
    packet: () =>
      Promise.resolve({ ...status, ...(++times < asked ? {} : { sha256 }) }) as ReturnType<DeskClient['packet']>,
  };
  return client as DeskClient;
}

const pause = (): Promise<void> => Promise.resolve();

it('says once that the desk still reads the packet, where that takes long', async () => {
  expect(await takeInto(knowsAt(9), packet, out, { pause })).toMatchObject({ isNew: false, sha256 });
  expect(said.split('still reads the packet')).toHaveLength(2);
});

it('says nothing where the SHA-256 is there soon', async () => {
  expect(await takeInto(knowsAt(4), packet, out, { pause })).toMatchObject({ isNew: false, sha256 });
  expect(said).not.toContain('still reads');
});

describe('of what an earlier try left', () => {
  const MIB = 1024 * 1024;
  const large = noise('large.zip', 5 * MIB + 1000);
  const whole = { ...packet, sizeBytes: large.bytes.length };
  const part = (): string => `${packetName(out, ID)}.part`;

  /** A desk that hands out that packet, and notes what it was asked for. */
  function handsOut(asked: number[], failsAt?: number): DeskClient {
    const client: Partial<DeskClient> = {
      packet: () =>
        Promise.resolve({ state: 'frozen', sizeBytes: whole.sizeBytes, sha256: large.sha256 }) as ReturnType<
          DeskClient['packet']
        >,
      takePacket: (_, range = { offset: 0, sizeBytes: whole.sizeBytes }) => {
        asked.push(range.offset);
        return Promise.resolve({
          range,
          sizeBytes: whole.sizeBytes,
          etag: 'one',
          bytes: pieces(range.offset, failsAt),
        }) as unknown as ReturnType<DeskClient['takePacket']>;
      },
    };
    return client as DeskClient;
  }

  async function* pieces(from: number, failsAt = Infinity): AsyncGenerator<Uint8Array> {
    for (let at = from; at < whole.sizeBytes; at += 100_000) {
      if (at > failsAt) throw new DeskError('access/denied', 'No more.');
      yield Promise.resolve(Uint8Array.from(large.bytes.subarray(at, at + 100_000)));
    }
  }

  beforeEach(() => rm(packetName(out, ID)));

  it.each([
    ['its last 2 MiB, of which some may be missing', 4 * MIB, 3 * MIB, 2 * MIB],
    ['all of it, where it is less', 2 * MIB - 1, 100_000, 0],
    ['its last 2 MiB, where it is as long as the packet', whole.sizeBytes, 4 * MIB, whole.sizeBytes - 2 * MIB],
    ['nothing of what was written at once', 200_000, 200_000, 200_000],
  ])('takes %s once more, and the rest', async (_, size, hole, expected) => {
    const left = Buffer.from(large.bytes.subarray(0, size));
    left.fill(0, hole, Math.min(hole + 300_000, size));
    await writeFile(part(), left);
    const asked: number[] = [];
    expect(await takeInto(handsOut(asked), whole, out)).toMatchObject({ isNew: true, sha256: large.sha256 });
    expect(asked).toEqual([expected]);
    expect((await readFile(packetName(out, ID))).equals(large.bytes)).toBe(true);
  });

  it('loses nothing of it, however often nothing comes', async () => {
    const left = large.bytes.subarray(0, 4 * MIB);
    await writeFile(part(), left);
    const asked: number[] = [];
    const denied = expect.objectContaining({ code: 'access/denied' });
    for (let n = 0; n < 3; n++) await expect(takeInto(handsOut(asked, 0), whole, out)).rejects.toEqual(denied);
    expect(asked).toEqual([2 * MIB, 2 * MIB, 2 * MIB]);
    expect((await readFile(part())).equals(left)).toBe(true);
  });

  it('takes all of it anew where something else differs', async () => {
    await writeFile(part(), Buffer.from(large.bytes.subarray(0, 4 * MIB)).fill(0, 100, 1000));
    const asked: number[] = [];
    expect(await takeInto(handsOut(asked), whole, out)).toMatchObject({ isNew: true, sha256: large.sha256 });
    expect(asked).toEqual([2 * MIB, 0]);
  });

  it('takes no more than 2 MiB twice where the desk stopped in the middle', async () => {
    const asked: number[] = [];
    await expect(takeInto(handsOut(asked, 4 * MIB), whole, out)).rejects.toMatchObject({ code: 'access/denied' });
    const { size } = await stat(part());
    expect(size).toBeGreaterThan(3 * MIB);
    expect(await takeInto(handsOut(asked), whole, out)).toMatchObject({ sha256: large.sha256 });
    expect(asked).toEqual([0, size - 2 * MIB]);
  });
});
