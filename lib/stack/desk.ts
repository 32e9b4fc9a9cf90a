// The stack, in the order in which its parts stand on one another.
import { CfnOutput, Stack, Tags, type App } from 'aws-cdk-lib';
import { makeAlarms } from './alarms.ts';
import { makeApis } from './api.ts';
import { makeBuckets } from './buckets.ts';
import { makeDashboard } from './dashboard.ts';
import { makeDoor } from './door.ts';
import { makeEdge } from './edge.ts';
import { explainDesk } from './explained.ts';
import { makeRoles, makeWorkers } from './functions.ts';
import { makeIdentity, type Identity } from './identity.ts';
import { makeKeys } from './keys.ts';
import { grantRights } from './rights.ts';
import { makeSchedules } from './schedules.ts';
import { parseSettings } from './settings.ts';
import { makeTables } from './tables.ts';
import { watchTampering } from './tampering.ts';
import type { Deployed } from './work.ts';
import { makeTrail } from './trail.ts';

/** @param bundles the folder of each lambda's bundle; its `index.mjs` exports `handler` */
export function makeDesk(app: App, bundles: Readonly<Record<Deployed, string>>): Stack {
  const settings = parseSettings(app.node);
  const stack = new Stack(app, settings.name, {
    description: `Referral Desk: ${settings.isTrial ? 'a trial, removable' : 'evidence is retained'}`,
    terminationProtection: !settings.isTrial,
    ...(settings.region === undefined ? {} : { env: { region: settings.region } }),
    ...(settings.hasWaf ? { crossRegionReferences: true } : {}),
  });
  const keys = makeKeys(stack, settings);
  const buckets = makeBuckets(stack, keys, settings);
  const tables = makeTables(stack, keys, settings);
  const parts = { keys, buckets, tables, roles: makeRoles(stack) };
  grantRights(parts, settings.name);
  const workers = makeWorkers(stack, parts, bundles, settings);
  makeSchedules(stack, workers);
  const identity = makeIdentity(stack, settings);
  const apis = makeApis(stack, workers, identity, settings);
  makeTrail(stack, buckets, tables, settings);
  const door = settings.door && makeDoor(stack, parts, settings.door, settings);
  const alarms = makeAlarms(stack, { workers, apis, tables, door }, settings);
  watchTampering(stack, parts, alarms.topic);
  makeDashboard(stack, { workers, apis, alarms }, settings);
  if (settings.hasWaf) makeEdge(app, apis, settings);
  new CfnOutput(stack, 'ProgramsAddress', { value: apis.programs.apiEndpoint });
  new CfnOutput(stack, 'PeopleAddress', { value: apis.people.apiEndpoint });
  new CfnOutput(stack, 'FoundLambda', { value: workers.found.lambda.functionName });
  tellIdentity(stack, identity);
  Tags.of(stack).add('desk', settings.name);
  explainDesk(stack, parts);
  return stack;
}

/** What `actor add` and whoever signs people in must be told. */
function tellIdentity(stack: Stack, { issuer, audience, poolId }: Identity): void {
  new CfnOutput(stack, 'PeopleIssuer', { value: issuer });
  new CfnOutput(stack, 'PeopleAudience', { value: audience });
  if (poolId !== undefined) new CfnOutput(stack, 'PeoplePool', { value: poolId });
}
