// Streams of the PDF, packed on other threads while more is drawn. Where there is one core, and while a process is new, they are packed
// where they are added.
// Always true: they are written in the order in which they came, whichever was packed first, so that the same drawing gives the same
// bytes however many cores there are; few wait to be packed, however much is drawn.
import { deflate, deflateSync } from 'node:zlib';

export interface Packing {
  /** Room for a stream of this length, to be filled and added. */
  room(sizeBytes: number): Uint8Array;
  /** @param content a room, which is filled again for others once it is packed  @param write is handed it packed, once all is drawn */
  add(content: Uint8Array, write: (packed: Uint8Array) => void): void;
  /** What was added is packed from here on; waits while much of what was begun before is not packed yet. @throws what packing threw */
  begin(): Promise<void>;
  /** All is written; what is added from here on is at once. @throws what packing threw */
  finish(): Promise<void>;
}

interface Stream {
  readonly content: Uint8Array;
  readonly write: (packed: Uint8Array) => void;
  packed?: Uint8Array;
}

/**
 * So many wait to be begun, all others are packed here; and so many may be under way when more are begun, which take a third of a
 * megabyte each while they are packed. Were they waited for, the drawing would stand still for the last of them every time.
 */
const MOST = 16;

/**
 * So many streams of a process are packed where they are added, however many cores there are. As long as it is new, the other core is
 * busy compiling its code: to hand a stream over costs more then than to pack it, and the first drawing takes a twentieth longer.
 */
export const FIRST_STREAMS = 512;

const thisProcess = { streams: 0 };

/** @param had how many streams the process has had so far; counted on */
export function openPacking(cores: number, had = thisProcess): Packing {
  const [streams, fresh]: [Stream[], Stream[]] = [[], []];
  const rooms = openRooms();
  const beside = packingBeside(rooms.giveBack);
  let isFinished = false;
  const here = (stream: Stream): void => {
    stream.packed = Buffer.from(deflateSync(stream.content, OPTIONS));
    rooms.giveBack(stream.content);
  };
  /** All at once: a thread that is at work takes the next one without being woken, which costs half as much as packing a page. */
  const begin = async (): Promise<void> => {
    await beside.until(MOST);
    for (const stream of fresh.splice(0)) beside.begin(stream);
  };
  return {
    room: rooms.take,
    add: (content, write) => {
      const stream: Stream = { content, write };
      had.streams += 1;
      if (isFinished || cores < 2 || had.streams <= FIRST_STREAMS || fresh.length === MOST) here(stream);
      else fresh.push(stream);
      if (isFinished) writePacked(stream);
      else streams.push(stream);
    },
    begin,
    finish: async () => {
      await begin();
      await beside.until(0);
      isFinished = true;
      streams.splice(0).forEach(writePacked);
    },
  };
}

/** Level 3 of 9 takes half the time of zlib's usual 6, for 7 % more of pages. Most fill one chunk, so small that Node has room at hand. */
const OPTIONS = { level: 3, chunkSize: 4000 };

function writePacked({ packed, write }: Stream): void {
  if (packed === undefined) throw new Error('A stream of the PDF was never packed.');
  write(packed);
}

function packingBeside(giveBack: (content: Uint8Array) => void) {
  let [busy, most] = [0, 0];
  let failed: Error | null = null;
  let wake = (): void => undefined;
  return {
    /** A deflater is made for each: one that is used again may look at what it packed before, and give other bytes. */
    begin: (stream: Stream): void => {
      deflate(stream.content, OPTIONS, (error, packed) => {
        failed ??= error;
        if (error === null) stream.packed = Buffer.from(packed); // a chunk holds on to more than it has
        giveBack(stream.content);
        busy -= 1;
        if (busy <= most) wake();
      });
      busy += 1; // not where zlib threw at once
    },
    /** Until no more than so many are under way. One waits at a time. */
    until: async (enough: number): Promise<void> => {
      most = enough;
      if (busy > most) await new Promise<void>((resolve) => (wake = resolve));
      if (failed !== null) throw failed;
    },
  };
}

/**
 * What waits to be packed outlives the young generation: were it left to the collector, all of a document would wait for it. The few rooms
 * are left to it at the end. In a process that has given no buffer back by hand, V8 need not look at each access whether one has its bytes.
 */
function openRooms() {
  /** By the power of two that their size is. */
  const free: ArrayBuffer[][] = [];
  const rowOf = (power: number): ArrayBuffer[] => (free[power] ??= []);
  return {
    take: (sizeBytes: number): Uint8Array => {
      const power = Math.max(LEAST_POWER, 32 - Math.clz32(Math.max(1, sizeBytes) - 1));
      return new Uint8Array(rowOf(power).pop() ?? new ArrayBuffer(2 ** power), 0, sizeBytes);
    },
    giveBack: ({ buffer }: Uint8Array): void => {
      rowOf(31 - Math.clz32(buffer.byteLength)).push(buffer as ArrayBuffer);
    },
  };
}

/** 32 KiB, of which most pages take half. */
const LEAST_POWER = 15;
