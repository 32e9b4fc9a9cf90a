// Writing behind: what was handed over arrives whole whatever the cuts, and no write or sync that failed on the way is forgotten.
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { writesBehind } from '../../../lib/local/write-behind.ts';
import { emptyFolder } from './desk-folder.ts';

const MIB = 1024 * 1024;
const asItIs = <T>(work: () => Promise<T>): Promise<T> => work();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** One buffer that is used again for each chunk. */
function* cut(bytes: Buffer, most: number): Generator<Uint8Array> {
  const buffer = Buffer.alloc(most);
  for (let at = 0; at < bytes.length;) {
    const size = Math.min(randomInt(1, most + 1), bytes.length - at);
    bytes.copy(buffer, 0, at, at + size);
    yield buffer.subarray(0, size);
    buffer.fill(0);
    at += size;
  }
}

/** A handle with one of its calls failing, or doing less than asked. */
const handleWith = (
  handle: FileHandle,
  call: 'write' | 'datasync',
  does: (...args: never[]) => Promise<unknown>,
): FileHandle =>
  new Proxy(handle, {
    get(target, name) {
      if (name === call) return does;
      const found: unknown = Reflect.get(target, name);
      return typeof found === 'function' ? (found.bind(target) as unknown) : found;
    },
  });

async function withFile<T>(use: (handle: FileHandle, path: string) => Promise<T>): Promise<T> {
  const path = join(emptyFolder(), 'file');
  const handle = await open(path, 'wx');
  try {
    return await use(handle, path);
  } finally {
    await handle.close();
  }
}

describe('writing behind', () => {
  it.each([0, 1, 262_143, 262_144, 262_145, 5_000_000])(
    'hands over %d bytes, several streams at once',
    async (size) => {
      const write = writesBehind(asItIs);
      await Promise.all(
        [1000, 100_000, 3 * MIB].map((most) =>
          withFile(async (handle, path) => {
            const bytes = randomBytes(size);
            expect(await write(handle, cut(bytes, most))).toBe(size);
            expect(sha256(readFileSync(path))).toBe(sha256(bytes));
          }),
        ),
      );
    },
  );

  it('goes on where a write took less than it was given', async () => {
    await withFile(async (handle, path) => {
      const short = handleWith(handle, 'write', async (...[bytes, at]: [Uint8Array, number]) =>
        handle.write(bytes, at, Math.min(bytes.length - at, 77_777)),
      );
      const bytes = randomBytes(2 * MIB);
      expect(await writesBehind(asItIs)(short, cut(bytes, 500_000))).toBe(bytes.length);
      expect(sha256(readFileSync(path))).toBe(sha256(bytes));
    });
  });

  it.each(['write', 'datasync'] as const)('fails where a %s failed on the way', async (call) => {
    await withFile(async (handle) => {
      const failed = Object.assign(new Error('no more'), { code: 'EIO' });
      const failing = handleWith(handle, call, () => Promise.reject(failed));
      const writing = writesBehind(asItIs)(failing, cut(randomBytes(40 * MIB), MIB));
      await expect(writing).rejects.toBe(failed);
    });
  });

  it('forgets no sync that failed on the way, though the next one holds', async () => {
    await withFile(async (handle) => {
      const failed = Object.assign(new Error('no more'), { code: 'EIO' });
      let syncs = 0;
      const failing = handleWith(handle, 'datasync', () =>
        syncs++ === 0 ? Promise.reject(failed) : handle.datasync(),
      );
      const piece = randomBytes(MIB);
      const writing = writesBehind(asItIs)(failing, Array<Buffer>(100).fill(piece));
      await expect(writing).rejects.toBe(failed);
    });
  });

  it('has one early sync at a time, of all that write at once', async () => {
    let [running, most, syncs] = [0, 0, 0];
    const write = writesBehind(asItIs);
    const piece = randomBytes(MIB);
    const one = (): Promise<void> =>
      withFile(async (handle) => {
        const counted = handleWith(handle, 'datasync', async () => {
          syncs++;
          most = Math.max(most, ++running);
          await handle.datasync();
          running--;
        });
        await write(counted, Array<Buffer>(70).fill(piece));
      });
    await Promise.all([one(), one(), one()]);
    expect(syncs).toBeGreaterThan(1);
    expect(most).toBe(1);
  });

  it('takes little from its sources while the disk takes nothing: 4 buffers of all together, and one for each', async () => {
    const write = writesBehind(asItIs);
    const gate = Promise.withResolvers<undefined>();
    const piece = randomBytes(MIB / 4);
    let taken = 0;
    function* source(): Generator<Uint8Array> {
      for (let n = 0; n < 40; n++) {
        taken++;
        yield piece;
      }
    }
    const one = (): Promise<number> =>
      withFile((handle) => {
        const held = handleWith(handle, 'write', async (...[bytes, at]: [Uint8Array, number]) => {
          await gate.promise;
          return handle.write(bytes, at);
        });
        return write(held, source());
      });
    const all = Promise.all([one(), one(), one()]);
    while (taken < 5) await setImmediate();
    let before = -1;
    for (let still = 0; still < 50; still = taken === before ? still + 1 : 0) {
      before = taken;
      await setImmediate();
    }
    expect(taken).toBeLessThanOrEqual(4 + 3 + 3 * 2); // one that fills and one in hand for each
    gate.resolve(undefined);
    expect(await all).toEqual([10 * MIB, 10 * MIB, 10 * MIB]);
  });

  it('lets what its source throws through, once nothing is in flight', async () => {
    await withFile(async (handle) => {
      let inFlight = 0;
      const counted = handleWith(handle, 'write', async (...[bytes, at]: [Uint8Array, number]) => {
        inFlight++;
        const written = await handle.write(bytes, at);
        inFlight--;
        return written;
      });
      const failing = (function* () {
        yield Buffer.alloc(MIB);
        throw new Error('the source failed');
      })();
      await expect(writesBehind(asItIs)(counted, failing)).rejects.toThrow('the source failed');
      expect(inFlight).toBe(0);
    });
  });
});
