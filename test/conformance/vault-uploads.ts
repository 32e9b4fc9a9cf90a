// What every Vault promises of files that come in parts (lib/ports.ts), check by check.
import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Upload, UploadPart, Vault } from '../../lib/ports.ts';
import { all, gather, refuses, same, sameBytes, type Check } from './check.ts';

const MIB = 1024 * 1024;
/** What S3 asks of all parts but the last. */
const PART = 5 * MIB;
const LATER = new Date('2031-03-04T05:06:07Z');

interface Cut extends UploadPart {
  readonly bytes: Buffer;
}

function cut(bytes: Buffer, first = 1): Cut[] {
  const parts: Cut[] = [];
  for (let offset = 0; offset < bytes.length; offset += PART) {
    const piece = bytes.subarray(offset, offset + PART);
    const digest = (name: string): string => createHash(name).update(piece).digest('hex');
    const digests = { sha256: digest('sha256'), md5: digest('md5') };
    parts.push({ number: first + parts.length, offset, sizeBytes: piece.length, ...digests, bytes: piece });
  }
  return parts;
}

async function* slowly(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) {
    await new Promise(setImmediate);
    yield bytes.subarray(at, at + 100_000);
  }
}

async function begun({ uploads }: Vault, bytes: Buffer): Promise<{ upload: Upload; parts: Cut[]; name: string }> {
  const name = randomUUID();
  return { name, upload: await uploads.begin(name, LATER), parts: cut(bytes) };
}

const put = ({ uploads }: Vault, upload: Upload, { bytes, ...part }: Cut): Promise<void> =>
  uploads.put(upload, part, slowly(bytes));

export const uploadChecks: readonly Check<{ readonly vault: Vault }>[] = [
  {
    title: 'makes a file of parts that come in any order and at once, locked from the moment it exists',
    run: async ({ vault }) => {
      const bytes = randomBytes(2 * PART + 12345);
      const { name, upload, parts } = await begun(vault, bytes);
      await Promise.all([...parts].reverse().map((part) => put(vault, upload, part)));
      same(
        (await vault.uploads.parts(upload)).map(({ number, sizeBytes }) => [number, sizeBytes]),
        parts.map(({ number, sizeBytes }) => [number, sizeBytes]),
      );
      assert.equal(await vault.stat(name), undefined);
      await refuses('vault/absent', gather(vault.get(name)));
      assert.ok(!(await all(vault.list())).includes(name));
      assert.equal(await vault.uploads.complete(upload, parts, LATER), bytes.length);
      same(await vault.stat(name), { sizeBytes: bytes.length, lockedUntil: LATER });
      sameBytes(await gather(vault.get(name)), bytes);
      sameBytes(await gather(vault.get(name, { offset: PART - 3, sizeBytes: 6 })), bytes.subarray(PART - 3, PART + 3));
      assert.ok((await all(vault.list())).includes(name));
    },
  },
  {
    title: 'takes the same part twice for once, and knows it again by a digest',
    run: async ({ vault }) => {
      const { name, upload, parts } = await begun(vault, randomBytes(1000));
      const [part] = parts as [Cut];
      await put(vault, upload, part);
      await put(vault, upload, part);
      const [kept, ...more] = await vault.uploads.parts(upload);
      assert.equal(more.length, 0);
      assert.ok(kept?.sha256 === part.sha256 || kept?.md5 === part.md5);
      await vault.uploads.complete(upload, parts, LATER);
      sameBytes(await gather(vault.get(name)), part.bytes);
    },
  },
  {
    title: 'keeps nothing of a part that has another size or other digests than announced',
    run: async ({ vault }) => {
      const { name, upload, parts } = await begun(vault, randomBytes(200_000));
      const [part] = parts as [Cut];
      const other = randomBytes(200_000);
      await refuses('attachment/size-mismatch', put(vault, upload, { ...part, bytes: other.subarray(1) }));
      const longer = Buffer.concat([part.bytes, other]);
      await refuses('attachment/size-mismatch', put(vault, upload, { ...part, bytes: longer }));
      await refuses('attachment/digest-mismatch', put(vault, upload, { ...part, bytes: other }));
      same(await vault.uploads.parts(upload), []);
      await refuses('vault/absent', vault.uploads.complete(upload, parts, LATER));
      await put(vault, upload, part);
      await vault.uploads.complete(upload, parts, LATER);
      sameBytes(await gather(vault.get(name)), part.bytes);
    },
  },
  {
    title: 'keeps nothing of a part whose source fails, and passes its error on unchanged',
    run: async ({ vault }) => {
      const { upload, parts } = await begun(vault, randomBytes(200_000));
      const [{ bytes, ...part }] = parts as [Cut];
      const failure = new Error('the source failed');
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield* slowly(bytes.subarray(0, 150_000));
        throw failure;
      }
      const outcome: unknown = await vault.uploads.put(upload, part, failing()).then(
        () => 'it was taken',
        (error: unknown) => error,
      );
      assert.equal(outcome, failure);
      same(await vault.uploads.parts(upload), []);
      await vault.uploads.abort(upload);
    },
  },
  {
    title: 'makes no file while a part is missing',
    run: async ({ vault }) => {
      const { name, upload, parts } = await begun(vault, randomBytes(PART + 10));
      const [first, last] = parts as [Cut, Cut];
      await put(vault, upload, last);
      await refuses('vault/absent', vault.uploads.complete(upload, parts, LATER));
      assert.equal(await vault.stat(name), undefined);
      await put(vault, upload, first);
      await vault.uploads.complete(upload, parts, LATER);
    },
  },
  {
    title: 'takes nothing more once it is complete or given up',
    run: async ({ vault }) => {
      for (const end of ['complete', 'abort'] as const) {
        const { name, upload, parts } = await begun(vault, randomBytes(1000));
        const [part] = parts as [Cut];
        await put(vault, upload, part);
        if (end === 'complete') await vault.uploads.complete(upload, parts, LATER);
        else await vault.uploads.abort(upload);
        await refuses('vault/absent', put(vault, upload, part));
        await refuses('vault/absent', vault.uploads.parts(upload));
        await vault.uploads.abort(upload);
        assert.equal((await vault.stat(name))?.sizeBytes, end === 'complete' ? 1000 : undefined);
      }
    },
  },
  {
    title: 'leaves a file that is there already as it is',
    run: async ({ vault }) => {
      const { name, upload, parts } = await begun(vault, randomBytes(1000));
      await put(vault, upload, parts[0] as Cut);
      const first = randomBytes(10);
      await vault.put(name, [first], LATER);
      await refuses('vault/exists', vault.uploads.complete(upload, parts, LATER));
      await vault.uploads.abort(upload);
      sameBytes(await gather(vault.get(name)), first);
    },
  },
  {
    title: 'keeps uploads apart',
    run: async ({ vault }) => {
      const [one, two] = [await begun(vault, randomBytes(500)), await begun(vault, randomBytes(500))];
      for (const { upload, parts } of [one, two]) await put(vault, upload, parts[0] as Cut);
      await vault.uploads.abort(one.upload);
      await vault.uploads.complete(two.upload, two.parts, LATER);
      sameBytes(await gather(vault.get(two.name)), two.parts[0]?.bytes ?? Buffer.of());
      assert.equal(await vault.stat(one.name), undefined);
    },
  },
];
