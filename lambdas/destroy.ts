// What two persons or an unfinished referral's time have ended is destroyed; an actor's key is ended.
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Invocation } from '../lib/aws/deadline.ts';
import { scheduled } from '../lib/aws/scheduled.ts';
import { answering } from './answering.ts';
import { start } from './start.ts';

const started = start('destroy');
const { core, telemetry, clock } = started;
const answer = answering('destroy', started);
const tend = scheduled(
  async () => {
    const { tick } = await import('../lib/clock.ts');
    const { destroyed } = await tick(core, 'ends');
    return { destroyed };
  },
  telemetry,
  clock,
);

export const handler = (event: APIGatewayProxyEventV2 | { readonly source: string }, invocation: Invocation) =>
  'requestContext' in event ? answer(event, invocation) : tend(event, invocation);
