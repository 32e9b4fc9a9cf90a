// What was ordered and stands in the log is made: opened, drawn, sealed, signed.
import { scheduled } from '../lib/aws/scheduled.ts';
import { rememberFailures } from '../lib/packet/failures.ts';
import { freezePackets } from '../lib/packet/freeze.ts';
import { bundledFont } from './fonts.ts';
import { start } from './start.ts';

const { core, telemetry, clock } = start('packets', { font: bundledFont });
const failures = rememberFailures();

export const handler = scheduled(async () => ({ packetsMade: await freezePackets(core, failures) }), telemetry, clock);
