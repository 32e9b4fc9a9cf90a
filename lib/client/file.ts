// A file on its way to the desk: hashed once, then sent, and found out if it changed in between.
import { DeskError, isCode } from '../errors.ts';
import type { DeskClient } from './desk-client.ts';
import { eachOf } from './each.ts';
import { MARK_BYTES, MarkedHash } from './marks.ts';

/** A file to be sent. */
export interface SubmitFile {
  /** Relative, as the referral declares it. */
  readonly path: string;
  /** For progress; what counts is what is read. */
  readonly sizeBytes: number;
  /** Begins the bytes anew. A piece has been used up when the next one is asked for. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface HashedFile extends SubmitFile {
  readonly sha256: string;
  /** SHA-256 of all bytes up to each whole MiB, 32 bytes each. */
  readonly marks: readonly Buffer[];
}

/** How far a submission has come: every file is hashed, then sent; what was sent directly the desk looks at (`proving`). */
export interface SubmitProgress {
  readonly phase: 'hashing' | 'sending' | 'proving';
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
    const hash = new MarkedHash();
    for await (const piece of file.open()) {
      hash.update(piece);
      doneBytes += piece.length;
      tell(file.path);
    }
    hashed[n] = { ...file, ...hash.end() };
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
  const hash = new MarkedHash();
  for await (const piece of file.open()) {
    if (hash.sizeBytes + piece.length > file.sizeBytes) throw changed(file);
    hash.update(piece);
    yield piece;
    onSent(hash.sizeBytes);
  }
  const { sizeBytes, sha256 } = hash.end();
  if (sizeBytes !== file.sizeBytes || sha256 !== file.sha256) throw changed(file);
}

/**
 * The bytes in frames of 1 MiB, each of which was there when the file was hashed: what else it may have become is never handed out. The
 * buffer is used again.
 * @throws DeskError attachment/not-as-declared when it changed
 */
export async function* unchangedFrames(file: HashedFile): AsyncGenerator<Uint8Array> {
  const hash = new MarkedHash();
  const frame = Buffer.alloc(Math.min(MARK_BYTES, Math.max(1, file.sizeBytes)));
  let filled = 0;
  for await (const piece of file.open()) {
    for (let at = 0; at < piece.length;) {
      const taken = Math.min(frame.length - filled, piece.length - at);
      if (hash.sizeBytes + filled + taken > file.sizeBytes) throw changed(file);
      frame.set(piece.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < MARK_BYTES) continue;
      hash.update(frame);
      if (hash.mark?.equals(file.marks[hash.sizeBytes / MARK_BYTES - 1] ?? NO_MARK) !== true) throw changed(file);
      yield frame;
      filled = 0;
    }
  }
  hash.update(frame.subarray(0, filled));
  if (hash.sizeBytes !== file.sizeBytes || hash.end().sha256 !== file.sha256) throw changed(file);
  if (filled > 0) yield frame.subarray(0, filled);
}

const NO_MARK = Buffer.alloc(0);

function changed({ path }: HashedFile): DeskError {
  return new DeskError('attachment/not-as-declared', 'A file changed while it was being sent: run it again.', {
    findings: [{ code: 'file-changed', path: '', message: `It changed between hashing and sending: ${path}` }],
  });
}
