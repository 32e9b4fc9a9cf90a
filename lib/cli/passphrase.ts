// The passphrase of a key file, read from a file so that it never stands on a command line.
import { UsageError } from './failure.ts';
import type { Common } from './frame.ts';
import { readInput } from './paths.ts';

/** The file's text but for the line's end; undefined where none was named. @throws UsageError */
export async function readPassphrase({ passphraseFile }: Common): Promise<string | undefined> {
  if (passphraseFile === undefined) return undefined;
  const text = (await readInput(passphraseFile)).toString('utf8').replace(/\r?\n$/, '');
  if (text === '') throw new UsageError('The passphrase file is empty.');
  return text;
}
