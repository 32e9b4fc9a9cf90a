// The adapters of one machine keep every promise of the ports, on a real disk.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFile, localKeys } from '../../lib/local/keys.ts';
import { localLedger } from '../../lib/local/ledger.ts';
import { localVault } from '../../lib/local/vault.ts';
import { keysConformance } from './keys.ts';
import { ledgerConformance } from './ledger.ts';
import { vaultConformance } from './vault.ts';

vaultConformance('the local vault', async () => {
  const { dir, remove } = await folder();
  return { vault: localVault({ folder: join(dir, 'vault') }), close: remove };
});

keysConformance('the local keys', async () => {
  const { dir, remove } = await folder();
  const desk = 'desk-l';
  const files = { keyFile: join(dir, 'desk.key'), secretsDb: join(dir, 's.db'), destroyedList: join(dir, 'd.txt') };
  await createKeyFile({ keyFile: files.keyFile, desk, now: new Date() });
  const keys = await localKeys({ ...files, create: true });
  return {
    keys,
    desk,
    close: async () => {
      keys.close();
      await remove();
    },
  };
});

ledgerConformance('the local ledger', async () => {
  const { dir, remove } = await folder();
  const ledger = localLedger({ file: join(dir, 'ledger.db'), create: true });
  return {
    ledger,
    close: async () => {
      ledger.close();
      await remove();
    },
  };
});

async function folder(): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'conformance-'));
  return { dir, remove: () => rm(dir, { recursive: true }) };
}
