// Bundles the lambdas: one folder each, `index.mjs` with its source map, chunks that are loaded when they are needed, and the files that those read.
// `node lambdas/bundle.ts <folder>` writes all of them and says how large each is; the stack takes its folders from there.
import { build, type BuildOptions, type Metafile, type PluginBuild } from 'esbuild';
import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fontPaths } from '../lib/local/fonts.ts';
import { AUTHORITIES, type AuthorityName } from './authorities.ts';

const HERE = import.meta.dirname;
const { resolve: locate } = createRequire(import.meta.url);

/** Those that have a lambda; `inspect` gets one with the routes that send directly. */
export const BUNDLED = Object.keys(AUTHORITIES) as AuthorityName[];

export interface Bundle {
  readonly authority: AuthorityName;
  /** Holds `index.mjs`, whose `handler` Lambda calls. */
  readonly folder: string;
  readonly metafile: Metafile;
}

/** @param folder made where it is not there; what is in it is written over */
export async function bundle(authority: AuthorityName, folder: string): Promise<Bundle> {
  const entryPoints = { index: join(HERE, `${authority}.ts`) };
  const { metafile } = await build({ ...OPTIONS, entryPoints, outdir: folder, splitting: true });
  if (draws(metafile)) await copyWhatDrawingReads(folder);
  return { authority, folder, metafile };
}

/** How all of them are built. */
export const OPTIONS = {
  absWorkingDir: dirname(HERE),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'error',
  plugins: [{ name: 'one locale', setup: oneLocale }],
  // what of npm is CommonJS asks for Node's own modules by `require`
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
} satisfies BuildOptions;

/** Zod's words in fifty languages hang on one name, which nothing here says: 300 KB. */
function oneLocale(running: PluginBuild): void {
  running.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
    contents: "export { default as en } from './en.js';",
  }));
}

function draws({ outputs }: Metafile): boolean {
  return Object.values(outputs).some(({ inputs }) => Object.keys(inputs).some((input) => /\/pdfkit\//.test(input)));
}

/** Typefaces; the colour profile that pdfkit, and the WebAssembly that harfbuzzjs reads beside its own code. */
export async function copyWhatDrawingReads(folder: string): Promise<void> {
  for (const each of ['fonts', 'data']) await mkdir(join(folder, each), { recursive: true });
  for (const { name, path } of fontPaths()) await copyFile(path, join(folder, 'fonts', `${name}.ttf`));
  const profile = join(dirname(locate('pdfkit')), 'data', 'sRGB_IEC61966_2_1.icc');
  await copyFile(profile, join(folder, 'data', basename(profile)));
  const wasm = join(dirname(locate('harfbuzzjs')), 'harfbuzz.wasm');
  await copyFile(wasm, join(folder, basename(wasm)));
}

// ── how large ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Weight {
  /** Bytes of code that are loaded before the handler is ready. */
  readonly startBytes: number;
  /** All code. */
  readonly bytes: number;
  /** Bytes loaded at the start, by npm package; the desk's own are `lib`, `schemas`, `lambdas`. */
  readonly packages: ReadonlyMap<string, number>;
}

/** What a bundle loads at its start, and what it holds besides. */
export function weigh({ metafile: { outputs } }: Bundle): Weight {
  const code = Object.entries(outputs).filter(([name]) => name.endsWith('.mjs'));
  const entry = code.find(([, { entryPoint }]) => entryPoint?.startsWith('lambdas/') === true);
  const started = new Set<string>();
  const load = (name: string): void => {
    if (started.has(name)) return;
    started.add(name);
    for (const { path, kind, external } of outputs[name]?.imports ?? [])
      if (kind !== 'dynamic-import' && external !== true) load(path);
  };
  load(entry?.[0] ?? '');
  const packages = new Map<string, number>();
  for (const name of started)
    for (const [input, { bytesInOutput }] of Object.entries(outputs[name]?.inputs ?? {}))
      packages.set(packageOf(input), (packages.get(packageOf(input)) ?? 0) + bytesInOutput);
  return {
    startBytes: [...started].reduce((sum, name) => sum + (outputs[name]?.bytes ?? 0), 0),
    bytes: code.reduce((sum, [, { bytes }]) => sum + bytes, 0),
    packages,
  };
}

function packageOf(input: string): string {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split('/')[0] ?? '';
}

/** One line for each bundle. */
export function weightLine(made: Bundle): string {
  const { startBytes, bytes } = weigh(made);
  const kb = (count: number): string => `${Math.round(count / 1000)} kB`.padStart(8);
  return `${made.authority.padEnd(16)} at start ${kb(startBytes)}  all code ${kb(bytes)}`;
}

if (import.meta.main) {
  const folder = resolve(process.argv[2] ?? 'dist/lambdas');
  for (const authority of BUNDLED) {
    const made = await bundle(authority, join(folder, authority));
    process.stdout.write(`${weightLine(made)}\n`);
  }
}
