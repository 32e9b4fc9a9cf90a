// Ledgers that break one promise each.
import { isCode } from '../../../lib/errors.ts';
import type { CommitResult, Ledger, RowKey, StoredRow } from '../../../lib/ports.ts';
import { memoryLedger } from '../memory.ts';
import { sabotage, type Sabotage } from './sabotage.ts';

export const ledgerSabotages: readonly Sabotage<Ledger>[] = [
  ledgerWith('does not look at seq', (ledger) => ({
    commit: async (commits) => {
      const results: CommitResult[] = [];
      for (const { entry, ...more } of commits) {
        const seq = ((await ledger.head(entry.chain))?.seq ?? -1) + 1;
        results.push(...(await ledger.commit([{ entry: { ...entry, seq }, ...more }])));
      }
      return results;
    },
  })),
  ledgerWith('takes a commit although a row exists', (ledger) => ({
    commit: (commits) => ledger.commit(commits.map((commit) => ({ ...commit, absent: [] }))),
  })),
  ledgerWith('writes the rows of a commit that it refuses', (ledger) => ({
    commit: async (commits) => {
      const results = await ledger.commit(commits);
      for (const [n, { entry, put, remove }] of commits.entries()) {
        if (results[n] !== 'exists') continue;
        const aside = { ...entry, chain: `${entry.chain}-aside`, seq: 0, objects: [] };
        await ledger.commit([{ entry: aside, put, remove, absent: [] }]);
      }
      return results;
    },
  })),
  ledgerWith('refuses all that follows a refused commit of a batch', (ledger) => ({
    commit: async (commits) => {
      const results: CommitResult[] = [];
      for (const commit of commits) {
        const refused = results.find((result) => result !== 'done');
        results.push(...(refused === undefined ? await ledger.commit([commit]) : [refused]));
      }
      return results;
    },
  })),
  ledgerWith('does not let later commits of a batch see earlier ones', (ledger) => ({
    commit: async (commits) => {
      const has = async (key: RowKey): Promise<boolean> => (await ledger.row(key)) !== undefined;
      const found = await Promise.all(commits.map(({ absent }) => Promise.all(absent.map(has))));
      const results = await ledger.commit(
        commits.map((commit, n) => (found[n]?.includes(true) ? commit : { ...commit, absent: [] })),
      );
      return results;
    },
  })),
  ledgerWith('loses one commit of many', (ledger) => ({
    commit: async (commits) => {
      const results = await ledger.commit(commits.slice(0, 100));
      return commits.map((_, n) => results[n] ?? 'done');
    },
  })),
  ledgerWith('writes an entry’s text its own way', (ledger) => ({
    entries: async (chain, from, limit) =>
      (await ledger.entries(chain, from, limit)).map((entry) => ({
        ...entry,
        text: JSON.stringify(JSON.parse(entry.text)),
      })),
  })),
  ledgerWith('answers one entry too many', (ledger) => ({
    entries: (chain, from, limit) => ledger.entries(chain, from, limit + 1),
  })),
  ledgerWith('takes the first entry for the head', (ledger) => ({
    head: async (chain) => (await ledger.entries(chain, 0, 1))[0],
  })),
  ledgerWith('finds another entry for an object', (ledger) => ({
    entryOfObject: async (id) => {
      const entry = await ledger.entryOfObject(id);
      return entry && ledger.head(entry.chain);
    },
  })),
  ledgerWith('drops what stands beside an entry', (ledger) => ({
    head: async (chain) => {
      const entry = await ledger.head(chain);
      return entry && { ...entry, objects: [] };
    },
  })),
  ledgerWith('takes rows of one id for one row', (ledger) => ({
    row: async ({ id }) => {
      const kinds = ['referral', 'attachment', 'lookup', 'actor'] as const;
      const rows = await Promise.all(kinds.map((kind) => ledger.row({ kind, id })));
      return rows.find((row) => row !== undefined);
    },
  })),
  ledgerWith('keeps the label a row had first', (ledger) => {
    const labels = new Map<string, string>();
    return {
      row: async (key) => {
        const row = await ledger.row(key);
        const label = labels.get(key.id) ?? row?.label ?? '';
        return row && { ...row, label };
      },
      commit: (commits) => {
        for (const { id, label } of commits.flatMap(({ put }) => put)) labels.set(id, labels.get(id) ?? label);
        return ledger.commit(commits);
      },
    };
  }),
  ledgerWith('leaves a row in lists that it left', (ledger) => ({
    commit: async (commits) => {
      const put = await Promise.all(
        commits.map(({ put }) =>
          Promise.all(
            put.map(async (row) => ({ ...row, lists: [...row.lists, ...((await ledger.row(row))?.lists ?? [])] })),
          ),
        ),
      );
      return ledger.commit(commits.map((commit, n) => ({ ...commit, put: put[n] ?? [] })));
    },
  })),
  ledgerWith('removes nothing', (ledger) => ({
    commit: (commits) => ledger.commit(commits.map((commit) => ({ ...commit, remove: [] }))),
  })),
  ledgerWith('lists rows by id, not by place', (ledger) => ({
    list: async (list, page) => {
      const found = await ledger.list(list, page);
      return { ...found, items: [...found.items].sort((a, b) => (a.id < b.id ? -1 : 1)) };
    },
  })),
  ledgerWith('compares places as UTF-16', (ledger) => ({
    list: async (list, page) => {
      const place = (row: StoredRow): string => row.lists.find((at) => at.list === list)?.sort ?? '';
      const found = await ledger.list(list, page);
      return {
        ...found,
        items: [...found.items].sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0)),
      };
    },
  })),
  ledgerWith('repeats a row on the next page', (ledger) => ({
    list: async (list, page) => {
      const found = await ledger.list(list, page);
      const before = await ledger.list(list, { ...page, limit: Math.max(1, page.limit - 1) });
      return found.next !== undefined && page.limit > 1 && before.next !== undefined
        ? { ...found, next: before.next }
        : found;
    },
  })),
  ledgerWith('skips a row between two pages', (ledger) => ({
    list: async (list, page) => {
      const found = await ledger.list(list, page);
      const further = await ledger.list(list, { ...page, limit: page.limit + 1 });
      return found.next !== undefined && further.next !== undefined ? { ...found, next: further.next } : found;
    },
  })),
  ledgerWith('promises a page that is not there', (ledger) => ({
    list: async (list, page) => {
      const found = await ledger.list(list, page);
      return found.items.length === page.limit ? { ...found, next: found.next ?? page.after ?? 'x' } : found;
    },
  })),
  ledgerWith('takes any text for the first page', (ledger) => ({
    list: (list, page) =>
      ledger.list(list, page).catch((error: unknown) => {
        if (isCode(error, 'input/malformed')) return ledger.list(list, { limit: page.limit });
        throw error;
      }),
  })),
  ledgerWith('holds the newest entries pending first', (ledger) => ({
    pending: async (limit) => (await ledger.pending(100_000)).reverse().slice(0, limit),
  })),
  ledgerWith('takes a step whatever it builds on', (ledger) => ({
    integrate: async (step) => ledger.integrate({ ...step, after: await ledger.logState() }),
  })),
  ledgerWith('looks only at the size of what a step builds on', (ledger) => ({
    integrate: async (step) => {
      const state = await ledger.logState();
      return ledger.integrate(state?.size === step.after?.size ? { ...step, after: state } : step);
    },
  })),
  ledgerWith('keeps the tiles of a step that it does not take', (ledger) => {
    const tiles = new Map<string, Uint8Array>();
    return {
      integrate: (step) => {
        for (const { level, index, bytes } of step.tiles) tiles.set(`${step.state.log}/${level}/${index}`, bytes);
        return ledger.integrate(step);
      },
      tile: (log, level, index) => Promise.resolve(tiles.get(`${log}/${level}/${index}`)),
    };
  }),
  ledgerWith('keeps the first form of a tile', (ledger) => {
    const tiles = new Map<string, Uint8Array>();
    return {
      tile: async (log, level, index) => {
        const name = `${log}/${level}/${index}`;
        const tile = tiles.get(name) ?? (await ledger.tile(log, level, index));
        if (tile !== undefined) tiles.set(name, tile);
        return tile;
      },
    };
  }),
  ledgerWith('begins a new log without the old entries', (ledger) => ({
    pending: async (limit) => {
      const isOld = (await ledger.logState())?.log === 2;
      return isOld ? [] : ledger.pending(limit);
    },
  })),
  ledgerWith('forgets the old log', (ledger) => ({
    leaves: async (log, from, limit) => ((await ledger.logState())?.log === log ? ledger.leaves(log, from, limit) : []),
  })),
  ledgerWith('answers the present log for an old one', (ledger) => ({
    logState: () => ledger.logState(),
  })),
  ledgerWith('looks for an entry in the old log too', (ledger) => ({
    leafIndex: async (chain, seq) => {
      const index = await ledger.leafIndex(chain, seq);
      const old = (await ledger.leaves(1, 0, 1000)).findIndex((leaf) => leaf.chain === chain && leaf.seq === seq);
      return index ?? (old < 0 ? undefined : old);
    },
  })),
  ledgerWith('shows the oldest checkpoints first', (ledger) => ({
    checkpoints: async ({ limit }) => ({
      items: [...(await ledger.checkpoints({ limit: 1000 })).items].reverse().slice(0, limit),
    }),
  })),
  ledgerWith('shows the newest checkpoints alone', (ledger) => ({
    checkpoints: async (page) => ({ items: (await ledger.checkpoints(page)).items }),
  })),
  ledgerWith('skips a checkpoint between two pages', (ledger) => ({
    checkpoints: async (page) => {
      const found = await ledger.checkpoints(page);
      const further = await ledger.checkpoints({ ...page, limit: page.limit + 1 });
      return found.next !== undefined && further.next !== undefined ? { ...found, next: further.next } : found;
    },
  })),
];

function ledgerWith(title: string, alter: (ledger: Ledger) => Partial<Ledger>): Sabotage<Ledger> {
  return sabotage(title, memoryLedger, alter);
}
