// The keys of a desk in KMS. Always true: the data key, the signing keys and the storage key never leave KMS; intake needs no right to decrypt.
import { CreateKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeskError } from '../errors.ts';
import { PURPOSES, type Keys, type Purpose } from '../ports.ts';
import { kmsOf, type Kms } from './kms.ts';
import { dynamoSecrets } from './secrets.ts';
import { foundSigning, kmsSigning, type SigningOptions } from './signing.ts';
import { dynamoTable } from './table.ts';

export interface KmsKeysOptions {
  readonly kms: KMSClient;
  readonly dynamo: DynamoDBClient;
  /** Secrets and what is known of signing keys. */
  readonly secretsTable: string;
  readonly desk: string;
  /** Symmetric: wraps data keys. */
  readonly dataKeyId: string;
  /** HMAC_256: of it the lookup key is made, once per process. */
  readonly lookupKeyId: string;
  /** A purpose's first key, made with the stack; keys that follow are made in KMS when they are asked for. */
  readonly firstKeys: Readonly<Record<Purpose, string>>;
}

const LOOKUP_LABEL = Buffer.from('referral-desk/lookup/1', 'utf8');

export function kmsKeys(options: KmsKeysOptions): Keys {
  const { dataKeyId, lookupKeyId } = options;
  const kms = kmsOf(options.kms);
  const lookupKey = remembered(() => kms.mac(lookupKeyId, LOOKUP_LABEL));
  return {
    generateDataKey: (context) => kms.generateDataKey(dataKeyId, context),
    decrypt: (wrapped, context) => kms.decrypt(dataKeyId, wrapped, context),
    ...dynamoSecrets(dynamoTable(options.dynamo, options.secretsTable), lookupKey),
    lookupKey,
    ...kmsSigning(signingOptions(options, kms)),
  };
}

/** Enters the first signing keys of a new desk. @throws DeskError state/exists */
export async function foundKeys(options: KmsKeysOptions, now: Date): Promise<void> {
  const signing = signingOptions(options, kmsOf(options.kms));
  const first = { ...signing, newKey: (purpose: Purpose) => Promise.resolve(options.firstKeys[purpose]) };
  for (const purpose of PURPOSES) await foundSigning(first, purpose, now);
}

function signingOptions({ dynamo, secretsTable, desk, kms: client }: KmsKeysOptions, kms: Kms): SigningOptions {
  return { table: dynamoTable(dynamo, secretsTable), kms, desk, newKey: (purpose) => newSigningKey(client, purpose) };
}

async function newSigningKey(client: KMSClient, purpose: Purpose): Promise<string> {
  const spec = { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' } as const;
  const tags = [{ TagKey: 'referral-desk', TagValue: purpose }];
  try {
    const { KeyMetadata } = await client.send(new CreateKeyCommand({ ...spec, Tags: tags }));
    if (KeyMetadata?.KeyId !== undefined) return KeyMetadata.KeyId;
  } catch (cause) {
    throw new DeskError('keys/failed', 'KMS made no new signing key: look at the role of whoever asks.', { cause });
  }
  throw new DeskError('keys/failed', 'KMS answered without what it was asked for.');
}

/** Asked for once; each caller has bytes of his own. A failure is not remembered. */
function remembered(ask: () => Promise<Uint8Array>): () => Promise<Uint8Array> {
  let known: Promise<Uint8Array> | undefined;
  return async () => {
    known ??= ask();
    try {
      return Uint8Array.from(await known);
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
}
