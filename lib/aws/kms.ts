// KMS, in the desk's words. Always true: a blob that does not fit its context is refused; a key that cannot be used is a fault, never a refusal
// of the caller; no error names a key or an account.
import type { KMSClient } from '@aws-sdk/client-kms';
import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  SignCommand,
} from '@aws-sdk/client-kms';
import { DeskError } from '../errors.ts';
import type { KeyContext } from '../ports.ts';

export interface Kms {
  generateDataKey(keyId: string, context: KeyContext): Promise<{ key: Uint8Array; wrapped: Uint8Array }>;
  /** As `generateDataKey` does with a fresh key. */
  encrypt(keyId: string, key: Uint8Array, context: KeyContext): Promise<Uint8Array>;
  decrypt(keyId: string, wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array>;
  /** HMAC-SHA-256. */
  mac(keyId: string, message: Uint8Array): Promise<Uint8Array>;
  /** Ed25519 (RFC 8032), of at most 4,096 bytes. */
  sign(keyId: string, message: Uint8Array): Promise<Uint8Array>;
  /** The raw 32 bytes of an Ed25519 public key. */
  publicKey(keyId: string): Promise<Uint8Array>;
}

const REFUSED = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);
const RAW_BYTES = 32;

/** @throws DeskError keys/refused (decrypt alone), keys/failed */
export function kmsOf(client: KMSClient): Kms {
  return {
    generateDataKey: (KeyId, context) =>
      inKeyWords(async () => {
        const command = new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: { ...context } });
        const { Plaintext, CiphertextBlob } = await client.send(command);
        return { key: demand(Plaintext), wrapped: demand(CiphertextBlob) };
      }),
    encrypt: (KeyId, Plaintext, context) =>
      inKeyWords(async () => {
        const command = new EncryptCommand({ KeyId, Plaintext, EncryptionContext: { ...context } });
        return demand((await client.send(command)).CiphertextBlob);
      }),
    decrypt: (KeyId, CiphertextBlob, context) =>
      inKeyWords(async () => {
        if (CiphertextBlob.length === 0 || CiphertextBlob.length > MOST_BLOB_BYTES) throw refused();
        const command = new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext: { ...context } });
        return demand((await client.send(command)).Plaintext);
      }),
    mac: (KeyId, Message) =>
      inKeyWords(async () => {
        const command = new GenerateMacCommand({ KeyId, Message, MacAlgorithm: 'HMAC_SHA_256' });
        return demand((await client.send(command)).Mac);
      }),
    sign: (KeyId, Message) =>
      inKeyWords(async () => {
        const how = { MessageType: 'RAW', SigningAlgorithm: 'ED25519_SHA_512' } as const;
        return demand((await client.send(new SignCommand({ KeyId, Message, ...how }))).Signature);
      }),
    publicKey: (KeyId) =>
      inKeyWords(async () => {
        const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId }));
        return Uint8Array.from(demand(PublicKey).subarray(-RAW_BYTES)); // of a SubjectPublicKeyInfo (RFC 8410)
      }),
  };
}

/** What KMS takes. */
const MOST_BLOB_BYTES = 6144;

function demand(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes !== undefined) return Uint8Array.from(bytes);
  throw new DeskError('keys/failed', 'KMS answered without what it was asked for.');
}

function refused(cause?: unknown): DeskError {
  return new DeskError('keys/refused', 'This key was not wrapped here, or not for this use.', { cause });
}

/** By the name of the exception; each says what to do. */
const FAULTS: Readonly<Record<string, string>> = {
  DisabledException: 'A key of this desk is disabled in KMS: enable it.',
  KMSInvalidStateException:
    'A key of this desk cannot be used in KMS: see whether it awaits deletion, and cancel that.',
  NotFoundException: 'KMS has no such key: look at the configuration of the stack.',
  AccessDeniedException: 'KMS refuses this authority: look at the key policy and the role.',
  ThrottlingException: 'KMS takes no more calls now: try again, or raise its quota.',
};

async function inKeyWords<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof DeskError) throw cause;
    const name = cause instanceof Error ? cause.name : '';
    if (REFUSED.has(name)) throw refused(cause);
    throw new DeskError('keys/failed', FAULTS[name] ?? 'KMS could not be asked: try again.', { cause });
  }
}
