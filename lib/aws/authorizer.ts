// Who shows a key, asked by API Gateway before a route is (Lambda authorizer, payload format 2.0, simple answer). Always true: whatever is wrong with a
// key, the answer is the same; where nobody can tell, none is given.
import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerWithContextResult } from 'aws-lambda';
import type { Caller } from '../access.ts';
import { isCode } from '../errors.ts';
import { withinDeadline, type Invocation } from './deadline.ts';
import { codeOf, wordless, type Telemetry } from './telemetry.ts';

type Answer = APIGatewaySimpleAuthorizerWithContextResult<Readonly<Record<string, string>>>;

export type AuthorizerHandler = (
  event: Pick<APIGatewayRequestAuthorizerEventV2, 'headers'>,
  invocation: Invocation,
) => Promise<Answer>;

/** @param authenticate who shows this key. @throws DeskError access/unauthenticated */
export function authorizer(
  authenticate: (key: string) => Promise<Caller>,
  telemetry: Telemetry,
  clock: () => number,
): AuthorizerHandler {
  return async ({ headers }, invocation) => {
    const began = clock();
    const told = (): { requestId: string; durationMs: number } => ({
      requestId: invocation.awsRequestId,
      durationMs: Math.round(clock() - began),
    });
    const key = /^Bearer +(\S+)$/i.exec(headers?.['authorization'] ?? '')?.[1] ?? '';
    try {
      const { actorId, role, organisation = '', agency = '' } = await withinDeadline(invocation, authenticate(key));
      telemetry.tell({ ...told(), code: 'done' });
      return { isAuthorized: true, context: { actorId, role, organisation, agency } };
    } catch (error) {
      if (!isCode(error, 'access/unauthenticated')) {
        telemetry.tell({ ...told(), code: codeOf(error), fault: error });
        throw wordless(error);
      }
      telemetry.tell({ ...told(), code: error.code });
      return { isAuthorized: false, context: {} };
    }
  };
}
