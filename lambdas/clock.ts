// What time brings about and destroys nothing: warnings, expiry, locks, reminders.
import { scheduled } from '../lib/aws/scheduled.ts';
import { tick } from '../lib/clock.ts';
import { start } from './start.ts';

const { core, telemetry, clock } = start('clock');

export const handler = scheduled(async () => ({ ...(await tick(core, 'time')) }), telemetry, clock);
