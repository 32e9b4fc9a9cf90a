// Streams of the PDF, packed on other threads while more is drawn. Where there is one core they are packed where they are drawn.
// Always true: they are written in the order in which they came, whichever was packed first, so that the same drawing gives the same
// bytes on every machine; few wait to be packed, however much is drawn.
import { availableParallelism } from 'node:os';
import { constants, createDeflate, deflateSync } from 'node:zlib';

export interface Packing {
  /** Room for a stream of this length, to be filled and added. */
  room(sizeBytes: number): Uint8Array;
  /** @param content a room, which is filled again for others once it is packed  @param write is handed it packed, once all is drawn */
  add(content: Uint8Array, write: (packed: Uint8Array) => void): void;
  /** What was added is packed from here on; what was added before the last time is waited for. @throws what packing threw */
  begin(): Promise<void>;
  /** All is written; what is added from here on is at once. @throws what packing threw */
  finish(): Promise<void>;
  /** Gives back what packs, finished or not. */
  close(): Promise<void>;
}

interface Stream {
  readonly write: (packed: Uint8Array) => void;
  content: Uint8Array | undefined;
  packed: Uint8Array | undefined;
}

/** So many are packed beside, each in a quarter of a megabyte; all others here. */
const PRESSES = 16;

export function openPacking(cores: number = availableParallelism()): Packing {
  const streams: Stream[] = [];
  const rooms = openRooms();
  const presses = openPresses(cores > 1 ? PRESSES : 0, rooms.giveBack);
  let [begun, isFinished] = [0, false];
  /** All at once: a thread that is at work takes the next one without being woken, which costs as much as a third of packing. */
  const beginAll = (): void => {
    for (const stream of streams.slice(begun)) presses.pack(stream);
    begun = streams.length;
  };
  return {
    room: rooms.take,
    add: (content, write) => {
      if (isFinished) write(packHere(content));
      else streams.push({ write, content, packed: undefined });
    },
    begin: async () => {
      await presses.idle();
      beginAll();
    },
    finish: async () => {
      await presses.idle();
      beginAll();
      await presses.idle();
      isFinished = true;
      for (const { packed, write } of streams.splice(0)) if (packed !== undefined) write(packed);
    },
    close: presses.close,
  };
}

/** Of 9: half the time of zlib's usual 6, for 7 % more. */
const LEVEL = 3;
/** So small that Node has room at hand: most pages fill one. */
const CHUNK_BYTES = 4000;

function packHere(content: Uint8Array): Uint8Array {
  return deflateSync(content, { chunkSize: CHUNK_BYTES, level: LEVEL });
}

/** What packs one stream after the other, each made once and not for every stream. */
function openPresses(most: number, packed: (content: Uint8Array) => void) {
  const all: Press[] = [];
  const free: Press[] = [];
  let busy = 0;
  let failed: Error | undefined;
  let wake = (): void => undefined;
  const quiet = async (): Promise<void> => {
    if (busy > 0) await new Promise<void>((resolve) => (wake = resolve));
  };
  const more = (): Press | undefined => {
    if (all.length === most) return undefined;
    const press = newPress();
    all.push(press);
    return press;
  };
  return {
    pack: (stream: Stream): void => {
      const { content = new Uint8Array() } = stream;
      stream.content = undefined;
      const press = free.pop() ?? more();
      if (press === undefined) {
        stream.packed = packHere(content);
        packed(content);
        return;
      }
      busy += 1;
      press.pack(content, (error, result) => {
        if (error === undefined) stream.packed = result;
        else failed = error;
        packed(content);
        free.push(press);
        busy -= 1;
        if (busy === 0) wake();
      });
    },
    idle: async (): Promise<void> => {
      await quiet();
      if (failed !== undefined) throw failed;
    },
    close: async (): Promise<void> => {
      await quiet();
      for (const press of all) press.close();
    },
  };
}

/** What waits to be packed outlives the young generation: were it left to the collector, all of a document would wait for it. */
function openRooms() {
  /** By the power of two that their size is. */
  const free: ArrayBuffer[][] = [];
  const rowOf = (power: number): ArrayBuffer[] => (free[power] ??= []);
  return {
    take: (sizeBytes: number): Uint8Array => {
      const power = Math.max(LEAST_POWER, 32 - Math.clz32(sizeBytes - 1));
      return new Uint8Array(rowOf(power).pop() ?? new ArrayBuffer(2 ** power), 0, sizeBytes);
    },
    giveBack: ({ buffer }: Uint8Array): void => {
      rowOf(31 - Math.clz32(buffer.byteLength)).push(buffer as ArrayBuffer);
    },
  };
}

/** 32 KiB, of which most pages take half. */
const LEAST_POWER = 15;

interface Press {
  readonly pack: (content: Uint8Array, done: (error: Error | undefined, packed: Uint8Array) => void) => void;
  readonly close: () => void;
}

function newPress(): Press {
  const deflate = createDeflate({ chunkSize: CHUNK_BYTES, level: LEVEL, flush: constants.Z_FINISH });
  const parts: Buffer[] = [];
  deflate.on('data', (part: Buffer) => parts.push(part));
  deflate.on('error', () => undefined); // whoever packs is told of it
  return {
    pack: (content, done) => {
      deflate.write(content, (error) => {
        const packed = Buffer.concat(parts.splice(0));
        deflate.reset();
        done(error ?? undefined, packed);
      });
    },
    close: () => {
      deflate.close();
    },
  };
}
