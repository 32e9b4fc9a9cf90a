// What was sent directly is opened once and compared with what was declared; only then it counts as received.
import { scheduled } from '../lib/aws/scheduled.ts';
import { rememberFailures } from '../lib/packet/failures.ts';
import { inspect } from '../lib/uploads/inspect.ts';
import { start } from './start.ts';

const { core, telemetry, clock } = start('inspect');
const failures = rememberFailures();

export const handler = scheduled(async () => ({ ...(await inspect(core, failures)) }), telemetry, clock);
