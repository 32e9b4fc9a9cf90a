// A desk made by the command line, and an invented referral beside it: what most tests of commands begin with.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FirstActor } from '../../../lib/house.ts';
import { noise, referralBody, type NoiseFile } from '../../material.ts';
import { run, scratch, type Ran, type Where } from './command-line.ts';

export interface CliDesk {
  /** Where the user stands. */
  readonly dir: string;
  readonly keys: Readonly<Record<FirstActor, string>>;
  readonly fingerprint: string;
  at(name: string): string;
  /** Runs a command on this desk with --json. */
  desk(...args: string[]): Promise<Ran>;
  /** The same, with an environment of its own. */
  deskIn(where: Where, ...args: string[]): Promise<Ran>;
  /** Writes a referral that declares these files, and the files beneath `files-<name>`. */
  write(name: string, files: readonly NoiseFile[]): Promise<void>;
  readJson(name: string): Promise<unknown>;
  end(): Promise<void>;
}

/** The desk lies in `desk-data`, which is where every command looks without --data. */
export async function cliDesk(): Promise<CliDesk> {
  const folder = await scratch();
  const { dir, at, end } = folder;
  const made = await run(['init', '--json'], { cwd: dir });
  const { keys, fingerprint } = made.json as Pick<CliDesk, 'keys' | 'fingerprint'>;
  const deskIn = (where: Where, ...args: string[]): Promise<Ran> => run([...args, '--json'], { cwd: dir, ...where });
  return {
    dir,
    keys,
    fingerprint,
    at,
    end,
    deskIn,
    desk: (...args) => deskIn({}, ...args),
    write: async (name, files) => {
      await writeFile(at(`${name}.json`), referralBody(files));
      for (const { path, bytes } of files) {
        const file = at(`files-${name}/${path}`);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, bytes);
      }
    },
    readJson: async (name) => JSON.parse(await readFile(at(name), 'utf8')) as unknown,
  };
}

export function twoFiles(): NoiseFile[] {
  return [noise('chat/one.bin', 1_500_000), noise('two.bin', 10)];
}
