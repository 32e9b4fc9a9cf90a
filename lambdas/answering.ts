// A lambda that answers: the routes of its authority, and no others, behind API Gateway.
import { gateway, type HttpHandler } from '../lib/aws/gateway.ts';
import { openDesk } from '../lib/desk.ts';
import { AUTHORITIES, type AuthorityName } from './authorities.ts';
import type { Started } from './start.ts';

export function answering(
  authority: AuthorityName,
  { environment, ports, telemetry, clock, claim }: Started,
): HttpHandler {
  const desk = openDesk(environment.parts.desk, ports, environment.settings);
  return gateway({ desk, routes: new Set(AUTHORITIES[authority].routes), telemetry, clock, claim });
}
