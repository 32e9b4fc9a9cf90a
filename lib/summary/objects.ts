// Objects of the PDF that are written past pdfkit (its inside is pinned to 0.20.2): many small ones lie packed in one stream, and the
// table of where every object lies is a stream as well. A structure has hundreds of objects for each page, so that all else is small.
// Always true: an object is written once and not kept; the same objects give the same bytes.
import { deflateSync } from 'node:zlib';

/** The part of pdfkit's document by which objects are written. */
export interface ObjectSink {
  /** By number less one; null until it is written. Of a packed object: less than zero. */
  readonly _offsets: (number | null)[];
  readonly _offset: number;
  readonly _root: { readonly id: number; readonly data: { StructTreeRoot?: object; MarkInfo?: object } };
  readonly _info: { readonly id: number };
  readonly _id: Uint8Array;
  readonly _waiting: number;
  _write(data: string | Uint8Array): void;
  _finalize(): void;
  push(end: null): unknown;
}

export interface Objects {
  /** The number of an object that is written later. */
  reserve(): number;
  /** @param body as in a file, without `obj` and `endobj`; no stream */
  write(id: number, body: string): void;
  /** Writes what is still held. */
  flush(): void;
}

/** Objects written one by one, as PDF 1.4 has them. */
export function plainObjects(sink: ObjectSink): Objects {
  return {
    reserve: () => sink._offsets.push(null),
    write: (id, body) => {
      sink._offsets[id - 1] = sink._offset;
      sink._write(`${id} 0 obj\n${body}\nendobj`);
    },
    flush: () => undefined,
  };
}

/** So many lie in one stream. */
const PACK = 512;

/** Objects packed into streams. The document's end changes with it: pdfkit's table has no place for them. */
export function packedObjects(sink: ObjectSink): Objects {
  const pack = openPack();
  const flush = (): void => {
    if (pack.ids.length > 0) writePack(sink, pack);
  };
  sink._finalize = () => {
    writeEnd(sink);
  };
  return {
    reserve: () => sink._offsets.push(null),
    write: (id, body) => {
      pack.add(id, body);
      if (pack.ids.length === PACK) flush();
    },
    flush,
  };
}

interface Pack {
  readonly ids: number[];
  /** Where each begins. */
  readonly places: number[];
  add(id: number, body: string): void;
  /** All of it; what comes next begins anew. */
  readonly take: () => Uint8Array;
}

/** As bytes from the first on: as strings they would outlive what is collected cheaply. */
function openPack(): Pack {
  const [ids, places]: [number[], number[]] = [[], []];
  let bytes = Buffer.alloc(64 * 1024);
  let used = 0;
  return {
    ids,
    places,
    add: (id, body) => {
      if (used + body.length >= bytes.length) bytes = Buffer.concat([bytes], 2 * (used + body.length + 1));
      ids.push(id);
      places.push(used);
      used += bytes.write(body, used, 'latin1');
      bytes[used++] = 0x0a;
    },
    take: () => {
      const taken = bytes.subarray(0, used);
      [ids.length, places.length, used] = [0, 0, 0];
      return taken;
    },
  };
}

function writePack(sink: ObjectSink, { ids, places, take }: Pack): void {
  const pack = sink._offsets.push(sink._offset);
  ids.forEach((id, n) => {
    sink._offsets[id - 1] = packedAt(pack, n);
  });
  const [count, index] = [ids.length, `${ids.map((id, n) => `${id} ${places[n] ?? 0}`).join(' ')}\n`];
  const content = Buffer.concat([Buffer.from(index, 'latin1'), take()]);
  writeStream(sink, pack, `/Type /ObjStm\n/N ${count}\n/First ${index.length}`, content);
}

function writeStream(sink: ObjectSink, id: number, entries: string, content: Uint8Array): void {
  const packed = deflateSync(content, { chunkSize: 8 * 1024 });
  sink._write(`${id} 0 obj\n<<\n${entries}\n/Length ${packed.length}\n/Filter /FlateDecode\n>>\nstream`);
  sink._write(packed);
  sink._write('\nendstream\nendobj');
}

/** Where a packed object lies, as a number less than zero: there are as many of these as there are objects. */
function packedAt(pack: number, n: number): number {
  return -(pack * PACK + n);
}

/** The table of all objects, itself the last of them, and what stands behind it. */
function writeEnd(sink: ObjectSink): void {
  const [begin, offsets] = [sink._offset, sink._offsets];
  const id = offsets.push(begin);
  const rows = Buffer.alloc((id + 1) * ROW);
  rows.writeUInt16BE(0xffff, 5);
  offsets.forEach((offset, n) => {
    writeRow(rows, (n + 1) * ROW, offset);
  });
  const name = Buffer.from(sink._id).toString('hex');
  const entries = `/Type /XRef\n/Size ${id + 1}\n/W [1 4 2]\n/Root ${sink._root.id} 0 R\n/Info ${sink._info.id} 0 R\n/ID [<${name}> <${name}>]`;
  writeStream(sink, id, entries, rows);
  sink._write(`startxref\n${begin}\n%%EOF`);
  sink.push(null);
}

/** Kind, place, rank: 1 + 4 + 2 bytes. */
const ROW = 7;

function writeRow(rows: Buffer, at: number, offset: number | null): void {
  if (offset === null) throw new Error('An object of the PDF was never written.');
  const isPacked = offset < 0;
  rows[at] = isPacked ? 2 : 1;
  rows.writeUInt32BE(isPacked ? Math.floor(-offset / PACK) : offset, at + 1);
  rows.writeUInt16BE(isPacked ? -offset % PACK : 0, at + 5);
}

/** A value written here, to stand where pdfkit expects a reference of its own. */
export function written(text: string): object {
  return { [Symbol.toStringTag]: 'Written', toString: () => text, end: () => undefined };
}

/** @throws Error an object was begun and never written; pdfkit would wait for it for ever */
export function demandWhole({ _waiting: waiting }: ObjectSink): void {
  if (waiting > 0) throw new Error('An object of the PDF was never written.');
}

/** A text string of any characters. */
export function textString(text: string): string {
  return `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`;
}
