// The list of commands says of each what its own file says, and none is missing; and help costs no more than it must.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../../lib/cli/commands.ts';
import { buildProgram } from '../../../lib/cli/program.ts';

const CLI = join(import.meta.dirname, '../../../lib/cli');

function told(program: Command): string[][] {
  return program.commands.map((command) => {
    const words = command.registeredArguments.map((each) => {
      const name = `${each.name()}${each.variadic ? '...' : ''}`;
      return each.required ? `<${name}>` : `[${name}]`;
    });
    return [[command.name(), ...words].join(' '), command.summary() || command.description()];
  });
}

describe('the list of commands', () => {
  it.each(COMMANDS.map((file) => [file.commands.map(([usage]) => usage).join(', '), file] as const))(
    'says what the file says: %s',
    async (_name, { commands, load }) => {
      const program = new Command();
      (await load())(program);
      expect(told(program)).toEqual(commands.map((each) => [...each]));
    },
  );

  it('is whole, whichever command is asked for', async () => {
    const whole = COMMANDS.flatMap(({ commands }) => commands.map(([usage]) => usage));
    expect(whole.length).toBeGreaterThan(30);
    for (const argv of [[], ['--help'], ['packet', '--help'], ['help', 'log'], ['unknown']]) {
      expect(told(await buildProgram(argv, false)).map(([usage]) => usage)).toEqual(whole);
    }
  });

  it('loads nothing but commander and itself for --help', () => {
    const loaded = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ load: (url, context, next) => { seen.push(url); return next(url, context); } });
      process.on('exit', () => process.stderr.write(JSON.stringify(seen)));`;
    const hook = `data:text/javascript,${encodeURIComponent(loaded)}`;
    const { stderr, stdout } = spawnSync(process.execPath, ['--import', hook, join(CLI, 'index.ts'), '--help'], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect(stdout).toContain('Exit codes:');
    const files = (JSON.parse(stderr) as string[]).filter((url) => url.startsWith('file:'));
    expect(files.filter((url) => url.includes('/schemas/') || url.endsWith('/desk.ts') || url.includes('zod'))).toEqual(
      [],
    );
    expect(files.length).toBeLessThan(40);
  });
});
