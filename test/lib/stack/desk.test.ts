// What runs in a deployed desk: lambdas, the API before them, the clock behind them, and what is told when something is wrong.
import { describe, expect, it } from '@jest/globals';
import { AUTHORITIES, type Authority } from '../../../lambdas/authorities.ts';
import { BUNDLED } from '../../../lambdas/bundle.ts';
import { contractRoute } from '../../../lib/http/contract-route.ts';
import { ROUTES } from '../../../lib/http/all-routes.ts';
import { NEVER_SILENT } from '../../../lib/stack/alarms.ts';
import KNOWN from '../../../lib/stack/routes.json' with { type: 'json' };
import { LAMBDAS } from '../../../lib/stack/work.ts';
import { all, only, synthesized } from './synthesized.ts';

const made = synthesized();
const resources = made.resources();

describe('each lambda', () => {
  it('is one that is bundled, and each that is bundled is here', () => {
    expect([...LAMBDAS].sort()).toEqual([...BUNDLED].sort());
  });

  it.each(LAMBDAS)('%s: the newest Node on arm64, with a queue for what it did not do', (name) => {
    const { resource } = only(resources, 'AWS::Lambda::Function', `${name}-lambda`);
    const letters = only(resources, 'AWS::SQS::Queue', `${name}-dead-letters`).id;
    expect(resource.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': [letters, 'Arn'] } },
      LoggingConfig: { LogGroup: { Ref: only(resources, 'AWS::Logs::LogGroup', `${name}-logs`).id } },
      Role: { 'Fn::GetAtt': [only(resources, 'AWS::IAM::Role', `${name}-role`).id, 'Arn'] },
    });
  });

  it('knows every name that lib/aws/environment.ts asks for, keys by ARN', () => {
    for (const { resource } of all(resources, 'AWS::Lambda::Function')) {
      const { Variables } = resource.Properties['Environment'] as { Variables: Record<string, unknown> };
      expect(Object.keys(Variables).sort()).toEqual(NAMES);
      expect(Variables['STORAGE_KEY_ID']).toEqual({
        'Fn::GetAtt': [only(resources, 'AWS::KMS::Key', 'storage-key').id, 'Arn'],
      });
    }
  });
});

const NAMES = [
  'BOOK_TABLE',
  'DATA_KEY_ID',
  'DESK_NAME',
  'EVIDENCE_BUCKET',
  'LOCK_MODE',
  'LOG_BUCKET',
  'LOG_KEY_ID',
  'LOOKUP_KEY_ID',
  'PACKETS_BUCKET',
  'PACKETS_KEY_ID',
  'RECEIPTS_KEY_ID',
  'SECRETS_TABLE',
  'STORAGE_KEY_ID',
];

describe('the API', () => {
  const routes = all(resources, 'AWS::ApiGatewayV2::Route').map(({ resource }) => resource.Properties);
  const table = [...ROUTES, contractRoute(ROUTES)];

  it('knows each route of lib/http, its method, its path and whether it asks for a caller', () => {
    const here = table.map(({ operation, method, path, action }) => [
      operation,
      { route: `${method} ${path}`, ...(action === undefined ? { isPublic: true } : {}) },
    ]);
    expect(KNOWN).toEqual(Object.fromEntries(here));
  });

  it('gives each operation to one lambda', () => {
    const given = LAMBDAS.flatMap((name) => AUTHORITIES[name].routes as readonly string[]);
    expect([...given].sort()).toEqual(table.map(({ operation }) => operation).sort());
  });

  it('takes the same routes at both addresses, nothing beside them, and no path of any method', () => {
    expect(routes).toHaveLength(2 * table.length);
    for (const { RouteKey } of routes) expect(RouteKey).toMatch(/^(GET|POST|PUT|DELETE) \//);
  });

  it('asks who it is of everything that is not public: a key at one address, a token at the other', () => {
    const kinds = routes.map(({ RouteKey, AuthorizationType }) => `${String(RouteKey)} ${String(AuthorizationType)}`);
    for (const { method, path, action } of table) {
      const route = `${method} ${path.replace('{path}', '{path+}')}`;
      const expected = action === undefined ? [`${route} NONE`, `${route} NONE`] : [`${route} CUSTOM`, `${route} JWT`];
      expect(kinds.filter((each) => each.startsWith(`${route} `)).sort()).toEqual(expected);
    }
  });

  it('is throttled, and writes down neither who asked nor what path', () => {
    for (const { resource } of all(resources, 'AWS::ApiGatewayV2::Stage')) {
      expect(resource.Properties['DefaultRouteSettings']).toMatchObject({
        ThrottlingRateLimit: 200,
        ThrottlingBurstLimit: 400,
      });
      const format = (resource.Properties['AccessLogSettings'] as { Format: string }).Format;
      expect(format).not.toMatch(/sourceIp|\.path|userAgent|principalId|claims|authorizer\.(?!error)/);
    }
  });

  it('tells whoever deploys it which issuer the tokens must be of, word for word, and for whom', () => {
    const { PeopleIssuer, PeopleAudience, PeoplePool } = synthesized().outputs;
    const configured = all(resources, 'AWS::ApiGatewayV2::Authorizer').map(
      ({ resource }) => resource.Properties['JwtConfiguration'],
    );
    expect(configured).toContainEqual({ Issuer: PeopleIssuer?.Value, Audience: [PeopleAudience?.Value] });
    expect(PeoplePool?.Value).toEqual({ Ref: all(resources, 'AWS::Cognito::UserPool')[0]?.id });
  });

  it('by default has a pool of people, where nobody signs up or goes without a second factor', () => {
    const [pool] = all(resources, 'AWS::Cognito::UserPool');
    expect(pool?.resource.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      DeletionProtection: 'ACTIVE',
    });
  });
});

describe('schedules', () => {
  it.each(LAMBDAS)('%s is asked as often as its authority says', (name) => {
    const { everyMinutes }: Authority = AUTHORITIES[name];
    const rules = all(resources, 'AWS::Events::Rule').filter(
      ({ resource }) => resource.Properties['ScheduleExpression'] !== undefined,
    );
    const lambda = only(resources, 'AWS::Lambda::Function', `${name}-lambda`).id;
    const own = rules.filter(({ resource }) => JSON.stringify(resource.Properties['Targets']).includes(lambda));
    const minutes = own.map(({ resource }) =>
      /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(resource.Properties['ScheduleExpression'])),
    );
    const unit: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };
    expect(minutes.map((found) => Number(found?.[1]) * (unit[found?.[2] ?? ''] ?? NaN))).toEqual(
      everyMinutes === undefined ? [] : [everyMinutes],
    );
    for (const { resource } of own)
      expect(JSON.stringify(resource.Properties['Targets'])).toContain('"DeadLetterConfig"');
  });
});

describe('never silent', () => {
  const alarms = all(resources, 'AWS::CloudWatch::Alarm');
  const topic = only(resources, 'AWS::SNS::Topic', 'alarms').id;

  it.each(Object.keys(NEVER_SILENT))('has an alarm for the rule: %s', (rule) => {
    const own = alarms.filter(({ id }) => id.startsWith(rule.replaceAll('-', '')));
    expect(own.length).toBeGreaterThan(0);
    const ofEach = ['desk-alarm', 'failed', 'slow', 'dead-letter'];
    if (ofEach.includes(rule)) expect(own).toHaveLength(LAMBDAS.length);
  });

  it('tells the topic with every alarm, at the first fault, but of a daily round that is late', () => {
    for (const { resource } of alarms) {
      expect(resource.Properties).toMatchObject({
        AlarmActions: [{ Ref: topic }],
        EvaluationPeriods: expect.any(Number),
      });
      expect(resource.Properties).not.toMatchObject({ ActionsEnabled: false });
      expect(resource.Properties['EvaluationPeriods']).toBe(resource.Properties['Period'] === 86_400 ? 2 : 1);
    }
  });

  it('tells of calls that found no room, and not of rounds that waited for one another', () => {
    const own = alarms.filter(({ id }) => id.startsWith('throttled')).map(({ id }) => id.slice('throttled'.length, -8));
    expect(own.sort()).toEqual(['destroy', 'downloads', 'intake', 'keysauthorizer', 'reading', 'rotate', 'watch']);
  });

  it('takes a round that does not begin for a fault, where no data is the sign of it', () => {
    const rounds = LAMBDAS.filter((name) => (AUTHORITIES[name] as Authority).everyMinutes !== undefined);
    const own = alarms.filter(({ id }) => id.startsWith('notrunning'));
    expect(own).toHaveLength(rounds.length);
    for (const { resource } of own)
      expect(resource.Properties).toMatchObject({
        TreatMissingData: 'breaching',
        ComparisonOperator: 'LessThanThreshold',
      });
  });

  it('counts what the desk itself tells, out of each lambda’s log', () => {
    const filters = all(resources, 'AWS::Logs::MetricFilter').map(({ resource }) => resource.Properties);
    expect(filters).toHaveLength(LAMBDAS.length);
    for (const { FilterPattern } of filters) expect(FilterPattern).toBe('{ $.alarm = "*" }');
  });

  it.each(['deletion', 'refusal', 'bucket', 'key', 'key-use', 'table', 'trail'])(
    'tells of what is done behind the desk: %s',
    (act) => {
      const { resource } = only(resources, 'AWS::Events::Rule', `told-${act}`);
      expect(JSON.stringify(resource.Properties['Targets'])).toContain(topic);
      expect(resource.Properties['EventPattern']).toMatchObject({ 'detail-type': ['AWS API Call via CloudTrail'] });
    },
  );

  it('lets CloudWatch and EventBridge tell', () => {
    const policy = JSON.stringify(only(resources, 'AWS::SNS::TopicPolicy', 'alarms').resource.Properties);
    for (const service of ['cloudwatch.amazonaws.com', 'events.amazonaws.com']) expect(policy).toContain(service);
  });

  it('shows every alarm on the dashboard', () => {
    const [board] = all(resources, 'AWS::CloudWatch::Dashboard');
    const body = JSON.stringify(board?.resource.Properties['DashboardBody']);
    for (const { id } of alarms) expect(body).toContain(`"${id}"`);
  });
});
