// A process that tests cut off: `node child.ts <act> <folder> [<step>]` does one act on a desk folder and kills itself at the
// step that the adapter names. Without a step it says on one line of JSON how far it came.
import { join } from 'node:path';
import { ownFolder, readFolder } from '../../../lib/local/folder.ts';
import { localKeys } from '../../../lib/local/keys.ts';
import { localLedger } from '../../../lib/local/ledger.ts';
import { localVault } from '../../../lib/local/vault.ts';
import { commitOf, rowOf } from '../../conformance/ledger-makers.ts';

const [act = '', dir = '', step = ''] = process.argv.slice(2);
const LATER = new Date('2031-03-04T05:06:07Z');

function probe(at: string): void {
  if (at === step) process.kill(process.pid, 'SIGKILL');
}

async function openKeys(): ReturnType<typeof localKeys> {
  const { keyFile, secretsDb, destroyedList } = await readFolder(dir);
  return localKeys({ keyFile, secretsDb, destroyedList, probe });
}

function openLedger(): ReturnType<typeof localLedger> {
  return localLedger({ file: join(dir, 'ledger.db'), probe });
}

const acts: Record<string, () => Promise<unknown>> = {
  'vault.put': () => localVault({ folder: join(dir, 'vault'), probe }).put('abc', [Buffer.alloc(100_000, 7)], LATER),
  'vault.extendLock': () => localVault({ folder: join(dir, 'vault'), probe }).extendLock('abc', LATER),
  'ledger.commit': () => {
    const row = rowOf('r', { kind: 'lookup', lists: [{ list: 'l', sort: '1' }] });
    const remove = [{ kind: 'lookup', id: 'old' } as const];
    return openLedger().commit([commitOf('a', 1, { put: [row] }), commitOf('b', 0, { remove })]);
  },
  'ledger.integrate': async () => {
    const ledger = openLedger();
    const leaves = await ledger.pending(1);
    const tiles = [{ level: 0, index: 0, bytes: Buffer.alloc(32) }];
    return ledger.integrate({ after: undefined, state: { log: 1, size: 1, checkpoint: 'c' }, leaves, tiles });
  },
  'keys.createSecrets': async () => (await openKeys()).createSecrets(['new-1', 'new-2']),
  'keys.destroySecret': async () => (await openKeys()).destroySecret('old'),
  'keys.rotate': async () => (await openKeys()).rotate('log', LATER),
  own: () => {
    ownFolder(dir);
    process.stdout.write('owned\n');
    return new Promise((resolve) => setTimeout(resolve, 600_000));
  },
  'vault.fill': async () => {
    const vault = localVault({ folder: join(dir, 'vault') });
    const outcome = await vault.put('abc', [Buffer.alloc(4_000_000, 7)], LATER).catch((error: unknown) => error);
    return { outcome, found: (await vault.stat('abc')) ?? null };
  },
  'ledger.fill': async () => {
    const ledger = openLedger();
    const put = [rowOf('r', { value: { text: 'x'.repeat(20_000) } })];
    for (let seq = 1; ; seq++) {
      try {
        await ledger.commit([commitOf('a', seq, { put })]);
      } catch (outcome) {
        return { outcome, taken: seq, found: (await ledger.head('a'))?.seq };
      }
    }
  },
};

process.stdout.write(`${JSON.stringify((await acts[act]?.()) ?? null)}\n`);
