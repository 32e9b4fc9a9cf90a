// A multipart form taken apart by another's parser, for what stands in for NCMEC.
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import { gather } from '../../material.ts';

export interface ReadForm {
  readonly fields: ReadonlyMap<string, string>;
  /** The names of the parts in the order they came. */
  readonly order: readonly string[];
  readonly file: { readonly name: string; readonly contentType: string; readonly bytes: Buffer } | undefined;
}

export async function readForm(contentType: string, bytes: Uint8Array): Promise<ReadForm> {
  const fields = new Map<string, string>();
  const order: string[] = [];
  const files: Promise<NonNullable<ReadForm['file']>>[] = [];
  const parser = new Busboy({ headers: { 'content-type': contentType }, preservePath: true });
  parser.on('field', (name, value) => {
    order.push(name);
    fields.set(name, value);
  });
  parser.on('file', (name, stream, fileName, _encoding, type) => {
    order.push(name);
    files.push(gather(stream).then((content) => ({ name: fileName, contentType: type, bytes: content })));
  });
  Readable.from([bytes]).pipe(parser);
  await finished(parser);
  return { fields, order, file: await files[0] };
}
