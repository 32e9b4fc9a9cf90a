// What a bundle loads before its handler is ready, by esbuild's own account of it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuthorityName } from '../../lambdas/authorities.ts';
import { bundle, BUNDLED, weigh, weightLine, type Bundle, type Weight } from '../../lambdas/bundle.ts';

/** Heavy things, each with a package that shows it. */
const SEEN_BY = {
  dynamo: '@aws-sdk/client-dynamodb',
  kms: '@aws-sdk/client-kms',
  s3: '@aws-sdk/client-s3',
  zod: 'zod',
  routes: 'hono',
  phones: 'libphonenumber-js',
  pdf: 'pdfkit',
  shaping: 'harfbuzzjs',
  xml: 'libxml2-wasm',
  certificates: 'asn1js',
  age: 'age-encryption',
  contract: 'zod-openapi',
  forms: '@fastify/busboy',
} as const;

/** What each uses with every call; all else waits until it is needed. Entries of the book are parsed by zod. */
const BOOK = ['dynamo', 'kms', 'zod'];
const AT_START: Readonly<Record<Exclude<AuthorityName, 'inspect'>, readonly string[]>> = {
  intake: [...BOOK, 'routes'],
  reading: [...BOOK, 'routes'],
  downloads: [...BOOK, 'routes'],
  packets: [...BOOK, 'certificates'],
  log: BOOK,
  clock: BOOK,
  courier: BOOK,
  destroy: [...BOOK, 'routes'],
  watch: [...BOOK, 'routes'],
  rotate: [...BOOK, 'routes'],
  found: ['dynamo', 'kms', 's3', 'zod'],
  'keys-authorizer': BOOK,
};

let folder: string;
const made = new Map<string, Bundle>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'referral-desk-'));
  for (const name of BUNDLED) made.set(name, await bundle(name, join(folder, name)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function weightOf(name: string): Weight {
  const found = made.get(name);
  if (found === undefined) throw new Error(`no bundle ${name}`);
  return weigh(found);
}

/** The desk's own files that a file of a bundle is loaded with. */
function loadedWith(name: string, file: string): string[] {
  const inputs = made.get(name)?.metafile.inputs ?? {};
  const seen = new Set<string>();
  const load = (path: string): void => {
    if (seen.has(path) || path.includes('node_modules')) return;
    seen.add(path);
    for (const { path: next, kind, external } of inputs[path]?.imports ?? [])
      if (kind === 'import-statement' && external !== true) load(next);
  };
  load(file);
  return [...seen].sort();
}

describe('the bundles', () => {
  it.each(Object.entries(AT_START))('load at the start of %s only what every call uses', (name, expected) => {
    const { packages } = weightOf(name);
    const heavy = Object.entries(SEEN_BY).filter(([, seen]) => packages.has(seen));
    expect(heavy.map(([what]) => what)).toEqual(expected);
  });

  it('load no form of a request before one comes, and with a route or a verb only those it reads', () => {
    for (const name of ['intake', 'reading', 'downloads', 'destroy', 'watch', 'rotate'] as const) {
      expect(weightOf(name).packages.get('schemas') ?? 0).toBeLessThan(8_000);
      expect(weightOf(name).packages.get('lib')).toBeLessThan(110_000);
    }
    const formsWith = (file: string): string[] =>
      loadedWith('intake', file).filter((each) => /^schemas\/|forms/.test(each));
    expect(formsWith('lib/http/attachment-routes.ts')).toEqual(['schemas/pointer.ts', 'schemas/uuid.ts']);
    expect(formsWith('lib/http/referral-routes.ts')).toEqual(['schemas/pointer.ts', 'schemas/uuid.ts']);
    expect(formsWith('lib/receive.ts')).toContain('schemas/referral.ts');
    expect(formsWith('lib/receive.ts')).not.toContain('schemas/api.ts');
  });

  it('hold none of the words that nobody says', () => {
    for (const name of BUNDLED) {
      const { packages } = weightOf(name);
      expect(packages.get('zod') ?? 0).toBeLessThan(200_000);
    }
    expect(weightOf('intake').packages.get('lib')).toBeLessThan(300_000); // the summary's words in six languages are 400 kB
  });

  it('come as one folder each, with a source map that holds no sources, and typefaces where something is drawn', async () => {
    for (const name of BUNDLED) {
      const files = await readdir(join(folder, name));
      expect(files).toEqual(expect.arrayContaining(['index.mjs', 'index.mjs.map']));
      const map = JSON.parse(await readFile(join(folder, name, 'index.mjs.map'), 'utf8')) as {
        sourcesContent?: unknown;
      };
      expect(map.sourcesContent).toBeUndefined();
    }
    for (const name of ['packets', 'reading']) {
      expect((await stat(join(folder, name, 'fonts/sans.ttf'))).size).toBeGreaterThan(100_000);
      expect((await stat(join(folder, name, 'harfbuzz.wasm'))).size).toBeGreaterThan(100_000);
    }
  });

  it('are as large as this', () => {
    const lines = BUNDLED.flatMap((name) => made.get(name) ?? []).map(weightLine);
    process.stdout.write(`${lines.join('\n')}\n`);
    expect(weightOf('intake').startBytes).toBeLessThan(600_000);
    expect(weightOf('log').startBytes).toBeLessThan(450_000);
  });
});
