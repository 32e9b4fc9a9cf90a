// Entries are taken into the log and its checkpoints signed.
import { scheduled } from '../lib/aws/scheduled.ts';
import { integrateInTime } from '../lib/promise.ts';
import { start } from './start.ts';

const { core, telemetry, clock } = start('log');

export const handler = scheduled(async () => ({ logSize: (await integrateInTime(core))?.size ?? 0 }), telemetry, clock);
