// What time starts. Always true: a round that its lambda did not take is tried again, and then kept in that lambda's dead-letter queue.
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { AUTHORITIES, type Authority } from '../../lambdas/authorities.ts';
import type { Worker, Workers } from './functions.ts';
import { LAMBDAS } from './work.ts';

export function makeSchedules(scope: Construct, workers: Workers): void {
  for (const name of LAMBDAS) {
    const { everyMinutes }: Authority = AUTHORITIES[name];
    if (everyMinutes !== undefined) every(scope, `${name}-schedule`, everyMinutes, workers[name]);
  }
}

/** A round that was missed is made up for by the next one: it is not tried for longer than an hour. */
function every(scope: Construct, id: string, minutes: number, { lambda, deadLetters }: Worker): void {
  const rule = new Rule(scope, id, { schedule: Schedule.rate(Duration.minutes(minutes)) });
  rule.addTarget(
    new LambdaFunction(lambda, { deadLetterQueue: deadLetters, retryAttempts: 2, maxEventAge: Duration.hours(1) }),
  );
}
