// Writing behind: what was handed over arrives whole whatever the cuts, and no write or sync that failed on the way is forgotten.
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { readFileSync, statSync, writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { openDirect, PAGE_BYTES, type OpenDirect } from '../../../lib/local/direct.ts';
import { unbroken, writesBehind } from '../../../lib/local/write-behind.ts';
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

/** A file system that can do no such thing. */
const none: OpenDirect = () => undefined;

/** What was written directly, by the descriptor that it was given. @param part how much of a write is done; less than all of it is not said to be */
function watched(part: (sizeBytes: number) => number = (sizeBytes) => sizeBytes) {
  const seen = { opened: 0, closed: 0, writes: 0, bytes: 0 };
  const open: OpenDirect = (fd) => {
    seen.opened++;
    return {
      write: (bytes, position) => {
        seen.writes++;
        expect([bytes.byteOffset % PAGE_BYTES, bytes.length % PAGE_BYTES, position % PAGE_BYTES]).toEqual([0, 0, 0]);
        const sizeBytes = part(bytes.length);
        seen.bytes += writeSync(fd, bytes, 0, sizeBytes, position);
        return Promise.resolve(sizeBytes === bytes.length);
      },
      close: () => {
        seen.closed++;
      },
    };
  };
  return { seen, open };
}

const SIZES = [0, 1, 262_143, 262_144, 262_145, 1_310_720, 1_310_721, 5_000_000];

describe('writing behind', () => {
  it.each(
    SIZES.flatMap((size) => [
      [size, 'directly where the file system can', openDirect] as const,
      [size, 'by its cache alone', none] as const,
    ]),
  )('hands over %d bytes %s, several streams at once', async (size, _, directly) => {
    const write = writesBehind(asItIs, directly);
    await Promise.all(
      [1000, 100_000, 3 * MIB].map((most) =>
        withFile(async (handle, path) => {
          const bytes = randomBytes(size);
          expect(await write(handle, cut(bytes, most))).toBe(size);
          expect(sha256(readFileSync(path))).toBe(sha256(bytes));
        }),
      ),
    );
  });

  it('writes directly what follows the first small room, in whole pages', async () => {
    const { seen, open: directly } = watched();
    await withFile(async (handle, path) => {
      const bytes = randomBytes(5_000_000);
      await writesBehind(asItIs, directly)(handle, cut(bytes, MIB));
      expect(sha256(readFileSync(path))).toBe(sha256(bytes));
    });
    const rest = 5_000_000 - 262_144;
    expect(seen).toEqual({ opened: 1, closed: 1, writes: 5, bytes: rest - (rest % PAGE_BYTES) });
  });

  it('leaves what is little behind the last large room to the cache', async () => {
    const { seen, open: directly } = watched();
    await withFile((handle) => writesBehind(asItIs, directly)(handle, cut(randomBytes(262_144 + MIB + 300_000), MIB)));
    expect(seen).toEqual({ opened: 1, closed: 1, writes: 1, bytes: MIB });
  });

  it.each([
    ['not at all', 0],
    ['in part', 40_000],
  ])('asks no more of a stream of which a direct write was done %s, and loses nothing', async (_, done) => {
    const { seen, open: directly } = watched(() => done);
    const write = writesBehind(asItIs, directly);
    for (let n = 0; n < 3; n++)
      await withFile(async (handle, path) => {
        const bytes = randomBytes(9 * MIB);
        await write(handle, cut(bytes, MIB));
        expect(sha256(readFileSync(path))).toBe(sha256(bytes));
      });
    expect(seen).toEqual({ opened: 3, closed: 3, writes: 3, bytes: 3 * done });
  });

  it('asks no more of a stream once a direct write was not done, though one under way with it was', async () => {
    const second = Promise.withResolvers<undefined>();
    let asked = 0;
    const directly: OpenDirect = (fd) => ({
      write: async (bytes, position) => {
        if (++asked === 1) {
          await second.promise;
          return false;
        }
        second.resolve(undefined);
        for (let n = 0; n < 20; n++) await setImmediate();
        return writeSync(fd, bytes, 0, bytes.length, position) === bytes.length;
      },
      close: () => undefined,
    });
    await withFile(async (handle, path) => {
      const bytes = randomBytes(9 * MIB);
      await writesBehind(asItIs, directly)(handle, cut(bytes, MIB));
      expect(sha256(readFileSync(path))).toBe(sha256(bytes));
    });
    expect(asked).toBe(2);
  });

  it('fails where a direct write failed, closes its file, and goes on with the next stream', async () => {
    let isFailing = true;
    const failed = Object.assign(new Error('no more'), { code: 'EIO' });
    const { seen, open: directly } = watched((sizeBytes) => {
      if (isFailing) throw failed;
      return sizeBytes;
    });
    const write = writesBehind(asItIs, directly);
    for (let n = 0; n < 20; n++)
      await withFile(async (handle) => {
        await expect(write(handle, cut(randomBytes(3 * MIB), MIB))).rejects.toBe(failed);
      });
    isFailing = false;
    await withFile((handle) => write(handle, cut(randomBytes(3 * MIB), MIB)));
    expect([seen.closed, seen.bytes]).toEqual([seen.opened, 3 * MIB - 262_144]);
  });

  it.each([4096, 5000])('goes on behind %d bytes that a file has', async (from) => {
    const { seen, open: directly } = watched();
    const [before, bytes] = [randomBytes(from), randomBytes(3 * MIB)];
    await withFile(async (handle, path) => {
      await handle.writeFile(before);
      await writesBehind(asItIs, directly)(handle, cut(bytes, MIB), from);
      expect(sha256(readFileSync(path))).toBe(sha256(Buffer.concat([before, bytes])));
    });
    expect(seen.writes > 0).toBe(from % PAGE_BYTES === 0);
  });

  it('goes on where a write took less than it was given', async () => {
    await withFile(async (handle, path) => {
      const short = handleWith(
        handle,
        'write',
        async (...[bytes, at, length, position]: [Uint8Array, number, number, number]) =>
          handle.write(bytes, at, Math.min(length, 77_777), position),
      );
      const bytes = randomBytes(2 * MIB);
      expect(await writesBehind(asItIs, none)(short, cut(bytes, 500_000))).toBe(bytes.length);
      expect(sha256(readFileSync(path))).toBe(sha256(bytes));
    });
  });

  it.each(['write', 'datasync'] as const)('fails where a %s failed on the way', async (call) => {
    await withFile(async (handle) => {
      const failed = Object.assign(new Error('no more'), { code: 'EIO' });
      const failing = handleWith(handle, call, () => Promise.reject(failed));
      const writing = writesBehind(asItIs, none)(failing, cut(randomBytes(40 * MIB), MIB));
      await expect(writing).rejects.toBe(failed);
    });
  });

  it('forgets no write that failed while the one behind it held', async () => {
    await withFile(async (handle) => {
      const failed = Object.assign(new Error('no more'), { code: 'EIO' });
      const both = Promise.withResolvers<undefined>();
      let [running, most] = [0, 0];
      const failing = handleWith(handle, 'write', async (...args: [Uint8Array, number, number, number]) => {
        most = Math.max(most, ++running);
        if (args[3] === 0) await both.promise;
        else both.resolve(undefined);
        const written = await handle.write(...args);
        running--;
        if (args[3] === 0) throw failed;
        return written;
      });
      const writing = writesBehind(asItIs, none)(failing, Array<Buffer>(2).fill(randomBytes(262_144)));
      await expect(writing).rejects.toBe(failed);
      expect(most).toBe(2);
    });
  });

  it('does not end under a write, though one behind it failed', async () => {
    await withFile(async (handle) => {
      const [second, gate] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
      let isFirstDone = false;
      const failing = handleWith(handle, 'write', async (...args: [Uint8Array, number, number, number]) => {
        if (args[3] > 0) {
          second.resolve(undefined);
          throw Object.assign(new Error('no more'), { code: 'EIO' });
        }
        await gate.promise;
        isFirstDone = true;
        return handle.write(...args);
      });
      const writing = writesBehind(asItIs, none)(failing, Array<Buffer>(2).fill(randomBytes(262_144))).catch(
        () => isFirstDone,
      );
      await second.promise;
      for (let n = 0; n < 20; n++) await setImmediate();
      gate.resolve(undefined);
      expect(await writing).toBe(true);
    });
  });

  it('leaves no more behind what is missing than is said of it', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { seen, open: directly } = watched();
    await withFile(async (handle, path) => {
      const held: OpenDirect = (fd) => {
        const direct = directly(fd);
        if (direct === undefined) return undefined;
        const write: typeof direct.write = async (bytes, position) => {
          if (position < MIB) await gate.promise;
          return direct.write(bytes, position);
        };
        return { ...direct, write };
      };
      const writing = writesBehind(asItIs, held)(handle, cut(randomBytes(9 * MIB), MIB));
      while (seen.writes < 1) await setImmediate();
      for (let n = 0; n < 50; n++) await setImmediate();
      expect(unbroken(statSync(path).size)).toBeLessThanOrEqual(262_144); // what is there of the first room
      gate.resolve(undefined);
      await writing;
    });
  });

  it.each([
    ['two writes under way where no other stream writes', 2, false],
    ['one where another does', 1, true],
  ])('has %s', async (_, expected, isOther) => {
    const write = writesBehind(asItIs, none);
    const [begun, gate] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const other = withFile(async (handle) => {
      const held = handleWith(handle, 'write', async (...args: [Uint8Array, number, number, number]) => {
        begun.resolve(undefined);
        await gate.promise;
        return handle.write(...args);
      });
      if (isOther) await write(held, [randomBytes(100)]);
    });
    if (isOther) await begun.promise;
    await withFile(async (handle, path) => {
      let [running, most] = [0, 0];
      const slow = handleWith(handle, 'write', async (...args: [Uint8Array, number, number, number]) => {
        most = Math.max(most, ++running);
        await setImmediate();
        running--;
        return handle.write(...args);
      });
      const bytes = randomBytes(20 * MIB);
      await write(slow, cut(bytes, MIB));
      expect(most).toBe(expected);
      expect(sha256(readFileSync(path))).toBe(sha256(bytes));
    });
    gate.resolve(undefined);
    await other;
  });

  it('forgets no sync that failed on the way, though the next one holds', async () => {
    await withFile(async (handle) => {
      const failed = Object.assign(new Error('no more'), { code: 'EIO' });
      let syncs = 0;
      const failing = handleWith(handle, 'datasync', () =>
        syncs++ === 0 ? Promise.reject(failed) : handle.datasync(),
      );
      const piece = randomBytes(MIB);
      const writing = writesBehind(asItIs, none)(failing, Array<Buffer>(100).fill(piece));
      await expect(writing).rejects.toBe(failed);
    });
  });

  it('has one early sync at a time, of all that write at once', async () => {
    let [running, most, syncs] = [0, 0, 0];
    const write = writesBehind(asItIs, none);
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

  it('takes little from its sources while the disk takes nothing: 4 rooms of all together, and one for each', async () => {
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
        const held = handleWith(handle, 'write', async (...args: [Uint8Array, number, number, number]) => {
          await gate.promise;
          return handle.write(...args);
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
    expect(taken).toBeLessThanOrEqual((4 + 3) * 4 + 3 * 2); // four pieces to a room, one room that fills and two pieces in hand for each
    gate.resolve(undefined);
    expect(await all).toEqual([10 * MIB, 10 * MIB, 10 * MIB]);
  });

  it('lets what its source throws through, once nothing is in flight', async () => {
    await withFile(async (handle) => {
      let inFlight = 0;
      const counted = handleWith(handle, 'write', async (...args: [Uint8Array, number, number, number]) => {
        inFlight++;
        const written = await handle.write(...args);
        inFlight--;
        return written;
      });
      const failing = (function* () {
        yield Buffer.alloc(MIB);
        throw new Error('the source failed');
      })();
      await expect(writesBehind(asItIs, none)(counted, failing)).rejects.toThrow('the source failed');
      expect(inFlight).toBe(0);
    });
  });
});
