// A local desk for a measurement, and a referral with files in it, through the library as anybody calls it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Caller, Trust } from '../../lib/index.ts';
import { initLocalDesk, openLocalDesk, type LocalDesk } from '../../lib/local/open.ts';

/** A file that is to be attached; `open` begins its bytes anew. */
export interface BenchFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

type Keys = Awaited<ReturnType<typeof initLocalDesk>>['keys'];

/** A desk, open, and who acts on it. */
export interface BenchDesk {
  readonly local: LocalDesk;
  readonly dir: string;
  readonly keys: Keys;
  readonly trust: Trust;
  readonly as: (actor: keyof Keys) => Promise<Caller>;
}

const NAMES = 'bench.json';

/** Makes a desk in a folder and opens it. */
export async function newDesk(folder: string): Promise<BenchDesk> {
  const dir = join(folder, 'desk');
  const { keys, trust } = await initLocalDesk({ dir });
  writeFileSync(join(folder, NAMES), JSON.stringify({ keys, trust }));
  return openDesk(folder);
}

/** What the desk of a folder is reached and trusted by. */
export function deskNames(folder: string): Pick<BenchDesk, 'keys' | 'trust'> {
  return JSON.parse(readFileSync(join(folder, NAMES), 'utf8')) as Pick<BenchDesk, 'keys' | 'trust'>;
}

/** Opens a desk that `newDesk` made. What a measurement asks of it is imported by its file, as a desk that serves has loaded its code before it is asked. */
export async function openDesk(folder: string): Promise<BenchDesk> {
  const dir = join(folder, 'desk');
  const { keys, trust } = deskNames(folder);
  const local = await openLocalDesk({ dir });
  return { local, dir, keys, trust, as: (actor) => local.desk.authenticate(keys[actor]) };
}

/** Keys of so many reporters, each of an organisation of its own. */
export function reporters({ local, as }: BenchDesk, count: number): Promise<string[]> {
  const add = async (_: unknown, n: number): Promise<string> => {
    const added = await local.desk.addActor(await as('operator'), { role: 'reporter', name: `Platform ${n} Example` });
    return added.key;
  };
  return Promise.all(Array.from({ length: count }, add));
}

/** The JSON of an invented referral that declares these files. */
export function referralText(files: readonly Pick<BenchFile, 'path' | 'sha256' | 'sizeBytes'>[]): Buffer {
  const attachments = files.map(({ path, sha256, sizeBytes }) => ({ path, sha256, sizeBytes }));
  return Buffer.from(
    JSON.stringify({
      incidentSummary: { incidentType: 'Child Sex Tourism', incidentDateTime: '2026-01-01T10:00:00Z' },
      reporter: { reportingPerson: { email: [{ value: 'ada@example.org' }] } },
      ...(attachments.length === 0 ? {} : { attachments }),
    }),
  );
}

/** A referral opened, its files not yet sent. */
export interface OpenedReferral {
  readonly referralId: string;
  /** Sends one of the files. */
  readonly send: (n: number) => Promise<void>;
}

export async function openReferral(
  { local, as }: Pick<BenchDesk, 'local' | 'as'>,
  files: readonly BenchFile[],
): Promise<OpenedReferral> {
  const reporter = await as('reporter');
  const { referralId, attachments } = await local.desk.open(reporter, referralText(files), `bench ${Math.random()}`);
  return {
    referralId,
    send: async (n) => {
      const file = files[n];
      if (file === undefined) throw new Error(`there is no file ${n}`);
      const declared = { sha256: file.sha256, sizeBytes: file.sizeBytes };
      await local.desk.attach(reporter, referralId, attachments[n]?.id ?? '', declared, {}, file.open());
    },
  };
}

/** Does something for 0, 1, … below `count`, so many at once. */
export async function eachAtOnce(count: number, atOnce: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}
