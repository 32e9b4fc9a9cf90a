// The desk's ports on AWS, put together. The vault is handed in, so that who never touches it loads nothing of S3.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Ports, Purpose, Vault } from '../ports.ts';
import { announcedIn } from './announced.ts';
import { kmsKeys } from './keys.ts';
import { dynamoLedger } from './ledger.ts';
import { dynamoTable } from './table.ts';

/** The book and the keys of a stack. */
export interface BookParts {
  readonly desk: string;
  readonly dynamo: DynamoDBClient;
  readonly kms: KMSClient;
  readonly bookTable: string;
  readonly secretsTable: string;
  /** Ids of keys in KMS. */
  readonly dataKeyId: string;
  readonly lookupKeyId: string;
  readonly firstKeys: Readonly<Record<Purpose, string>>;
  /** False for who only reads the book. */
  readonly mayWrite?: boolean;
}

/** What the machine lends that the code runs on. */
export type Lent = Pick<Ports, 'font' | 'scratch' | 'alarm' | 'recipients' | 'stamps'> & { readonly now?: () => Date };

export function awsPorts(parts: BookParts, vault: Vault, { now = () => new Date(), ...lent }: Lent): Ports {
  const { dynamo, bookTable, mayWrite } = parts;
  return {
    vault: { ...vault, uploads: { ...vault.uploads, isFirst: announcedIn(dynamoTable(dynamo, bookTable)) } },
    keys: kmsKeys(parts),
    ledger: dynamoLedger(dynamo, bookTable, mayWrite),
    now,
    newId: randomUUID,
    pause: (ms) => wait(randomInt(ms, 2 * ms + 1)),
    ...lent,
  };
}

/** A vault that is loaded with the first thing asked of it. */
export function lazyVault(load: () => Promise<Required<Vault>>): Vault {
  let loaded: Promise<Required<Vault>> | undefined;
  const vault = (): Promise<Required<Vault>> => (loaded ??= load());
  return {
    immutability: 'enforced',
    put: async (...asked) => (await vault()).put(...asked),
    get: (...asked) => later(async () => (await vault()).get(...asked)),
    stat: async (...asked) => (await vault()).stat(...asked),
    extendLock: async (...asked) => (await vault()).extendLock(...asked),
    list: () => later(async () => (await vault()).list()),
    lend: async (name) => (await vault()).lend(name),
    uploads: {
      begin: async (...asked) => (await vault()).uploads.begin(...asked),
      address: async (...asked) => (await vault()).uploads.address(...asked),
      put: async (...asked) => (await vault()).uploads.put(...asked),
      parts: async (...asked) => (await vault()).uploads.parts(...asked),
      complete: async (...asked) => (await vault()).uploads.complete(...asked),
      abort: async (...asked) => (await vault()).uploads.abort(...asked),
    },
  };
}

async function* later<T>(source: () => Promise<AsyncIterable<T>>): AsyncGenerator<T> {
  yield* await source();
}
