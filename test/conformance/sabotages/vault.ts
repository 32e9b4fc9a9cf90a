// Vaults that break one promise each.
import { createHash, randomBytes } from 'node:crypto';
import { DeskError, isCode } from '../../../lib/errors.ts';
import type { Uploads, Vault } from '../../../lib/ports.ts';
import { all, gather } from '../check.ts';
import { memoryVault } from '../memory.ts';
import { sabotage, type Sabotage } from './sabotage.ts';

export const vaultSabotages: readonly Sabotage<Vault>[] = [
  vaultWith('overwrites a name', (vault) => {
    const latest = new Map<string, string>();
    const of = (name: string): string => latest.get(name) ?? name;
    return {
      put: async (name, bytes, until) => {
        const other = (await vault.stat(of(name))) === undefined ? name : randomBytes(16).toString('hex');
        const size = await vault.put(other, bytes, until);
        latest.set(name, other);
        return size;
      },
      get: (name, range) => vault.get(of(name), range),
      stat: (name) => vault.stat(of(name)),
    };
  }),
  vaultWith('hands out the very bytes it keeps', (vault) => {
    const kept = new Map<string, Uint8Array>();
    return {
      get: async function* (name, range) {
        const bytes = kept.get(name) ?? (await gather(vault.get(name)));
        kept.set(name, bytes);
        if (range === undefined) yield bytes;
        else yield* vault.get(name, range);
      },
    };
  }),
  vaultWith('takes a second write for done without a word', (vault) => ({
    put: (name, bytes, until) =>
      vault.put(name, bytes, until).catch((error: unknown) => {
        if (isCode(error, 'vault/exists')) return 0;
        throw error;
      }),
  })),
  vaultWith('shortens a lock', (vault) => {
    const locks = new Map<string, Date>();
    return {
      extendLock: async (name, until) => {
        await vault.extendLock(name, until);
        locks.set(name, until);
      },
      stat: async (name) => {
        const found = await vault.stat(name);
        return found && { ...found, lockedUntil: locks.get(name) ?? found.lockedUntil };
      },
    };
  }),
  vaultWith('forgets to lock at birth', (vault) => ({
    put: (name, bytes) => vault.put(name, bytes, new Date(0)),
  })),
  vaultWith('rounds a lock down', (vault) => ({
    put: (name, bytes, until) => vault.put(name, bytes, new Date(Math.floor(until.getTime() / 1000) * 1000)),
  })),
  vaultWith('never extends a lock', (vault) => ({
    extendLock: async (name) => {
      await vault.extendLock(name, new Date(0));
    },
  })),
  vaultWith('begins a stretch one byte late', (vault) => ({
    get: (name, range) =>
      vault.get(name, range && range.sizeBytes > 0 ? { ...range, offset: range.offset + 1 } : range),
  })),
  vaultWith('reads a stretch to the end of the file', (vault) => ({
    get: async function* (name, range) {
      const bytes = await gather(vault.get(name));
      if (range && range.offset + range.sizeBytes > bytes.length) yield* vault.get(name, range);
      yield* inChunks(bytes.subarray(range?.offset ?? 0));
    },
  })),
  vaultWith('hands out a short stretch where the file ends early', (vault) => ({
    get: async function* (name, range) {
      const bytes = await gather(vault.get(name));
      const { offset, sizeBytes } = range ?? { offset: 0, sizeBytes: bytes.length };
      yield* inChunks(bytes.subarray(offset, offset + sizeBytes));
    },
  })),
  vaultWith('loses the last byte of a file of whole blocks', (vault) => ({
    get: async function* (name, range) {
      const bytes = await gather(vault.get(name, range));
      yield bytes.length > 0 && bytes.length % 65_536 === 0 ? bytes.subarray(0, -1) : bytes;
    },
  })),
  vaultWith('hands out a large file in one piece', (vault) => ({
    get: async function* (name, range) {
      yield await gather(vault.get(name, range));
    },
  })),
  vaultWith('keeps what a failing source gave', (vault) => ({
    put: async (name, bytes, until) => {
      const chunks: Uint8Array[] = [];
      try {
        for await (const chunk of bytes) chunks.push(chunk);
      } finally {
        await vault.put(name, chunks, until);
      }
      return Buffer.concat(chunks).length;
    },
  })),
  vaultWith('puts a source’s error into words of its own', (vault) => ({
    put: (name, bytes, until) =>
      vault.put(name, bytes, until).catch((cause: unknown) => {
        if (cause instanceof DeskError) throw cause;
        throw new DeskError('vault/failed', 'The source failed.', { cause });
      }),
  })),
  vaultWith('shows a file before it is finished', (vault) => {
    const unfinished = new Set<string>();
    return {
      put: (name, bytes, until) => {
        unfinished.add(name);
        return vault.put(name, bytes, until).finally(() => unfinished.delete(name));
      },
      stat: async (name) =>
        (await vault.stat(name)) ?? (unfinished.has(name) ? { sizeBytes: 0, lockedUntil: new Date(0) } : undefined),
    };
  }),
  vaultWith('leaves a file out of its list', (vault) => ({
    list: async function* () {
      yield* (await all(vault.list())).slice(1);
    },
  })),
  vaultWith('names a file twice in its list', (vault) => ({
    list: async function* () {
      const names = await all(vault.list());
      yield* [...names, ...names.slice(0, 1)];
    },
  })),
  vaultWith('takes a name that leads out of the vault', (vault) => ({
    put: (name, bytes, until) =>
      vault.put(/^[0-9a-f-]{1,64}$/u.test(name) ? name : randomBytes(8).toString('hex'), bytes, until),
  })),
  uploadsWith('shows an upload while its parts come', (uploads, vault) => ({
    put: async (upload, part, bytes) => {
      await uploads.put(upload, part, bytes);
      await vault.put(upload.name, [Buffer.of(1)], new Date(0)).catch(() => undefined);
    },
  })),
  uploadsWith('takes other bytes than announced', (uploads) => ({
    put: async (upload, part, bytes) => {
      const given = await gather(bytes);
      const digest = (name: string): string => createHash(name).update(given).digest('hex');
      const other = { ...part, sizeBytes: given.length, sha256: digest('sha256'), md5: digest('md5') };
      await uploads.put(upload, other, inPieces(given));
    },
  })),
  uploadsWith('makes a file of the parts that are there', (uploads) => ({
    complete: async (upload, _parts, until) => uploads.complete(upload, await uploads.parts(upload), until),
  })),
  uploadsWith('forgets to lock what came in parts', (uploads) => ({
    complete: (upload, parts) => uploads.complete(upload, parts, new Date(0)),
  })),
  uploadsWith('puts parts together in the order in which they came', (uploads) => {
    const came: number[] = [];
    return {
      put: async (upload, part, bytes) => {
        await uploads.put(upload, part, bytes);
        came.push(part.number);
      },
      complete: (upload, parts, until) =>
        uploads.complete(
          upload,
          parts.toSorted((a, b) => came.indexOf(a.number) - came.indexOf(b.number)),
          until,
        ),
    };
  }),
  uploadsWith('keeps an upload that was given up', () => ({ abort: () => Promise.resolve() })),
];

function uploadsWith(title: string, alter: (uploads: Uploads, vault: Vault) => Partial<Uploads>): Sabotage<Vault> {
  return vaultWith(title, (vault) => ({ uploads: { ...vault.uploads, ...alter(vault.uploads, vault) } }));
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function vaultWith(title: string, alter: (vault: Vault) => Partial<Vault>): Sabotage<Vault> {
  return sabotage(title, memoryVault, alter);
}

function* inChunks(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
