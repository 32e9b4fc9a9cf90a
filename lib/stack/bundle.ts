// The lambdas' bundles, made by esbuild on this machine. Always true: the same sources give the same bytes, and nothing is left to be found on AWS: the
// SDK, fonts and WebAssembly come along.
import { buildSync } from 'esbuild';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { AuthorityName } from '../../lambdas/authorities.ts';
import { LAMBDAS, WORK } from './work.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export interface BundleOptions {
  /** Where `<authority>.ts` are; the project's own without it. */
  readonly lambdas?: string;
  /** Where the bundles are put, one folder each. */
  readonly outDir: string;
}

/** @returns the folder of each bundle: `index.mjs` exports `handler` */
export function bundleLambdas({
  lambdas = join(ROOT, 'lambdas'),
  outDir,
}: BundleOptions): Record<AuthorityName, string> {
  rmSync(outDir, { recursive: true, force: true });
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(LAMBDAS.map((name) => [`${name}/index`, join(lambdas, `${name}.ts`)])),
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    keepNames: true, // errors are told apart by their names
    legalComments: 'none',
    banner: { js: REQUIRE },
    logLevel: 'warning',
  });
  const folders = LAMBDAS.map((name) => [name, join(outDir, name)] as const);
  for (const [name, folder] of folders) if (WORK[name].isDrawing === true) bringDrawing(folder);
  return Object.fromEntries(folders) as Record<AuthorityName, string>;
}

/** Packages written for `require` find it, and the folder they are in. */
const REQUIRE = [
  "import{createRequire as deskRequire}from'node:module'",
  "import{dirname as deskDirname}from'node:path'",
  "import{fileURLToPath as deskPath}from'node:url'",
  'const require=deskRequire(import.meta.url),__filename=deskPath(import.meta.url),__dirname=deskDirname(__filename);',
].join(';');

/** What is read as files while a document is drawn, where the code looks for it. */
function bringDrawing(folder: string): void {
  bring('node_modules/harfbuzzjs/dist/harfbuzz.wasm', folder, 'harfbuzz.wasm');
  bring('node_modules/pdfkit/js/data/sRGB_IEC61966_2_1.icc', folder, 'data/sRGB_IEC61966_2_1.icc');
  for (const font of fontFiles()) bring(`node_modules/${font}`, folder, `node_modules/${font}`);
}

/** Named in one place, by the desk on one machine. */
function fontFiles(): string[] {
  const text = readFileSync(join(ROOT, 'lib/local/fonts.ts'), 'utf8');
  const fonts = [...text.matchAll(/'(@expo-google-fonts\/[^']+\.ttf)'/g)].map(([, font = '']) => font);
  const packages = fonts.map((font) => `${font.split('/').slice(0, 2).join('/')}/package.json`);
  return [...new Set([...fonts, ...packages])];
}

function bring(from: string, folder: string, to: string): void {
  const source = join(ROOT, from);
  if (!existsSync(source)) throw new Error(`A bundle needs ${from}: run "npm ci".`);
  mkdirSync(dirname(join(folder, to)), { recursive: true });
  cpSync(source, join(folder, to));
}
