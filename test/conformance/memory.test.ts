// The doubles that other tests stand on keep every promise that the adapters keep.
import { keysConformance } from './keys.ts';
import { ledgerConformance } from './ledger.ts';
import { memoryKeys, memoryLedger, memoryVault } from './memory.ts';
import { vaultConformance } from './vault.ts';

const close = (): void => undefined;

vaultConformance('the vault in memory', () => Promise.resolve({ vault: memoryVault(), close }));
keysConformance('the keys in memory', () => Promise.resolve({ keys: memoryKeys('desk-m'), desk: 'desk-m', close }));
ledgerConformance('the ledger in memory', () => Promise.resolve({ ledger: memoryLedger(), close }));
