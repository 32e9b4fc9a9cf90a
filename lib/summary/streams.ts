// Streams of the PDF that are written past pdfkit, each an object by itself.
// Always true: what is said of a stream's length and packing is so.
import { deflateSync } from 'node:zlib';

interface Out {
  _write(data: string | Uint8Array): void;
}

/** @param width of a row, from which the next one differs in little */
export function writeRows(sink: Out, id: number, entries: string, content: Uint8Array, width: number): void {
  const parameters = `/DecodeParms <</Predictor 12/Columns ${width}>>`;
  writeStream(sink, id, differences(content, width), `${entries}\n${parameters}`);
}

/** Packed, unless that would make it longer. */
export function writeStream(sink: Out, id: number, content: Uint8Array, entries = ''): void {
  const isTiny = content.length < TINY && entries === '';
  const body = isTiny ? content : packed(content);
  const said = [entries, isTiny ? '' : '/Filter /FlateDecode', `/Length ${body.length}`].filter((each) => each !== '');
  sink._write(`${id} 0 obj\n<<\n${said.join('\n')}\n>>\nstream`);
  sink._write(body);
  sink._write('\nendstream\nendobj');
}

const TINY = 160;

/** As all that is written here is packed. */
export function packed(content: Uint8Array): Uint8Array {
  return deflateSync(content, { chunkSize: CHUNK_BYTES, level: LEVEL });
}

/** So small that Node has room at hand: most pages fill one. */
const CHUNK_BYTES = 4000;

/** Of 9: half the time of the usual 6, for 7 % more. */
const LEVEL = 3;

/** Every row as what it differs in from the one above it, a 2 before it: PNG's predictor `Up`. */
function differences(content: Uint8Array, width: number): Uint8Array {
  const found = new Uint8Array(content.length + Math.ceil(content.length / width));
  found[0] = 2;
  found.set(content.subarray(0, width), 1);
  let to = width + 1;
  for (let from = width; from < content.length; from += width) {
    found[to++] = 2;
    const end = Math.min(from + width, content.length);
    for (let at = from; at < end; at += 1) found[to++] = (content[at] ?? 0) - (content[at - width] ?? 0);
  }
  return found;
}
