// Bodies as the door takes them: XML documents, and forms that name a report.
import { DeskError } from '../../errors.ts';
import { readBytes, readLimited } from '../request.ts';
import { readValue, type Valued } from './parameters.ts';
import { readParts, type Part } from './parts.ts';

/** What real clients call XML; nothing at all is taken for it too. */
const XML_TYPES = ['text/xml', 'application/xml', 'text/plain'];
const CHARSETS = ['utf-8', 'utf8', 'us-ascii', 'ascii'];

/** One XML document, byte for byte. @throws DeskError input/unsupported-type, input/too-large, input/malformed */
export async function readDocument(request: Request, limitBytes: number): Promise<Buffer> {
  const type = mediaType(request);
  if (type !== undefined && !XML_TYPES.includes(type.word)) throw otherType('text/xml or application/xml');
  if (!CHARSETS.includes(type?.parameters.get('charset')?.toLowerCase() ?? 'utf-8'))
    throw unsupported('The body must be sent in UTF-8.');
  return readLimited(request, limitBytes);
}

/** The parts of the request's form, as they come. @throws DeskError input/unsupported-type, input/malformed (no boundary) */
export function readForm(request: Request): AsyncGenerator<Part, void, undefined> {
  const type = mediaType(request);
  if (type?.word !== 'multipart/form-data') throw otherType('multipart/form-data');
  return readParts(readBytes(request), boundaryOf(type));
}

/** The `id` of a small form. @throws DeskError input/*; input/invalid when there is not exactly one */
export async function readId(request: Request, limitBytes: number): Promise<string> {
  const type = mediaType(request);
  const fields = type === undefined ? undefined : FIELDS[type.word];
  if (type === undefined || fields === undefined) {
    throw otherType('multipart/form-data or application/x-www-form-urlencoded');
  }
  const [id, ...others] = await fields(await readLimited(request, limitBytes), type);
  if (id === undefined || others.length > 0) throw notOneId();
  return id;
}

type Fields = (body: Buffer, type: Valued) => Promise<string[]>;

/** The values of `id` in a form, by the form's type. */
const FIELDS: Readonly<Partial<Record<string, Fields>>> = {
  'application/x-www-form-urlencoded': (body) =>
    Promise.resolve(new URLSearchParams(body.toString('utf8')).getAll('id')),
  'multipart/form-data': async (body, type) => {
    const ids: string[] = [];
    for await (const part of readParts(once(body), boundaryOf(type))) {
      const text = await readField(part);
      if (part.name === 'id') ids.push(text);
    }
    return ids;
  },
};

/** How long the value of a field may be. */
const FIELD_BYTES = 64 * 1024;

/** A field's text, in UTF-8. @throws DeskError input/too-large, input/malformed */
export async function readField({ bytes }: Pick<Part, 'bytes'>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    size += piece.length;
    if (size > FIELD_BYTES) throw new DeskError('input/too-large', `A field is larger than ${FIELD_BYTES} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

export function notOneId(): DeskError {
  return new DeskError('input/invalid', 'Give the report in exactly one field `id`.');
}

function mediaType(request: Request): Valued | undefined {
  const text = request.headers.get('content-type');
  if (text === null) return undefined;
  const type = readValue(text);
  if (type === undefined)
    throw unsupported('The Content-Type cannot be read: send the body as a type that this path takes, in UTF-8.');
  return type;
}

/** @throws DeskError input/malformed; RFC 2046 allows 70 characters, some clients make more */
function boundaryOf({ parameters }: Valued): string {
  const boundary = parameters.get('boundary') ?? '';
  if (boundary === '' || boundary.length > 200 || !/^[\x20-\x7e]*$/.test(boundary)) {
    throw new DeskError('input/malformed', 'The Content-Type of the form gives no boundary that can be used.');
  }
  return boundary;
}

function otherType(wanted: string): DeskError {
  return unsupported(`The body must be sent as ${wanted}, in UTF-8.`);
}

function unsupported(message: string): DeskError {
  return new DeskError('input/unsupported-type', message);
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(body);
}
