// What only whoever sits at the machine may ask of a desk: routes on its socket, never on a port.
import * as z from 'zod';
import { json, route, type Route } from '../http/index.ts';
import { makeBackup } from '../local/backup.ts';
import type { LocalDesk } from '../local/open.ts';

const backupRequest = z.strictObject({
  out: z.string().min(1).meta({ description: 'Where book and sealed bytes go, as a whole path.' }),
  secretsOut: z.string().min(1).meta({ description: 'Where secrets and key file go, as a whole path.' }),
  keepDays: z.int().min(1).optional().meta({ description: 'After how many days every copy is gone.' }),
});

export const backupAnswer = z.strictObject({
  id: z.string(),
  expiresAt: z.string(),
  files: z.int(),
  bytes: z.int(),
});

export const BACKUP_PATH = '/local/backup';

export function localRoutes(local: LocalDesk): readonly Route[] {
  return [
    route('desk:backup', {
      method: 'POST',
      path: BACKUP_PATH,
      operation: 'makeBackup',
      summary: 'Copy the desk to two places',
      body: backupRequest,
      answers: { 200: { description: 'Copied.', schema: backupAnswer } },
      handle: async ({ caller, body }) => json(200, await makeBackup(local, caller, body)),
    }),
  ];
}
