// Row 10. From the start of loading a lambda's module to its handler, and on to the answer to its first request: every bundle as it is deployed, and
// intake with everything imported at once. In processes of their own, on this machine: not on Lambda.
import { build } from 'esbuild';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, BUNDLED, copyWhatDrawingReads, OPTIONS, weigh, type Bundle } from '../../lambdas/bundle.ts';
import type { Caller } from '../../lib/index.ts';
import { eventOf } from '../lambdas/event.ts';
import { NOWHERE, startCloud } from './cloud.ts';
import { referralText } from './desk.ts';
import { median, type Figures, type Place } from './measured.ts';
import { ran } from './memory.ts';

const WEIGHTS = 'weights.json';
const EAGER = 'eager';

/** Loads a bundle, calls it where there is an event, and says how long each took. */
const LOADER = `
const [index, event] = process.argv.slice(2);
const began = performance.now();
const { handler } = await import(index);
const initMs = performance.now() - began;
const asked = performance.now();
const answer = event && await handler(JSON.parse(event), { awsRequestId: 'a', getRemainingTimeInMillis: () => 60000 });
console.log(JSON.stringify({ initMs, firstMs: performance.now() - asked, answer }));
process.exit();
`;

interface Loaded {
  readonly initMs: number;
  readonly firstMs: number;
  readonly peakMiB: number;
  readonly answer?: { readonly statusCode: number };
}

/** Every bundle, and intake's eager twin. */
export async function makeBundles({ prepared }: Place): Promise<Figures> {
  const made = await Promise.all(BUNDLED.map((authority) => bundle(authority, join(prepared, authority))));
  const intake = made.find(({ authority }) => authority === 'intake');
  if (intake !== undefined) await bundleEagerly(intake, join(prepared, EAGER));
  const weights = Object.fromEntries(
    made.flatMap((each) => {
      const { startBytes, bytes } = weigh(each);
      return [
        [`${each.authority} start`, startBytes / 1000],
        [`${each.authority} all`, bytes / 1000],
      ];
    }),
  );
  writeFileSync(join(prepared, WEIGHTS), JSON.stringify(weights));
  writeFileSync(join(prepared, 'load.mjs'), LOADER);
  return {};
}

/** The same code in the same pieces: what of ours is imported when it is needed is imported at once. */
async function bundleEagerly({ metafile }: Bundle, folder: string): Promise<void> {
  const lazy = Object.entries(metafile.inputs).flatMap(([from, { imports }]) =>
    from.includes('node_modules')
      ? []
      : imports.filter(({ kind }) => kind === 'dynamic-import').map(({ path }) => path),
  );
  const entry = join(folder, 'index.ts');
  const paths = [...new Set(lazy), 'lambdas/intake.ts'].map((path) => join(OPTIONS.absWorkingDir, path));
  mkdirSync(folder);
  writeFileSync(
    entry,
    `${paths.map((path) => `import '${path}';`).join('\n')}\nexport { handler } from '${paths.at(-1) ?? ''}';`,
  );
  await build({ ...OPTIONS, entryPoints: { index: entry }, outdir: folder, splitting: true });
  await copyWhatDrawingReads(folder);
}

/** How often each is loaded. */
export interface Times {
  readonly times: number;
}

/** Milliseconds until each handler is ready, by authority; `eager` is intake's twin; and what each weighs in kB, `<authority> start` and `<authority> all`. */
export async function load({ prepared }: Place, { times }: Times): Promise<Figures> {
  const all = new Map<string, Loaded[]>([...BUNDLED, EAGER].map((name) => [name, []]));
  for (let n = 0; n < times; n++) for (const [name, runs] of all) runs.push(await loaded(prepared, name, NOWHERE));
  const inits = [...all].map(([name, runs]) => [name, median(runs.map(({ initMs }) => initMs))] as const);
  const peakMiB = median(all.get('intake')?.map((each) => each.peakMiB) ?? []);
  const weights = JSON.parse(readFileSync(join(prepared, WEIGHTS), 'utf8')) as Figures;
  return { ...Object.fromEntries(inits), ...weights, peakMiB };
}

/** Milliseconds of a referral that is the first request of a fresh process, loading included: `lazy` as deployed, `eager` its twin. */
export async function answerFirst({ prepared }: Place, { times }: Times): Promise<Figures> {
  const cloud = await startCloud();
  const all: Record<'intake' | typeof EAGER, Loaded[]> = { intake: [], eager: [] };
  try {
    for (let n = 0; n < times; n++)
      for (const name of ['intake', EAGER] as const) {
        const answered = await loaded(prepared, name, cloud.env, referring(cloud.reporter));
        if (answered.answer?.statusCode !== 201) throw new Error(`refused: ${JSON.stringify(answered.answer)}`);
        all[name].push(answered);
      }
  } finally {
    await cloud.stop();
  }
  const inMedian = (runs: readonly Loaded[]): number => median(runs.map(({ initMs, firstMs }) => initMs + firstMs));
  const peakMiB = median(all.intake.map((each) => each.peakMiB));
  return { lazy: inMedian(all.intake), eager: inMedian(all.eager), peakMiB };
}

function referring(caller: Caller): object {
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  return eventOf({ method: 'POST', path: '/v1/referrals', headers, body: referralText([]).toString('utf8'), caller });
}

async function loaded(
  folder: string,
  name: string,
  variables: Readonly<Record<string, string>>,
  event?: object,
): Promise<Loaded> {
  const said = event === undefined ? [] : [JSON.stringify(event)];
  const env = { PATH: process.env['PATH'], AWS_EC2_METADATA_DISABLED: 'true', ...variables };
  const { out, peakMiB } = await ran(
    process.execPath,
    [join(folder, 'load.mjs'), join(folder, name, 'index.mjs'), ...said],
    env,
  );
  return { ...(JSON.parse(out.trim().split('\n').at(-1) ?? '') as Omit<Loaded, 'peakMiB'>), peakMiB };
}
