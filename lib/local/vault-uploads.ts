// Uploads in parts on one machine: each part is written to its place in one file at once, which becomes the vault's file without being copied.
// A part is there when its mark is, which is made once all of it is on the disk; what has no mark counts for nothing and is written anew.
import { createHash } from 'node:crypto';
import { link, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { inTurn } from '../batch.ts';
import { DeskError } from '../errors.ts';
import type { KeptPart, Upload, UploadPart, Uploads } from '../ports.ts';
import { makeFolder, syncFolder, systemCode, type Probe } from './durable.ts';
import { translated } from './vault-errors.ts';

/** How the vault that they belong to does things. */
export interface VaultWays {
  /** `<folder>/parts/<name>` holds an upload: `bytes`, and an empty mark `<number>.<size>.<sha256>` for each part. */
  readonly folder: string;
  readonly probe: Probe;
  readonly fileOf: (name: string) => string;
  /** Seconds since 1970. */
  readonly secondsOf: (date: Date) => number;
  readonly prepareFolder: (name: string) => Promise<void>;
}

const PARTS = 'parts';
const BYTES = 'bytes';

export function localUploads(ways: VaultWays): Uploads {
  const { folder, probe, fileOf } = ways;
  const turns = inTurn(); // one process owns the folder, so turns within it are enough
  const placeOf = (name: string): string => {
    fileOf(name); // refuses what is no name
    return join(folder, PARTS, name);
  };

  async function begin(name: string): Promise<Upload> {
    const place = placeOf(name);
    await translated(async () => {
      await makeFolder(place);
      await (await open(join(place, BYTES), 'a', 0o600)).close();
      await syncFolder(place);
      probe('vault.uploads.begin:after');
    });
    return { name, store: 'parts' };
  }

  async function put({ name }: Upload, part: UploadPart, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const place = placeOf(name);
    await turns(`${name}/${part.number}`, async () => {
      const there = (await marksIn(place)).find(({ number }) => number === part.number);
      if (there === undefined) return write(place, part, bytes);
      await digested(part, bytes, () => Promise.resolve());
      if (there.sha256 !== part.sha256) throw partDiffers();
    });
  }

  async function write(place: string, part: UploadPart, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const handle = await translated(() => open(join(place, BYTES), 'r+'));
    try {
      await digested(part, bytes, (chunk, at) => writeFully(handle, chunk, part.offset + at));
      probe('vault.uploads.put:before-sync');
      await translated(() => handle.sync());
    } finally {
      await handle.close();
    }
    await translated(async () => {
      await (await open(join(place, markOf(part)), 'wx', 0o600)).close();
      await syncFolder(place);
    });
    probe('vault.uploads.put:after-mark');
  }

  async function complete({ name }: Upload, parts: readonly KeptPart[], lockedUntil: Date): Promise<number> {
    return turns(name, async () => {
      if (await isThere(fileOf(name))) throw taken();
      const place = placeOf(name);
      const marks = new Map((await marksIn(place)).map((mark) => [mark.number, mark.sizeBytes]));
      if (parts.some(({ number, sizeBytes }) => marks.get(number) !== sizeBytes)) throw noUpload();
      const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
      await lock(join(place, BYTES), sizeBytes, ways.secondsOf(lockedUntil));
      await show(place, name);
      await clear(place);
      return sizeBytes;
    });
  }

  async function lock(file: string, sizeBytes: number, until: number): Promise<void> {
    const handle = await translated(() => open(file, 'r+'));
    try {
      await translated(async () => {
        if ((await handle.stat()).size !== sizeBytes) throw noUpload();
        await handle.chmod(0o444);
        await handle.utimes(until, until);
        await handle.sync();
      });
    } finally {
      await handle.close();
    }
  }

  async function show(place: string, name: string): Promise<void> {
    await translated(async () => {
      await ways.prepareFolder(name);
      probe('vault.uploads.complete:before-link');
      await link(join(place, BYTES), fileOf(name));
      probe('vault.uploads.complete:after-link');
      await syncFolder(join(fileOf(name), '..'));
      probe('vault.uploads.complete:after-sync');
    });
  }

  async function clear(place: string): Promise<void> {
    await translated(() => rm(place, { recursive: true, force: true }));
    probe('vault.uploads:after-clear');
  }

  return {
    begin,
    address: () => Promise.resolve(undefined),
    put,
    parts: async ({ name }) => marksIn(placeOf(name)),
    complete,
    abort: ({ name }) => turns(name, () => clear(placeOf(name))),
  };
}

function markOf({ number, sizeBytes, sha256 }: UploadPart): string {
  return `${number}.${sizeBytes}.${sha256}`;
}

async function marksIn(place: string): Promise<(KeptPart & { sha256: string })[]> {
  const names = await translated(() => readdir(place));
  const marks = names.flatMap((name) => {
    const [, number, sizeBytes, sha256 = ''] = /^(\d+)\.(\d+)\.([0-9a-f]{64})$/.exec(name) ?? [];
    return number === undefined ? [] : [{ number: Number(number), sizeBytes: Number(sizeBytes), sha256 }];
  });
  return marks.sort((a, b) => a.number - b.number);
}

/** Hands on what comes, and holds it against what was announced. @throws DeskError attachment/size-mismatch, attachment/digest-mismatch */
async function digested(
  { sizeBytes, sha256, md5 }: UploadPart,
  bytes: AsyncIterable<Uint8Array>,
  take: (chunk: Uint8Array, at: number) => Promise<void>,
): Promise<void> {
  const [sha, md] = [createHash('sha256'), createHash('md5')];
  let at = 0;
  for await (const chunk of bytes) {
    if (at + chunk.length > sizeBytes) throw otherSize();
    sha.update(chunk);
    md.update(chunk);
    await take(chunk, at);
    at += chunk.length;
  }
  if (at !== sizeBytes) throw otherSize();
  if (sha.digest('hex') !== sha256 || md.digest('hex') !== md5)
    throw new DeskError('attachment/digest-mismatch', 'The part has other digests than announced: nothing was kept.');
}

async function writeFully(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await translated(() => handle.write(bytes, done, bytes.length - done, offset + done));
    done += bytesWritten;
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return false;
      throw new DeskError('vault/failed', 'The vault could not be read or written.', { cause: error });
    },
  );
}

function otherSize(): DeskError {
  return new DeskError('attachment/size-mismatch', 'The part has another size than announced: nothing was kept.');
}

function partDiffers(): DeskError {
  return new DeskError('state/part-differs', 'Another part is there under this number: a slot takes each number once.');
}

function noUpload(): DeskError {
  return new DeskError('vault/absent', 'There is no such upload, or a part of it is missing.');
}

function taken(): DeskError {
  return new DeskError('vault/exists', 'The vault has a file of this name already; it was left as it is.');
}
