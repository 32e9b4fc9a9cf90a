// Paths and command lines as the user means them: a path counts from where the user stands, which under npm is not where the
// program was started, and a command that is shown works when it is pasted there. Always true: it loads no more than `--help` needs.
import { basename, relative, resolve } from 'node:path';

/** Where the user stands. */
export function here(): string {
  return process.env['INIT_CWD'] ?? process.cwd();
}

/** A path from the command line, whole. */
export function fromHere(path: string): string {
  return resolve(here(), path);
}

/** How this program was called, so that what is shown can be pasted: npm script, npx, the installed bin, or a file. */
export function programName(): string {
  const event = process.env['npm_lifecycle_event'];
  if (event === 'desk' || event === 'demo') return 'npm run -s desk --';
  if (event === 'npx') return 'npx referral-desk';
  const file = process.argv[1] ?? '';
  if (basename(file) === 'referral-desk') return 'referral-desk';
  return `node ${quoted(relative(here(), file))}`;
}

/** A whole command line out of arguments that are quoted already. */
export function commandLine(args: string): string {
  return `${programName()} ${args}`;
}

/** An argument as a POSIX shell takes it. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
