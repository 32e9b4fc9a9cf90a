// Each suite catches each port that breaks a promise, so that passing it means something.
import { describe, expect, it } from '@jest/globals';
import { runCheck, type Check } from './check.ts';
import { keysChecks, type KeysPort } from './keys.ts';
import { ledgerChecks } from './ledger.ts';
import type { LedgerPort } from './ledger-makers.ts';
import { DESK, keysSabotages } from './sabotages/keys.ts';
import { ledgerSabotages } from './sabotages/ledger.ts';
import { vaultSabotages } from './sabotages/vault.ts';
import { vaultChecks, type VaultPort } from './vault.ts';

const close = (): void => undefined;

describe('the vault suite catches a vault that', () => {
  it.each(vaultSabotages)('$title', async ({ broken }) => {
    expect(await caught<VaultPort>(vaultChecks, () => ({ vault: broken() }))).not.toEqual([]);
  });
});

describe('the keys suite catches a keeper of keys that', () => {
  it.each(keysSabotages)('$title', async ({ broken }) => {
    expect(await caught<KeysPort>(keysChecks, () => ({ keys: broken(), desk: DESK }))).not.toEqual([]);
  });
});

describe('the ledger suite catches a ledger that', () => {
  it.each(ledgerSabotages)('$title', async ({ broken }) => {
    expect(await caught<LedgerPort>(ledgerChecks, () => ({ ledger: broken() }))).not.toEqual([]);
  });
});

/** The title of the first check that fails, if any does. */
async function caught<Port>(checks: readonly Check<Port>[], open: () => Port): Promise<string[]> {
  for (const check of checks) {
    const failure = await runCheck(check, () => Promise.resolve({ ...open(), close })).then(
      () => undefined,
      () => check.title,
    );
    if (failure !== undefined) return [failure];
  }
  return [];
}
