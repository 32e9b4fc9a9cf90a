// The package as `npm run build` makes it, in a folder of its own, and the bench beside it: what is measured runs no TypeScript.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** Gives a prepared folder `dist` and `node_modules`, by links; compiled once for all that are prepared in one run of the bench. */
export function linkCompiled(folder: string): void {
  const shared = join(dirname(folder), COMPILED);
  if (!existsSync(shared)) compileInto(shared, 'tsconfig.build.json');
  for (const name of ['dist', 'node_modules']) symlinkSync(join(shared, name), join(folder, name));
}

/** Compiles the bench with what it measures. @returns the program that takes one measurement */
export function compileBench(root: string): string {
  const folder = join(root, COMPILED);
  compileInto(folder, 'tsconfig.json');
  for (const name of ['package.json', 'node_modules'])
    symlinkSync(join(ROOT, 'test/peers', name), join(folder, 'dist/test/peers', name));
  return join(folder, 'dist/test/bench/child.js');
}

const COMPILED = 'compiled';

/** Types are not checked again. */
function compileInto(folder: string, project: string): void {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const quickly = ['--noCheck', '--declaration', 'false'];
  const args = [tsc, '-p', join(ROOT, project), '--outDir', join(folder, 'dist'), ...quickly];
  mkdirSync(folder);
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const help = [join(ROOT, 'lib/cli/write-help.ts'), join(folder, 'dist/lib/cli/help.json')];
  execFileSync(process.execPath, help, { stdio: ['ignore', 'ignore', 'inherit'] });
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}
