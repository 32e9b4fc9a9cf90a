// Who shows a key.
import { authenticate } from '../lib/authenticate.ts';
import { authorizer } from '../lib/aws/authorizer.ts';
import { start } from './start.ts';

const { core, telemetry, clock } = start('keys-authorizer');

export const handler = authorizer((key) => authenticate(core, key), telemetry, clock);
