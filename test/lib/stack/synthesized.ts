// The synthesized stack, for tests to look at. Always true: one context is synthesized once for one state of the sources, whichever test asks first.
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const CACHE = join(ROOT, 'node_modules/.cache/synthesized');

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export type Resources = Readonly<Record<string, Resource>>;

export interface Finding {
  readonly ruleName: string;
  readonly violatingConstructs: readonly { readonly constructPath: string }[];
}

export interface Synthesized {
  /** By logical id, of the stack of this name; of the first one without it. */
  readonly resources: (stack?: string) => Resources;
  /** What the first stack tells whoever deploys it, by name. */
  readonly outputs: Readonly<Record<string, { readonly Value: unknown }>>;
  /** Of all stacks. */
  readonly everything: readonly Resource[];
  readonly unexplained: readonly Finding[];
  readonly explained: readonly Finding[];
  /** What is acknowledged where: rule and reason. */
  readonly reasons: readonly { readonly at: string; readonly rule: string; readonly reason: string }[];
}

export type Context = Readonly<Record<string, string>>;

export const TRIAL: Context = { trial: 'true' };

/** Every form that a stack can be deployed in. */
export const FORMS: Readonly<Record<string, Context>> = {
  real: {},
  trial: TRIAL,
  'with choices of its own': {
    oidcIssuer: 'https://id.example/',
    oidcAudience: 'desk',
    concurrency: '{"intake":50}',
    alarmMail: 'ops@desk.example',
    ncmecUrl: 'https://report.example/ispws',
    ncmecCredentials: 'bm90aGluZw==',
    tsa: 'http://tsa.example/tsr',
    tsaCertificate: '-----BEGIN CERTIFICATE-----\nbm90\naGluZw==\n-----END CERTIFICATE-----\n',
  },
  'with WAF': { waf: 'true', region: 'eu-central-1' },
  'with the door': {
    door: 'true',
    doorImage: 'registry.example/referral-desk:1',
    doorCertificate: 'arn:aws:acm:eu-central-1:111122223333:certificate/0',
  },
};

export function synthesized(context: Context = {}): Synthesized {
  const out = join(folderOf(context), 'out');
  const report = JSON.parse(readFileSync(join(out, 'validation-report.json'), 'utf8')) as Report;
  const plugins = report.pluginReports;
  const stacks = readdirSync(out)
    .sort()
    .filter((name) => name.endsWith('.template.json'));
  const template = (name: string): Template => JSON.parse(readFileSync(join(out, name), 'utf8')) as Template;
  const read = (name: string): Resources => template(name).Resources;
  return {
    resources: (stack) => read(stacks.find((each) => stack === undefined || each === `${stack}.template.json`) ?? ''),
    outputs: template(stacks[0] ?? '').Outputs,
    everything: stacks.flatMap((name) => Object.values(read(name))),
    unexplained: plugins.flatMap(({ violations = [] }) => violations),
    explained: plugins.flatMap(({ suppressedViolations = [] }) => suppressedViolations),
    reasons: readdirSync(out)
      .filter((name) => name.endsWith('.metadata.json'))
      .flatMap((name) => reasonsIn(JSON.parse(readFileSync(join(out, name), 'utf8')) as Metadata)),
  };
}

interface Template {
  readonly Resources: Resources;
  readonly Outputs: Synthesized['outputs'];
}

interface Report {
  readonly pluginReports: readonly { readonly violations?: Finding[]; readonly suppressedViolations?: Finding[] }[];
}

type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

function reasonsIn(metadata: Metadata): Synthesized['reasons'][number][] {
  return Object.entries(metadata).flatMap(([at, entries]) =>
    entries
      .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([rule, reason]) => ({ at: at.slice(1), rule: rule.replace('AwsSolutions::', ''), reason })),
  );
}

/** Made beside and moved into its place whole, as two tests may ask at once. */
function folderOf(context: Context): string {
  const folder = join(CACHE, digest(JSON.stringify(context)));
  if (existsSync(folder)) return folder;
  const making = join(CACHE, randomUUID());
  mkdirSync(making, { recursive: true });
  const env = { ...process.env, NODE_OPTIONS: '' };
  const program = join(import.meta.dirname, 'synthesize.ts');
  execFileSync(process.execPath, [program, making, JSON.stringify(context)], { cwd: ROOT, env, stdio: 'pipe' });
  try {
    renameSync(making, folder);
  } catch {
    rmSync(making, { recursive: true, force: true }); // another test was first
  }
  return folder;
}

function digest(context: string): string {
  const hash = createHash('sha256').update(context);
  for (const file of [
    'cdk.json',
    'package-lock.json',
    'lambdas/authorities.ts',
    'test/lib/stack/synthesize.ts',
    ...stackFiles(),
  ])
    hash.update(`\0${file}\0`).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 24);
}

/** What the sheet of costs is made of is in no template. */
const NOT_IN_IT = new Set(['cost.ts', 'limits.ts', 'operations.json', 'prices.json', 'README.md']);

function stackFiles(): string[] {
  return readdirSync(join(ROOT, 'lib/stack'))
    .filter((name) => !NOT_IN_IT.has(name))
    .sort()
    .map((name) => `lib/stack/${name}`);
}

// ── looking ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The one resource that a construct of this id became. */
export function only(resources: Resources, type: string, id: string): { id: string; resource: Resource } {
  const start = id.replaceAll('-', '');
  const found = Object.entries(resources).filter(([name, each]) => each.Type === type && isNamed(name, start));
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} resources ${type} named ${id}`);
  return { id: first[0], resource: first[1] };
}

/** An id with its eight digits of digest behind it. */
function isNamed(name: string, start: string): boolean {
  return name.startsWith(start) && /^(DefaultPolicy|Policy)?[0-9A-F]{8}$/.test(name.slice(start.length));
}

export function all(resources: Resources, type: string): { id: string; resource: Resource }[] {
  return Object.entries(resources).flatMap(([id, resource]) => (resource.Type === type ? [{ id, resource }] : []));
}
