// How every command is framed: its common options, its example, and the one place where an outcome is printed. With --json
// the last line of stdout is one JSON object and nothing else is written there.
import { Option, type Command } from 'commander';
import { commandLine } from './command-line.ts';
import { shownLines } from './shown.ts';

/** What a command did. */
export interface Outcome {
  /** For people, line by line. */
  readonly words: readonly string[];
  /** For people too, on stderr: where stdout is a file's content, byte for byte. */
  readonly asides?: readonly string[];
  /** For programs. */
  readonly json: object;
  /** 1 where something was found that should not be so. */
  readonly exitCode?: 0 | 1;
}

/** The options every command takes. */
export interface Common {
  readonly data?: string;
  readonly desk?: string;
  readonly key?: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

export interface Framed {
  readonly summary: string;
  /** Arguments of an example, without the program's name. */
  readonly example: string;
  /** More lines of help. */
  readonly more?: readonly string[];
  /** False for a command that needs no desk: it still takes the common options, and has no use for them. */
  readonly needsDesk?: boolean;
}

/** Adds a command of this usage (`status <referral>`), framed. */
export function addCommand(parent: Command, usage: string, framed: Framed): Command {
  const { summary, example, more = [], needsDesk = true } = framed;
  const command = parent.command(usage).summary(summary).description(summary).allowExcessArguments(false);
  for (const option of commonOptions()) command.addOption(needsDesk ? option : option.hideHelp());
  command.option('--json', 'answer one JSON object on the last line of stdout');
  const lines = [...more, ...(more.length > 0 ? [''] : []), 'Example:', `  ${commandLine(example)}`];
  return command.addHelpText('after', () => `\n${lines.join('\n')}`);
}

function commonOptions(): Option[] {
  return [
    new Option('--data <dir>', 'the data folder of a desk on this machine (or REFERRAL_DESK_DATA; else ./desk-data)'),
    new Option('--desk <url>', 'a desk elsewhere; needs a key').conflicts('data'),
    new Option('--key <key>', 'act as the holder of this key (better: REFERRAL_DESK_KEY, which others cannot list)'),
    new Option('--passphrase-file <file>', 'a file with the passphrase of the key file'),
  ];
}

/** Turns a function of arguments and options into a commander action that prints its outcome. */
export function acting<A extends readonly unknown[]>(
  act: (...args: A) => Promise<Outcome>,
): (...args: [...A, Command]) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1) as Command;
    const outcome = await act(...(args.slice(0, -1) as unknown as A));
    tell(outcome, command.opts<Common>().json === true);
    if (outcome.exitCode !== undefined) process.exitCode = outcome.exitCode;
  };
}

/** Prints an outcome, for people or for programs. */
export function tell({ words, asides = [], json }: Outcome, isJson: boolean): void {
  if (!isJson) asides.forEach(remark);
  const text = isJson ? JSON.stringify(json) : shownLines(words.join('\n'));
  process.stdout.write(`${text}\n`);
}

/** A line to whoever watches, while the work goes on; never part of the answer. */
export function remark(line: string): void {
  process.stderr.write(`${shownLines(line)}\n`);
}
