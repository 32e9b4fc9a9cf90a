// What the AwsSolutions rules find and we leave as it is, each with its reason. Always true: a reason stands for one finding at one place; what has none here stops the
// synthesis.
import { Stack, Validations, type CfnElement } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { AUTHORITIES, type Grant } from '../../lambdas/authorities.ts';
import type { Parts } from './parts.ts';
import ROUTES from './routes.json' with { type: 'json' };
import { LAMBDAS } from './work.ts';

/** @param at the construct that the finding is about, or one above it */
function leave(at: IConstruct, rule: string, reason: string): void {
  Validations.of(at).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });
}

export function explainDesk(stack: Stack, parts: Parts): void {
  for (const name of LAMBDAS) explainRole(parts.roles[name], AUTHORITIES[name].grants, parts);
  for (const [operation, { isPublic }] of Object.entries(ROUTES as Readonly<Record<string, { isPublic?: boolean }>>)) {
    if (isPublic !== true) continue;
    for (const api of ['programs', 'people']) leave(stack.node.findChild(`${api}-${operation}`), 'APIG4', OPEN);
  }
  const pool = stack.node.tryFindChild('people-pool');
  if (pool !== undefined) leave(pool, 'COG8', POOL);
}

const OPEN =
  'Public by design: the log and its keys are for anyone to check, and a link’s token is its own proof of who may.';
const POOL =
  'A second factor is demanded of everybody and nobody signs up by herself; risk scores of the Plus plan would have addresses of investigators profiled.';
const ANY_OBJECT =
  'Objects are named by fresh ids, so no narrower pattern exists; the bucket’s own policy and its lock bound what can be done to one.';
const ANY_LOG_FILE =
  'Files are named by the log’s size and tiles, and the bucket is theirs alone; its own policy lets none be put twice.';
const ANY_SIGNING_KEY =
  'Keys that "keys rotate" makes have no name beforehand: a condition binds this to the tag that names their one purpose.';
const NO_KEY_YET =
  'A key that is yet to be made has no name: conditions bind this to Ed25519 signing keys with a tag of ours.';

/** A web ACL's own stack. */
export function explainEdge(fronts: readonly IConstruct[]): void {
  for (const front of fronts) {
    leave(front, 'CFR1', 'Reporters and agencies are in every country.');
    leave(
      front,
      'CFR3',
      'CloudFront’s logs hold the path, and /v1/links/<token> is a secret while the link is unused: the API’s own logs name the route alone.',
    );
    leave(
      front,
      'CFR4',
      'CloudFront’s own name takes TLS from 1.0 and cannot be told otherwise; a name of your own with a certificate of its own can, and none is asked for here.',
    );
  }
}

/** The door: open to all on 443, with what the stack tells it in variables, none of them a secret. */
export function explainDoor(
  group: IConstruct,
  task: IConstruct,
  role: IConstruct,
  grants: readonly Grant[],
  parts: Parts,
): void {
  leave(group, 'EC23', 'Reporters come from anywhere; they show a key, and only 443 is open.');
  leave(task, 'ECS2', 'Names of buckets, tables and keys: none is a secret.');
  explainRole(role, grants, parts);
}

const SIGNING = new Set(['receipts key', 'packets key', 'log key']);
const ofBucket = (action: string): boolean => action.startsWith('s3:List');

/** What stands in a role's own policy, said of just that. */
export function explainRole(role: IConstruct, grants: readonly Grant[], { buckets, keys }: Parts): void {
  const has = (part: string): boolean => grants.some(({ on }) => on === part);
  const touches = (part: string): boolean => grants.some(({ on, actions }) => on === part && !actions.every(ofBucket));
  if (touches('evidence')) leave(role, `IAM5[Resource::<${idOf(buckets.evidence)}.Arn>/*]`, ANY_OBJECT);
  if (touches('log files')) leave(role, `IAM5[Resource::<${idOf(buckets.log)}.Arn>/*]`, ANY_LOG_FILE);
  if (grants.some(({ on }) => SIGNING.has(on)) || has('new key')) {
    leave(role, `IAM5[Resource::${anyKeyOf(keys.log)}]`, ANY_SIGNING_KEY);
  }
  if (has('new key')) leave(role, 'IAM5[Resource::*]', NO_KEY_YET);
}

function idOf(construct: IConstruct): string {
  return Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement);
}

/** As the rules spell it. */
function anyKeyOf(scope: IConstruct): string {
  const { region } = Stack.of(scope);
  const place = region.startsWith('${') ? '<AWS::Region>' : region;
  return `arn:<AWS::Partition>:kms:${place}:<AWS::AccountId>:key/*`;
}
