// The package as `npm run build` makes it, in a folder of its own: what is measured from the start of a process runs no TypeScript.
import { execFileSync } from 'node:child_process';
import { copyFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** Compiles into `folder`/dist (types are not checked again), beside package.json and a link to node_modules. */
export function compileInto(folder: string): void {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const quickly = ['--noCheck', '--declaration', 'false'];
  const args = [tsc, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(folder, 'dist'), ...quickly];
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}

/** The flags and variables of the scripts in package.json. */
export const PRODUCT = { args: ['--max-semi-space-size=1'], env: { MALLOC_ARENA_MAX: '2' } } as const;
