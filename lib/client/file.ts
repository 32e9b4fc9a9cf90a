// A file on its way to the desk: hashed once, then sent, and found out if it changed in between.
import { createHash } from 'node:crypto';
import { DeskError, isCode } from '../errors.ts';
import type { DeskClient } from './desk-client.ts';
import { eachOf } from './each.ts';

/** A file to be sent. */
export interface SubmitFile {
  /** Relative, as the referral declares it. */
  readonly path: string;
  /** For progress; what counts is what is read. */
  readonly sizeBytes: number;
  /** Begins the bytes anew. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface HashedFile extends SubmitFile {
  readonly sha256: string;
}

/** How far a submission has come: every file is hashed, then sent. */
export interface SubmitProgress {
  readonly phase: 'hashing' | 'sending';
  /** Of the file that has just moved on. */
  readonly path: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly doneFiles: number;
  readonly totalFiles: number;
}

/** Reads every file once; `sizeBytes` is what was read. */
export async function hashFiles(
  files: readonly SubmitFile[],
  atOnce: number,
  onProgress: (progress: SubmitProgress) => void,
): Promise<HashedFile[]> {
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const hashed: (HashedFile | undefined)[] = files.map(() => undefined);
  let [doneBytes, doneFiles] = [0, 0];
  const tell = (path: string): void => {
    onProgress({ phase: 'hashing', path, doneBytes, totalBytes, doneFiles, totalFiles: files.length });
  };
  await eachOf([...files.entries()], atOnce, async ([n, file]) => {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const piece of file.open()) {
      hash.update(piece);
      sizeBytes += piece.length;
      doneBytes += piece.length;
      tell(file.path);
    }
    hashed[n] = { ...file, sizeBytes, sha256: hash.digest('hex') };
    doneFiles += 1;
    tell(file.path);
  });
  return hashed.filter((file) => file !== undefined);
}

/**
 * Sends a file that must still be what was hashed.
 * @param onSent how many of its bytes have gone, counted anew when it is sent anew
 * @throws DeskError attachment/not-as-declared when it changed
 */
export async function sendUnchanged(
  client: DeskClient,
  referralId: string,
  attachmentId: string,
  file: HashedFile,
  onSent: (sizeBytes: number) => void,
): Promise<void> {
  const { path, sha256, sizeBytes } = file;
  try {
    const sent = { sha256, sizeBytes, name: path, open: () => unchanged(file, onSent) };
    await client.attach(referralId, attachmentId, sent);
  } catch (error) {
    if (isCode(error, 'attachment/digest-mismatch') || isCode(error, 'attachment/size-mismatch')) throw changed(file);
    throw error;
  }
}

async function* unchanged(file: HashedFile, onSent: (sizeBytes: number) => void): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of file.open()) {
    size += piece.length;
    if (size > file.sizeBytes) throw changed(file);
    hash.update(piece);
    yield piece;
    onSent(size);
  }
  if (size !== file.sizeBytes || hash.digest('hex') !== file.sha256) throw changed(file);
}

function changed({ path }: HashedFile): DeskError {
  return new DeskError('attachment/not-as-declared', 'A file changed while it was being sent: run it again.', {
    findings: [{ code: 'file-changed', path: '', message: `It changed between hashing and sending: ${path}` }],
  });
}
