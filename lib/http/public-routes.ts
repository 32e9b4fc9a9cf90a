// The routes anyone may ask: what lets others check the desk, and whether it runs.
import { healthAnswer } from '../../schemas/index.ts';
import { DeskError } from '../errors.ts';
import { json, text } from './answer.ts';
import { trustForm } from './forms.ts';
import { publicRoute, type Route } from './table.ts';

export const PUBLIC_ROUTES: readonly Route[] = [
  publicRoute({
    method: 'GET',
    path: '/v1/log/checkpoint',
    operation: 'readCheckpoint',
    summary: "The log's signed head (C2SP tlog-checkpoint)",
    answers: { 200: { description: 'A signed note.', contentType: 'text/plain' } },
    handle: async ({ desk }) => {
      const state = await desk.logState();
      if (state === undefined) throw new DeskError('absent/object', 'The log has no head yet.');
      return text(state.checkpoint);
    },
  }),
  publicRoute({
    method: 'GET',
    path: '/v1/trust',
    operation: 'readTrust',
    summary: 'The public keys that speak for the desk; compare the twelve words by another way',
    answers: { 200: { description: 'trust.json', schema: trustForm } },
    handle: async ({ desk }) => json(200, await desk.trust()),
  }),
  publicRoute({
    method: 'GET',
    path: '/healthz',
    operation: 'health',
    summary: 'Whether it runs',
    answers: { 200: { description: 'It runs.', schema: healthAnswer } },
    handle: () => Promise.resolve(json(200, { status: 'ok' })),
  }),
];
