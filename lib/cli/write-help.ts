// `node lib/cli/write-help.ts <file>`, of `npm run build`: writes the help text of the program and of each command, as commander makes it.
// It is not shipped.
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { programName } from './command-line.ts';
import { buildProgram } from './program.ts';
import { CALLED, WIDTH, type HelpTexts } from './stored-help.ts';

async function helpTexts(): Promise<HelpTexts> {
  const { commands } = await buildProgram([], false);
  const texts = [['', await helpOf([])]];
  for (const name of commands.map((command) => command.name()))
    for (const path of pathsOf([], commandIn(await buildProgram([name], false), name)))
      texts.push([path.join(' '), await helpOf(path)]);
  return Object.fromEntries(texts) as HelpTexts;
}

function pathsOf(before: readonly string[], command: Command): string[][] {
  const path = [...before, command.name()];
  return [path, ...command.commands.flatMap((each) => pathsOf(path, each))];
}

async function helpOf(path: readonly string[]): Promise<string> {
  const program = await buildProgram(path, false);
  const command = path.reduce(commandIn, program);
  let text = '';
  command.configureOutput({
    writeOut: (more) => (text += more),
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.replaceAll(programName(), CALLED);
}

function commandIn(parent: Command, name: string): Command {
  const found = parent.commands.find((each) => each.name() === name);
  if (found === undefined) throw new Error(`no command ${name}`);
  return found;
}

const [, , file = ''] = process.argv;
writeFileSync(file, JSON.stringify(await helpTexts()));
