// One page to look at: what is told, what is asked, how long it takes, what waits.
import { Duration } from 'aws-cdk-lib';
import { AlarmStatusWidget, Dashboard, GraphWidget, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { Apis } from './api.ts';
import type { Workers } from './functions.ts';
import type { Settings } from './settings.ts';
import { LAMBDAS } from './work.ts';

export interface Shown {
  readonly workers: Workers;
  readonly apis: Apis;
  readonly alarms: Alarms;
}

export function makeDashboard(scope: Construct, { workers, apis, alarms }: Shown, { name }: Settings): void {
  const each = (metric: (worker: Workers['log'], label: string) => IMetric): IMetric[] =>
    LAMBDAS.map((lambda) => metric(workers[lambda], lambda));
  const both = [apis.programs, apis.people];
  const board = new Dashboard(scope, 'dashboard', { dashboardName: name, defaultInterval: Duration.days(1) });
  board.addWidgets(new AlarmStatusWidget({ title: 'Never silent', alarms: [...alarms.all], width: 24, height: 8 }));
  board.addWidgets(
    graph(
      'Asked',
      both.map((api) => api.metricCount(SUM)),
    ),
    graph(
      'Refused (4xx)',
      both.map((api) => api.metricClientError(SUM)),
    ),
    graph(
      'Answered within (p99)',
      both.map((api) => api.metricLatency({ statistic: Stats.p(99) })),
    ),
  );
  board.addWidgets(
    graph(
      'Runs',
      each(({ lambda }, label) => lambda.metricInvocations({ ...SUM, label })),
    ),
    graph(
      'Failures',
      each(({ lambda }, label) => lambda.metricErrors({ ...SUM, label })),
    ),
    graph(
      'Longest run',
      each(({ lambda }, label) => lambda.metricDuration({ statistic: Stats.MAXIMUM, label })),
    ),
  );
  board.addWidgets(
    graph(
      'Given up',
      each(({ deadLetters }, label) => deadLetters.metricApproximateNumberOfMessagesVisible({ label })),
    ),
  );
}

const SUM = { statistic: Stats.SUM };

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6 });
}
