// What time brings about and destroys nothing: warnings, expiry, locks, reminders; and time stamps of the log, where somebody gives them.
import { scheduled } from '../lib/aws/scheduled.ts';
import { tick } from '../lib/clock.ts';
import { stamping } from '../lib/stamp.ts';
import { start } from './start.ts';

const { core, telemetry, clock } = start('clock');
const stampLog = stamping(core);

export const handler = scheduled(
  async () => {
    const done = await tick(core, 'time');
    const { taken, failed } = await stampLog();
    return { ...done, stamped: taken, stampsFailed: failed };
  },
  telemetry,
  clock,
);
