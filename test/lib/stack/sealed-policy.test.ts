// What the buckets of sealed bytes refuse and let through: every statement against every call that lib/aws/vault.ts makes, and against what it never would.
import { describe, expect, it } from '@jest/globals';
import { applies, deniedBy, fits, listOf, type Asked, type Statement } from './policy.ts';
import { all, only, synthesized } from './synthesized.ts';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/storage';
const { resources } = synthesized();
const template = resources();

/** With the storage key's ARN in place of the reference to it. */
function statementsOf(bucket: string): Statement[] {
  const { resource } = only(template, 'AWS::S3::BucketPolicy', bucket);
  const { Statement: found } = resource.Properties['PolicyDocument'] as { Statement: Statement[] };
  return found.map(
    (each) =>
      JSON.parse(JSON.stringify(each).replace(/\{"Fn::GetAtt":\["storagekey\w+","Arn"\]\}/g, `"${KEY}"`)) as Statement,
  );
}

const statements = statementsOf('evidence-bucket');

// ── what S3 asks about each call ──────────────────────────────────────────────────────────────────────────────────────

const TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
const lock = (mode: string, days: number) => ({
  's3:object-lock-mode': mode,
  's3:object-lock-remaining-retention-days': String(days),
});
const under = (key: string) => ({
  's3:x-amz-server-side-encryption': 'aws:kms',
  's3:x-amz-server-side-encryption-aws-kms-key-id': key,
});
const FRESH = { 's3:if-none-match': '*' };
const creating = (is: boolean) => ({ 's3:ObjectCreationOperation': String(is) });
type Keys = Readonly<Record<string, string>>;
const asks =
  (...actions: string[]) =>
  (keys: Keys): Asked[] =>
    actions.map((action) => ({ action, keys: { ...TLS, ...keys } }));

/** A put with a lock needs two actions, and both are asked with all that the request carries. */
const put = (keys: Keys) => asks('s3:PutObject', 's3:PutObjectRetention')({ ...creating(true), ...keys });
const create = (keys: Keys) => asks('s3:PutObject', 's3:PutObjectRetention')({ ...creating(false), ...keys });
const uploadPart = (keys: Keys = {}) => asks('s3:PutObject')({ ...creating(false), ...keys });
const complete = (keys: Keys) => asks('s3:PutObject')({ ...creating(true), ...keys });
const extend = (keys: Keys) => asks('s3:PutObjectRetention')(keys);
const read = asks('s3:GetObject');

const born = { ...lock('COMPLIANCE', 400), ...under(KEY) };
const refusals = (asked: readonly Asked[], by = statements): string[] => [
  ...new Set(asked.flatMap((each) => deniedBy(by, each))),
];

describe('the evidence bucket lets through', () => {
  const allowed: Readonly<Record<string, readonly Asked[]>> = {
    'PutObject with lock, key and If-None-Match': put({ ...born, ...FRESH }),
    'PutObject that leaves lock and key to the bucket': put(FRESH),
    'PutObject locked for exactly seven days, or ten years': [
      ...put({ ...born, ...FRESH, ...lock('COMPLIANCE', 7) }),
      ...put({ ...born, ...FRESH, ...lock('COMPLIANCE', 3660) }),
    ],
    'CreateMultipartUpload with lock and key, which takes no If-None-Match': create(born),
    'CreateMultipartUpload of bytes sent directly, locked for 14 days': create({ ...born, ...lock('COMPLIANCE', 14) }),
    'UploadPart without any header of these': uploadPart(),
    'CompleteMultipartUpload with If-None-Match alone': complete(FRESH),
    'PutObjectRetention that extends to 400 days': extend(lock('COMPLIANCE', 400)),
    GetObject: read({}),
  };
  it.each(Object.entries(allowed))('%s', (_, asked) => {
    expect(refusals(asked)).toEqual([]);
  });
});

describe('the evidence bucket refuses', () => {
  const ok = { ...born, ...FRESH };
  const refused: readonly (readonly [string, readonly Asked[], string])[] = [
    ['PutObject locked in governance mode', put({ ...ok, ...lock('GOVERNANCE', 400) }), 'RefuseOtherLockMode'],
    [
      'CreateMultipartUpload in governance mode',
      create({ ...born, ...lock('GOVERNANCE', 400) }),
      'RefuseOtherLockMode',
    ],
    ['PutObjectRetention that would make it governance', extend(lock('GOVERNANCE', 400)), 'RefuseOtherLockMode'],
    ['PutObject locked for six days', put({ ...ok, ...lock('COMPLIANCE', 6) }), 'RefuseShortLock'],
    ['CreateMultipartUpload locked for a day', create({ ...born, ...lock('COMPLIANCE', 1) }), 'RefuseShortLock'],
    ['PutObjectRetention for six days', extend(lock('COMPLIANCE', 6)), 'RefuseShortLock'],
    ['PutObject locked for longer than any law asks', put({ ...ok, ...lock('COMPLIANCE', 3661) }), 'RefuseEndlessLock'],
    ['PutObjectRetention for a hundred years', extend(lock('COMPLIANCE', 36_500)), 'RefuseEndlessLock'],
    ['PutObject under another key', put({ ...ok, ...under(`${KEY}-other`) }), 'RefuseOtherKey'],
    ['CreateMultipartUpload under another key', create({ ...born, ...under('alias/aws/s3') }), 'RefuseOtherKey'],
    [
      'PutObject that S3 would encrypt by itself',
      put({ ...FRESH, 's3:x-amz-server-side-encryption': 'AES256' }),
      'RefuseOtherEncryption',
    ],
    ['PutObject without If-None-Match', put(born), 'RefuseReplacing'],
    ['PutObject with If-Match, which replaces', put({ ...born, 's3:if-match': '"etag"' }), 'RefuseReplacing'],
    ['CompleteMultipartUpload without If-None-Match', complete({}), 'RefuseReplacing'],
    ['a copy over an object', put({ ...born, 's3:x-amz-copy-source': 'b/k' }), 'RefuseReplacing'],
    ['going around a lock', asks('s3:BypassGovernanceRetention')({}), 'RefuseBypass'],
  ];
  it.each(refused)('%s', (_, asked, by) => {
    expect(refusals(asked)).toEqual([by]);
  });

  it.each([
    ['PutObject', put],
    ['UploadPart', uploadPart],
    ['CompleteMultipartUpload', complete],
    ['GetObject', read],
  ] as const)('%s without TLS, or with an old one', (_, ask) => {
    expect(refusals(ask({ ...born, ...FRESH, 'aws:SecureTransport': 'false' }))).toContain('no name');
    expect(refusals(ask({ ...born, ...FRESH, 's3:TlsVersion': '1.1' }))).toContain('no name');
  });
});

describe('every statement of the policies of sealed bytes', () => {
  const both = [statements, statementsOf('packets-bucket')];

  it('denies, and to everybody', () => {
    for (const each of both.flat()) expect([each.Effect, each.Principal]).toEqual(['Deny', { AWS: '*' }]);
  });

  it('uses no …IfExists, which in a denial also refuses what lacks the header', () => {
    expect(JSON.stringify(both)).not.toContain('IfExists');
  });

  it('asks for the presence of each header that it denies the value of', () => {
    for (const { Condition = {} } of both.flat()) {
      const negated = Object.entries(Condition).filter(
        ([operator]) => operator.includes('Not') || operator.startsWith('Numeric'),
      );
      const keys = negated
        .flatMap(([, conditions]) => Object.keys(conditions))
        .filter((key) => key !== 's3:TlsVersion');
      for (const key of keys) expect(Condition['Null']?.[key]).toBe('false');
    }
  });

  it('is met by a request that only it refuses, and by one that it lets through', () => {
    const everything = [put(born), put({ ...born, ...FRESH }), create({ ...born, ...lock('GOVERNANCE', 1) }), uploadPart(), complete(FRESH), extend(lock('COMPLIANCE', 9000)), put({ ...FRESH, ...under('x') }), put({ ...FRESH, 's3:x-amz-server-side-encryption': 'AES256' }), asks('s3:BypassGovernanceRetention')({}), read({ 'aws:SecureTransport': 'false' }), read({ 's3:TlsVersion': '1.0' })].flat(); // prettier-ignore
    for (const each of statements) {
      expect(everything.some((asked) => applies(each, asked))).toBe(true);
      expect(everything.some((asked) => !applies(each, asked))).toBe(true);
    }
  });

  it('stands in the same words in both buckets', () => {
    const plain = (of: readonly Statement[]) => of.map((each) => ({ ...each, Resource: undefined }));
    expect(plain(statementsOf('packets-bucket'))).toEqual(plain(statements));
  });
});

describe('the reader of policies', () => {
  const deny = (Condition: Statement['Condition']): Statement => ({
    Effect: 'Deny',
    Action: 's3:PutObject',
    ...(Condition === undefined ? {} : { Condition }),
  });

  it('knows that a negated operator holds where the header is missing, which is what Null guards against', () => {
    const unguarded = deny({ StringNotEquals: { 's3:object-lock-mode': 'COMPLIANCE' } });
    expect(uploadPart().some((asked) => applies(unguarded, asked))).toBe(true);
  });

  it('takes no operator for granted', () => {
    expect(() =>
      applies(deny({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }), { action: 's3:PutObject', keys: {} }),
    ).toThrow('IpAddress');
  });
});

it('gives each of the five buckets a policy', () => {
  expect(all(template, 'AWS::S3::BucketPolicy')).toHaveLength(5);
});

describe('the bucket of the log', () => {
  const own = statementsOf('log-bucket');
  const KEYS = ['1/tile/0/x001/000.p/7', '1/checkpoints/300', '1/stamp/300/tsa.tsr', 'checkpoint', '2/checkpoint', '1/stamp/list']; // prettier-ignore
  const resourcesOf = ({ Resource }: Statement): string[] => listOf(Resource).map((each) => JSON.stringify(each));
  /** By the statements that are about this key, as their resources end. */
  const refusedAt = (key: string, keys: Keys): string[] =>
    refusals(
      asks('s3:PutObject')({ ...creating(true), ...keys }),
      own.filter((each) =>
        resourcesOf(each).some((resource) => fits(/\/([^"/]*\*.*?)"/.exec(resource)?.[1] ?? '', key)),
      ),
    );

  it.each(KEYS)('takes %s where there is none', (key) => {
    expect(refusedAt(key, FRESH)).toEqual([]);
  });

  it.each(KEYS)('refuses %s without a condition', (key) => {
    expect(refusedAt(key, {})).toContain('RefuseUnseen');
  });

  it('lets pointers alone be moved, by who names what stands there', () => {
    const moved = KEYS.filter((key) => refusedAt(key, { 's3:if-match': '"etag"' }).length === 0);
    expect(moved).toEqual(['checkpoint', '2/checkpoint', '1/stamp/list']);
  });
});
