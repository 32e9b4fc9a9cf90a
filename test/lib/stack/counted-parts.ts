// S3, DynamoDB and KMS as far as lib/aws asks them, kept in memory, which count what they are asked and what AWS would charge for it. Not an oracle of what AWS does: test/lib/aws has
// real parts for that.
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';

/** Requests by name; of DynamoDB the units it charges by, also. */
export type Counts = Map<string, number>;

export function add(counts: Counts, name: string, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

interface Asked {
  readonly constructor: { readonly name: string };
  readonly input: unknown;
}

const nameOf = ({ constructor: { name } }: Asked): string => name.replace(/Command$/, '');

/** A partition that every referral writes to: the list of all of them. */
const SHARED = 'list/referrals';

// ── DynamoDB ──────────────────────────────────────────────────────────────────────────────────────────────────────────

type Item = Record<string, AttributeValue>;

interface TransactItem {
  readonly Put?: Write & { readonly Item: Item };
  readonly Delete?: Write & { readonly Key: Item };
  readonly ConditionCheck?: Write & { readonly Key: Item };
}

interface Write {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: Item;
}

/** Charged by what is written (1 KB a unit, twice in a transaction) and read (4 KB a unit, strongly). */
export function countedDynamo(counts: Counts): DynamoDBClient {
  const tables = new Map<string, Map<string, Item>>();
  const tableOf = (name: string): Map<string, Item> => {
    const table = tables.get(name) ?? new Map<string, Item>();
    tables.set(name, table);
    return table;
  };
  const answers: Readonly<Record<string, (input: never) => unknown>> = {
    GetItem: ({ TableName, Key }: { TableName: string; Key: Item }) => ({ Item: tableOf(TableName).get(place(Key)) }),
    BatchGetItem: ({ RequestItems }: { RequestItems: Record<string, { Keys: Item[] }> }) => ({
      Responses: Object.fromEntries(
        Object.entries(RequestItems).map(([name, { Keys }]) => {
          const found = Keys.map((key) => tableOf(name).get(place(key)));
          return [name, found.filter((item) => item !== undefined)];
        }),
      ),
    }),
    Query: (input: QueryInput) => ({ Items: queried(tableOf(input.TableName), input) }),
    TransactWriteItems: ({ TransactItems }: { TransactItems: (TransactItem & { TableName?: string })[] }) => {
      for (const each of TransactItems) demand(tableOf(tableNameOf(each)), each);
      for (const each of TransactItems) apply(tableOf(tableNameOf(each)), each);
      return {};
    },
    BatchWriteItem: ({ RequestItems }: { RequestItems: Record<string, Batched[]> }) => {
      for (const [name, writes] of Object.entries(RequestItems))
        for (const { PutRequest, DeleteRequest } of writes) {
          if (PutRequest !== undefined) tableOf(name).set(place(PutRequest.Item), PutRequest.Item);
          if (DeleteRequest !== undefined) tableOf(name).delete(place(DeleteRequest.Key));
        }
      return {};
    },
  };
  return sending(counts, answers, (name, input, output) => {
    charge(counts, name, input, output);
  }) as unknown as DynamoDBClient;
}

/** What AWS charges for a call, by its price list: what is written by 1 KB, twice in a transaction; what is read, strongly, by 4 KB. */
export function charge(counts: Counts, name: string, input: unknown, output: unknown): void {
  const { RequestItems = {}, TransactItems = [] } = input as Charged;
  const { Item, Items = [], Responses = {} } = output as Found;
  const reads = (items: readonly (Item | undefined)[]): void => {
    for (const item of items) add(counts, 'read units', units(item, 4096));
  };
  switch (name) {
    case 'GetItem':
      reads([Item]);
      break;
    case 'BatchGetItem': {
      const found = Object.values(Responses).flat();
      const asked = Object.values(RequestItems).flatMap((each) => ('Keys' in each ? each.Keys : []));
      reads([...found, ...asked.slice(found.length).map(() => undefined)]);
      break;
    }
    case 'Query':
      add(counts, 'read units', Math.max(1, Math.ceil(Items.reduce((sum, item) => sum + sizeOf(item), 0) / 4096)));
      break;
    case 'TransactWriteItems':
      for (const { Put, Delete } of TransactItems) {
        const written = 2 * units(Put?.Item, 1024);
        add(counts, 'write units', written);
        if ((Put?.Item ?? Delete?.Key)?.['pk']?.S === SHARED) add(counts, 'write units of one partition', written);
      }
      break;
    case 'BatchWriteItem':
      for (const each of Object.values(RequestItems))
        if (!('Keys' in each))
          for (const { PutRequest } of each) add(counts, 'write units', units(PutRequest?.Item, 1024));
  }
}

interface Charged {
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Item[] } | readonly Batched[]>>;
  readonly TransactItems?: readonly TransactItem[];
}

interface Found {
  readonly Item?: Item;
  readonly Items?: readonly Item[];
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
}

interface QueryInput {
  readonly TableName: string;
  readonly ExpressionAttributeValues: Record<string, AttributeValue>;
  readonly ScanIndexForward: boolean;
  readonly Limit: number;
}

interface Batched {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

function queried(table: Map<string, Item>, { ExpressionAttributeValues: v, ...how }: QueryInput): Item[] {
  const [pk, from, to] = [v[':pk']?.S ?? '', Buffer.from(v[':from']?.S ?? ''), Buffer.from(v[':to']?.S ?? '')];
  const within = [...table.values()].filter(({ pk: its, sk }) => {
    const at = Buffer.from(sk?.S ?? '');
    return its?.S === pk && Buffer.compare(at, from) >= 0 && Buffer.compare(at, to) <= 0;
  });
  within.sort((a, b) => Buffer.compare(Buffer.from(a['sk']?.S ?? ''), Buffer.from(b['sk']?.S ?? '')));
  if (!how.ScanIndexForward) within.reverse();
  return within.slice(0, how.Limit);
}

function tableNameOf(each: TransactItem): string {
  return Reflect.get(each.Put ?? each.Delete ?? each.ConditionCheck ?? {}, 'TableName') as string;
}

function demand(table: Map<string, Item>, { Put, Delete, ConditionCheck }: TransactItem): void {
  const { ConditionExpression: condition, ExpressionAttributeValues } = Put ?? Delete ?? ConditionCheck ?? {};
  if (condition === undefined) return;
  const there = table.get(place(Put?.Item ?? Delete?.Key ?? ConditionCheck?.Key ?? {}));
  const holds =
    condition === 'attribute_not_exists(pk)'
      ? there === undefined
      : condition === 'attribute_exists(pk)'
        ? there !== undefined
        : there?.['rev']?.S === ExpressionAttributeValues?.[':rev']?.S;
  if (!holds) throw new Error(`In a count nobody is late: ${condition}`);
}

function apply(table: Map<string, Item>, { Put, Delete }: TransactItem): void {
  if (Put !== undefined) table.set(place(Put.Item), Put.Item);
  if (Delete !== undefined) table.delete(place(Delete.Key));
}

function place({ pk, sk }: Item): string {
  return JSON.stringify([pk?.S, sk?.S]);
}

function units(item: Item | undefined, bytes: number): number {
  return item === undefined ? 1 : Math.max(1, Math.ceil(sizeOf(item) / bytes));
}

function sizeOf(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, { S = '', N = '', B }]) => sum + name.length + Buffer.byteLength(S) + N.length + (B?.length ?? 0),
    0,
  );
}

// ── S3 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Kept {
  readonly bytes: Buffer;
  readonly until: Date;
  readonly metadata: unknown;
  readonly etag: string;
}

/** @param objects what is in it, by key */
export function countedS3(counts: Counts, objects = new Map<string, Kept>()): S3Client {
  const find = (Key: string): Kept => {
    const found = objects.get(Key);
    if (found !== undefined) return found;
    throw Object.assign(new Error('NotFound'), { name: 'NotFound' });
  };
  const answers: Readonly<Record<string, (input: never) => unknown>> = {
    PutObject: ({ Key, Body, ObjectLockRetainUntilDate: until, Metadata: metadata, ...condition }: Put) => {
      const there = objects.get(Key);
      const isMet =
        condition.IfMatch === undefined
          ? condition.IfNoneMatch === undefined || there === undefined
          : there?.etag === condition.IfMatch;
      if (!isMet) throw Object.assign(new Error('PreconditionFailed'), { name: 'PreconditionFailed' });
      const etag = createHash('md5').update(Body).digest('hex');
      objects.set(Key, { bytes: Buffer.from(Body), until, metadata, etag });
      return { ETag: etag };
    },
    HeadObject: ({ Key }: { Key: string }) => {
      const { bytes, until, metadata } = find(Key);
      return { ContentLength: bytes.length, ObjectLockRetainUntilDate: until, Metadata: metadata };
    },
    GetObject: ({ Key, Range }: { Key: string; Range?: string }) => {
      const { bytes, etag } = find(Key);
      const [from = 0, last = bytes.length - 1] = (/(\d+)-(\d*)/.exec(Range ?? '') ?? [])
        .slice(1)
        .map((text) => (text === '' ? bytes.length - 1 : Number(text)));
      const part = bytes.subarray(from, last + 1);
      const body = Object.assign((async function* () { yield await Promise.resolve(part); })(), { destroy: () => undefined, transformToByteArray: () => Promise.resolve(part) }); // prettier-ignore
      return {
        Body: body,
        ETag: etag,
        ContentLength: part.length,
        ContentRange: `bytes ${from}-${last}/${bytes.length}`,
      };
    },
    PutObjectRetention: ({ Key, Retention }: { Key: string; Retention: { RetainUntilDate: Date } }) => {
      objects.set(Key, { ...find(Key), until: Retention.RetainUntilDate });
      return {};
    },
  };
  return sending(counts, answers) as unknown as S3Client;
}

interface Put {
  readonly Key: string;
  readonly Body: Uint8Array;
  readonly IfNoneMatch?: string;
  readonly IfMatch?: string;
  readonly ObjectLockRetainUntilDate: Date;
  readonly Metadata: unknown;
}

function sending(
  counts: Counts,
  answers: Readonly<Record<string, (input: never) => unknown>>,
  charged: (name: string, input: unknown, output: unknown) => void = () => undefined,
): { send: (asked: Asked) => Promise<unknown> } {
  return {
    send: async (asked) => {
      const name = nameOf(asked);
      const answer = answers[name];
      if (answer === undefined) throw new Error(`Nobody counts ${name} here.`);
      add(counts, name);
      const output = answer(asked.input as never);
      charged(name, asked.input, output);
      return Promise.resolve(output);
    },
  };
}
