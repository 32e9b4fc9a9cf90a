// The help texts as `npm run build` wrote them beside the compiled code (write-help.ts): they are the same each time, so nobody waits for
// what makes them. Always true: what is printed is what commander would print; where that is not sure, commander is asked.
import { createRequire } from 'node:module';
import { programName } from './command-line.ts';
import { goOn } from './gone.ts';
import { shownLines } from './shown.ts';

/** Texts by the words that lead to a command, a blank between; the program's own under ''. Where it names how it was called, `CALLED` stands. */
export type HelpTexts = Readonly<Record<string, string>>;

export const CALLED = '\u0000';
/** Columns that the texts were made for: commander's, where it writes to no terminal. */
export const WIDTH = 80;

/**
 * Prints the help that is asked for, where it is stored.
 * @param argv what follows the program's name
 * @returns the exit code; undefined where nothing was printed
 */
export function printStoredHelp(argv: readonly string[]): 0 | 2 | undefined {
  const asked = commandOf(argv);
  if (asked === undefined) return undefined;
  const isWrongUse = argv.length === 0;
  const stream = isWrongUse ? process.stderr : process.stdout;
  const text = (!stream.isTTY || stream.columns === WIDTH) && readTexts()?.[asked];
  if (typeof text !== 'string') return undefined;
  const named = text.replaceAll(CALLED, () => programName());
  stream.on('error', goOn);
  stream.write(isWrongUse ? shownLines(named) : named);
  return isWrongUse ? 2 : 0;
}

function commandOf(argv: readonly string[]): string | undefined {
  if (argv.length === 0 || (argv.length === 1 && argv[0] === 'help')) return '';
  const last = argv.at(-1);
  return last === '--help' || last === '-h' ? argv.slice(0, -1).join(' ') : undefined;
}

/** By `require`, since importing node:fs makes its streams too. */
function readTexts(): HelpTexts | undefined {
  try {
    return createRequire(import.meta.url)('./help.json') as HelpTexts;
  } catch {
    return undefined; // from the sources
  }
}
