#!/usr/bin/env node
// The bin. It looks at the Node version before it loads anything that an old Node could not even parse; this one file is
// written so that Node 16 reads it.
import module from 'node:module';

const NEEDED_MAJOR = 22;
const NEEDED_MINOR = 19;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NEEDED_MAJOR || (major === NEEDED_MAJOR && minor < NEEDED_MINOR)) {
  process.stderr.write(`referral-desk needs Node 22.19 or later; this is ${process.versions.node}.\n`);
  process.exitCode = 2;
} else {
  // Node 22 calls SQLite experimental; whoever reads our stderr can do nothing about that.
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    if (name !== 'ExperimentalWarning') process.stderr.write(`${name}: ${message}\n`);
  });
  module.enableCompileCache(); // half the start-up time, and 40 MB, after the first run
  const argv = process.argv.slice(2);
  const { printStoredHelp } = await import('./stored-help.ts');
  process.exitCode = printStoredHelp(argv) ?? (await (await import('./main.ts')).main(argv));
}
