// What a user's editor shows: every public function, and every verb of the desk and of its client, says what it does and how it fails.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { CODES } from '../../lib/index.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The files behind what package.json exports. */
const DOORS: readonly string[] = Object.values(
  (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { exports: Record<string, { default: string }> })
    .exports,
).map(({ default: file }) => file.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts'));

interface Documented {
  readonly name: string;
  readonly text: string;
  /** What its @throws tags say; undefined where it has none. */
  readonly fails: string | undefined;
}

const MADE_UP = join(ROOT, 'lib/made-up.ts');

/** One file that is nowhere but here, to show that what is missing is seen. */
const MADE_UP_TEXT = `
  export function silent(): void {}
  /** Speaks. */
  export const spoken = () => 1;
  const made = () => ({
    /** Told. @throws DeskError absent/nobody */
    told: () => Promise.resolve(1),
    untold: () => Promise.resolve(1),
  });
  export type Made = ReturnType<typeof made>;`;

/** The declarations that the package carries: what is beside a verb in its source and does not come through is not seen. */
function declarations(options: ts.CompilerOptions): Map<string, string> {
  const host = withTexts(options, new Map([[MADE_UP, MADE_UP_TEXT]]));
  const program = ts.createProgram([...DOORS.map((door) => join(ROOT, door)), MADE_UP], options, host);
  const emitted = new Map<string, string>();
  program.emit(undefined, (path, text) => emitted.set(resolve(path), text), undefined, true);
  return emitted;
}

/** Declarations of others, read once for both programs. */
const parsed = new Map<string, ts.SourceFile>();

/** Files as they lie on the disk, but for these. */
function withTexts(options: ts.CompilerOptions, texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    directoryExists: () => true,
    fileExists: (path) => texts.has(path) || host.fileExists(path),
    readFile: (path) => texts.get(path) ?? host.readFile(path),
    getSourceFile: (path, language, ...more) => {
      const text = texts.get(path);
      if (text !== undefined) return ts.createSourceFile(path, text, language);
      const found = parsed.get(path) ?? host.getSourceFile(path, language, ...more);
      if (found !== undefined && found.isDeclarationFile) parsed.set(path, found);
      return found;
    },
  };
}

function readOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  return { ...ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options, noCheck: true };
}

const options = readOptions();
const texts = declarations(options);
const program = ts.createProgram([...texts.keys()], { ...options, noEmit: true }, withTexts(options, texts));
const checker = program.getTypeChecker();

/** Where the declarations of a source file are. */
function declared(source: string): string {
  return join(ROOT, 'dist', source.replace(/\.ts$/, '.d.ts'));
}

function symbolsOf(file: string): ts.Symbol[] {
  const source = program.getSourceFile(file);
  const symbol = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  return symbol === undefined ? [] : checker.getExportsOfModule(symbol);
}

function real(symbol: ts.Symbol): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

function documented(symbol: ts.Symbol): Documented {
  const tags = real(symbol).getJsDocTags(checker);
  const fails = tags.filter(({ name }) => name === 'throws').map(({ text }) => ts.displayPartsToString(text));
  return {
    name: symbol.name,
    text: ts.displayPartsToString(real(symbol).getDocumentationComment(checker)),
    fails: fails.length === 0 ? undefined : fails.join(' '),
  };
}

/** The members of a type that a file exports. */
function membersOf(file: string, type: string): Documented[] {
  const symbol = symbolsOf(file).find(({ name }) => name === type);
  if (symbol === undefined) return [];
  return checker.getDeclaredTypeOfSymbol(real(symbol)).getProperties().map(documented);
}

function isCallable(symbol: ts.Symbol): boolean {
  return checker.getTypeOfSymbol(real(symbol)).getCallSignatures().length > 0;
}

const isSilent = ({ text }: Documented): boolean => text.trim() === '';
const DATA: ReadonlySet<string> = new Set(['id', 'settings', 'immutability', 'lends']);
const saysHowItFails = ({ name, text, fails }: Documented): boolean =>
  fails !== undefined || /\bnever fails\b|\bthrows nothing\b/i.test(text) || DATA.has(name);

/** Codes that stand in no list; a whole family is `input/*`. */
function unknownCodes({ name, fails = '' }: Documented): string[] {
  const families = new Set(Object.keys(CODES).map((code) => code.split('/')[0]));
  return [...fails.matchAll(/\b([a-z]+)\/([a-z-]+|\*)/g)].flatMap(([code, family, rest]) => {
    const isKnown = rest === '*' ? families.has(family) : code in CODES;
    return isKnown ? [] : [`${name}: ${code}`];
  });
}

const desk = membersOf(declared('lib/index.ts'), 'Desk');
const client = membersOf(declared('lib/client/index.ts'), 'DeskClient');

describe('what is public', () => {
  it.each(DOORS)('says what each function of %s does', async (door) => {
    // What is there when it runs: types, and what is exported as a type only, are not.
    const there = Object.entries((await import(join(ROOT, door))) as Record<string, unknown>);
    const names = new Set(there.filter(([, value]) => typeof value === 'function').map(([name]) => name));
    const found = symbolsOf(declared(door)).filter(({ name }) => names.has(name));
    expect(names.size).toBeGreaterThan(0);
    expect(found).toHaveLength(names.size);
    expect(found.map(documented).filter(isSilent)).toEqual([]);
    expect(found.map(documented).flatMap(unknownCodes)).toEqual([]);
  });

  it.each([
    ['Desk', desk, 40],
    ['DeskClient', client, 30],
  ])('says of each verb of %s what it does and how it fails, in codes of the closed list', (_type, verbs, least) => {
    expect(verbs.length).toBeGreaterThan(least);
    expect(verbs.filter(isSilent)).toEqual([]);
    expect(verbs.filter((verb) => !saysHowItFails(verb))).toEqual([]);
    expect(verbs.flatMap(unknownCodes)).toEqual([]);
  });

  it('is seen through where it says nothing, or names a code that does not exist', () => {
    const silent = symbolsOf(declared('lib/made-up.ts')).filter(
      (symbol) => isCallable(symbol) && isSilent(documented(symbol)),
    );
    expect(silent.map(({ name }) => name)).toEqual(['silent']);
    const verbs = membersOf(declared('lib/made-up.ts'), 'Made');
    expect(verbs.filter(isSilent).map(({ name }) => name)).toEqual(['untold']);
    expect(verbs.filter((verb) => !saysHowItFails(verb)).map(({ name }) => name)).toEqual(['untold']);
    expect(verbs.flatMap(unknownCodes)).toEqual(['told: absent/nobody']);
  });
});
