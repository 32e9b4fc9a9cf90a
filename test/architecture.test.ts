// The house's shape, enforced: who may import whom, what the core never touches, no cycles, no forbidden names.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');

interface Source {
  readonly file: string;
  readonly text: string;
  /** Files of ours, relative to the root, and packages as they are named. */
  readonly imports: readonly string[];
}

const sources: readonly Source[] = ['schemas', 'lib', 'lambdas'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(join(folder, name))),
);

function read(file: string): Source {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const named = [
    ...text.matchAll(
      /(?:^|\s)(?:import|export)[^'";]*?from\s*'([^']+)'|import\(\s*'([^']+)'\s*\)|^import\s*'([^']+)'/gm,
    ),
  ];
  const imports = named.map(([, a, b, c]) => a ?? b ?? c ?? '').map((name) => locate(file, name));
  return { file, text, imports };
}

function locate(from: string, name: string): string {
  return name.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(from), name)) : name;
}

/** Which part of the house a file belongs to; parts lower in this list never import higher ones. */
const PARTS: readonly { readonly part: string; readonly files: RegExp; readonly mayImport: readonly string[] }[] = [
  { part: 'schemas', files: /^schemas\//, mayImport: ['schemas'] },
  { part: 'errors', files: /^lib\/errors\.ts$/, mayImport: [] },
  { part: 'ports', files: /^lib\/ports\.ts$/, mayImport: ['errors', 'schemas'] },
  { part: 'formats', files: /^lib\/formats\//, mayImport: ['formats', 'errors', 'schemas'] },
  {
    part: 'cli',
    files: /^lib\/cli\//,
    mayImport: [
      'cli',
      'index',
      'core',
      'client',
      'http',
      'local',
      'local-serve',
      'aws',
      'formats',
      'errors',
      'ports',
      'schemas',
    ],
  },
  {
    part: 'local-serve',
    files: /^lib\/local\/(serve|reach|backup|exchange|listen|pulse)[^/]*\.ts$|^lib\/local\/serve\//,
    mayImport: ['local-serve', 'local', 'http', 'client', 'index', 'core', 'formats', 'errors', 'ports', 'schemas'],
  },
  {
    part: 'local',
    files: /^lib\/local\//,
    mayImport: ['local', 'index', 'core', 'formats', 'errors', 'ports', 'schemas'],
  },
  {
    part: 'lambdas',
    files: /^lambdas\//,
    mayImport: ['lambdas', 'aws-gateway', 'aws', 'client', 'index', 'core', 'errors', 'ports'],
  },
  {
    part: 'aws-gateway',
    files: /^lib\/aws\/(gateway|events)\.ts$/,
    mayImport: ['aws-gateway', 'aws', 'http', 'core', 'errors', 'ports'],
  },
  {
    part: 'aws',
    files: /^lib\/aws\//,
    mayImport: ['aws', 'index', 'core', 'formats', 'errors', 'ports', 'schemas'],
  },
  { part: 'stack', files: /^lib\/stack\//, mayImport: ['stack'] },
  {
    part: 'client',
    files: /^lib\/client(\.ts|\/)/,
    mayImport: ['client', 'index', 'core', 'formats', 'errors', 'ports', 'schemas'],
  },
  {
    part: 'http',
    files: /^lib\/http(\.ts|\/)/,
    mayImport: ['http', 'index', 'core', 'formats', 'errors', 'ports', 'schemas'],
  },
  { part: 'index', files: /^lib\/index\.ts$/, mayImport: ['core', 'errors', 'ports', 'formats', 'schemas'] },
  {
    part: 'core',
    files: /^lib\/((filing|packet|profile|proofs|regime|report|uploads|summary(\/language)?)\/)?[a-z-]+\.ts$/,
    mayImport: ['core', 'formats', 'errors', 'ports', 'schemas'],
  },
];

function partOf(file: string): string {
  return PARTS.find(({ files }) => files.test(file))?.part ?? 'unknown';
}

/** The client alone waits by itself, before it tries a call again. */
const mayWait = (file: string, name: string): boolean =>
  file.startsWith('lib/client/') && name === 'node:timers/promises';
/** The CyberTipline door alone reads forms. */
const mayReadForms = (file: string, name: string): boolean =>
  file.startsWith('lib/http/ispws/') && name === '@fastify/busboy';
/** HarfBuzz and bidi-js, loaded with the first text that needs them. */
const mayShape = (file: string, name: string): boolean =>
  (file === 'lib/summary/shape.ts' && name === 'harfbuzzjs') ||
  (file === 'lib/summary/levels.ts' && name === 'bidi-js');
/** XML is parsed in one folder. */
const mayParse = (file: string, name: string): boolean =>
  file.startsWith('lib/formats/xml/') && name === 'libxml2-wasm';
/** What the desk on AWS stands on: SDKs, and a clock of its own between two tries. */
const mayAskAws = (file: string, name: string): boolean =>
  /^(lib\/aws|lambdas)\//.test(file) && (name.startsWith('@aws-sdk/') || AWS_NODE.has(name));
const AWS_NODE = new Set(['node:stream', 'node:timers/promises', 'aws-lambda']);
/** It runs where the lambdas are made, and is in none of them. */
const isBundler = (file: string): boolean => file === 'lambdas/bundle.ts';
/** What CDK builds: it knows the lambdas' rights and files, and nothing else of the house. */
const mayBuild = (file: string, name: string): boolean =>
  file.startsWith('lib/stack/') && (/^(aws-cdk-lib|constructs|cdk-nag)(\/|$)/.test(name) || STACK.has(name));
const STACK = new Set(['node:child_process', 'node:fs', 'node:path', 'lambdas/authorities.ts']);
/** What the script of a page does, a browser does. */
const withoutScript = (text: string): string => text.replace(/^const SCRIPT = `[^`]*`;$/m, '');
const ours = (name: string): boolean => name.startsWith('lib/') || name.startsWith('schemas/');

describe('the house', () => {
  it('has a place for every file', () => {
    expect(sources.length).toBeGreaterThan(40);
    expect(sources.filter(({ file }) => partOf(file) === 'unknown').map(({ file }) => file)).toEqual([]);
  });

  it('lets every import point down', () => {
    const wrong = sources.flatMap(({ file, imports }) => {
      if (isBundler(file)) return [];
      const allowed = PARTS.find(({ part }) => part === partOf(file))?.mayImport ?? [];
      return imports.filter((name) => ours(name) && !allowed.includes(partOf(name))).map((name) => `${file} → ${name}`);
    });
    expect(wrong).toEqual([]);
  });

  it('knows zod alone in schemas', () => {
    const wrong = sources
      .filter(({ file }) => file.startsWith('schemas/'))
      .flatMap(({ file, imports }) =>
        imports.filter((name) => !ours(name) && name !== 'zod').map((name) => `${file} → ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it('keeps files, SQLite, servers and SDKs out of the core', () => {
    const allowed = new Set([
      'node:crypto',
      'node:zlib',
      'zod',
      'zod-openapi',
      'hono',
      'age-encryption',
      'asn1js',
      'libphonenumber-js/max',
      'pdfkit',
      '@scure/bip39/wordlists/english.js',
    ]);
    const wrong = sources
      .filter(({ file }) => file.startsWith('lib/') && !/^lib\/(local|cli)\//.test(file))
      .flatMap(({ file, imports }) =>
        imports
          .filter((name) => !mayAskAws(file, name) && !mayBuild(file, name))
          .filter((name) => !ours(name) && !allowed.has(name) && !name.startsWith('hono/'))
          .filter(
            (name) =>
              !mayWait(file, name) && !mayParse(file, name) && !mayShape(file, name) && !mayReadForms(file, name),
          )
          .map((name) => `${file} → ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it('takes time, chance and surroundings only through ports', () => {
    const banned =
      /\bprocess\.(env|argv|cwd|exit)\b|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bsetTimeout\(|\bsetInterval\(|\bconsole\.(log|error|warn|info|debug)/;
    const wrong = sources
      .filter(({ file }) => !/^(lib\/(local|cli|aws|stack)|lambdas)\//.test(file))
      .flatMap(({ file, text }) =>
        withoutScript(text)
          .split('\n')
          .flatMap((line, n) => (banned.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line) ? [`${file}:${n + 1}`] : [])),
      );
    expect(wrong).toEqual([]);
  });

  it('has no import cycles', () => {
    const graph = new Map(sources.map(({ file, imports }) => [file, imports.filter(ours)]));
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
        return;
      }
      state.set(file, 'open');
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      state.set(file, 'done');
    };
    for (const { file } of sources) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('names files as kebab-case nouns and verbs, and leaves out the words that say nothing', () => {
    const vague = /(^|[/-])(util|utils|helper|helpers|manager|service|process|info|misc|common|base|types)(\.ts|\/|-)/;
    const wrong = sources.map(({ file }) => file).filter((file) => vague.test(file) || !/^[a-z0-9/.-]+$/.test(file));
    expect(wrong).toEqual([]);
  });

  it('opens every file with what it is for, and exports nothing by default', () => {
    const wrong = sources
      .filter(({ text }) => !/^(#!.*\n)?\/\/ \S/.test(text) || /^export default/m.test(text))
      .map(({ file }) => file);
    expect(wrong).toEqual([]);
  });

  it('loads no SDK, no SQLite and no file access by importing the front door, the client or the words', () => {
    for (const door of ['lib/index.ts', 'lib/client/index.ts', 'schemas/index.ts']) {
      const seen = loadedBy(door);
      expect(seen.length).toBeGreaterThan(10);
      expect(
        seen.filter((url) => /@aws-sdk|node:sqlite|node:fs|node:net|node:http|\/lib\/(local|aws|cli)\//.test(url)),
      ).toEqual([]);
    }
  });

  it('loads for --help no more than commander and the words of commands', () => {
    const seen = loadedBy('lib/cli/program.ts').filter((url) => !url.includes('/node_modules/'));
    const wrong = seen.filter((url) =>
      /^node:(?!child_process|events|fs$|module|path|process|util)|\/lib\/(?!cli\/|errors\.)/.test(url),
    );
    expect(wrong).toEqual([]);
  });

  it('verifies a packet with two packages, and none of the desk or the network', () => {
    const seen = loadedBy('lib/packet/verify.ts');
    const packages = seen.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
    expect([...new Set(packages)].toSorted()).toEqual(['@scure/bip39', 'zod']);
    const node = seen.filter((url) => url.startsWith('node:'));
    expect([...new Set(node)].toSorted()).toEqual(['node:crypto', 'node:zlib']);
    const asked = sources.filter(
      ({ file, text }) => seen.some((url) => url.endsWith(`/${file}`)) && /\bfetch\(/.test(text),
    );
    expect(asked.map(({ file }) => file)).toEqual([]);
    expect(seen.filter((url) => /\/lib\/(local|aws|cli|http|client|desk)/.test(url))).toEqual([]);
  });
});

/** The URL of every module that a file of ours brings with it when it is imported, without what it loads later. */
function loadedBy(file: string): readonly string[] {
  const script = `
    const { registerHooks } = await import('node:module');
    const seen = [];
    registerHooks({ resolve(name, context, next) { const found = next(name, context); seen.push(found.url); return found; } });
    await import(process.argv[1]);
    console.log(JSON.stringify(seen));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script, join(ROOT, file)], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return JSON.parse(out) as string[];
}
