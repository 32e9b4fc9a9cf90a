// The API: Request in, Response out. Who asks is settled before anything about what was asked for, and every refusal has one form.
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { demand, type Caller } from '../access.ts';
import type { Desk } from '../desk.ts';
import { DeskError } from '../errors.ts';
import { finished } from './answer.ts';
import { byKey, type Authenticate } from './caller.ts';
import type { ReportDoor } from './ispws/index.ts';
import { isReportPath } from './ispws/paths.ts';
import { later, once } from '../later.ts';
import { LIMITS, tokenBuckets, type Limits } from './limits.ts';
import { atHand, OUTLINES, type Waiting } from './outlines.ts';
import { checkHeaders, checkId } from './request.ts';
import type { Call, Outline, Route } from './table.ts';

export { byKey, byKeyOrHouse, HOUSE_ROLE, type Authenticate } from './caller.ts';
export { LIMITS, type Limits } from './limits.ts';
export { json } from './answer.ts';
export { noteRemoteAddress } from './remote.ts';
export { publicRoute, route, type Outline, type Route } from './table.ts';

export interface ApiOptions {
  /** Who asks; by key alone without one. */
  readonly authenticate?: Authenticate;
  readonly limits?: Partial<Limits>;
  /** Milliseconds that never run backwards; without it nobody is told to come more slowly. */
  readonly clock?: () => number;
  /** Routes of this door alone. */
  readonly extraRoutes?: readonly Route[];
  /** Which routes this door answers, where it is not all of them. */
  readonly serves?: (route: Outline) => boolean;
  /** Whether the CyberTipline door is answered; without it where all routes are. */
  readonly answersReports?: boolean;
  /** Hears of each request before its route is asked, once who asks is known; what it throws is the answer. */
  readonly admit?: (route: Outline, request: Request) => Promise<void>;
  /** Hears of faults, which the answer says nothing about; by the answer's Request-Id. */
  readonly onFault?: (error: unknown, requestId: string) => void;
}

export interface Api {
  /** Never rejects. */
  readonly fetch: (request: Request) => Promise<Response>;
}

const inReports = later(() => import('./ispws/index.ts'));
const inProblem = later(() => import('./problem.ts'));
const inRefusal = later(() => import('./ispws/refusal.ts'));
const inBasic = later(() => import('./ispws/basic.ts'));

interface Door {
  readonly desk: Desk;
  readonly limits: Limits;
  readonly authenticate: Authenticate;
  readonly allow: (caller: Caller) => void;
  readonly admit: NonNullable<ApiOptions['admit']>;
  readonly fail: () => void;
}

export function createApi(desk: Desk, options: ApiOptions = {}): Api {
  const door = openDoor(desk, options);
  const { serves = () => true, answersReports = options.serves === undefined } = options;
  const { extraRoutes = [] } = options;
  const routes = [...OUTLINES, ...extraRoutes.map(atHand), contract(extraRoutes)];
  const app = new Hono();
  for (const [path, here] of byPath(routes.filter(serves))) {
    app.all(path, (context) => answer(door, here, context.req.raw, context.req.param()));
  }
  app.notFound(() => {
    throw new DeskError('absent/route', 'There is nothing at this path.');
  });
  app.onError((error) => {
    throw error;
  });
  const reports: ReportDoor = {
    desk,
    limits: door.limits,
    identify: async (request) => identify({ ...door, authenticate: (await inBasic()).byBasic(desk) }, request),
  };
  return {
    fetch: async (request) => {
      const requestId = randomUUID();
      try {
        const isReport = answersReports && isReportPath(new URL(request.url).pathname);
        return finished(
          await (isReport ? (await inReports()).answerReport(reports, request) : app.fetch(request)),
          requestId,
        );
      } catch (error) {
        if ((await inProblem()).isFault(error)) options.onFault?.(error, requestId);
        return finished(await refusalOf(error, request.url), requestId);
      }
    },
  };
}

/** The answer to what is so wrong that no route can be asked: the form of the door it was meant for, the same headers. */
export async function refuse(error: unknown, url = '/'): Promise<Response> {
  return finished(await refusalOf(error, url));
}

async function refusalOf(error: unknown, url: string): Promise<Response> {
  const path = URL.parse(url, 'http://desk.local')?.pathname ?? '';
  return isReportPath(path) ? (await inRefusal()).refuseReport(error, url) : (await inProblem()).problemAnswer(error);
}

function openDoor(desk: Desk, { authenticate, limits: given, clock, admit }: ApiOptions): Door {
  const limits = { ...LIMITS, jsonBytes: desk.settings.jsonBytes, ...given };
  const take = clock === undefined ? () => undefined : tokenBuckets(limits.perSecond, limits.burst, clock);
  const fail =
    clock === undefined ? () => undefined : tokenBuckets(limits.failuresPerSecond, limits.failureBurst, clock);
  return {
    desk,
    limits,
    authenticate: authenticate ?? byKey(desk),
    admit: admit ?? (() => Promise.resolve()),
    allow: (caller) => {
      if (!caller.isHouse) take(caller.actorId);
    },
    fail: () => {
      fail('');
    },
  };
}

/** The route of the document about all routes, itself included. */
function contract(extraRoutes: readonly Route[]): Waiting {
  const load = once(async (): Promise<Route> => {
    const [{ contractRoute }, { ROUTES }] = await Promise.all([
      import('./contract-route.ts'),
      import('./all-routes.ts'),
    ]);
    return contractRoute([...ROUTES, ...extraRoutes]);
  });
  const place = { method: 'GET', path: '/v1/openapi.json', operation: 'readContract' } as const;
  return { ...place, action: undefined, isEntered: false, load };
}

function byPath(routes: readonly Waiting[]): Map<string, Waiting[]> {
  const paths = new Map<string, Waiting[]>();
  for (const route of routes) {
    const path = route.path.replace('{path}', ':path{.+}').replaceAll(/\{([a-z]+)\}/g, ':$1');
    paths.set(path, [...(paths.get(path) ?? []), route]);
  }
  return paths;
}

// ── one request ───────────────────────────────────────────────────────────────────────────────────────────────────────

async function answer(
  door: Door,
  here: readonly Waiting[],
  request: Request,
  ids: Readonly<Record<string, string>>,
): Promise<Response> {
  checkHeaders(request.headers, door.limits);
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { Allow: methodsOf(here) } });
  const route = here.find((each) => isAsked(each, request.method));
  if (route === undefined) return notAllowed(here);
  const caller = await callerFor(door, route, request);
  for (const [name, id] of Object.entries(ids)) if (!NO_IDS.has(name)) checkId(id);
  const { handle } = await route.load(); // what cannot be loaded was never begun
  await door.admit(route, request);
  const call: Call = { desk: door.desk, request, ids, limits: door.limits };
  const response = await handle(call, caller).catch((error: unknown) => {
    if (error instanceof DeskError && TOKENS.has(error.code)) door.fail(); // a token is guessed like a key
    throw error;
  });
  return request.method === 'HEAD' ? withoutBody(response) : response;
}

/** What is said to a token that is none. */
const TOKENS: ReadonlySet<string> = new Set(['absent/link', 'access/address']);

/** Parts of a path that are no ids; who handles them looks at them. */
const NO_IDS: ReadonlySet<string> = new Set(['agency', 'purpose', 'token', 'path']);

function isAsked(route: Outline, method: string): boolean {
  return route.method === method || (method === 'HEAD' && route.method === 'GET' && !route.isEntered);
}

function methodsOf(here: readonly Outline[]): string {
  const methods = here.flatMap(({ method, isEntered }) =>
    method === 'GET' && !isEntered ? [method, 'HEAD'] : [method],
  );
  return [...methods, 'OPTIONS'].join(', ');
}

async function notAllowed(here: readonly Outline[]): Promise<Response> {
  const { problemAnswer } = await inProblem();
  const refused = problemAnswer(new DeskError('absent/method', 'This path does not take this method.'));
  refused.headers.set('Allow', methodsOf(here));
  return refused;
}

/** @throws DeskError access/unauthenticated, access/too-many-requests, access/denied */
async function callerFor(door: Door, route: Outline, request: Request): Promise<Caller | undefined> {
  if (route.action === undefined) return undefined;
  const caller = await identify(door, request);
  demand(caller, route.action);
  return caller;
}

/** Who asks; asking, and failing to say who, is counted. @throws DeskError access/unauthenticated, access/too-many-requests */
async function identify(door: Pick<Door, 'authenticate' | 'allow' | 'fail'>, request: Request): Promise<Caller> {
  const caller = await door.authenticate(request).catch((error: unknown) => {
    if (error instanceof DeskError && error.code === 'access/unauthenticated') door.fail();
    throw error;
  });
  door.allow(caller);
  return caller;
}

async function withoutBody(response: Response): Promise<Response> {
  await response.body?.cancel();
  return new Response(null, { status: response.status, headers: response.headers });
}
