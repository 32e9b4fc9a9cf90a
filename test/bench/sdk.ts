// The AWS Encryption SDK as a peer: as it comes, and at its best setting (1 MiB frames, no signature).
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buildEncrypt } from '@aws-crypto/encrypt-node';
import { AlgorithmSuiteIdentifier, CommitmentPolicy } from '@aws-crypto/material-management-node';
import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/raw-aes-keyring-node';

const { encryptStream } = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const BEST = {
  suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY,
  frameLength: 1024 * 1024,
};

/** Encrypts bytes into a file under a key of their own. @param isBest 1 MiB frames and no signature; else as the SDK comes */
export async function encryptWithSdk(bytes: AsyncIterable<Uint8Array>, file: string, isBest: boolean): Promise<void> {
  const keyring = new RawAesKeyringNode({
    keyName: 'an-object',
    keyNamespace: 'referral-desk',
    unencryptedMasterKey: new Uint8Array(randomBytes(32)),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
  const encryptionContext = { owner: 'an-owner', object: 'an-object' };
  const encrypting = encryptStream(keyring, { encryptionContext, ...(isBest ? BEST : {}) });
  await pipeline(Readable.from(bytes), encrypting, createWriteStream(file));
}
