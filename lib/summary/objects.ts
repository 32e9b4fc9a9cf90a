// Objects of the PDF that are written past pdfkit (its inside is pinned to 0.20.2): many small ones lie packed in one stream, and the
// table of where every object lies is a stream as well. A structure has hundreds of objects for each page, so that all else is small.
// Always true: an object is written once and not kept; the same objects give the same bytes.
import { byteRow, type ByteRow } from './bytes.ts';
import type { Packing } from './packing.ts';
import type { ObjectSink, PageContent, Reference } from './sink.ts';
import { openStreams, type Streams } from './streams.ts';

/** Objects that look alike lie together: those of many references, rows of a table, what holds content, and what pdfkit says of pages. */
export type Shelf = 'lists' | 'rows' | 'leaves' | 'pages';

export interface Objects {
  /** The number of an object that is written later. */
  reserve(shelf: Shelf): number;
  /** What it says is written there as in a file, without `obj` and `endobj`; no stream. Then it must be ended. */
  begin(id: number, shelf: Shelf): ByteRow;
  end(shelf: Shelf): void;
  /** What pdfkit writes of this, which has no stream, becomes an object as the others are. */
  adopt(reference: Reference): void;
  /** The number of a stream that is written later. */
  reserveStream(): number;
  writeStream(id: number, content: Uint8Array): void;
  /** The page has this content and nothing else: what pdfkit begins each with is left out. */
  writeContent(stream: PageContent, content: Uint8Array): void;
  /** The structure is whole: what is left of it is given to be packed. */
  closeStructure(): void;
  /** What stands behind all objects. pdfkit would write it at its own end, when their streams are still being packed. */
  finish(): void;
}

/** Objects written one by one, as PDF 1.4 has them. */
export function plainObjects(sink: ObjectSink, packing: Packing): Objects {
  const bytes = byteRow();
  const finish = sink._finalize.bind(sink);
  sink._finalize = () => undefined;
  return {
    reserve: () => sink._offsets.push(null),
    begin: (id) => {
      sink._offsets[id - 1] = sink._offset;
      bytes.line(`${id} 0 obj`);
      return bytes;
    },
    end: () => {
      bytes.text('\nendobj\n');
      sink._write(Buffer.from(bytes.take()));
    },
    adopt: () => undefined,
    ...streamsOf(sink, openStreams(sink, packing)),
    closeStructure: () => undefined,
    finish,
  };
}

type OfStreams = Pick<Objects, 'reserveStream' | 'writeStream' | 'writeContent'>;

function streamsOf(sink: ObjectSink, streams: Streams): OfStreams {
  return {
    reserveStream: () => sink._offsets.push(null),
    writeStream: (id, content) => {
      streams.write(id, content);
    },
    writeContent: (stream, content) => {
      streams.write(stream.id, content);
      stream.end = () => {
        sink._refEnd({ id: stream.id, offset: sink._offsets[stream.id - 1] });
      };
    },
  };
}

/** So many lie in one stream: the more there are, the more is alike; a reader that wants one unpacks some 150 to 400 kB. */
const PACK = 2048;

/**
 * How many bytes stand in a row. Every object begins in one of its own, so that neighbours on a shelf differ in digits alone: a leaf
 * fills one, a row of up to nine cells fills one, and of a list ten references do.
 */
const ROW: Readonly<Record<Shelf, number>> = { leaves: 50, rows: 150, lists: 120, pages: 50 };

/** A reference, as wide as every other. */
export function reference(bytes: ByteRow, id: number): void {
  bytes.whole(id, 8);
  bytes.text(' 0 R');
}

/** Objects packed into streams. The document's end changes with it: pdfkit's table has no place for them. */
export function packedObjects(sink: ObjectSink, packing: Packing): Objects {
  const streams = openStreams(sink, packing);
  const structure = {
    lists: openShelf(sink, streams, ROW.lists),
    rows: openShelf(sink, streams, ROW.rows),
    leaves: openShelf(sink, streams, ROW.leaves),
  };
  const pages = openShelf(sink, streams, ROW.pages);
  const shelves: Record<Shelf, ReturnType<typeof openShelf>> = { ...structure, pages };
  sink._finalize = pages.flush;
  return {
    reserve: (shelf) => shelves[shelf].reserve(),
    begin: (id, shelf) => shelves[shelf].begin(id),
    end: (shelf) => {
      shelves[shelf].end();
    },
    adopt: (reference) => {
      const parts: string[] = [];
      const _refEnd = (ended: object): void => {
        sink._refEnd(ended);
        pages.begin(reference.id).text(parts[1] ?? '');
        pages.end();
      };
      reference.document = { _write: (part: string) => parts.push(part), _refEnd };
    },
    ...streamsOf(sink, streams),
    closeStructure: () => {
      for (const shelf of Object.values(structure)) shelf.flush();
    },
    finish: () => {
      writeEnd(sink, streams);
    },
  };
}

/** Its numbers follow one another, as its objects do: they are taken as many at once as lie in one stream. */
function openShelf(sink: ObjectSink, streams: Streams, width: number) {
  const [index, bytes] = [byteRow(), byteRow()];
  const [ids, places]: [number[], number[]] = [[], []];
  let [next, end] = [1, 1];
  const flush = (): void => {
    if (ids.length === 0) return;
    writePack(sink, streams, { ids, places, index, content: bytes.take() }, width);
    [ids.length, places.length] = [0, 0];
  };
  return {
    reserve: (): number => {
      if (next === end) [next, end] = block(sink);
      return next++;
    },
    begin: (id: number): ByteRow => {
      ids.push(id);
      places.push(bytes.length());
      return bytes;
    },
    end: (): void => {
      bytes.fill(width);
      if (ids.length === PACK) flush();
    },
    flush: (): void => {
      sink._offsets.fill(FREE, next - 1, end - 1);
      next = end;
      flush();
    },
  };
}

/** Of numbers that are nobody's. */
const FREE = 0;

function block({ _offsets: offsets }: ObjectSink): [number, number] {
  const next = offsets.length + 1;
  for (let n = 0; n < PACK; n += 1) offsets.push(null);
  return [next, next + PACK];
}

/** In the index of a pack, a number and its place. */
const PAIR = 25;

interface Pack {
  readonly ids: readonly number[];
  /** Where each begins. */
  readonly places: readonly number[];
  /** To be written in. */
  readonly index: ByteRow;
  readonly content: Uint8Array;
}

function writePack(sink: ObjectSink, streams: Streams, { ids, places, index, content }: Pack, width: number): void {
  const pack = sink._offsets.push(null);
  const { _offsets: offsets } = sink;
  for (const [n, id] of ids.entries()) {
    offsets[id - 1] = packedAt(pack, n);
    index.whole(id, 8);
    index.whole(places[n] ?? 0, PAIR - 9);
    index.text('\n');
  }
  index.fill(width);
  const entries = `/Type /ObjStm\n/N ${ids.length}\n/First ${index.length()}`;
  streams.writeRows(pack, entries, Buffer.concat([index.take(), content]), width);
}

/** Where a packed object lies, as a number less than zero: there are as many of these as there are objects. */
function packedAt(pack: number, n: number): number {
  return -(pack * PACK + n);
}

/** The table of all objects, itself the last of them, and what stands behind it. */
function writeEnd(sink: ObjectSink, streams: Streams): void {
  const [begin, offsets] = [sink._offset, sink._offsets];
  const id = offsets.push(begin);
  const rows = new Uint8Array((id + 1) * PLACE);
  writeRow(rows, 0, FREE);
  for (const [n, offset] of offsets.entries()) writeRow(rows, (n + 1) * PLACE, offset);
  const name = Buffer.from(sink._id).toString('hex');
  const entries = `/Type /XRef\n/Size ${id + 1}\n/W [1 4 2]\n/Root ${sink._root.id} 0 R\n/Info ${sink._info.id} 0 R\n/ID [<${name}> <${name}>]`;
  streams.writeRows(id, entries, rows, PLACE);
  sink._write(`startxref\n${begin}\n%%EOF`);
  sink.push(null);
}

/** Kind, place, rank: 1 + 4 + 2 bytes. */
const PLACE = 7;

/**
 * One row of the table of objects.
 * @param offset where the object lies in the file; of a packed one, by `packedAt`
 * @throws Error where it was never written, or lies behind what four bytes can say
 */
export function writeRow(rows: Uint8Array, at: number, offset: number | null): void {
  if (offset === null) throw new Error('An object of the PDF was never written.');
  if (offset > 0xffffffff) throw new Error('The PDF is larger than its table of objects can say.');
  const isPacked = offset < 0;
  const place = isPacked ? Math.floor(-offset / PACK) : offset;
  const rank = offset === FREE ? 0xffff : isPacked ? -offset % PACK : 0;
  rows[at] = offset === FREE ? 0 : isPacked ? 2 : 1;
  rows[at + 1] = place >>> 24;
  rows[at + 2] = place >>> 16;
  rows[at + 3] = place >>> 8;
  rows[at + 4] = place;
  rows[at + 5] = rank >>> 8;
  rows[at + 6] = rank;
}

/** A text string of any characters. */
export function textString(text: string): string {
  return `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`;
}
