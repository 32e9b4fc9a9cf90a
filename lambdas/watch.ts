// Everything is read again, and what does not hold is told.
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Invocation } from '../lib/aws/deadline.ts';
import { scheduled } from '../lib/aws/scheduled.ts';
import { answering } from './answering.ts';
import { start } from './start.ts';

const started = start('watch');
const { core, ports, telemetry, clock } = started;
const answer = answering('watch', started);

const MOST_TOLD = 100;

const look = scheduled(
  async () => {
    const { watch } = await import('../lib/watch.ts');
    const { findings, notes, checked } = await watch(core);
    const message = 'Something does not hold: see what the finding says.';
    for (const { code, where } of findings.slice(0, MOST_TOLD)) await ports.alarm({ code, where, message });
    return { ...checked, findings: findings.length, notes: notes.length };
  },
  telemetry,
  clock,
);

export const handler = (event: APIGatewayProxyEventV2 | { readonly source: string }, invocation: Invocation) =>
  'requestContext' in event ? answer(event, invocation) : look(event, invocation);
