// Who may what, read back from the synthesized stack: the table of lambdas/README.md, and what nobody may or one alone.
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { LAMBDAS } from '../../../lib/stack/work.ts';
import { grantedTo, readCell, saidOf, statementsOfRole, type Granted } from './granted.ts';
import { fits, listOf, type Statement } from './policy.ts';
import { all, only, synthesized } from './synthesized.ts';

const resources = synthesized().resources();
const granted = new Map<string, Granted[]>(LAMBDAS.map((name) => [name, grantedTo(resources, name)]));

/** Who may do this, on this part. */
function whoMay(action: string, on: Granted['on'], kind?: string): string[] {
  return LAMBDAS.filter((name) =>
    granted
      .get(name)
      ?.some(
        (each) =>
          each.on === on && fits(each.action, action) && (kind === undefined || (each.kinds ?? [kind]).includes(kind)),
      ),
  );
}

function keyPolicy(key: string): Statement[] {
  const { resource } = only(resources, 'AWS::KMS::Key', `${key}-key`);
  return (resource.Properties['KeyPolicy'] as { Statement: Statement[] }).Statement;
}

describe('lambdas/README.md', () => {
  const lines = readFileSync(new URL('../../../lambdas/README.md', import.meta.url), 'utf8').split('\n');
  const first = lines.findIndex((line) => /^\| lambda +\| may /.test(line));
  const rows = lines
    .slice(first + 2, lines.indexOf('', first))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('has a line for each lambda of the stack, and no other', () => {
    const lambdas = all(resources, 'AWS::Lambda::Function');
    expect(lambdas).toHaveLength(LAMBDAS.length);
    expect(rows.map(([, name]) => name).sort()).toEqual([...LAMBDAS].sort());
  });

  it.each(LAMBDAS)('says of %s just what the stack grants it', (name) => {
    const cell = rows.find(([, lambda]) => lambda === name)?.[4] ?? '';
    expect(readCell(cell)).toEqual(saidOf(granted.get(name) ?? []));
  });
});

describe('intake', () => {
  it('intake may not decrypt', () => {
    const opens = granted
      .get('intake')
      ?.filter(({ action }) => fits(action, 'kms:Decrypt') || fits('kms:ReEncrypt*', action));
    // S3 itself opens what it encrypted of parts, to put them together; what the desk sealed is sealed still
    expect(opens?.map(({ on, action }) => [on, action])).toEqual([['storage key', 'kms:Decrypt']]);
    const { id } = only(resources, 'AWS::IAM::Role', 'intake-role');
    const opening = keyPolicy('data').filter(({ Action }) =>
      listOf(Action).some((action) => fits(String(action), 'kms:Decrypt')),
    );
    expect(opening.length).toBeGreaterThan(0);
    expect(JSON.stringify(opening)).not.toContain(id);
  });

  it('signs receipts and nothing else', () => {
    expect(
      granted
        .get('intake')
        ?.filter(({ action }) => action === 'kms:Sign')
        .map(({ on }) => on),
    ).toEqual(['receipts key', 'receipts key']);
  });

  it('makes secrets inside transactions alone, and cannot write the word that one is destroyed', () => {
    const making = statementsOfRole(resources, 'intake-role').filter(
      (each) => JSON.stringify(each).includes('"secrets/*"') && listOf(each.Action).includes('dynamodb:PutItem'),
    );
    expect(making).toHaveLength(1);
    expect(making[0]?.Condition).toMatchObject({
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'rev', 'bytes'] },
      'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] },
    });
  });
});

describe('one alone', () => {
  it('only destroy may delete a secret', () => {
    expect(whoMay('dynamodb:BatchWriteItem', 'secrets')).toEqual(['destroy']);
    for (const action of [
      'dynamodb:DeleteItem',
      'dynamodb:UpdateItem',
      'dynamodb:PartiQLDelete',
      'dynamodb:PartiQLUpdate',
    ])
      expect(whoMay(action, 'secrets')).toEqual([]);
    expect(whoMay('dynamodb:PutItem', 'secrets')).toEqual(['intake', 'found']);
  });

  it('only log may sign the log, but for its founding and the key that vouches for the next', () => {
    expect(whoMay('kms:Sign', 'log key')).toEqual(['log', 'rotate', 'found']);
  });

  it('only log may put files of the log, and may lock nothing longer or shorter than its bucket does', () => {
    expect(whoMay('s3:PutObject', 'log files')).toEqual(['log']);
    expect(whoMay('s3:PutObjectRetention', 'log files')).toEqual([]);
  });

  it('only rotate may have a key made, and only one that signs', () => {
    expect(whoMay('kms:CreateKey', 'new key')).toEqual(['rotate']);
    const making = statementsOfRole(resources, 'rotate-role').filter(({ Action }) =>
      listOf(Action).includes('kms:CreateKey'),
    );
    expect(making.map(({ Condition }) => Condition?.['StringEquals'])).toEqual([
      expect.objectContaining({ 'kms:KeySpec': 'ECC_NIST_EDWARDS25519', 'kms:KeyUsage': 'SIGN_VERIFY' }),
    ]);
  });

  it('only packets may seal a packet', () => {
    expect(whoMay('kms:GenerateDataKey', 'data key', 'packet')).toEqual(['packets']);
  });

  it('only intake may seal evidence', () => {
    expect(whoMay('kms:GenerateDataKey', 'data key', 'evidence')).toEqual(['intake']);
  });
});

describe('the data key', () => {
  it('downloads may decrypt packets only', () => {
    const opening = granted.get('downloads')?.filter(({ on, action }) => on === 'data key' && action === 'kms:Decrypt');
    expect(opening?.map(({ kinds }) => kinds)).toEqual([['packet']]);
  });

  it('is used for this desk and named kinds alone, in roles and in its own policy', () => {
    const uses = [
      ...LAMBDAS.flatMap((name) => statementsOfRole(resources, `${name}-role`)).filter(({ Resource }) =>
        JSON.stringify(Resource).includes('"datakey'),
      ),
      ...keyPolicy('data').filter(({ Sid }) => Sid !== 'Tend'),
    ];
    expect(uses.length).toBeGreaterThan(8);
    for (const { Condition } of uses)
      expect(Condition?.['StringEquals']).toMatchObject({
        'kms:EncryptionContext:desk': 'ReferralDesk',
        'kms:EncryptionContext:kind': expect.anything(),
      });
  });

  it('is lent to just those in its own policy who have it in their roles', () => {
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) {
      const named = keyPolicy('data')
        .filter(({ Action }) => listOf(Action).includes(action))
        .flatMap(({ Principal }) => JSON.stringify(Principal).match(/\w+role[0-9A-F]{8}/g) ?? []);
      const roles = whoMay(action, 'data key').map((name) => only(resources, 'AWS::IAM::Role', `${name}-role`).id);
      expect([...new Set(named)].sort()).toEqual(roles.sort());
    }
  });
});

describe('the storage key', () => {
  it('is usable through S3 and DynamoDB alone, whoever asks', () => {
    const uses = keyPolicy('storage').filter(({ Sid }) => Sid !== 'Tend');
    expect(uses).toHaveLength(2);
    for (const { Condition } of uses)
      expect(JSON.stringify(Condition?.['StringEquals']?.['kms:ViaService'])).toMatch(/"s3\.".*"dynamodb\."/);
  });
});

describe('nobody', () => {
  const everything = all(resources, 'AWS::IAM::Policy').flatMap(
    ({ resource }) => (resource.Properties['PolicyDocument'] as { Statement: Statement[] }).Statement,
  );
  const nobodyMay = (action: string): void => {
    expect(
      everything.filter(
        (each) => each.Effect === 'Allow' && listOf(each.Action).some((pattern) => fits(String(pattern), action)),
      ),
    ).toEqual([]);
  };

  it('no principal may bypass governance', () => {
    nobodyMay('s3:BypassGovernanceRetention');
    for (const bucket of ['evidence-bucket', 'packets-bucket', 'log-bucket']) {
      const { resource } = only(resources, 'AWS::S3::BucketPolicy', bucket);
      const denying = (resource.Properties['PolicyDocument'] as { Statement: Statement[] }).Statement.filter(
        ({ Action }) => listOf(Action).includes('s3:BypassGovernanceRetention'),
      );
      expect(denying).toMatchObject([{ Effect: 'Deny', Principal: { AWS: '*' } }]);
      expect(denying[0]).not.toHaveProperty('Condition');
    }
  });

  it.each([
    's3:DeleteObject',
    's3:DeleteObjectVersion',
    's3:PutBucketPolicy',
    's3:PutBucketObjectLockConfiguration',
    's3:PutLifecycleConfiguration',
    'dynamodb:Scan',
    'dynamodb:UpdateTable',
    'dynamodb:DeleteTable',
    'dynamodb:UpdateContinuousBackups',
    'kms:ScheduleKeyDeletion',
    'kms:DisableKey',
    'kms:PutKeyPolicy',
    'kms:CreateGrant',
    'iam:PassRole',
    'lambda:UpdateFunctionCode',
    'cloudtrail:StopLogging',
  ])('may %s', (action) => {
    nobodyMay(action);
  });

  it('administers and opens: what an administrator may wrap is one pair of credentials, and with Encrypt alone', () => {
    const statements = ['storage', 'data', 'lookup', 'receipts', 'packets', 'log'].flatMap(keyPolicy);
    const wrapping = statements.filter(({ Sid }) => Sid === 'WrapCredentials');
    expect(wrapping.map(({ Action }) => Action)).toEqual(['kms:Encrypt']);
    expect(wrapping[0]?.Condition?.['StringEquals']).toMatchObject({
      'kms:EncryptionContext:object': 'ncmec',
      'kms:EncryptionContext:kind': 'words',
    });
  });

  it('tends a key and uses it too', () => {
    for (const key of ['storage', 'data', 'lookup', 'receipts', 'packets', 'log']) {
      const tending = keyPolicy(key).filter(
        ({ Principal, Sid }) => JSON.stringify(Principal).includes(':root') && Sid !== 'WrapCredentials',
      );
      expect(tending).toHaveLength(1);
      const use = /Decrypt|Encrypt|GenerateDataKey|GenerateMac|VerifyMac|Sign|ReEncrypt|CreateGrant|kms:\*/;
      expect(listOf(tending[0]?.Action).filter((action) => use.test(String(action)))).toEqual([]);
    }
  });

  it('is granted anything by a wildcard', () => {
    expect(everything.flatMap(({ Action }) => listOf(Action)).filter((action) => String(action).includes('*'))).toEqual(
      [],
    );
  });
});
