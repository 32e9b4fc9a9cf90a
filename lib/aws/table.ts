// One DynamoDB table as the ledger uses it: items under two text keys, read strongly, written in transactions. Always true: nothing is
// scanned, and no error names a key.
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type AttributeValue,
  type BatchGetItemCommandOutput,
  type BatchWriteItemCommandOutput,
  type DynamoDBClient,
  type TransactWriteItem,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { randomInt, randomUUID } from 'node:crypto';
import { DeskError } from '../errors.ts';
import { lengthened, shortened } from './shortened.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** `v`: canonical enough, the JSON of a value; `rev`: a fresh mark with every write of an item that changes. */
export interface Item extends Key {
  readonly v?: string;
  readonly rev?: string;
  readonly bytes?: Uint8Array;
  /** Seconds since 1970 after which DynamoDB may take it away (the table's TTL attribute). */
  readonly expires?: number;
}

/** One item of a transaction: what must be so, and what becomes of it. */
export interface Change {
  readonly key: Key;
  /** The item as it was read: undefined where there was none. */
  readonly was: Item | undefined;
  /** What it becomes; null where it goes; undefined where it only must stay as it was. */
  readonly becomes: Item | null | undefined;
  /** Whether it matters what it was. */
  readonly isBound: boolean;
}

export interface Stretch {
  readonly pk: string;
  /** Both within. */
  readonly from: string;
  readonly to: string;
  readonly limit: number;
  readonly descending?: boolean;
}

export interface Table {
  /** Whether whoever asks may write: else what only tidies up is left to those who may. */
  readonly mayWrite: boolean;
  get(key: Key): Promise<Item | undefined>;
  /** In no promised order; what is not there is left out. */
  getMany(keys: readonly Key[]): Promise<Item[]>;
  query(stretch: Stretch): Promise<Item[]>;
  /** All or nothing; false when something was not as it was read. @throws DeskError ledger/failed, ledger/full */
  write(changes: readonly Change[]): Promise<boolean>;
  /** Each by itself, in no promised order; for what may be done twice. */
  writeEach(writes: readonly { readonly key: Key; readonly item: Item | null }[]): Promise<void>;
}

/** Of one transaction. */
export const MOST_CHANGES = 100;
export const MOST_BYTES = 3_500_000;
const MOST_GOT = 100;
const MOST_WRITTEN = 25;
const PAGE = 1000;

export function dynamoTable(dynamo: DynamoDBClient, name: string, mayWrite = true): Table {
  const get = async (key: Key): Promise<Item | undefined> => {
    const command = new GetItemCommand({ TableName: name, Key: keyOf(key), ConsistentRead: true });
    const { Item: found } = await inLedgerWords(dynamo.send(command));
    return found === undefined ? undefined : toItem(found);
  };

  async function getMany(keys: readonly Key[]): Promise<Item[]> {
    const found: Item[] = [];
    for (const some of chunks(keys, MOST_GOT)) {
      let wanted: Record<string, AttributeValue>[] | undefined = some.map(keyOf);
      for (let tries = 0; wanted !== undefined && wanted.length > 0; tries++) {
        if (tries > 0) await rest(tries);
        const command = new BatchGetItemCommand({ RequestItems: { [name]: { Keys: wanted, ConsistentRead: true } } });
        const answer: BatchGetItemCommandOutput = await inLedgerWords(dynamo.send(command));
        found.push(...(answer.Responses?.[name] ?? []).map(toItem));
        wanted = answer.UnprocessedKeys?.[name]?.Keys;
      }
    }
    return found;
  }

  async function query({ pk, from, to, limit, descending = false }: Stretch): Promise<Item[]> {
    const items: Item[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const command = new QueryCommand({
        TableName: name,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ':to': { S: to } },
        ScanIndexForward: !descending,
        Limit: Math.min(PAGE, limit - items.length),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      });
      const page = await inLedgerWords(dynamo.send(command));
      items.push(...(page.Items ?? []).map(toItem));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && items.length < limit);
    return items;
  }

  async function write(changes: readonly Change[]): Promise<boolean> {
    if (changes.length === 0) return true;
    const TransactItems = changes.map((change) => transactItem(name, change));
    try {
      await dynamo.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken: randomUUID() }));
      return true;
    } catch (error) {
      if (isLost(error)) return false;
      throw ledgerError(error);
    }
  }

  async function writeEach(writes: readonly { key: Key; item: Item | null }[]): Promise<void> {
    for (const some of chunks(writes, MOST_WRITTEN)) {
      let wanted: WriteRequest[] | undefined = some.map(writeRequest);
      for (let tries = 0; wanted !== undefined && wanted.length > 0; tries++) {
        if (tries > 0) await rest(tries);
        const command = new BatchWriteItemCommand({ RequestItems: { [name]: wanted } });
        const answer: BatchWriteItemCommandOutput = await inLedgerWords(dynamo.send(command));
        wanted = answer.UnprocessedItems?.[name];
      }
    }
  }

  return { mayWrite, get, getMany, query, write, writeEach };
}

/** Waits a while, longer with every try, and never as long as anyone else. */
export function rest(tries: number): Promise<void> {
  const most = Math.min(1000, 10 * 2 ** Math.min(tries, 7));
  return new Promise((resolve) => setTimeout(resolve, randomInt(1, most + 1)));
}

export function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}

/** What a change counts toward the limit of a transaction. */
export function bytesOf({ key, becomes }: Change): number {
  const text = becomes === null || becomes === undefined ? '' : `${becomes.v ?? ''}${becomes.rev ?? ''}`;
  return (
    Buffer.byteLength(key.pk) +
    Buffer.byteLength(key.sk) +
    Buffer.byteLength(text) +
    (becomes?.bytes?.length ?? 0) +
    100
  );
}

// ── as DynamoDB says it ───────────────────────────────────────────────────────────────────────────────────────────────

function keyOf({ pk, sk }: Key): Record<string, AttributeValue> {
  return { pk: { S: pk }, sk: { S: sk } };
}

function toItem(found: Record<string, AttributeValue>): Item {
  const { pk, sk, v, z, rev, bytes } = found;
  return {
    pk: pk?.S ?? '',
    sk: sk?.S ?? '',
    ...(v?.S === undefined ? {} : { v: v.S }),
    ...(z?.B === undefined ? {} : { v: lengthened(z.B) }),
    ...(rev?.S === undefined ? {} : { rev: rev.S }),
    ...(bytes?.B === undefined ? {} : { bytes: bytes.B }),
  };
}

function attributesOf({ pk, sk, v, rev, bytes, expires }: Item): Record<string, AttributeValue> {
  return {
    ...keyOf({ pk, sk }),
    ...(v === undefined ? {} : valueOf(v)),
    ...(rev === undefined ? {} : { rev: { S: rev } }),
    ...(bytes === undefined ? {} : { bytes: { B: bytes } }),
    ...(expires === undefined ? {} : { expires: { N: String(expires) } }),
  };
}

/** `z` where it is kept shortened. */
function valueOf(v: string): Record<string, AttributeValue> {
  const short = shortened(v);
  return short === undefined ? { v: { S: v } } : { z: { B: short } };
}

function transactItem(TableName: string, { key, was, becomes, isBound }: Change): TransactWriteItem {
  const condition = isBound ? conditionOn(was) : {};
  if (becomes === undefined) return { ConditionCheck: { TableName, Key: keyOf(key), ...conditionOn(was) } };
  if (becomes === null) return { Delete: { TableName, Key: keyOf(key), ...condition } };
  return { Put: { TableName, Item: attributesOf(becomes), ...condition } };
}

interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

function conditionOn(was: Item | undefined): Condition {
  if (was === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  if (was.rev === undefined) return { ConditionExpression: 'attribute_exists(pk)' };
  return { ConditionExpression: 'rev = :rev', ExpressionAttributeValues: { ':rev': { S: was.rev } } };
}

function writeRequest({ key, item }: { key: Key; item: Item | null }): WriteRequest {
  return item === null ? { DeleteRequest: { Key: keyOf(key) } } : { PutRequest: { Item: attributesOf(item) } };
}

const LOST = new Set(['ConditionalCheckFailed', 'TransactionConflict', 'None', undefined]);

/** Whether a transaction was refused because somebody else was first, and for nothing else. */
function isLost(error: unknown): boolean {
  if (!(error instanceof TransactionCanceledException)) return false;
  return (error.CancellationReasons ?? []).every(({ Code }) => LOST.has(Code));
}

async function inLedgerWords<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw ledgerError(error);
  }
}

function ledgerError(cause: unknown): DeskError {
  if (cause instanceof DeskError) return cause;
  if (cause instanceof Error && /LimitExceeded|CollectionSize/.test(cause.name)) {
    return new DeskError('ledger/full', 'There is no room left for the ledger.', { cause });
  }
  return new DeskError('ledger/failed', 'The ledger could not be read or written.', { cause });
}
