// The six keys of a desk. Always true: nobody but the authorities named in rights.ts uses one, each only as it may there; the account's
// administrators tend keys and cannot use them.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, AnyPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

export type KeyName = 'storage' | 'data' | 'lookup' | 'receipts' | 'packets' | 'log';
export type Keys = Readonly<Record<KeyName, Key>>;

export const KEY_NAMES: readonly KeyName[] = ['storage', 'data', 'lookup', 'receipts', 'packets', 'log'];

interface Form {
  readonly description: string;
  readonly keySpec?: KeySpec;
  readonly keyUsage?: KeyUsage;
}

const signing = (what: string): Form => ({
  description: `${what} (Ed25519; follow-ups are made by "keys rotate", and vouched for by the one before)`,
  keySpec: KeySpec.ECC_NIST_EDWARDS25519,
  keyUsage: KeyUsage.SIGN_VERIFY,
});

const FORMS: Readonly<Record<KeyName, Form>> = {
  storage: { description: 'What S3 and DynamoDB encrypt with; usable through them alone' },
  data: { description: "Wraps each sealed object's key" },
  lookup: {
    description: 'Of one HMAC of it the lookup key is made',
    keySpec: KeySpec.HMAC_256,
    keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
  },
  receipts: signing('Signs receipts'),
  packets: signing('Signs packets and certificates'),
  log: signing('Signs the checkpoints of the log'),
};

export function makeKeys(scope: Construct, { isTrial, name: desk }: Settings): Keys {
  const make = (name: KeyName): Key =>
    new Key(scope, `${name}-key`, {
      ...FORMS[name],
      ...(FORMS[name].keySpec === undefined ? { enableKeyRotation: true } : {}),
      removalPolicy: isTrial ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      pendingWindow: Duration.days(isTrial ? 7 : 30),
      policy: new PolicyDocument({
        statements: [
          tended(),
          ...(name === 'storage' ? throughStores(scope) : []),
          ...(name === 'data' ? [wrapped(desk)] : []),
        ],
      }),
    });
  return Object.fromEntries(KEY_NAMES.map((name) => [name, make(name)])) as Record<KeyName, Key>;
}

/** What keeps a key alive and described. No use of it is among these, and no grant. */
const TENDING = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:GetPublicKey',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
];

function tended(): PolicyStatement {
  return new PolicyStatement({
    sid: 'Tend',
    principals: [new AccountRootPrincipal()],
    actions: TENDING,
    resources: ['*'],
  });
}

/** An administrator wraps the desk's credentials with NCMEC, which the courier alone opens; with that he opens nothing. */
function wrapped(desk: string): PolicyStatement {
  const context = { desk, owner: 'desk', object: 'ncmec', kind: 'words' };
  const bound = Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]);
  return new PolicyStatement({
    sid: 'WrapCredentials',
    principals: [new AccountRootPrincipal()],
    actions: ['kms:Encrypt'],
    resources: ['*'],
    conditions: { StringEquals: Object.fromEntries(bound) as Record<string, string> },
  });
}

/** Whoever may read a bucket or a table may have S3 or DynamoDB use this key for it; nobody uses it directly. */
function throughStores(scope: Construct): PolicyStatement[] {
  const { account, region } = Stack.of(scope);
  const services = [`s3.${region}.amazonaws.com`, `dynamodb.${region}.amazonaws.com`];
  const ours = { 'kms:CallerAccount': account, 'kms:ViaService': services };
  const statement = (sid: string, actions: string[], conditions: Record<string, unknown>): PolicyStatement =>
    new PolicyStatement({ sid, principals: [new AnyPrincipal()], actions, resources: ['*'], conditions });
  return [
    statement('UseThroughStores', ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'], {
      StringEquals: ours,
    }),
    statement('LendToTables', ['kms:CreateGrant'], {
      StringEquals: ours,
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    }),
  ];
}
