// Watch: everything the desk ever took is gone over again, from the log down to the last sealed byte, and what does not hold is named.
// It changes nothing. A finding names the place by opaque ids only.
import { rowsOf, type Core } from './core.ts';
import { DeskError } from './errors.ts';
import { DESK } from './ports.ts';
import { walkChain } from './watch-chain.ts';
import { checkFilings } from './watch-filings.ts';
import { UNPROVED_UPLOADS } from './uploads/record.ts';
import { addUnlogged, watchDeadlines, watchLogs } from './watch-log.ts';
import {
  checkCertificate,
  checkDestroyed,
  checkKeys,
  checkOrders,
  checkPersons,
  checkReferral,
  checkRemains,
  checkRows,
} from './watch-rows.ts';
import { breathe, guarded, type Chains, type WatchCounts, type Watched, type Watching } from './watching.ts';

export type { WatchCounts, Watched, WatchFinding } from './watching.ts';

export interface WatchOptions {
  readonly onProgress?: ((checked: WatchCounts) => void) | undefined;
  /** A checkpoint of this desk that was kept elsewhere: the desk must hold all that it is of. */
  readonly against?: string | undefined;
}

/** Re-verifies the whole desk. Reads everything once; memory grows with the number of entries, not of bytes. */
export async function watch(core: Core, options: WatchOptions = {}): Promise<Watched> {
  const watching = begin(core, options);
  await guarded(watching, 'ledger', () => inspectLedger(watching));
  const chains = await watchLogs(watching, options.against);
  await guarded(watching, 'ledger', () => addUnlogged(watching, chains));
  await guarded(watching, 'log', () => watchDeadlines(watching));
  for (const chain of [DESK, ...[...chains.keys()].filter((name) => name !== DESK)]) {
    await guarded(watching, `chain ${chain}`, () => watchChain(watching, chain, chains.get(chain) ?? new Map()));
    await breathe();
  }
  await guarded(watching, 'packets', () => checkOrders(watching));
  await guarded(watching, 'filings', () => checkFilings(watching));
  await guarded(watching, 'vault', () => watchVault(watching));
  await guarded(watching, 'secrets', () => watchSecrets(watching, chains));
  const { findings, notes, checked } = watching;
  return { findings, notes, checked };
}

function begin(core: Core, { onProgress = () => undefined }: WatchOptions): Watching {
  const findings: Watching['findings'] = [];
  return {
    core,
    findings,
    notes: [],
    checked: { chains: 0, entries: 0, rows: 0, objects: 0, bytes: 0, logEntries: 0 },
    say: (code, where) => void findings.push({ code, where }),
    onProgress,
    referred: new Set(),
    deskLabels: new Set(),
  };
}

async function inspectLedger({ core, say }: Watching): Promise<void> {
  for await (const { what, where } of core.ledger.inspect()) say('ledger/damaged', `${what} [${where}]`);
}

async function watchChain(watching: Watching, chain: string, logged: ReadonlyMap<number, string>): Promise<void> {
  watching.checked.chains++;
  const secret = await secretOf(watching, chain);
  const seen = await walkChain(watching, chain, secret, logged);
  watching.onProgress(watching.checked);
  if (chain === DESK) for (const label of seen.latest.keys()) watching.deskLabels.add(label);
  if (secret === undefined) await checkDestroyed(watching, chain);
  else await checkRows(watching, seen, secret);
  if (chain !== DESK) await checkCertificate(watching, seen);
  if (secret === undefined) return;
  if (chain !== DESK) return checkReferral(watching, chain);
  await checkRemains(watching, seen, secret);
  await checkKeys(watching, seen, secret);
  await checkPersons(watching);
}

async function secretOf({ core, say }: Watching, owner: string): Promise<Uint8Array | undefined> {
  if (await core.keys.isDestroyed(owner)) return undefined;
  try {
    return await core.keys.readSecret(owner);
  } catch (error) {
    say(error instanceof DeskError ? error.code : 'keys/failed', `secret of ${owner}`);
    return undefined;
  }
}

// ── what nothing refers to ────────────────────────────────────────────────────────────────────────────────────────────

async function watchVault({ core, referred, notes }: Watching): Promise<void> {
  for await (const { id } of rowsOf(core, UNPROVED_UPLOADS)) referred.add(id); // sent directly, and not looked at yet
  for await (const name of core.vault.list()) {
    if (!referred.has(name)) notes.push({ code: 'vault/orphan', where: `vault file ${name}` });
  }
}

async function watchSecrets({ core, notes }: Watching, chains: Chains): Promise<void> {
  for await (const owner of core.keys.owners()) {
    const isActor = (await core.ledger.row({ kind: 'actor', id: owner })) !== undefined;
    if (!isActor && !chains.has(owner)) notes.push({ code: 'keys/orphan', where: `secret of ${owner}` });
  }
}
