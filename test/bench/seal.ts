// Sealing one large file to disk: ours, a tight single-thread loop doing the same arithmetic, and the AWS Encryption SDK at its best
// setting with the same digests. Each answers MB/s.
import { createCipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import { closeSync, createWriteStream, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { AlgorithmSuiteIdentifier, CommitmentPolicy } from '@aws-crypto/material-management-node';
import { buildEncrypt } from '@aws-crypto/encrypt-node';
import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/raw-aes-keyring-node';
import { assemble, SETTINGS } from '../../lib/core.ts';
import { initLocalDesk, openLocalDesk } from '../../lib/local/open.ts';
import { sealFile } from '../../lib/seal.ts';

const CHUNK = 64 * 1024;

/** The same few megabytes of noise, over and over. */
function* repeated(noise: Buffer, sizeBytes: number): Generator<Buffer> {
  for (let at = 0; at < sizeBytes; at += CHUNK) {
    const from = at % noise.length;
    yield noise.subarray(from, from + CHUNK);
  }
}

function rate(sizeBytes: number, startedMs: number): number {
  return sizeBytes / 1e3 / (performance.now() - startedMs);
}

export async function sealOurs(folder: string, noise: Buffer, sizeBytes: number): Promise<number> {
  const dir = join(folder, 'desk');
  const { desk } = await initLocalDesk({ dir });
  const local = await openLocalDesk({ dir });
  try {
    const core = assemble(desk, local.ports, SETTINGS);
    const owner = randomUUID();
    const chain = { owner, secret: await core.newSecret(owner) };
    const hash = createHash('sha256');
    for (const chunk of repeated(noise, sizeBytes)) hash.update(chunk);
    const sha256 = hash.digest('hex');
    const started = performance.now();
    await sealFile(core, chain, Readable.from(repeated(noise, sizeBytes)), { sha256 }, () => ({ version: 1 }));
    return rate(sizeBytes, started);
  } finally {
    await local.close();
  }
}

export function sealRaw(folder: string, noise: Buffer, sizeBytes: number): Promise<number> {
  const started = performance.now();
  const file = openSync(join(folder, 'raw'), 'wx');
  const hashes = ['md5', 'sha1', 'sha256'].map((name) => createHash(name));
  const cipher = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12));
  const root = createHash('sha256');
  let crc = 0;
  for (const chunk of repeated(noise, sizeBytes)) {
    for (const hash of hashes) hash.update(chunk);
    crc = crc32(chunk, crc);
    const sealed = cipher.update(chunk);
    root.update(sealed);
    writeSync(file, sealed);
  }
  fsyncSync(file);
  closeSync(file);
  return Promise.resolve(rate(sizeBytes, started));
}

export async function sealWithSdk(folder: string, noise: Buffer, sizeBytes: number): Promise<number> {
  const { encryptStream } = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
  const keyring = new RawAesKeyringNode({
    keyName: 'an-object',
    keyNamespace: 'referral-desk',
    unencryptedMasterKey: new Uint8Array(randomBytes(32)),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
  const hashes = ['md5', 'sha1', 'sha256'].map((name) => createHash(name));
  let crc = 0;
  function* digested(): Generator<Buffer> {
    for (const chunk of repeated(noise, sizeBytes)) {
      for (const hash of hashes) hash.update(chunk);
      crc = crc32(chunk, crc);
      yield chunk;
    }
  }
  const started = performance.now();
  await pipeline(
    Readable.from(digested()),
    encryptStream(keyring, {
      suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY,
      frameLength: 1024 * 1024,
      encryptionContext: { owner: 'an-owner', object: 'an-object' },
    }),
    createWriteStream(join(folder, 'sdk'), { flush: true }),
  );
  return rate(sizeBytes, started);
}
