// The life of one upload: a form with a file of any size and the number of its report, in either order. The file streams into the vault, or,
// where its report is named behind it, through scratch room. What is wrong with the form is known before anything is kept.
import type { Caller } from '../../access.ts';
import type { AttachmentWords } from '../../attach.ts';
import type { Desk } from '../../desk.ts';
import { DeskError } from '../../errors.ts';
import type { Uploaded } from '../../report/upload.ts';
import { notOneId, readField, readForm } from './body.ts';
import type { Part } from './parts.ts';

type Parts = AsyncGenerator<Part, void, undefined>;

/** @throws DeskError input/*, attachment/cut-off, and what `uploadFile` and `holdFile` throw; then nothing was kept */
export async function takeUpload(
  desk: Pick<Desk, 'uploadFile' | 'holdFile'>,
  caller: Caller,
  request: Request,
): Promise<Uploaded> {
  const parts = readForm(request);
  try {
    const form: Form = { id: undefined };
    const file = await readToFile(parts, form);
    if (file === undefined) throw new DeskError('input/invalid', 'Give the bytes in a field `file`.');
    const bytes = wholeForm(file, parts, form);
    if (form.id !== undefined) return await desk.uploadFile(caller, form.id, wordsOf(file), bytes);
    const held = await desk.holdFile(bytes);
    try {
      return await desk.uploadFile(caller, idOf(form), wordsOf(file), held.bytes());
    } finally {
      await held.discard();
    }
  } finally {
    await parts.return();
  }
}

/** What was read of the fields so far. */
interface Form {
  id: string | undefined;
}

/** Reads fields up to the next file; undefined at the form's end. Fields that nobody knows are passed over. */
async function readToFile(parts: Parts, form: Form): Promise<Part | undefined> {
  for (;;) {
    const next = await parts.next();
    if (next.done === true) return undefined;
    const part = next.value;
    if (part.name === 'file') return part;
    const text = await readField(part);
    if (part.name !== 'id') continue;
    if (form.id !== undefined) throw notOneId();
    form.id = text;
  }
}

/** The file's bytes. They end only once all that stands behind them was read and is right. */
async function* wholeForm(file: Part, parts: Parts, form: Form): AsyncGenerator<Uint8Array> {
  yield* file.bytes;
  if ((await readToFile(parts, form)) !== undefined) {
    throw new DeskError('input/invalid', 'Send one file at a time, in one field `file`.');
  }
  idOf(form);
}

function idOf({ id }: Form): string {
  if (id === undefined) throw notOneId();
  return id;
}

function wordsOf({ fileName, contentType }: Part): AttachmentWords {
  return {
    ...(fileName === undefined ? {} : { name: fileName }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}
