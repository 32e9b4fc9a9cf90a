// The API behind API Gateway: an event in, a result out, through the one route table. Always true: it answers before its time runs out, says no more
// than a lambda can carry, never throws, and of two deliveries of one event at most one has an effect.
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ROLES, type Caller } from '../access.ts';
import type { SignIn } from '../authenticate.ts';
import type { Desk } from '../desk.ts';
import { byKey, createApi, refuse, type Api, type Authenticate, type Outline } from '../http/index.ts';
import { withinDeadline, type Invocation } from './deadline.ts';
import { MOST_BYTES, toRequest, toResult } from './events.ts';
import { codeOf, type Telemetry } from './telemetry.ts';

export interface GatewayOptions {
  readonly desk: Desk;
  /** The routes of this lambda, by their `operation`. */
  readonly routes: ReadonlySet<string>;
  /** Takes an event on, once. @throws DeskError state/exists */
  readonly claim: (event: string) => Promise<void>;
  readonly telemetry: Telemetry;
  /** Milliseconds that never run backwards. */
  readonly clock: () => number;
}

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  invocation: Invocation,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** What is known of a request beside what it says, and what becomes of it. */
interface Noted {
  readonly event: string;
  readonly caller: Caller | undefined;
  /** As whom a token says that she signs in; API Gateway has checked it. */
  readonly signIn: SignIn | undefined;
  operation: string | undefined;
  fault: unknown;
}

type Notes = WeakMap<Request, Noted>;

export function gateway(options: GatewayOptions): HttpHandler {
  const { telemetry, clock } = options;
  const notes: Notes = new WeakMap();
  const faults = new Map<string, unknown>();
  const api = openApi(options, notes, faults);
  let isCold = true;
  return async (event, invocation) => {
    const began = clock();
    const { requestContext } = event;
    const note: Noted = {
      event: requestContext.requestId,
      caller: callerIn(requestContext),
      signIn: signInOf(requestContext),
      operation: undefined,
      fault: undefined,
    };
    const result = await answer(api, notes, note, event, invocation);
    const answerId = String(result.headers?.['request-id'] ?? '');
    telemetry.tell({
      requestId: invocation.awsRequestId,
      answerId,
      operation: note.operation,
      code: codeIn(result),
      status: result.statusCode,
      durationMs: Math.round(clock() - began),
      isCold,
      fault: note.fault ?? faults.get(answerId),
    });
    faults.delete(answerId);
    isCold = false;
    return result;
  };
}

async function answer(
  api: Api,
  notes: Notes,
  note: Noted,
  event: APIGatewayProxyEventV2,
  invocation: Invocation,
): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const request = toRequest(event);
    notes.set(request, note);
    return await withinDeadline(invocation, api.fetch(request).then(toResult));
  } catch (error) {
    if (!['input/too-large', 'input/malformed'].includes(codeOf(error))) note.fault = error;
    return toResult(await refuse(error, event.rawPath));
  }
}

function openApi({ desk, routes, claim, clock }: GatewayOptions, notes: Notes, faults: Map<string, unknown>): Api {
  return createApi(desk, {
    serves: ({ operation }) => routes.has(operation),
    authenticate: byAuthorizer(desk, notes),
    limits: { jsonBytes: Math.min(MOST_BYTES, desk.settings.jsonBytes), answerBytes: MOST_BYTES },
    clock,
    admit: async (route, request) => {
      const note = notes.get(request);
      if (note === undefined) return;
      note.operation = route.operation;
      if (isOnce(route, request)) await claim(note.event);
    },
    onFault: (error, requestId) => faults.set(requestId, error),
  });
}

/** What asks by a key of its own may come again and is the same; so may what is only read, unless the reading itself is entered. */
function isOnce({ method, isEntered }: Outline, request: Request): boolean {
  if (request.headers.has('idempotency-key') || method === 'PUT') return false;
  return method !== 'GET' || isEntered;
}

/** The code of a refusal stands in it; all else is done. */
function codeIn({ statusCode = 200, body }: APIGatewayProxyStructuredResultV2): string {
  if (statusCode < 400) return 'done';
  try {
    const { code } = JSON.parse(body ?? '') as { code?: unknown };
    return typeof code === 'string' ? code : 'internal';
  } catch {
    return 'internal';
  }
}

// ── who asks ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Whom the authorizer found, by key or by token; where none stands before the route, the key is asked itself. */
function byAuthorizer(desk: Pick<Desk, 'authenticate' | 'authenticatePerson'>, notes: Notes): Authenticate {
  const shown = byKey(desk);
  return async (request) => {
    const { caller, signIn } = notes.get(request) ?? {};
    if (caller !== undefined) return caller;
    return signIn === undefined ? shown(request) : desk.authenticatePerson(signIn);
  };
}

/** What a Lambda authorizer answered as its context; API Gateway alone puts it there. */
function callerIn(context: object): Caller | undefined {
  const found = objectIn(authorizerIn(context), 'lambda');
  if (found === undefined) return undefined;
  const role = ROLES.find((each) => each === found['role']);
  const actorId = textIn(found, 'actorId');
  if (role === undefined || actorId === undefined) return undefined;
  const [organisation, agency] = [textIn(found, 'organisation'), textIn(found, 'agency')];
  return {
    actorId,
    role,
    isHouse: false,
    ...(organisation === undefined ? {} : { organisation }),
    ...(agency === undefined ? {} : { agency }),
  };
}

/** What a JWT authorizer read in a token whose signature, issuer, audience and time it has checked; API Gateway alone puts it there. */
function signInOf(context: object): SignIn | undefined {
  const claims = objectIn(objectIn(authorizerIn(context), 'jwt'), 'claims');
  if (claims === undefined) return undefined;
  const [issuer, subject] = [textIn(claims, 'iss'), textIn(claims, 'sub')];
  return issuer === undefined || subject === undefined ? undefined : { issuer, subject };
}

type Unread = Readonly<Record<string, unknown>>;

function authorizerIn(context: object): Unread | undefined {
  return objectIn(context as Unread, 'authorizer');
}

function objectIn(object: Unread | undefined, name: string): Unread | undefined {
  const value = object?.[name];
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Unread {
  return typeof value === 'object' && value !== null;
}

function textIn(object: Unread, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
