// A packet on its way to a file: into `….zip.part`, which a later try goes on with, and under its name once all of it is there.
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { takeWhole, type DeskClient, type TakeOptions } from '../client/index.ts';
import { systemCode } from '../local/durable.ts';
import { fromHere, unwritten } from './paths.ts';
import { startProgress } from './progress.ts';

export interface TakenFile {
  /** The whole path. */
  readonly path: string;
  /** False when a file of its name and size was there already. */
  readonly isNew: boolean;
}

export function packetName(out: string, packetId: string): string {
  return join(out, `referral-desk-packet-${packetId}.zip`);
}

/** Writes a packet to a folder, for its owner alone. One that is there whole is not taken again. */
export async function takeInto(
  client: DeskClient,
  packetId: string,
  sizeBytes: number,
  out: string,
  options: TakeOptions = {},
): Promise<TakenFile> {
  const path = fromHere(packetName(out, packetId));
  if ((await sizeOf(path)) === sizeBytes) return { path, isNew: false };
  const part = `${path}.part`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const found = (await sizeOf(part)) ?? 0;
    const from = found > sizeBytes ? 0 : found;
    await append(part, from, takeWhole(client, packetId, sizeBytes, { ...options, from }), sizeBytes);
    await rename(part, path);
    return { path, isNew: true };
  } catch (error) {
    throw unwritten(out, error);
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function append(part: string, from: number, bytes: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<void> {
  const handle = await open(part, from === 0 ? 'w' : 'a', 0o600);
  const progress = startProgress('taking', 'bytes');
  try {
    let at = from;
    for await (const piece of bytes) {
      await handle.writeFile(piece); // at the end, as all but the first try opened it
      at += piece.length;
      progress.update(at, sizeBytes);
    }
    await handle.sync();
  } finally {
    progress.end();
    await handle.close();
  }
}
