// What each authority is granted, out of lambdas/authorities.ts: statements of its role, and of the policies of the keys it uses. Always true: nothing is granted that does not
// stand there, and a key is used by nobody whom its own policy does not name.
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { AUTHORITIES, type Authority, type Grant, type Kind, type Part } from '../../lambdas/authorities.ts';
import type { KeyName } from './keys.ts';
import type { Parts } from './parts.ts';
import { LAMBDAS } from './work.ts';

type Conditions = Record<string, Record<string, unknown>>;

/** A grant as IAM says it: on what, and under which conditions. */
interface Scope {
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
}

export function grantRights(parts: Parts, desk: string): void {
  for (const name of LAMBDAS) {
    const { grants }: Authority = AUTHORITIES[name];
    for (const grant of grants) grantTo(parts.roles[name], grant, parts, desk);
  }
}

/** The door takes reports in, and opens a report's own words when it is finished. */
export function grantDoor(role: IRole, parts: Parts, desk: string): void {
  for (const grant of DOOR_GRANTS) grantTo(role, grant, parts, desk);
}

export const DOOR_GRANTS: readonly Grant[] = [
  ...AUTHORITIES.intake.grants,
  {
    on: 'evidence',
    actions: [
      's3:GetObject',
      's3:GetObjectVersion',
      's3:GetObjectRetention',
      's3:AbortMultipartUpload',
      's3:ListBucket',
    ],
  },
  { on: 'data key', actions: ['kms:Decrypt'], kinds: ['words'] },
  { on: 'storage key', actions: ['kms:Decrypt'] },
];

function grantTo(role: IRole, grant: Grant, parts: Parts, desk: string): void {
  for (const { actions, resources, conditions } of statementsOf(grant, parts, desk)) {
    const what = { actions: [...actions], ...(conditions === undefined ? {} : { conditions }) };
    role.addToPrincipalPolicy(new PolicyStatement({ ...what, resources: [...resources] }));
  }
  const key = KEY_OF[grant.on];
  if (key === undefined || key === 'storage') return; // the storage key's own policy names no one: S3 and DynamoDB answer for it
  const conditions = key === 'data' ? inContext(desk, grant.kinds) : undefined;
  const what = { principals: [role], actions: [...grant.actions], resources: ['*'] };
  parts.keys[key].addToResourcePolicy(new PolicyStatement(conditions === undefined ? what : { ...what, conditions }));
}

const KEY_OF: Readonly<Partial<Record<Part, KeyName>>> = {
  'data key': 'data',
  'storage key': 'storage',
  'lookup key': 'lookup',
  'receipts key': 'receipts',
  'packets key': 'packets',
  'log key': 'log',
};

function statementsOf(grant: Grant, parts: Parts, desk: string): (Scope & { readonly actions: readonly string[] })[] {
  return scopesOf(grant, parts, desk).flatMap(({ onlyActions, ...scope }) => {
    const actions = grant.actions.filter((action) => onlyActions?.(action) ?? true);
    return actions.length === 0 ? [] : [{ ...scope, actions }];
  });
}

type Chosen = Scope & { readonly onlyActions?: (action: string) => boolean };

function scopesOf({ on, kinds }: Grant, { buckets, tables, keys }: Parts, desk: string): Chosen[] {
  switch (on) {
    case 'evidence':
      return bucketScopes(buckets.evidence.bucketArn);
    case 'log files':
      return bucketScopes(buckets.log.bucketArn);
    case 'book':
      return tableScopes(tables.book.tableArn);
    case 'secrets':
      return tableScopes(tables.secrets.tableArn, underKeys('secrets/*'), LIVING_SECRET);
    case 'signing':
      return tableScopes(tables.secrets.tableArn, underKeys('signing'));
    case 'data key':
      return [{ resources: [keys.data.keyArn], conditions: inContext(desk, kinds) }];
    case 'storage key':
      return [{ resources: [keys.storage.keyArn], conditions: throughS3(keys.storage) }];
    case 'lookup key':
      return [{ resources: [keys.lookup.keyArn] }];
    case 'receipts key':
    case 'packets key':
    case 'log key':
      return signingScopes(keys[on.split(' ')[0] as 'receipts' | 'packets' | 'log'], on.split(' ')[0] ?? '');
    case 'new key':
      return newKeyScopes(keys.log);
  }
}

const ofBucket = (action: string): boolean => action.startsWith('s3:List') || action.startsWith('s3:GetBucket');

function bucketScopes(arn: string): Chosen[] {
  return [
    { resources: [arn], onlyActions: ofBucket },
    { resources: [`${arn}/*`], onlyActions: (action) => !ofBucket(action) },
  ];
}

const IN_TRANSACTIONS = new Set(['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem']);
const inTransaction = (action: string): boolean => IN_TRANSACTIONS.has(action);
const ONLY_INSIDE: Conditions = {
  'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] },
};
/** A secret that lives has these attributes; the word that one is destroyed is another one. */
const LIVING_SECRET: Conditions = {
  'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'rev', 'bytes'] },
};

/** Single items are written inside transactions alone, whose conditions keep the book whole. */
function tableScopes(table: string, always: Conditions = {}, written: Conditions = {}): Chosen[] {
  return [
    { resources: [table], conditions: all(always, written, ONLY_INSIDE), onlyActions: inTransaction },
    { resources: [table], conditions: always, onlyActions: (action) => !inTransaction(action) },
  ];
}

/** `ForAllValues` holds of nothing at all: that there is something is asked beside it. */
function underKeys(partition: string): Conditions {
  return {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [partition] },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  };
}

function inContext(desk: string, kinds: readonly Kind[] | undefined): Conditions {
  if (kinds === undefined) throw new Error('Who uses the data key says for which kinds.');
  return { StringEquals: { 'kms:EncryptionContext:desk': desk, 'kms:EncryptionContext:kind': [...kinds] } };
}

function throughS3(scope: Parameters<typeof Stack.of>[0]): Conditions {
  return { StringEquals: { 'kms:ViaService': `s3.${Stack.of(scope).region}.amazonaws.com` } };
}

/** The first key of a purpose by its name; those that "keys rotate" made after it, by the tag it gave them. */
function signingScopes(key: Parts['keys']['log'], purpose: string): Chosen[] {
  return [{ resources: [key.keyArn] }, { resources: [anyKey(key)], conditions: tagged('aws:ResourceTag', purpose) }];
}

function newKeyScopes(scope: Parts['keys']['log']): Chosen[] {
  const made = { 'kms:KeySpec': 'ECC_NIST_EDWARDS25519', 'kms:KeyUsage': 'SIGN_VERIFY' };
  const purposes = ['receipts', 'packets', 'log'];
  const isMaking = (action: string): boolean => action === 'kms:CreateKey';
  const isTagging = (action: string): boolean => action === 'kms:TagResource';
  return [
    {
      resources: ['*'],
      conditions: all({ StringEquals: made }, tagged('aws:RequestTag', ...purposes)),
      onlyActions: isMaking,
    },
    { resources: [anyKey(scope)], conditions: tagged('aws:RequestTag', ...purposes), onlyActions: isTagging },
    {
      resources: [anyKey(scope)],
      conditions: tagged('aws:ResourceTag', ...purposes),
      onlyActions: (action) => !isMaking(action) && !isTagging(action),
    },
  ];
}

function tagged(what: 'aws:ResourceTag' | 'aws:RequestTag', ...purposes: string[]): Conditions {
  return { StringEquals: { [`${what}/referral-desk`]: purposes } };
}

function all(...each: readonly Conditions[]): Conditions {
  const merged: Conditions = {};
  for (const conditions of each)
    for (const [operator, keys] of Object.entries(conditions)) merged[operator] = { ...merged[operator], ...keys };
  return merged;
}

function anyKey(scope: Parameters<typeof Stack.of>[0]): string {
  const { partition, region, account } = Stack.of(scope);
  return `arn:${partition}:kms:${region}:${account}:key/*`;
}
