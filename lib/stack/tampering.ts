// What somebody does to the stack behind the desk's back, told within minutes: CloudTrail hands each such act to EventBridge, whoever did it and whether or not it was
// refused. Always true: what is told names the act, the time and who did it, never an object.
import { EventField, Rule, RuleTargetInput, type EventPattern } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { KEY_NAMES } from './keys.ts';
import type { Parts } from './parts.ts';

export function watchTampering(scope: Construct, parts: Parts, topic: Topic): void {
  for (const [name, { what, detail }] of Object.entries(acts(parts))) {
    const eventPattern: EventPattern = { detailType: ['AWS API Call via CloudTrail'], detail };
    const rule = new Rule(scope, `told-${name}`, { description: what, eventPattern });
    rule.addTarget(new SnsTopic(topic, { message: RuleTargetInput.fromObject({ what, ...TOLD }) }));
  }
}

const TOLD = {
  act: EventField.fromPath('$.detail.eventName'),
  by: EventField.fromPath('$.detail.userIdentity.arn'),
  at: EventField.fromPath('$.detail.eventTime'),
  refused: EventField.fromPath('$.detail.errorCode'),
};

interface Act {
  readonly what: string;
  readonly detail: Record<string, unknown>;
}

function acts({ buckets, tables, keys }: Parts): Readonly<Record<string, Act>> {
  const ofBuckets = { bucketName: [buckets.evidence, buckets.packets, buckets.log].map((each) => each.bucketName) };
  const everyBucket = { bucketName: Object.values(buckets).map((each: Parts['buckets']['log']) => each.bucketName) };
  const ofTables = { tableName: [tables.book.tableName, tables.secrets.tableName] };
  const ourKeys = KEY_NAMES.flatMap((name) => [keys[name].keyId, keys[name].keyArn]);
  const s3 = { eventSource: ['s3.amazonaws.com'] };
  const kms = { eventSource: ['kms.amazonaws.com'] };
  return {
    deletion: {
      what: 'Somebody deletes from a bucket of sealed bytes',
      detail: {
        ...s3,
        eventName: ['DeleteObject', 'DeleteObjects', 'DeleteObjectVersion'],
        requestParameters: ofBuckets,
      },
    },
    refusal: {
      what: 'A bucket of sealed bytes refused somebody',
      detail: { ...s3, errorCode: ['AccessDenied'], requestParameters: ofBuckets },
    },
    bucket: {
      what: 'The settings of a bucket were changed',
      detail: {
        ...s3,
        eventName: [{ prefix: 'PutBucket' }, { prefix: 'DeleteBucket' }],
        requestParameters: everyBucket,
      },
    },
    key: {
      what: 'A key of the desk was disabled, ended or given to others',
      detail: {
        ...kms,
        eventName: ['DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy', 'DisableKeyRotation'],
        requestParameters: { keyId: ourKeys },
      },
    },
    'key-use': {
      what: 'A use of a key of the desk was refused',
      detail: { ...kms, errorCode: ['AccessDenied', 'AccessDeniedException'], resources: { ARN: ourKeys } },
    },
    table: {
      what: 'The settings of a table were changed, or it was copied',
      detail: {
        eventSource: ['dynamodb.amazonaws.com'],
        eventName: ['UpdateTable', 'DeleteTable', 'UpdateContinuousBackups', 'CreateBackup', 'PutResourcePolicy'],
        requestParameters: ofTables,
      },
    },
    trail: {
      what: 'A trail was stopped or changed',
      detail: {
        eventSource: ['cloudtrail.amazonaws.com'],
        eventName: ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'],
      },
    },
  };
}
