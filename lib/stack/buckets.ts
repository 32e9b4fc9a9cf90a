// The five buckets: evidence and packets (sealed bytes), the public log, what CloudTrail saw, and who asked S3 for what. Always true: none is
// public, all are versioned but the last; the first four are locked.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectLockRetention,
  ObjectOwnership,
  type BucketProps,
  type IBucket,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Keys } from './keys.ts';
import { LEAST_LOCK_DAYS, logStatements, refuseBypass, sealedStatements } from './sealed-policy.ts';
import type { Settings } from './settings.ts';

export interface Buckets {
  /** Everything sealed, packets among it. */
  readonly evidence: Bucket;
  /** For packets, should they ever lie apart: nothing writes to it yet. */
  readonly packets: Bucket;
  /** The public log as files: checkpoints by size, tiles, stamps, and a pointer to the newest. */
  readonly log: Bucket;
  readonly trail: Bucket;
  /** S3 demands of this one that it has no default lock and no key of its own. */
  readonly accessLogs: Bucket;
}

export function makeBuckets(scope: Construct, keys: Keys, settings: Settings): Buckets {
  const accessLogs = new Bucket(scope, 'access-logs-bucket', {
    ...closed(settings),
    encryption: BucketEncryption.S3_MANAGED,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    lifecycleRules: [{ id: 'a-lock-and-a-half', expiration: Duration.days(600) }],
  });
  const locked = (id: string, more: BucketProps): Bucket =>
    new Bucket(scope, `${id}-bucket`, {
      ...closed(settings),
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: defaultLock(settings),
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: accessLogs as IBucket,
      serverAccessLogsPrefix: `${id}/`,
      ...more,
    });
  const kms = { encryption: BucketEncryption.KMS, encryptionKey: keys.storage, bucketKeyEnabled: true };
  const sealed = (id: string): Bucket => {
    const bucket = locked(id, { ...kms, lifecycleRules: [SWEEP] });
    const { bucketArn } = bucket;
    const leastDays = settings.isTrial ? 0 : LEAST_LOCK_DAYS;
    const what = { bucketArn, storageKeyArn: keys.storage.keyArn, mode: settings.lock.mode, leastDays };
    for (const statement of sealedStatements(what)) bucket.addToResourcePolicy(statement);
    if (!settings.isTrial) bucket.addToResourcePolicy(refuseBypass(bucketArn));
    return bucket;
  };
  const log = (): Bucket => {
    // what is public needs no key, and who serves it none either
    const bucket = locked('log', { encryption: BucketEncryption.S3_MANAGED });
    for (const statement of logStatements(bucket.bucketArn)) bucket.addToResourcePolicy(statement);
    if (!settings.isTrial) bucket.addToResourcePolicy(refuseBypass(bucket.bucketArn));
    return bucket;
  };
  return {
    evidence: sealed('evidence'),
    packets: sealed('packets'),
    log: log(),
    trail: locked('trail', { encryption: BucketEncryption.S3_MANAGED }),
    accessLogs,
  };
}

/** An upload that nobody finishes: its parts cost as much as an object, and no list shows them. A slot is open for less. */
const SWEEP = { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(15) };

function closed({ isTrial }: Settings): BucketProps {
  return {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy: isTrial ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  };
}

function defaultLock({ lock: { mode, days } }: Settings): ObjectLockRetention {
  const duration = Duration.days(days);
  return mode === 'COMPLIANCE' ? ObjectLockRetention.compliance(duration) : ObjectLockRetention.governance(duration);
}
