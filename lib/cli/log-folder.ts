// A folder of the public log's files, as any web server or bucket can serve them. What is there is kept; a checkpoint is written after
// all that it is of, so that a reader never sees one whose tiles are not there yet.
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DeskClient } from '../client/index.ts';
import { parseCheckpoint, type Checkpoint } from '../formats/checkpoint.ts';
import { tilePath, tilesOf, TILE_WIDTH, type TileName } from '../formats/tiles.ts';
import { DeskError } from '../errors.ts';
import { replaceFile, systemCode } from '../local/durable.ts';
import { UsageError } from './failure.ts';
import type { Progress } from './progress.ts';

export interface Exported {
  /** Of the present log. */
  readonly log: number;
  readonly size: number;
  /** How many files were written, how many were there. */
  readonly written: number;
  readonly kept: number;
}

/** What is read of a desk, and what goes on while it is written. */
interface Exporting {
  readonly client: Pick<DeskClient, 'checkpoint' | 'logFile'>;
  readonly folder: string;
  readonly progress: Progress;
  readonly count: { written: number; kept: number };
}

/**
 * Brings a folder up to the desk's newest checkpoint: every log under its number, and the newest checkpoint above them.
 * @throws UsageError (the folder holds another desk's log), DeskError log/damaged (it holds more than the desk has), desk/other-bytes
 */
export async function exportLog(client: Exporting['client'], folder: string, progress: Progress): Promise<Exported> {
  const note = await client.checkpoint();
  const newest = readOwn(note);
  await demandOlder(folder, newest);
  const exporting = { client, folder, progress, count: { written: 0, kept: 0 } };
  const log = logOf(newest);
  for (let number = 1; number < log; number++) {
    await exportOne(exporting, number, (await fetchFile(client, `${number}/checkpoint`)).toString('utf8'));
  }
  await exportOne(exporting, log, note);
  await writeCheckpoint(exporting, 'checkpoint', note);
  return { log, size: newest.size, ...exporting.count };
}

async function exportOne(exporting: Exporting, log: number, note: string): Promise<void> {
  const { folder, progress, count } = exporting;
  const path = `${log}/checkpoint`;
  const { size } = readOwn(note);
  const grown: string[] = [];
  for (const name of tilesOf(size)) {
    const file = `${log}/${tilePath(name)}`;
    if (await isThere(join(folder, file), bytesOf(name))) count.kept++;
    else {
      await write(exporting, file, await fetchTile(exporting.client, file, name));
      if (name.width === TILE_WIDTH) grown.push(`${file}.p`);
    }
    progress.update(Math.min(size, typeof name.level === 'string' ? (name.index + 1) * TILE_WIDTH : 0), size);
  }
  await exportStamps(exporting, log, size);
  await writeCheckpoint(exporting, path, note);
  for (const partial of grown) await rm(join(folder, partial), { recursive: true, force: true }); // readers take the full one
}

/** One that is there already stays, with the signatures that witnesses may have put beneath it. */
async function writeCheckpoint(exporting: Exporting, path: string, note: string): Promise<void> {
  const there = await find(join(exporting.folder, path));
  if (there?.toString('utf8').startsWith(note) === true) exporting.count.kept++;
  else await write(exporting, path, Buffer.from(note, 'utf8'));
}

/** The time stamps of what is exported; the list after all that it names. */
async function exportStamps(exporting: Exporting, log: number, size: number): Promise<void> {
  const { client, folder, count } = exporting;
  const listed = Buffer.from((await client.logFile(`${log}/stamp/list`)) ?? []).toString('utf8');
  const lines = listed
    .split('\n')
    .filter((line) => /^\d{1,15}\/[a-z0-9][a-z0-9.-]{0,62}$/.test(line) && Number.parseInt(line) <= size);
  for (const line of lines) {
    for (const file of [`${log}/stamp/${line}.checkpoint`, `${log}/stamp/${line}.tsr`]) {
      if ((await find(join(folder, file))) !== undefined) count.kept++;
      else await write(exporting, file, await fetchFile(client, file));
    }
  }
  if (lines.length > 0)
    await write(exporting, `${log}/stamp/list`, Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8'));
}

const bytesOf = ({ level, width }: TileName): number => width * (level === 'entries' ? 34 : 32);

async function fetchTile(client: Exporting['client'], path: string, name: TileName): Promise<Buffer> {
  const bytes = await fetchFile(client, path);
  if (bytes.length !== bytesOf(name)) throw notThere();
  return bytes;
}

async function fetchFile(client: Exporting['client'], path: string): Promise<Buffer> {
  const bytes = await client.logFile(path);
  if (bytes === undefined) throw notThere();
  return Buffer.from(bytes);
}

function notThere(): DeskError {
  return new DeskError('desk/other-bytes', 'The desk does not have what its checkpoint is of: run watch there.');
}

function readOwn(note: string): Checkpoint {
  const checkpoint = parseCheckpoint(note);
  if (checkpoint === undefined) throw notThere();
  return checkpoint;
}

const logOf = ({ origin }: Checkpoint): number => Number(origin.split('/').at(-1));

// ── the folder ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What was published once is never taken back. */
async function demandOlder(folder: string, newest: Checkpoint): Promise<void> {
  const there = await find(join(folder, 'checkpoint'));
  if (there === undefined) return;
  const before = parseCheckpoint(there.toString('utf8'));
  if (before === undefined || deskOf(before) !== deskOf(newest)) {
    throw new UsageError('The folder holds the log of another desk, or something else: name another folder.');
  }
  const isAhead = logOf(before) > logOf(newest) || (logOf(before) === logOf(newest) && before.size > newest.size);
  const isOther = before.origin === newest.origin && before.size === newest.size && !isSameRoot(before, newest);
  if (isAhead || isOther) {
    throw new DeskError(
      'log/damaged',
      'The folder holds another or a longer log than the desk: run watch --against it.',
    );
  }
}

const deskOf = ({ origin }: Checkpoint): string => origin.split('/').slice(0, -1).join('/');
const isSameRoot = (a: Checkpoint, b: Checkpoint): boolean => Buffer.from(a.root).equals(b.root);

async function find(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function isThere(file: string, sizeBytes: number): Promise<boolean> {
  const found = await stat(file).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  return found?.isFile() === true && found.size === sizeBytes;
}

/** For everyone to read, all of it or nothing. */
async function write({ folder, count }: Exporting, path: string, bytes: Uint8Array): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  await replaceFile(file, bytes, 0o644);
  count.written++;
}
