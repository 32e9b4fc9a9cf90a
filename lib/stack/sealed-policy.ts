// What a bucket of sealed bytes refuses, and that of the log's files, whoever asks. Always true: each statement denies only what contradicts a header that is there,
// since UploadPart and CompleteMultipartUpload carry none of lock and key; never `…IfExists`, which denies where a header is missing.
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Days that a lock may run from now on: bytes sent directly have 14, and no law asks for more than ten years; in a trial a lock is a day. */
export const LEAST_LOCK_DAYS = 7;
export const MOST_LOCK_DAYS = 3660;

export interface SealedBucket {
  readonly bucketArn: string;
  readonly storageKeyArn: string;
  readonly mode: 'COMPLIANCE' | 'GOVERNANCE';
  readonly leastDays: number;
}

type Conditions = Record<string, Record<string, unknown>>;

/** What makes an object, its parts, or its lock. S3 knows every step of a multipart upload as PutObject. */
const LOCKING = ['s3:PutObject', 's3:PutObjectRetention'];

/** The statements that a trial needs as well; `refuseBypass` is for the real bucket alone. */
export function sealedStatements({ bucketArn, storageKeyArn, mode, leastDays }: SealedBucket): PolicyStatement[] {
  const objects = [`${bucketArn}/*`];
  const deny = (sid: string, actions: string[], conditions: Conditions): PolicyStatement =>
    new PolicyStatement({
      sid,
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions,
      resources: objects,
      conditions,
    });
  return [
    deny('RefuseOtherLockMode', LOCKING, {
      StringNotEquals: { 's3:object-lock-mode': mode },
      ...given('s3:object-lock-mode'),
    }),
    deny('RefuseShortLock', LOCKING, {
      NumericLessThan: { [REMAINING]: String(leastDays) },
      ...given(REMAINING),
    }),
    deny('RefuseEndlessLock', LOCKING, {
      NumericGreaterThan: { [REMAINING]: String(MOST_LOCK_DAYS) },
      ...given(REMAINING),
    }),
    deny('RefuseOtherKey', ['s3:PutObject'], {
      StringNotEquals: { [KEY_ID]: storageKeyArn },
      ...given(KEY_ID),
    }),
    // a put that names another algorithm names no key at all, and so gets past the statement above
    deny('RefuseOtherEncryption', ['s3:PutObject'], {
      StringNotEquals: { [ALGORITHM]: 'aws:kms' },
      ...given(ALGORITHM),
    }),
    deny('RefuseReplacing', ['s3:PutObject'], REPLACING),
  ];
}

const REPLACING: Conditions = {
  Null: { 's3:if-none-match': 'true' },
  Bool: { 's3:ObjectCreationOperation': 'true' }, // false for CreateMultipartUpload and UploadPart, which take no such header
};

/** Of the log's files, that what was put once is put again, and that a pointer is moved by who has not seen where it stands. */
export function logStatements(bucketArn: string): PolicyStatement[] {
  const deny = (sid: string, paths: readonly string[], conditions: Conditions): PolicyStatement =>
    new PolicyStatement({
      sid,
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:PutObject'],
      resources: paths.map((path) => `${bucketArn}/${path}`),
      conditions,
    });
  const unseen = { ...REPLACING, Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' } };
  return [deny('RefuseReplacing', PUT_ONCE, REPLACING), deny('RefuseUnseen', ['*'], unseen)];
}

/** As lib/aws/log-files.ts names them. */
export const PUT_ONCE: readonly string[] = ['*/tile/*', '*/checkpoints/*', '*/stamp/*.tsr', '*/stamp/*.checkpoint'];

const REMAINING = 's3:object-lock-remaining-retention-days';
const ALGORITHM = 's3:x-amz-server-side-encryption';
const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id';

function given(key: string): Conditions {
  return { Null: { [key]: 'false' } };
}

/** Not even an administrator goes around a lock, should one ever be of the kind that can be gone around. */
export function refuseBypass(bucketArn: string): PolicyStatement {
  return new PolicyStatement({
    sid: 'RefuseBypass',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['s3:BypassGovernanceRetention'],
    resources: [`${bucketArn}/*`],
  });
}
