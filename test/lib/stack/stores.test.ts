// Where a deployed desk keeps things: buckets, tables, keys and the trail.
import { describe, expect, it } from '@jest/globals';
import { all, only, synthesized } from './synthesized.ts';

const resources = synthesized().resources();
const LOCKED = ['evidence', 'packets', 'log', 'trail'];
const bucket = (id: string) => only(resources, 'AWS::S3::Bucket', `${id}-bucket`);
const defaultLock = (id: string) => bucket(id).resource.Properties['ObjectLockConfiguration'];

describe('buckets', () => {
  it('evidence bucket locks in compliance mode', () => {
    expect(bucket('evidence').resource.Properties['ObjectLockEnabled']).toBe(true);
    expect(defaultLock('evidence')).toEqual({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 400 } },
    });
  });

  it.each(LOCKED)('locks %s by default, in versions, and keeps it when the stack goes', (id) => {
    const { resource } = bucket(id);
    expect(defaultLock(id)).toMatchObject({ Rule: { DefaultRetention: { Mode: 'COMPLIANCE' } } });
    expect(resource.Properties['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
    expect([resource.DeletionPolicy, resource.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  });

  it.each(['evidence', 'packets'])('encrypts %s with the storage key by default', (id) => {
    const storage = only(resources, 'AWS::KMS::Key', 'storage-key').id;
    const rules = JSON.stringify(bucket(id).resource.Properties['BucketEncryption']);
    expect(rules).toContain('"aws:kms"');
    expect(rules).toContain(storage);
    expect(rules).toContain('"BucketKeyEnabled":true');
  });

  it('encrypts the log, which is public, under no key of the desk', () => {
    expect(JSON.stringify(bucket('log').resource.Properties['BucketEncryption'])).toContain('AES256');
  });

  it('leaves the access logs unlocked and encrypted by S3 itself, which S3 demands', () => {
    const { Properties } = bucket('access-logs').resource;
    expect(Properties).not.toHaveProperty('ObjectLockEnabled');
    expect(JSON.stringify(Properties['BucketEncryption'])).toContain('AES256');
  });

  it('writes down who asked each of them', () => {
    const target = bucket('access-logs').id;
    for (const id of LOCKED)
      expect(JSON.stringify(bucket(id).resource.Properties['LoggingConfiguration'])).toContain(target);
  });

  it('lets no unfinished upload lie, and expires nothing that is sealed', () => {
    for (const id of ['evidence', 'packets']) {
      const { Rules } = bucket(id).resource.Properties['LifecycleConfiguration'] as {
        Rules: Record<string, unknown>[];
      };
      expect(Rules).toEqual([
        { Id: 'unfinished-uploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 15 } },
      ]);
    }
    for (const id of ['log', 'trail'])
      expect(bucket(id).resource.Properties).not.toHaveProperty('LifecycleConfiguration');
  });
});

describe('nothing is public', () => {
  it('no lambda has an address of its own, and the API alone or EventBridge may ask one', () => {
    expect(all(resources, 'AWS::Lambda::Url')).toEqual([]);
    const asking = all(resources, 'AWS::Lambda::Permission').map(({ resource }) => resource.Properties);
    expect(new Set(asking.map(({ Principal }) => Principal))).toEqual(
      new Set(['apigateway.amazonaws.com', 'events.amazonaws.com']),
    );
    for (const each of asking) expect(each).toHaveProperty('SourceArn');
  });
});

describe('tables', () => {
  it.each(['book', 'secrets'])('brings %s back to any second of 35 days, and lets nobody delete it', (id) => {
    const { resource } = only(resources, 'AWS::DynamoDB::Table', `${id}-table`);
    expect(resource.Properties).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
    expect(JSON.stringify(resource.Properties['SSESpecification'])).toContain(
      only(resources, 'AWS::KMS::Key', 'storage-key').id,
    );
    expect(resource.DeletionPolicy).toBe('Retain');
  });

  it('let nothing go by itself but what guards against a second delivery', () => {
    const expiring = (id: string) =>
      only(resources, 'AWS::DynamoDB::Table', `${id}-table`).resource.Properties['TimeToLiveSpecification'];
    expect([expiring('book'), expiring('secrets')]).toEqual([{ AttributeName: 'expires', Enabled: true }, undefined]);
  });

  it('have the two keys that lib/aws/table.ts writes, and no stream', () => {
    for (const { resource } of all(resources, 'AWS::DynamoDB::Table')) {
      expect(resource.Properties['KeySchema']).toEqual([
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ]);
      expect(resource.Properties).not.toHaveProperty('StreamSpecification');
    }
  });
});

describe('keys', () => {
  it.each([
    ['storage', undefined, undefined],
    ['data', undefined, undefined],
    ['lookup', 'HMAC_256', 'GENERATE_VERIFY_MAC'],
    ['receipts', 'ECC_NIST_EDWARDS25519', 'SIGN_VERIFY'],
    ['packets', 'ECC_NIST_EDWARDS25519', 'SIGN_VERIFY'],
    ['log', 'ECC_NIST_EDWARDS25519', 'SIGN_VERIFY'],
  ])('makes %s of its kind, kept when the stack goes', (name, spec, usage) => {
    const { resource } = only(resources, 'AWS::KMS::Key', `${name}-key`);
    expect([resource.Properties['KeySpec'], resource.Properties['KeyUsage']]).toEqual([spec, usage]);
    expect(resource.Properties['EnableKeyRotation']).toBe(spec === undefined ? true : undefined);
    expect(resource.DeletionPolicy).toBe('Retain');
  });

  it('are six', () => {
    expect(all(resources, 'AWS::KMS::Key')).toHaveLength(6);
  });
});

describe('the trail', () => {
  const [trail] = all(resources, 'AWS::CloudTrail::Trail');
  const selectors = JSON.stringify(trail?.resource.Properties['AdvancedEventSelectors']);

  it('writes into the locked bucket, and signs what it writes', () => {
    expect(trail?.resource.Properties['S3BucketName']).toEqual({ Ref: bucket('trail').id });
    expect(trail?.resource.Properties).toMatchObject({ EnableLogFileValidation: true, IsLogging: true });
    expect(trail?.resource.Properties).not.toHaveProperty('EventSelectors');
  });

  it('sees every object of the desk, every use of a key and every secret that is written', () => {
    for (const id of ['evidence', 'packets', 'log']) expect(selectors).toContain(bucket(id).id);
    expect(selectors).toContain('"Management"');
    expect(selectors).toContain(only(resources, 'AWS::DynamoDB::Table', 'secrets-table').id);
    expect(selectors).not.toContain(only(resources, 'AWS::DynamoDB::Table', 'book-table').id);
  });
});
