// The routes anyone may ask: what lets others check the desk, and whether it runs.
import { DeskError } from '../errors.ts';
import { json, kept } from './answer.ts';
import { publicRoute, type Route } from './table.ts';

/** For what never changes, and for what does: that is asked about again each time (RFC 9111, RFC 8246). */
const LASTING = 'public, max-age=31536000, immutable';
const CHECKED = 'no-cache';

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
      return kept(Buffer.from(state.checkpoint, 'utf8'), 'text/plain; charset=utf-8', CHECKED);
    },
  }),
  publicRoute({
    method: 'GET',
    path: '/v1/log/{path}',
    operation: 'readLogFile',
    summary:
      'A file of the log (C2SP tlog-tiles): [<log>/]tile/<L>/<N>[.p/<W>], [<log>/]tile/entries/<N>[.p/<W>], [<log>/]stamp/…, <log>/checkpoint',
    answers: {
      200: {
        description: 'The file.',
        contentType: ['application/octet-stream', 'text/plain', 'application/timestamp-reply'],
      },
    },
    handle: async ({ desk, request }) => {
      const file = await desk.logFile(new URL(request.url).pathname.slice('/v1/log/'.length));
      if (file === undefined) throw new DeskError('absent/object', 'The log has no such file.');
      return kept(file.bytes, file.contentType, file.isLasting ? LASTING : CHECKED);
    },
  }),
  publicRoute({
    method: 'GET',
    path: '/v1/trust',
    operation: 'readTrust',
    summary: 'The public keys that speak for the desk; compare the twelve words by another way',
    answers: { 200: { description: 'trust.json', schema: 'trustForm' } },
    handle: async ({ desk }) => json(200, await desk.trust()),
  }),
  publicRoute({
    method: 'GET',
    path: '/healthz',
    operation: 'health',
    summary: 'Whether it runs',
    answers: { 200: { description: 'It runs.', schema: 'healthAnswer' } },
    handle: () => Promise.resolve(json(200, { status: 'ok' })),
  }),
];
