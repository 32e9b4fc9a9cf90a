// multipart/form-data (RFC 7578), part after part, read only as far as it is asked for: a form may be of any size, and of one that is
// refused no more is read. A form is whole or it is an error.
import type { Dicer } from '@fastify/busboy';
import { DeskError } from '../../errors.ts';
import { fileNameOf, readAroundFileName, readValue } from './parameters.ts';

/** What a part's headers say. */
interface Head {
  /** The form's field. */
  readonly name: string;
  readonly fileName?: string;
  /** As the sender wrote it. */
  readonly contentType?: string;
}

export interface Part extends Head {
  /** To be read to its end before the next part is asked for. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** How many parts, how many headers each, and how many bytes of headers each (counted without what separates them). */
const MOST_PARTS = 32;
const MOST_HEADERS = 31;
const MOST_HEADER_BYTES = 16 * 1024;
/** Where the parser stops looking; what comes near is refused, so that no header is ever read by half. */
const PARSED_HEADER_BYTES = 4 * MOST_HEADER_BYTES;
/** How many bytes there may be before, between and behind the parts. */
const MOST_BESIDE = 1024 * 1024;

/**
 * The parts of a form. Closing it half-way closes the body.
 * @throws DeskError input/malformed (no such form, or cut off), input/too-large (too many parts or headers)
 */
export async function* readParts(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<Part, void, undefined> {
  const pieces = body[Symbol.asyncIterator]();
  try {
    const feed = await openFeed(pieces, boundary);
    for (let count = 0; ; count++) {
      const next = await nextPart(feed);
      if (next === undefined) break;
      if (count === MOST_PARTS) throw tooMuch();
      yield { ...headOf(next.header), bytes: bytesOf(feed, next) };
    }
    if (!feed.isWhole()) throw broken();
  } finally {
    await pieces.return?.();
  }
}

async function nextPart(feed: Feed): Promise<Arriving | undefined> {
  for (let beside = 0; beside <= MOST_BESIDE;) {
    const next = feed.arriving.shift();
    if (next !== undefined) return next;
    const fed = await feed.more();
    if (fed === undefined) return undefined;
    if (feed.arriving.length === 0) beside += fed;
  }
  throw tooMuch();
}

async function* bytesOf(feed: Feed, part: Arriving): AsyncGenerator<Uint8Array> {
  for (;;) {
    const piece = part.pieces.shift();
    if (piece !== undefined) yield piece;
    else if (part.isEnded && !feed.isBroken()) return;
    else if ((await feed.more()) === undefined) throw broken();
  }
}

// ── the parser ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A part as the parser tells of it. */
interface Arriving {
  readonly header: PartHeader;
  readonly pieces: Uint8Array[];
  isEnded: boolean;
}

/** Values as bytes, each a character. */
type PartHeader = Readonly<Record<string, readonly string[]>>;

interface Feed {
  /** Parts whose headers have come, but for those that were taken from here. */
  readonly arriving: Arriving[];
  /** Reads one piece of the body and answers its size; undefined at the body's end. */
  more(): Promise<number | undefined>;
  isBroken(): boolean;
  /** The mark of the form's end has come, and nothing was wrong. */
  isWhole(): boolean;
}

async function openFeed(pieces: AsyncIterator<Uint8Array>, boundary: string): Promise<Feed> {
  const { Dicer } = await import('@fastify/busboy');
  const parser = new Dicer(parserOptions(boundary));
  const arriving: Arriving[] = [];
  const state = { isOver: false, isBroken: false, isFinished: false };
  const breakOff = (): void => {
    state.isBroken = true;
  };
  parser.on('part', (part) => {
    takePart(part, arriving, breakOff);
  });
  parser.on('error', breakOff);
  parser.on('finish', () => {
    state.isFinished = true;
  });
  return {
    arriving,
    more: async () => {
      if (state.isOver) return undefined;
      const piece = await readPiece(pieces);
      state.isOver = piece === undefined;
      await (piece === undefined ? told(() => void parser.end()) : told(() => void parser.write(piece)));
      return piece?.length;
    },
    isBroken: () => state.isBroken,
    isWhole: () => state.isFinished && !state.isBroken,
  };
}

/** The parser never holds anything back: it is given a piece only when all of the one before was taken from it. */
function parserOptions(boundary: string): object {
  const endless = Number.MAX_SAFE_INTEGER;
  return {
    boundary,
    maxHeaderPairs: MOST_HEADERS + 1,
    maxHeaderSize: PARSED_HEADER_BYTES,
    partHwm: endless,
    highWaterMark: endless,
  };
}

function takePart(part: Dicer.PartStream, arriving: Arriving[], breakOff: () => void): void {
  const pieces: Uint8Array[] = [];
  let taken: Arriving | undefined;
  part.on('header', (header) => {
    taken = { header: header as PartHeader, pieces, isEnded: false };
    arriving.push(taken);
  });
  part.on('data', (piece: Buffer) => void pieces.push(piece));
  part.on('error', breakOff);
  part.on('end', () => {
    if (taken === undefined) breakOff();
    else taken.isEnded = true;
  });
}

async function readPiece(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    const next = await pieces.next();
    return next.done === true ? undefined : next.value;
  } catch (cause) {
    if (cause instanceof DeskError) throw cause;
    throw new DeskError('input/malformed', CUT_OFF, { cause });
  }
}

/** Does something to the parser, and waits until it has told of all that came of it: it tells of some only after this turn. */
async function told(act: () => void): Promise<void> {
  act();
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

// ── a part's headers ──────────────────────────────────────────────────────────────────────────────────────────────────

function headOf(header: PartHeader): Head {
  checkSize(header);
  const text = textOf(header, 'content-disposition') ?? '';
  const disposition = readValue(text) ?? readAroundFileName(text);
  const name = disposition?.parameters.get('name');
  if (disposition?.word !== 'form-data' || name === undefined) throw broken();
  const fileName = fileNameOf(disposition.parameters);
  const contentType = textOf(header, 'content-type');
  return {
    name,
    ...(fileName === undefined ? {} : { fileName }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

function checkSize(header: PartHeader): void {
  const values = Object.entries(header).flatMap(([name, all]) => all.map((value) => name.length + value.length));
  const bytes = values.reduce((sum, size) => sum + size, 0);
  if (values.length > MOST_HEADERS || bytes > MOST_HEADER_BYTES) throw tooMuch();
}

/** A header's text: UTF-8, and what is none becomes U+FFFD. Undefined where it is not given, or says nothing. */
function textOf(header: PartHeader, name: string): string | undefined {
  const [value, ...others] = header[name] ?? [];
  if (others.length > 0) throw broken();
  const text = Buffer.from(value ?? '', 'latin1')
    .toString('utf8')
    .trim();
  return text === '' ? undefined : text;
}

const CUT_OFF = 'The form stopped before its end: send it again; nothing was kept.';

function broken(): DeskError {
  return new DeskError('input/malformed', 'The form is broken or stopped before its end; nothing was kept.');
}

function tooMuch(): DeskError {
  return new DeskError(
    'input/too-large',
    'The form has more parts, or more in the heads of its parts, than are taken.',
  );
}
