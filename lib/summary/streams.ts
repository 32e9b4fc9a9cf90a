// Streams of the PDF that are written past pdfkit, each an object by itself.
// Always true: what is said of a stream's length and packing is so.
import type { Packing } from './packing.ts';

interface Out {
  readonly _offsets: (number | null)[];
  readonly _offset: number;
  _write(data: string | Uint8Array): void;
}

export interface Streams {
  /** Packed, unless it is so short that this would hardly make it shorter. @param content is still the caller's */
  readonly write: (id: number, content: Uint8Array) => void;
  /** @param width of a row, from which the next one differs in little */
  readonly writeRows: (id: number, entries: string, content: Uint8Array, width: number) => void;
}

export function openStreams(out: Out, packing: Packing): Streams {
  const put = (id: number, body: Uint8Array, ...entries: readonly string[]): void => {
    out._offsets[id - 1] = out._offset;
    const said = [...entries, `/Length ${body.length}`];
    out._write(`${id} 0 obj\n<<\n${said.join('\n')}\n>>\nstream`);
    out._write(body);
    out._write('\nendstream\nendobj');
  };
  const add = (id: number, room: Uint8Array, ...entries: readonly string[]): void => {
    packing.add(room, (packed) => {
      put(id, packed, ...entries, '/Filter /FlateDecode');
    });
  };
  return {
    write: (id, content) => {
      if (content.length < TINY) {
        put(id, Buffer.from(content));
        return;
      }
      const room = packing.room(content.length);
      room.set(content);
      add(id, room);
    },
    writeRows: (id, entries, content, width) => {
      const room = packing.room(content.length + Math.ceil(content.length / width));
      writeDifferences(room, content, width);
      add(id, room, `${entries}\n/DecodeParms <</Predictor 12/Columns ${width}>>`);
    },
  };
}

const TINY = 160;

/** Every row as what it differs in from the one above it, a 2 before it: PNG's predictor `Up`. */
function writeDifferences(into: Uint8Array, content: Uint8Array, width: number): void {
  into[0] = 2;
  into.set(content.subarray(0, width), 1);
  let to = width + 1;
  for (let from = width; from < content.length; from += width) {
    into[to++] = 2;
    const end = Math.min(from + width, content.length);
    for (let at = from; at < end; at += 1) into[to++] = (content[at] ?? 0) - (content[at - width] ?? 0);
  }
}
