// What was ordered is filed with its recipient. One courier at a time: the stack gives this lambda a concurrency of one.
import { scheduled } from '../lib/aws/scheduled.ts';
import { deliverFilings } from '../lib/filing/courier.ts';
import { rememberCourier } from '../lib/filing/courier-memory.ts';
import { calledRecipients } from './recipients.ts';
import { start } from './start.ts';

const { core, ports, telemetry, clock } = start('courier', {
  recipients: calledRecipients(process.env, () => ports.keys),
});
const courier = rememberCourier(ports);

/** Begins no call in the second half of its time: an upload that is cut off is lost with its whole report. */
export const handler = scheduled(
  async (invocation) => {
    const late = clock() + invocation.getRemainingTimeInMillis() / 2;
    return { filingSteps: await deliverFilings(core, courier, true, () => clock() >= late) };
  },
  telemetry,
  clock,
);
