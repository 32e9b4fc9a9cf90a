// What is never silent, as CloudWatch sees it: each rule of NEVER_SILENT has its alarms, and each alarm tells the one topic. What somebody does to the stack itself is
// told by tampering.ts.
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Stats,
  TreatMissingData,
  type IMetric,
  type MetricOptions,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import { HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AUTHORITIES, type Authority } from '../../lambdas/authorities.ts';
import type { Apis } from './api.ts';
import type { Door } from './door.ts';
import type { Worker, Workers } from './functions.ts';
import type { Settings } from './settings.ts';
import type { Tables } from './tables.ts';
import { LAMBDAS, WORK, type Deployed } from './work.ts';

/** Each rule, and what is done when it speaks. */
export const NEVER_SILENT = {
  'desk-alarm':
    'The desk itself raised an alarm or found something: read the line in that lambda’s log, it names a code.',
  failed: 'A lambda failed: read its log.',
  throttled: 'A lambda could not be started: raise its concurrency.',
  slow: 'A lambda needs nearly all of its time: what it does is cut off soon.',
  'dead-letter': 'A round was given up: see why, then send it again from the queue.',
  'not-running': 'A round has not begun when it should have: see the schedule.',
  'api-fault': 'The API answered with faults (5xx).',
  'table-fault': 'A table refused work, or was too busy for it.',
} as const;

/** As well, where there is a door. */
const DOOR_NEVER_SILENT = {
  'door-told': 'The CyberTipline door wrote FAULT or ALARM: read the line in its log, it names a code.',
  'door-fault': 'The CyberTipline door, or the balancer before it, answered with faults (5xx): read its log.',
  'door-down': 'A container of the CyberTipline door does not answer: see its service and its log.',
} as const;

const RULES = { ...NEVER_SILENT, ...DOOR_NEVER_SILENT };

type Rule = keyof typeof RULES;

export interface Watched {
  readonly workers: Workers;
  readonly apis: Apis;
  readonly tables: Tables;
  readonly door: Door | undefined;
}

export interface Alarms {
  readonly topic: Topic;
  readonly all: readonly Alarm[];
}

export function makeAlarms(scope: Construct, { workers, apis, tables, door }: Watched, settings: Settings): Alarms {
  const topic = makeTopic(scope, settings);
  const all: Alarm[] = [];
  const tell = (rule: Rule, about: string, metric: IMetric, more: Partial<AlarmForm> = {}): void => {
    const alarm = new Alarm(scope, `${rule}-${about}`, {
      metric,
      alarmDescription: `${RULES[rule]} (${about})`,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...more,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    all.push(alarm);
  };
  for (const name of LAMBDAS) watchWorker(scope, name, workers[name], settings.name, tell);
  for (const [name, api] of Object.entries(apis) as [string, Apis['people']][])
    tell('api-fault', name, api.metricServerError(SUM));
  for (const [name, table] of Object.entries(tables) as [string, Tables['book']][]) {
    tell('table-fault', `${name}-errors`, table.metricSystemErrorsForOperations({ ...SUM, operations: ASKED }));
    tell('table-fault', `${name}-throttled`, table.metricThrottledRequestsForOperations({ ...SUM, operations: ASKED }));
  }
  if (door !== undefined) watchDoor(scope, door, settings.name, tell);
  return { topic, all };
}

interface AlarmForm {
  readonly evaluationPeriods: number;
  readonly threshold: number;
  readonly comparisonOperator: ComparisonOperator;
  readonly treatMissingData: TreatMissingData;
}

type Tell = (rule: Rule, about: string, metric: IMetric, more?: Partial<AlarmForm>) => void;

const SUM: MetricOptions = { statistic: Stats.SUM, period: Duration.minutes(5) };
const ASKED = [Operation.GET_ITEM, Operation.QUERY, Operation.TRANSACT_WRITE_ITEMS, Operation.BATCH_WRITE_ITEM];
/** Of its time, before which it is told. */
const NEARLY = 0.8;

function watchWorker(scope: Construct, name: Deployed, worker: Worker, desk: string, tell: Tell): void {
  const { lambda, deadLetters } = worker;
  tell('desk-alarm', name, deskAlarms(scope, name, worker, desk));
  tell('failed', name, lambda.metricErrors(SUM));
  const slow = { threshold: WORK[name].timeoutSeconds * 1000 * NEARLY };
  tell('slow', name, lambda.metricDuration({ ...SUM, statistic: Stats.MAXIMUM }), slow);
  tell('dead-letter', name, deadLetters.metricApproximateNumberOfMessagesVisible({ ...SUM, statistic: Stats.MAXIMUM }));
  const { everyMinutes, routes }: Authority = AUTHORITIES[name];
  // a round that waits for the one before is no fault
  if (routes.length > 0 || name === 'keys-authorizer') tell('throttled', name, lambda.metricThrottles(SUM));
  if (everyMinutes === undefined) return;
  const period = everyMinutes === 1 ? Duration.minutes(15) : Duration.minutes(everyMinutes);
  const missing = {
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.BREACHING,
    evaluationPeriods: everyMinutes === 1 ? 1 : 2, // a day's round may come a moment after the day
  };
  tell('not-running', name, lambda.metricInvocations({ ...SUM, period }), missing);
}

/** What the core tells through its alarm port is a line of the log. */
function deskAlarms(scope: Construct, name: Deployed, { logs }: Worker, desk: string): IMetric {
  const filter = new MetricFilter(scope, `${name}-alarms`, {
    logGroup: logs,
    filterPattern: FilterPattern.exists('$.alarm'),
    metricNamespace: `ReferralDesk/${desk}`,
    metricName: `Alarms-${name}`,
    metricValue: '1',
  });
  return filter.metric(SUM);
}

/** What it tells is plain text: `FAULT <code> (<where>)`, `ALARM <code> (<where>): …`. */
function watchDoor(scope: Construct, { balancer, targets, logs }: Door, desk: string, tell: Tell): void {
  const told = new MetricFilter(scope, 'door-alarms', {
    logGroup: logs,
    filterPattern: FilterPattern.anyTerm('FAULT', 'ALARM'),
    metricNamespace: `ReferralDesk/${desk}`,
    metricName: 'Alarms-door',
    metricValue: '1',
  });
  tell('door-told', 'log', told.metric(SUM));
  tell('door-fault', 'container', balancer.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, SUM));
  tell('door-fault', 'balancer', balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, SUM));
  tell('door-down', 'container', targets.metrics.unhealthyHostCount({ ...SUM, statistic: Stats.MAXIMUM }));
}

function makeTopic(scope: Construct, { alarmMail }: Settings): Topic {
  const topic = new Topic(scope, 'alarms', { enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsTell',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  if (alarmMail !== undefined) topic.addSubscription(new EmailSubscription(alarmMail));
  return topic;
}
