// Row 3. One large attachment opened: decrypted, authenticated, its SHA-256 taken; and a tight single-thread loop that does the same.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Digester } from '../../lib/digests.ts';
import { usedUp } from '../../lib/formats/used-up.ts';
import { LARGE_BYTES } from '../../lib/local/beside.ts';
import type { LocalDesk } from '../../lib/local/open.ts';
import '../../lib/read.ts';
import { newDesk, openDesk, openReferral } from './desk.ts';
import { megabytesPerSecond, type Figures, type Place } from './measured.ts';
import { eachChunk } from './noise.ts';
import { makeSource, sourceFile, type Large } from './seal.ts';

interface Kept {
  readonly referralId: string;
  readonly attachmentId: string;
  readonly sha256: string;
  /** Of the loop's own message; base64. */
  readonly key: string;
  readonly iv: string;
  readonly tag: string;
}

const keptIn = (folder: string): string => join(folder, 'kept.json');
const loopFile = (folder: string): string => join(folder, 'loop.sealed');

/** A desk with the file sealed in it, and one AES-GCM message of the same bytes. */
export async function makeSealed(place: Place, asked: Large): Promise<Figures> {
  const { prepared } = place;
  makeSource(place, asked);
  const desk = await newDesk(prepared);
  const file = sourceFile(prepared, asked.sizeBytes);
  const { referralId, send } = await openReferral(desk, [file]);
  await send(0);
  const { attachments } = await desk.local.desk.status(await desk.as('reporter'), referralId);
  await desk.local.close();
  const attachmentId = attachments[0]?.id ?? '';
  const kept: Kept = { referralId, attachmentId, sha256: file.sha256, ...sealForLoop(prepared) };
  writeFileSync(keptIn(prepared), JSON.stringify(kept));
  return {};
}

function sealForLoop(folder: string): Pick<Kept, 'key' | 'iv' | 'tag'> {
  const [key, iv] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const out = openSync(loopFile(folder), 'wx');
  eachChunk(join(folder, 'source.bin'), (chunk) => writeSync(out, cipher.update(chunk)));
  cipher.final();
  closeSync(out);
  const text = (bytes: Buffer): string => bytes.toString('base64');
  return { key: text(key), iv: text(iv), tag: text(cipher.getAuthTag()) };
}

function kept(folder: string): Kept {
  return JSON.parse(readFileSync(keptIn(folder), 'utf8')) as Kept;
}

/**
 * As a supervisor reads it and the view command writes it out: its digest taken by what the desk lends, each piece given back.
 * @param isServing the thread that takes digests runs already, as that of a desk that serves does from its start
 */
export async function openOne(
  { prepared }: Place,
  { sizeBytes, isServing }: Large & { readonly isServing: boolean },
): Promise<Figures> {
  const { referralId, attachmentId, sha256 } = kept(prepared);
  const { local, as } = await openDesk(prepared);
  const supervisor = await as('supervisor');
  if (isServing) await beginThread(local);
  const started = performance.now();
  const digester = new Digester(['sha256'], local.ports.digestsBeside, sizeBytes);
  const { bytes } = await local.desk.readAttachment(supervisor, referralId, attachmentId, 'a measurement');
  for await (const piece of usedUp(digester.through(bytes))) if (piece.length === 0) throw new Error('an empty piece');
  const found = await digester.end();
  const rate = megabytesPerSecond(sizeBytes, started);
  await local.close();
  demandSame(found.sha256, sha256);
  return { rate };
}

async function beginThread({ ports }: LocalDesk): Promise<void> {
  const run = ports.digestsBeside?.(['sha256'], LARGE_BYTES);
  const piece = Buffer.alloc(1024 * 1024);
  await run?.add(piece);
  await run?.end();
}

export function openInLoop({ prepared }: Place, { sizeBytes }: Large): Figures {
  const { key, iv, tag, sha256 } = kept(prepared);
  const started = performance.now();
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'base64'), Buffer.from(iv, 'base64'));
  decipher.setAuthTag(Buffer.from(tag, 'base64'));
  const hash = createHash('sha256');
  eachChunk(loopFile(prepared), (chunk) => hash.update(decipher.update(chunk)));
  decipher.final();
  const rate = megabytesPerSecond(sizeBytes, started);
  demandSame(hash.digest('hex'), sha256);
  return { rate };
}

function demandSame(found: string, expected: string): void {
  if (found !== expected) throw new Error('what was opened is not what was sealed');
}
