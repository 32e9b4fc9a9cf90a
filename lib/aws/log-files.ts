// The public log as files in a bucket of its own, laid as `log export` lays them, for any web server or reader. Always true: what was put once stays as it
// is; a pointer (`checkpoint`, `<log>/checkpoint`, `<log>/stamp/list`) is moved after all that it points at is there, and forward alone:
// away from what the run had seen when it decided, or not at all.
import type { Core } from '../core.ts';
import { logOrigin, parseCheckpoint } from '../formats/checkpoint.ts';
import { sameBytes } from '../formats/derive.ts';
import { rootAt } from '../log.ts';
import type { LogState } from '../ports.ts';
import { demandSound, stampFiles, stampLine, stampList, stampsSince, tilesSince } from '../publish.ts';
import { stampsOf } from '../stamp-record.ts';
import { damaged, pointersIn, putAll, type LogBucket, type Pointers } from './log-bucket.ts';

/** So many entries are put, some 800 files, before a log's pointer is moved: a minute's work, of which a run that is cut short loses no more. */
const STEP = 65_536;

/**
 * Brings the bucket up to the log as the book has it. What a run that was cut short left out, the next one puts: the pointers say how far it came.
 * Where there is nothing new it asks the bucket nothing but once for the pointer.
 * @param step entries that lie at least between two moves of a log's pointer, where there is so much to catch up
 * @returns how many files were put
 * @throws DeskError log/damaged (the bucket has more of the log than the book, or another one; the book's is not what its checkpoint is of),
 *   vault/failed
 */
export function logFiles(core: Core, to: LogBucket, step = STEP): () => Promise<number> {
  const pointers = pointersIn(to);
  return async () => {
    const published = await pointers.read('checkpoint');
    const newest = published === undefined ? undefined : readNote(core, published.text);
    const state = await core.ledger.logState();
    if (state === undefined) return 0;
    if (newest !== undefined && isOf(core, newest, state)) return 0;
    const first = newest?.log ?? 1;
    if (first > state.log || (first === state.log && (newest?.size ?? 0) > state.size)) throw damaged();
    let count = 0;
    for (let log = first; log <= state.log; log++) {
      const each = log === state.log ? state : await core.ledger.logState(log);
      const put = each && (await publishLog({ core, to, pointers, step }, each, log === state.log));
      if (put === undefined && log === state.log) return count; // the pointer is moved by the run that was faster
      count += put ?? 0;
    }
    return count + (await pointers.move('checkpoint', published, state.checkpoint)).put;
  };
}

interface Publishing {
  readonly core: Core;
  readonly to: LogBucket;
  readonly pointers: Pointers;
  readonly step: number;
}

/**
 * One log under its number: first what is new of it, then that it is there, then its time stamps.
 * @returns how many files were put; undefined where the bucket has more of it by now
 */
async function publishLog(publishing: Publishing, state: LogState, isPresent: boolean): Promise<number | undefined> {
  const { core, pointers, step } = publishing;
  const { log, size } = state;
  const path = `${log}/checkpoint`;
  let published = await pointers.read(path);
  let from = await sizeBefore(core, state, published?.text, isPresent);
  if (from > size) return undefined;
  let count = 0;
  for (const each of await stepsTo(core, state, from, step)) {
    await demandSound(core, each, from);
    if (from === each.size) break;
    count += await putStep(publishing, each, from);
    const moved = await pointers.move(path, published, each.checkpoint); // away from what `from` was decided on
    count += moved.put;
    [published, from] = [moved.pointer, each.size];
  }
  return count + (await publishStamps(publishing, log));
}

/** All that a log was at one of its checkpoints, before its pointer stands there; the bucket has `from` entries of it. */
async function putStep({ core, to }: Publishing, state: LogState, from: number): Promise<number> {
  const { log, size, checkpoint } = state;
  const tiles = await putAll(to, log, tilesSince(core, state, from));
  const files = [{ path: `checkpoints/${size}`, bytes: Buffer.from(checkpoint, 'utf8') }];
  return tiles + (await putAll(to, log, files));
}

/** The states up to this one at which the pointer halts: some `step` apart, each at a checkpoint of the book. */
async function stepsTo({ ledger }: Core, state: LogState, from: number, step: number): Promise<LogState[]> {
  const states = [state];
  let lowest = state.size;
  for (let after: string | undefined, isMore = lowest - from > step; isMore;) {
    const { items, next } = await ledger.checkpoints({ after, limit: 500 });
    for (const each of items) {
      isMore &&= each.log > state.log || (each.log === state.log && each.size > from);
      if (!isMore || each.log > state.log || lowest - each.size < step) continue;
      states.push(each);
      lowest = each.size;
    }
    after = next;
    isMore &&= next !== undefined;
  }
  return states.reverse();
}

/**
 * How many entries the bucket has of a log. What a restore left behind of an earlier one, the bucket may have more of.
 * @throws DeskError log/damaged unless the log has grown out of what the bucket has
 */
async function sizeBefore(
  core: Core,
  state: LogState,
  published: string | undefined,
  isPresent: boolean,
): Promise<number> {
  if (published === undefined) return 0;
  const { size, root } = readNote(core, published, state.log);
  if (size > state.size) {
    // another run may have been faster: what it put it had from the book
    const now = await core.ledger.logState(state.log);
    if (isPresent && (now === undefined || now.size < size)) throw damaged();
    return size;
  }
  if (!sameBytes(await rootAt(core, state, size), root)) throw damaged();
  return size;
}

/** The list after all that it names. */
async function publishStamps({ core, to, pointers }: Publishing, log: number): Promise<number> {
  if ((await core.ledger.list(stampsOf(log), { limit: 1 })).items.length === 0) return 0;
  const path = `${log}/stamp/list`;
  const list = await pointers.read(path);
  const listed = (list?.text ?? '').split('\n').filter((line) => line !== '');
  const fresh = await stampsSince(core, log, listed);
  if (fresh.length === 0) return 0;
  const count = await putAll(to, log, fresh.flatMap(stampFiles));
  return count + (await pointers.move(path, list, stampList([...fresh.map(stampLine), ...listed]))).put;
}

type Note = Pick<LogState, 'log' | 'size'> & { readonly root: Uint8Array };

/** @param of the number it must be of; any of this desk without it @throws DeskError log/damaged */
function readNote({ desk }: Core, note: string, of?: number): Note {
  const { origin = '', size = 0, root } = parseCheckpoint(note) ?? {};
  const log = of ?? Number(origin.split('/').at(-1));
  if (root === undefined || !Number.isSafeInteger(log) || log < 1 || origin !== logOrigin(desk, log)) throw damaged();
  return { log, size, root };
}

/** Also with the signatures of witnesses beneath it. */
function isOf(core: Core, newest: Note, { log, checkpoint }: LogState): boolean {
  const { size, root } = readNote(core, checkpoint, log);
  return newest.log === log && newest.size === size && sameBytes(newest.root, root);
}
