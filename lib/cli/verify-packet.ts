// A packet as `verify` is given it: the .zip as it came, or the folder it was unpacked into.
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { verifyPacket, type BytesSource, type PacketVerdict, type Trust, type UnpackedFile } from '../index.ts';
import { UsageError } from './failure.ts';
import { fileSource } from './file-source.ts';
import { fromHere, unreadable } from './paths.ts';
import { startProgress } from './progress.ts';
import { shown } from './shown.ts';

/** The verdict on a packet, or undefined where the path leads to something else. @throws UsageError where it cannot be read */
export async function verifyPacketAt(path: string, trust: Trust | undefined): Promise<PacketVerdict | undefined> {
  const place = fromHere(path);
  try {
    const found = await stat(place);
    if (found.isDirectory()) return await verifyPacket(unpackedIn(place), { trust });
    if (!found.isFile()) throw new UsageError(`${shown(path)} is no file.`); // a pipe would be waited for for ever
    return await verifyFile(place, trust);
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function verifyFile(place: string, trust: Trust | undefined): Promise<PacketVerdict | undefined> {
  const handle = await open(place, 'r');
  try {
    const source = await fileSource(handle);
    if (!/\.zip$/i.test(place) && !(await isZip(source))) return undefined;
    const progress = startProgress('verifying', 'bytes');
    const onProgress = (done: number): void => {
      progress.update(done, source.sizeBytes);
    };
    const verdict = await verifyPacket(source, { trust, onProgress });
    progress.end();
    return verdict;
  } finally {
    await handle.close();
  }
}

async function isZip(source: BytesSource): Promise<boolean> {
  return Buffer.from(await source.read(0, 4)).equals(Buffer.from('PK\u0003\u0004', 'latin1'));
}

/** Every file beneath the folder in which README.txt lies: the one named, or the only folder in it, as unpacking leaves it. */
async function* unpackedIn(folder: string): AsyncGenerator<UnpackedFile> {
  const root = await rootOf(folder);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = entry.isFile() ? createReadStream(file) : undefined; // a link, say, is nothing that a packet has
    yield { path: relative(root, file).split(sep).join('/'), bytes };
  }
}

async function rootOf(folder: string): Promise<string> {
  const [only, ...others] = await readdir(folder, { withFileTypes: true });
  return only?.isDirectory() === true && others.length === 0 ? join(folder, only.name) : folder;
}
