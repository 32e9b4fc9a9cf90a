// The API, at two addresses with the same routes: one for programs, who show a key, one for people, whom an OpenID Connect issuer vouches for. Always true: a route goes to
// the one lambda whose authority it is; what asks for no caller is public, and nothing else is.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  HttpApi,
  HttpMethod,
  HttpRouteKey,
  HttpRoute,
  HttpStage,
  LogGroupLogDestination,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpJwtAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { AUTHORITIES, type Authority } from '../../lambdas/authorities.ts';
import type { Workers } from './functions.ts';
import type { Identity } from './identity.ts';
import ROUTES from './routes.json' with { type: 'json' };
import type { Settings } from './settings.ts';
import { LAMBDAS } from './work.ts';

export interface Apis {
  readonly programs: HttpApi;
  readonly people: HttpApi;
}

export function makeApis(scope: Construct, workers: Workers, { issuer, audience }: Identity, settings: Settings): Apis {
  const byKey = new HttpLambdaAuthorizer('by-key', workers['keys-authorizer'].lambda, {
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    resultsCacheTtl: KEY_REMEMBERED,
  });
  const byToken = new HttpJwtAuthorizer('by-token', issuer, { jwtAudience: [audience] });
  return {
    programs: makeApi(scope, 'programs', byKey, workers, settings),
    people: makeApi(scope, 'people', byToken, workers, settings),
  };
}

/** A key that was ended is taken for so long still. */
const KEY_REMEMBERED = Duration.seconds(60);

function makeApi(
  scope: Construct,
  id: string,
  authorizer: IHttpRouteAuthorizer,
  workers: Workers,
  settings: Settings,
): HttpApi {
  const api = new HttpApi(scope, `${id}-api`, { apiName: `${settings.name} ${id}`, createDefaultStage: false });
  new HttpStage(scope, `${id}-stage`, {
    httpApi: api,
    autoDeploy: true,
    detailedMetricsEnabled: true,
    throttle: { rateLimit: settings.throttle.perSecond, burstLimit: settings.throttle.burst },
    accessLogSettings: {
      destination: new LogGroupLogDestination(makeLogs(scope, id, settings)),
      format: AccessLogFormat.custom(JSON.stringify(LOGGED)),
    },
  });
  for (const name of LAMBDAS) {
    const { routes }: Authority = AUTHORITIES[name];
    if (routes.length === 0) continue;
    const to = new HttpLambdaIntegration(`${id}-${name}`, workers[name].lambda, { scopePermissionToRoute: false });
    for (const operation of routes) addRoute(scope, `${id}-${operation}`, operation, api, to, authorizer);
  }
  return api;
}

const METHODS: Readonly<Record<string, HttpMethod>> = {
  GET: HttpMethod.GET,
  POST: HttpMethod.POST,
  PUT: HttpMethod.PUT,
  DELETE: HttpMethod.DELETE,
};

function addRoute(
  scope: Construct,
  id: string,
  operation: string,
  httpApi: HttpApi,
  integration: HttpLambdaIntegration,
  authorizer: IHttpRouteAuthorizer,
): void {
  const found = (ROUTES as Readonly<Record<string, { route: string; isPublic?: boolean }>>)[operation];
  if (found === undefined)
    throw new Error(`routes.json knows no operation "${operation}": it says what lib/http says.`);
  const [word = '', path = ''] = found.route.split(' ');
  const method = METHODS[word];
  if (method === undefined) throw new Error(`The API is not known to take ${word}.`); // without one, a route takes any
  const routeKey = HttpRouteKey.with(path.replace('{path}', '{path+}'), method);
  new HttpRoute(scope, id, { httpApi, routeKey, integration, ...(found.isPublic === true ? {} : { authorizer }) });
}

/** Neither who asked nor from where: a path may hold a link's token, so the route stands here and not the path. */
const LOGGED = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
  refusedBy: '$context.authorizer.error',
};

function makeLogs(scope: Construct, id: string, { isTrial }: Settings): LogGroup {
  return new LogGroup(scope, `${id}-access`, {
    retention: isTrial ? RetentionDays.ONE_WEEK : RetentionDays.THIRTEEN_MONTHS,
    removalPolicy: isTrial ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
}
