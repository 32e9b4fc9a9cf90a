// What a deployment chooses, parsed once from CDK's context (`-c name=value`, or "context" in cdk.json). Always true: a value that is
// not understood stops the synthesis; nothing falls back in silence.
import type { Node } from 'constructs';
import { LAMBDAS, type Deployed } from './work.ts';

/** Who vouches for people: a pool made with the stack, or anybody's OpenID Connect. */
export type Identity =
  { readonly kind: 'cognito' } | { readonly kind: 'oidc'; readonly issuer: string; readonly audience: string };

/** The CyberTipline door in a container, which somebody else built and put in a registry. */
export interface DoorSettings {
  readonly image: string;
  /** Of AWS Certificate Manager, for the load balancer: ARN. */
  readonly certificate: string;
}

/** As lib/aws/environment.ts says; the credentials are wrapped by KMS before anybody types them here. */
export interface NcmecSettings {
  readonly url: string;
  readonly schema: string;
  readonly credentials: string;
}

/** As lib/aws/environment.ts says. */
export interface TsaSettings {
  readonly url: string;
  /** DER in base64, blanks between. */
  readonly certificates: string;
}

export interface Settings {
  /** The desk's own id, and the stack's name: a letter, then letters, digits and -, 40 at most. */
  readonly name: string;
  /** GOVERNANCE, a day, and everything goes with the stack. */
  readonly isTrial: boolean;
  readonly lock: { readonly mode: 'COMPLIANCE' | 'GOVERNANCE'; readonly days: number };
  readonly identity: Identity;
  /** How many of each may run at once; an authority that is not named has no number of its own. */
  readonly concurrency: Readonly<Partial<Record<Deployed, number>>>;
  /** Requests a second that the API takes, and how many in one burst. */
  readonly throttle: { readonly perSecond: number; readonly burst: number };
  /** Whom alarms are mailed to; a topic is there in any case. */
  readonly alarmMail: string | undefined;
  /** Whom referrals are filed with; nobody without it. */
  readonly ncmec: NcmecSettings | undefined;
  /** Who stamps the log with the time; nobody without it. */
  readonly tsa: TsaSettings | undefined;
  readonly hasWaf: boolean;
  readonly door: DoorSettings | undefined;
  /** Only with WAF it must be known beforehand; wherever the credentials at hand lead without it. */
  readonly region: string | undefined;
}

/** Preserved for a year, and 34 days that a referral may stay open (decision 12). */
const LOCK_DAYS = 400;
const NAME = /^[A-Za-z][A-Za-z0-9-]{0,39}$/;

export function parseSettings(node: Node): Settings {
  const isTrial = flag(node, 'trial');
  const name = text(node, 'name') ?? (isTrial ? 'ReferralDeskTrial' : 'ReferralDesk');
  if (!NAME.test(name)) throw wrong('name', 'a letter, then letters, digits and "-", 40 at most');
  return {
    name,
    isTrial,
    lock: isTrial ? { mode: 'GOVERNANCE', days: 1 } : { mode: 'COMPLIANCE', days: LOCK_DAYS },
    identity: identityOf(node),
    concurrency: concurrencyOf(node, isTrial),
    throttle: { perSecond: count(node, 'perSecond') ?? 200, burst: count(node, 'burst') ?? 400 },
    alarmMail: text(node, 'alarmMail'),
    ncmec: ncmecOf(node),
    tsa: tsaOf(node),
    hasWaf: flag(node, 'waf'),
    door: flag(node, 'door') ? doorOf(node) : undefined,
    region: text(node, 'region'),
  };
}

function identityOf(node: Node): Identity {
  const issuer = text(node, 'oidcIssuer');
  const audience = text(node, 'oidcAudience');
  if (issuer === undefined && audience === undefined) return { kind: 'cognito' };
  if (issuer?.startsWith('https://') !== true || audience === undefined)
    throw wrong('oidcIssuer', 'an https address, and "oidcAudience" beside it');
  return { kind: 'oidc', issuer, audience };
}

/** One round at a time, so that two do not do the same; those that answer calls beside their rounds have room for them. A fresh account has ten in all, so a trial reserves none. */
const CONCURRENCY: Readonly<Partial<Record<Deployed, number>>> = {
  log: 1,
  clock: 1,
  courier: 1,
  packets: 1,
  destroy: 5,
  watch: 2,
};

function concurrencyOf(node: Node, isTrial: boolean): Settings['concurrency'] {
  const given: unknown = node.tryGetContext('concurrency');
  if (given === undefined) return isTrial ? {} : CONCURRENCY;
  const parsed: unknown = typeof given === 'string' ? JSON.parse(given) : given;
  if (typeof parsed !== 'object' || parsed === null) throw wrong('concurrency', 'an object of authority and number');
  for (const [authority, number] of Object.entries(parsed)) {
    const isRight = isAuthority(authority) && Number.isSafeInteger(number) && Number(number) >= 1;
    if (!isRight) throw wrong('concurrency', `an object; its names are ${LAMBDAS.join(', ')}, its values from 1`);
  }
  return parsed;
}

function isAuthority(name: string): name is Deployed {
  return (LAMBDAS as readonly string[]).includes(name);
}

function ncmecOf(node: Node): NcmecSettings | undefined {
  const url = text(node, 'ncmecUrl');
  if (url === undefined) return undefined;
  const credentials = text(node, 'ncmecCredentials');
  if (!url.startsWith('https://') || credentials === undefined)
    throw wrong('ncmecUrl', 'an https address, and "ncmecCredentials" beside it');
  return { url, schema: text(node, 'ncmecSchema') ?? '2026', credentials };
}

/** A lambda's variables have room for 4 KB, names of the stack's parts among them. */
const MOST_CERTIFICATES = 2500;

function tsaOf(node: Node): TsaSettings | undefined {
  const url = text(node, 'tsa');
  if (url === undefined) return undefined;
  const pem = text(node, 'tsaCertificate') ?? '';
  const blocks = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)];
  const certificates = blocks.map(([, body = '']) => body.replaceAll(/\s/g, '')).join(' ');
  const isRight = /^https?:\/\//.test(url) && certificates !== '' && certificates.length <= MOST_CERTIFICATES;
  if (!isRight) throw wrong('tsa', `a URL, and "tsaCertificate" beside it: PEM, ${MOST_CERTIFICATES} letters at most`);
  return { url, certificates };
}

function doorOf(node: Node): DoorSettings {
  const image = text(node, 'doorImage');
  const certificate = text(node, 'doorCertificate');
  if (image === undefined || certificate?.startsWith('arn:') !== true)
    throw wrong('door', '"doorImage" (the address of an image) and "doorCertificate" (an ARN) beside it');
  return { image, certificate };
}

function flag(node: Node, name: string): boolean {
  const given: unknown = node.tryGetContext(name);
  if (given === undefined || given === false || given === 'false') return false;
  if (given === true || given === 'true') return true;
  throw wrong(name, 'true or false');
}

function text(node: Node, name: string): string | undefined {
  const given: unknown = node.tryGetContext(name);
  if (given === undefined) return undefined;
  if (typeof given === 'string' && given !== '') return given;
  throw wrong(name, 'a text');
}

function count(node: Node, name: string): number | undefined {
  const given = node.tryGetContext(name) as unknown;
  if (given === undefined) return undefined;
  const number = Number(given);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw wrong(name, 'a whole number from 1');
}

function wrong(name: string, what: string): Error {
  return new Error(`-c ${name}: give ${what}.`);
}
