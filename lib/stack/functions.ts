// One lambda for each authority. Always true: each has a role of its own that may what rights.ts says and write its own log; what failed to be done is kept
// in a dead-letter queue of its own.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';
import type { Parts } from './parts.ts';
import { LAMBDAS, WORK, type Deployed } from './work.ts';

export interface Worker {
  readonly lambda: Lambda;
  readonly role: Role;
  readonly deadLetters: Queue;
  readonly logs: LogGroup;
}

export type Workers = Readonly<Record<Deployed, Worker>>;

/** @param bundles the folder of each lambda's bundle */
export function makeWorkers(
  scope: Construct,
  parts: Parts,
  bundles: Readonly<Record<Deployed, string>>,
  settings: Settings,
): Workers {
  const make = (name: Deployed): Worker => makeWorker(scope, name, bundles[name], parts, settings);
  return Object.fromEntries(LAMBDAS.map((name) => [name, make(name)])) as Record<Deployed, Worker>;
}

function makeWorker(scope: Construct, name: Deployed, folder: string, parts: Parts, settings: Settings): Worker {
  const { memoryMb, timeoutSeconds } = WORK[name];
  const role = parts.roles[name];
  const logs = makeLogs(scope, name, settings);
  logs.grantWrite(role);
  const deadLetters = makeDeadLetters(scope, name);
  const reserved = settings.concurrency[name];
  const lambda = new Lambda(scope, `${name}-lambda`, {
    description: `Referral Desk ${settings.name}: ${name}`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: Code.fromAsset(folder),
    role,
    memorySize: memoryMb,
    timeout: Duration.seconds(timeoutSeconds),
    environment: { ...environmentOf(parts, settings), ...(name === 'courier' ? recipientOf(settings) : {}) },
    logGroup: logs,
    deadLetterQueue: deadLetters,
    ...(reserved === undefined ? {} : { reservedConcurrentExecutions: reserved }),
  });
  return { lambda, role, deadLetters, logs };
}

/** Made before the keys' policies, which name them. */
export function makeRoles(scope: Construct): Readonly<Record<Deployed, Role>> {
  const make = (name: Deployed): Role =>
    new Role(scope, `${name}-role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  return Object.fromEntries(LAMBDAS.map((name) => [name, make(name)])) as Record<Deployed, Role>;
}

/** Kept for as long as what they tell of; no personal data is in them. */
function makeLogs(scope: Construct, name: string, { isTrial }: Settings): LogGroup {
  return new LogGroup(scope, `${name}-logs`, {
    retention: isTrial ? RetentionDays.ONE_WEEK : RetentionDays.THIRTEEN_MONTHS,
    removalPolicy: isTrial ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
}

/** Of events only: what the API asks is answered, or refused, at once. */
function makeDeadLetters(scope: Construct, name: string): Queue {
  return new Queue(scope, `${name}-dead-letters`, { enforceSSL: true, retentionPeriod: Duration.days(14) });
}

function recipientOf({ ncmec }: Settings): Record<string, string> {
  if (ncmec === undefined) return {};
  return { NCMEC_URL: ncmec.url, NCMEC_SCHEMA: ncmec.schema, NCMEC_CREDENTIALS: ncmec.credentials };
}

/** Told to all: packets wait for stamps, and trust.json names the certificates. */
function stamperOf({ tsa }: Settings): Record<string, string> {
  return tsa === undefined ? {} : { TSA_URL: tsa.url, TSA_CERTIFICATES: tsa.certificates };
}

/** In a trial, what is put away is held for as long as its bucket holds it. */
const TRIAL_PERIODS = { lockDays: 1, lockMarginDays: 1 };

/** What lib/aws/environment.ts parses. Keys by ARN: the bucket policy holds what a put names against it. */
export function environmentOf({ buckets, tables, keys }: Parts, settings: Settings): Record<string, string> {
  return {
    DESK_NAME: settings.name,
    EVIDENCE_BUCKET: buckets.evidence.bucketName,
    PACKETS_BUCKET: buckets.packets.bucketName,
    LOG_BUCKET: buckets.log.bucketName,
    BOOK_TABLE: tables.book.tableName,
    SECRETS_TABLE: tables.secrets.tableName,
    STORAGE_KEY_ID: keys.storage.keyArn,
    DATA_KEY_ID: keys.data.keyArn,
    LOOKUP_KEY_ID: keys.lookup.keyArn,
    RECEIPTS_KEY_ID: keys.receipts.keyArn,
    PACKETS_KEY_ID: keys.packets.keyArn,
    LOG_KEY_ID: keys.log.keyArn,
    LOCK_MODE: settings.lock.mode,
    ...stamperOf(settings),
    ...(settings.isTrial ? { DESK_SETTINGS: JSON.stringify(TRIAL_PERIODS) } : {}),
  };
}
