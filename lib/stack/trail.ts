// Who used what, told by AWS and not by the desk: CloudTrail over every object of the desk's buckets, every secret that is written, and every use of a key. Always true: it lies
// in a bucket of its own, under a lock, and CloudTrail signs what it writes.
import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnTrail, Trail } from 'aws-cdk-lib/aws-cloudtrail';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Buckets } from './buckets.ts';
import type { Settings } from './settings.ts';
import type { Tables } from './tables.ts';

type Selector = CfnTrail.AdvancedEventSelectorProperty;

export function makeTrail(
  scope: Construct,
  { trail, ...buckets }: Buckets,
  { secrets }: Tables,
  settings: Settings,
): void {
  const made = new Trail(scope, 'trail-of-use', {
    bucket: trail as IBucket,
    enableFileValidation: true,
    includeGlobalServiceEvents: true,
    isMultiRegionTrail: false,
  });
  const watched = [buckets.evidence, buckets.packets, buckets.log].map(({ bucketArn }) => `${bucketArn}/`);
  const raw = made.node.defaultChild as CfnTrail;
  raw.eventSelectors = undefined;
  raw.advancedEventSelectors = [
    select('Keys and settings', [['eventCategory', { equalTo: ['Management'] }]]),
    select('Objects', [
      ['eventCategory', { equalTo: ['Data'] }],
      ['resources.type', { equalTo: ['AWS::S3::Object'] }],
      ['resources.ARN', { startsWith: watched }],
    ]),
    select('Secrets written', [
      ['eventCategory', { equalTo: ['Data'] }],
      ['resources.type', { equalTo: ['AWS::DynamoDB::Table'] }],
      ['resources.ARN', { equalTo: [secrets.tableArn] }],
      ['readOnly', { equalTo: ['false'] }],
    ]),
  ];
  if (settings.isTrial) raw.applyRemovalPolicy(RemovalPolicy.DESTROY);
}

/** Uses of KMS keys are management events. */
function select(
  name: string,
  fields: readonly (readonly [string, Omit<CfnTrail.AdvancedFieldSelectorProperty, 'field'>])[],
): Selector {
  return { name, fieldSelectors: fields.map(([field, how]) => ({ field, ...how })) };
}
