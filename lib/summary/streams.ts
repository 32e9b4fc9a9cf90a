// Streams of the PDF that are written past pdfkit, each an object by itself.
// Always true: what is said of a stream's length and packing is so.
import type { Packing } from './packing.ts';

interface Out {
  readonly _offsets: (number | null)[];
  readonly _offset: number;
  _write(data: string | Uint8Array): void;
}

export interface Streams {
  /** Packed, unless that would make it longer. @param content is no longer used by whoever gives it */
  readonly write: (id: number, content: Uint8Array, entries?: string) => void;
  /** @param width of a row, from which the next one differs in little */
  readonly writeRows: (id: number, entries: string, content: Uint8Array, width: number) => void;
}

export function openStreams(out: Out, packing: Packing): Streams {
  const put = (id: number, body: Uint8Array, ...entries: readonly string[]): void => {
    out._offsets[id - 1] = out._offset;
    const said = [...entries, `/Length ${body.length}`].filter((each) => each !== '');
    out._write(`${id} 0 obj\n<<\n${said.join('\n')}\n>>\nstream`);
    out._write(body);
    out._write('\nendstream\nendobj');
  };
  const write: Streams['write'] = (id, content, entries = '') => {
    if (content.length < TINY && entries === '') put(id, content);
    else
      packing.add(content, (packed) => {
        put(id, packed, entries, '/Filter /FlateDecode');
      });
  };
  return {
    write,
    writeRows: (id, entries, content, width) => {
      write(id, differences(content, width), `${entries}\n/DecodeParms <</Predictor 12/Columns ${width}>>`);
    },
  };
}

const TINY = 160;

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
