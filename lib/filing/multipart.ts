// A body of multipart/form-data (RFC 7578), spelt as browsers spell it (WHATWG), with its length known beforehand. Files stream through.
import { randomBytes } from 'node:crypto';

/** A field of text. */
export interface FormField {
  readonly name: string;
  readonly value: string;
}

/** A file in a form. */
export interface FormFile {
  readonly name: string;
  /** Any text; of a path only what follows the last slash or backslash is sent. */
  readonly fileName: string;
  /** `application/octet-stream` is sent where this is no media type. */
  readonly contentType: string | undefined;
  readonly sizeBytes: number;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

export interface FormBody {
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly body: AsyncIterable<Uint8Array>;
}

const BOUNDARY_BYTES = 24;

/** Fields first, then the file, which is where readers of streams look for them. */
export function formOf(fields: readonly FormField[], file?: FormFile): FormBody {
  const boundary = `referral-desk-${randomBytes(BOUNDARY_BYTES).toString('hex')}`;
  const texts = fields.map(
    ({ name, value }) => `--${boundary}\r\nContent-Disposition: form-data; name="${encoded(name)}"\r\n\r\n${value}\r\n`,
  );
  const lead = Buffer.from(texts.join('') + (file === undefined ? '' : headOf(boundary, file)), 'utf8');
  const end = Buffer.from(`${file === undefined ? '' : '\r\n'}--${boundary}--\r\n`, 'utf8');
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    sizeBytes: lead.length + (file?.sizeBytes ?? 0) + end.length,
    body: bytesOf(lead, file, end),
  };
}

async function* bytesOf(lead: Buffer, file: FormFile | undefined, end: Buffer): AsyncGenerator<Uint8Array> {
  yield lead;
  if (file !== undefined) yield* file.bytes();
  yield end;
}

function headOf(boundary: string, { name, fileName, contentType = '' }: FormFile): string {
  const type = MEDIA_TYPE.test(contentType) ? contentType : 'application/octet-stream';
  const disposition = `form-data; name="${encoded(name)}"; filename="${encoded(baseName(fileName))}"`;
  return `--${boundary}\r\nContent-Disposition: ${disposition}\r\nContent-Type: ${type}\r\n\r\n`;
}

const MEDIA_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/;

/** What may not stand in a quoted name; everything else goes as UTF-8. */
function encoded(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\n', '%0A')
    .replaceAll('\r', '%0D')
    .replaceAll('"', '%22')
    .replaceAll('\0', '');
}

/** What follows the last slash or backslash; empty for a path that ends in one. */
export function baseName(path: string): string {
  return path.replace(/^.*[/\\]/su, '');
}
