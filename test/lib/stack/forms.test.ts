// Every form a stack can be deployed in: what the AwsSolutions rules find, what each form adds, and which choices are refused.
import { describe, expect, it } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { parseSettings } from '../../../lib/stack/settings.ts';
import type { Statement } from './policy.ts';
import { all, FORMS, only, synthesized, TRIAL } from './synthesized.ts';

describe('AwsSolutions', () => {
  it.each(Object.entries(FORMS))('finds nothing unexplained: %s', (_, context) => {
    const { unexplained, explained } = synthesized(context);
    expect(unexplained).toEqual([]);
    expect(explained.length).toBeGreaterThan(0); // the rules were asked
  });

  it.each(Object.entries(FORMS))(
    'is answered with a reason each time, and only where it finds something: %s',
    (_, context) => {
      const { reasons, explained } = synthesized(context);
      for (const { at, rule, reason } of reasons.filter((each) => each.rule.startsWith('AwsSolutions'))) {
        expect(reason.length).toBeGreaterThan(30);
        const found = explained.filter(({ ruleName }) => ruleName === rule).flatMap((each) => each.violatingConstructs);
        expect([at, rule, found.some(({ constructPath }) => constructPath.startsWith(`${at}/`))]).toEqual([
          at,
          rule,
          true,
        ]);
      }
    },
  );
});

describe('nothing is public', () => {
  const whole = (is: boolean) => ({
    BlockPublicAcls: is,
    BlockPublicPolicy: is,
    IgnorePublicAcls: is,
    RestrictPublicBuckets: is,
  });

  it.each(Object.entries(FORMS))('no bucket: %s', (_, context) => {
    const buckets = synthesized(context).everything.filter(({ Type }) => Type === 'AWS::S3::Bucket');
    expect(buckets.length).toBeGreaterThanOrEqual(5);
    for (const { Properties } of buckets) {
      expect(Properties['PublicAccessBlockConfiguration']).toEqual(whole(true));
      expect(Properties).not.toHaveProperty('WebsiteConfiguration');
    }
  });

  it.each(Object.entries(FORMS))('no policy lets everybody in: %s', (_, context) => {
    const policies = synthesized(context).everything.flatMap(({ Type, Properties }) => {
      const document = (Properties['PolicyDocument'] ?? Properties['KeyPolicy']) as
        { Statement: Statement[] } | undefined;
      return document?.Statement.map((each) => ({ Type, ...each })) ?? [];
    });
    const open = policies.filter(
      ({ Effect, Principal }) => Effect === 'Allow' && /"\*"/.test(JSON.stringify(Principal ?? '')),
    );
    for (const { Type, Condition } of open) {
      expect(Type).toBe('AWS::KMS::Key');
      expect(Condition?.['StringEquals']?.['kms:CallerAccount']).toEqual({ Ref: 'AWS::AccountId' });
    }
  });
});

describe('a trial', () => {
  const trial = synthesized(TRIAL).resources();

  it('locks for a day, in the mode that an administrator can go around', () => {
    for (const id of ['evidence', 'packets', 'log', 'trail'])
      expect(
        only(trial, 'AWS::S3::Bucket', `${id}-bucket`).resource.Properties['ObjectLockConfiguration'],
      ).toMatchObject({ Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } });
    const policy = only(trial, 'AWS::S3::BucketPolicy', 'evidence-bucket').resource.Properties['PolicyDocument'];
    expect(JSON.stringify(policy)).toContain('"s3:object-lock-mode":"GOVERNANCE"');
    expect(JSON.stringify(policy)).not.toContain('BypassGovernanceRetention');
  });

  it('goes with its stack: nothing is retained or protected', () => {
    for (const [id, { Type, DeletionPolicy, Properties }] of Object.entries(trial)) {
      expect([id, DeletionPolicy ?? 'Delete']).toEqual([id, 'Delete']);
      if (Type === 'AWS::DynamoDB::Table') expect(Properties['DeletionProtectionEnabled']).toBe(false);
      if (Type === 'AWS::Cognito::UserPool') expect(Properties['DeletionProtection']).toBe('INACTIVE');
    }
  });

  it('has its lambdas lock as its buckets do, and reserves nothing of a small account', () => {
    const lambdas = all(trial, 'AWS::Lambda::Function').map(({ resource }) => resource.Properties);
    for (const each of lambdas) {
      expect(each).not.toHaveProperty('ReservedConcurrentExecutions');
      const { Variables } = each['Environment'] as { Variables: Record<string, string> };
      expect(Variables['LOCK_MODE']).toBe('GOVERNANCE');
      expect(JSON.parse(Variables['DESK_SETTINGS'] ?? '{}')).toMatchObject({ lockDays: 1 });
    }
  });
});

describe('choices', () => {
  const chosen = synthesized(FORMS['with choices of its own']).resources();

  it('take how many lambdas run at once', () => {
    const reserved = (name: string) =>
      only(chosen, 'AWS::Lambda::Function', `${name}-lambda`).resource.Properties['ReservedConcurrentExecutions'];
    expect([reserved('intake'), reserved('log')]).toEqual([50, undefined]);
  });

  it('believe any OpenID Connect issuer that is named', () => {
    expect(all(chosen, 'AWS::Cognito::UserPool')).toEqual([]);
    const authorizers = all(chosen, 'AWS::ApiGatewayV2::Authorizer').map(
      ({ resource }) => resource.Properties['JwtConfiguration'],
    );
    expect(authorizers).toContainEqual({ Issuer: 'https://id.example/', Audience: ['desk'] });
    const { outputs } = synthesized(FORMS['with choices of its own']);
    expect(outputs).toMatchObject({
      PeopleIssuer: { Value: 'https://id.example/' },
      PeopleAudience: { Value: 'desk' },
    });
    expect(outputs).not.toHaveProperty('PeoplePool');
  });

  it('tell the courier alone whom to file with', () => {
    const told = all(chosen, 'AWS::Lambda::Function').filter(({ resource }) =>
      JSON.stringify(resource).includes('NCMEC_URL'),
    );
    expect(told.map(({ id }) => id)).toEqual([only(chosen, 'AWS::Lambda::Function', 'courier-lambda').id]);
  });

  it('tell every lambda who stamps the time, and by which certificate', () => {
    for (const { resource } of all(chosen, 'AWS::Lambda::Function')) {
      const { Variables } = resource.Properties['Environment'] as { Variables: Record<string, string> };
      expect(Variables).toMatchObject({ TSA_URL: 'http://tsa.example/tsr', TSA_CERTIFICATES: 'bm90aGluZw==' });
    }
  });

  it('mail alarms to whoever is named', () => {
    const subscriptions = all(chosen, 'AWS::SNS::Subscription').map(({ resource }) => resource.Properties);
    expect(subscriptions).toMatchObject([{ Protocol: 'email', Endpoint: 'ops@desk.example' }]);
  });
});

describe('-c waf', () => {
  const made = synthesized(FORMS['with WAF']);
  const edge = made.resources('ReferralDeskEdge');

  it('puts CloudFront with a web ACL before both addresses', () => {
    const [acl] = all(edge, 'AWS::WAFv2::WebACL');
    expect(acl?.resource.Properties).toMatchObject({ Scope: 'CLOUDFRONT' });
    const fronts = all(edge, 'AWS::CloudFront::Distribution').map(({ resource }) =>
      JSON.stringify(resource.Properties),
    );
    expect(fronts).toHaveLength(2);
    for (const each of fronts) expect(each).toContain(`"WebACLId":{"Fn::GetAtt":["${acl?.id ?? ''}","Arn"]}`);
  });

  it('writes down no path, as that of an unused link is a secret', () => {
    const fronts = all(edge, 'AWS::CloudFront::Distribution').map(({ resource }) => resource.Properties);
    expect(fronts).toHaveLength(2);
    for (const { DistributionConfig } of fronts) expect(DistributionConfig).not.toHaveProperty('Logging');
    for (const type of ['AWS::S3::Bucket', 'AWS::Logs::Delivery', 'AWS::WAFv2::LoggingConfiguration'])
      expect(all(edge, type)).toEqual([]);
  });

  it('looks at no sample of what was asked', () => {
    expect(JSON.stringify(all(edge, 'AWS::WAFv2::WebACL'))).not.toContain('"SampledRequestsEnabled":true');
  });
});

describe('-c door', () => {
  const resources = synthesized(FORMS['with the door']).resources();

  it('runs the named image behind a load balancer that speaks TLS alone', () => {
    const [task] = all(resources, 'AWS::ECS::TaskDefinition');
    expect(JSON.stringify(task?.resource.Properties)).toContain('registry.example/referral-desk:1');
    const listeners = all(resources, 'AWS::ElasticLoadBalancingV2::Listener').map(
      ({ resource }) => resource.Properties,
    );
    expect(listeners).toMatchObject([{ Port: 443, Protocol: 'HTTPS' }]);
  });

  it('may open words beside what intake may, and no evidence', () => {
    const policies = all(resources, 'AWS::IAM::Policy').filter(({ id }) => id.startsWith('doortaskTaskRole'));
    const statements = policies.flatMap(
      ({ resource }) => (resource.Properties['PolicyDocument'] as { Statement: Statement[] }).Statement,
    );
    const opening = statements.filter(
      ({ Action, Resource }) =>
        JSON.stringify(Action).includes('kms:Decrypt') && JSON.stringify(Resource).includes('"datakey'),
    );
    expect(opening.map(({ Condition }) => Condition?.['StringEquals']?.['kms:EncryptionContext:kind'])).toEqual([
      ['words'],
    ]);
  });

  it('is never silent: faults, containers that do not answer, and what it writes of alarms', () => {
    const alarms = all(resources, 'AWS::CloudWatch::Alarm').filter(({ id }) => id.startsWith('door'));
    expect(alarms.map(({ resource }) => resource.Properties['MetricName']).sort()).toEqual([
      'Alarms-door',
      'HTTPCode_ELB_5XX_Count',
      'HTTPCode_Target_5XX_Count',
      'UnHealthyHostCount',
    ]);
    const topic = only(resources, 'AWS::SNS::Topic', 'alarms').id;
    const board = JSON.stringify(all(resources, 'AWS::CloudWatch::Dashboard'));
    for (const { id, resource } of alarms) {
      const first = { Threshold: 1, EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' };
      expect(resource.Properties).toMatchObject({ AlarmActions: [{ Ref: topic }], ...first });
      expect(board).toContain(id);
    }
    const { resource } = only(resources, 'AWS::Logs::MetricFilter', 'door-alarms');
    expect(resource.Properties).toMatchObject({
      FilterPattern: '?"FAULT" ?"ALARM"',
      LogGroupName: { Ref: only(resources, 'AWS::Logs::LogGroup', 'door-logs').id },
      MetricTransformations: [{ MetricName: 'Alarms-door' }],
    });
  });

  it('is not there unless it is asked for', () => {
    expect(all(synthesized().resources(), 'AWS::ECS::Service')).toEqual([]);
  });
});

describe('a choice that is not understood', () => {
  const parse = (context: Record<string, unknown>) => parseSettings(new App({ context }).node);

  it.each([
    ['trial', { trial: 'yes' }],
    ['name', { name: '1desk' }],
    ['name', { name: 'desk desk' }],
    ['oidcIssuer', { oidcIssuer: 'http://id.example', oidcAudience: 'desk' }],
    ['oidcIssuer', { oidcIssuer: 'https://id.example' }],
    ['tsa', { tsa: 'http://tsa.example/tsr' }],
    ['tsa', { tsa: 'http://tsa.example/tsr', tsaCertificate: 'bm90aGluZw==' }],
    ['concurrency', { concurrency: '{"nobody":1}' }],
    ['concurrency', { concurrency: '{"intake":0}' }],
    ['door', { door: 'true' }],
    ['perSecond', { perSecond: '0' }],
    ['ncmecUrl', { ncmecUrl: 'https://report.example' }],
  ])('stops the synthesis: %s', (name, context) => {
    expect(() => parse(context)).toThrow(`-c ${name}`);
  });

  it('that is not made leaves a real stack', () => {
    expect(parse({})).toMatchObject({
      isTrial: false,
      lock: { mode: 'COMPLIANCE', days: 400 },
      hasWaf: false,
      identity: { kind: 'cognito' },
    });
    expect(parse({ trial: 'false' }).isTrial).toBe(false);
  });
});
