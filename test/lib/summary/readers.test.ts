// What other programs read in the PDF: qpdf, poppler and PDFBox, each skipped where it is not installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { localFont } from '../../../lib/local/fonts.ts';
import { renderSummary, type Attached } from '../../../lib/summary/index.ts';
import { SMALL, storyOf } from './material.ts';

const JARS = [
  'preflight',
  'pdfbox2',
  'fontbox2',
  'xmpbox',
  'commons-logging',
  'commons-io',
  'javax.activation',
  'jaxb-api',
];
const jars = JARS.map((name) => `/usr/share/java/${name}.jar`);
const has = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined;
const attached: readonly Attached[] = ['Data', 'Source'].map((relationship, n) => ({
  name: `${n}.json`,
  bytes: Buffer.from(`{"umbrellas":${n}}`),
  relationship: relationship as Attached['relationship'],
  description: 'Umbrellas',
}));
const SCRIPTS = 'שלום 123 (abc) تقرير ٢٠ क्षि น้ำ 中文 日本語 한국어 fi';
let folder: string;
const at = (name: string): string => join(folder, name);
const told = (tool: string, ...args: string[]): string => spawnSync(tool, args, { encoding: 'utf8' }).stdout;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'readers-'));
  const story = storyOf({ ...SMALL, members: 12 });
  writeFileSync(at('3.pdf'), await renderSummary({ ...story, attached }, localFont));
  const messages = [
    { id: 'one', sender: 'Kim', sent: { at: 'unknown', clockSource: 'unknown' as const }, text: SCRIPTS },
  ];
  const mixed = storyOf(SMALL, { referral: { messages } });
  writeFileSync(at('1.pdf'), await renderSummary(mixed, localFont, 'PDF/A-1a'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

(has('qpdf') ? describe : describe.skip)('qpdf (skipped where it is not installed)', () => {
  it.each(['3.pdf', '1.pdf'])('finds no fault in %s', (name) => {
    expect(spawnSync('qpdf', ['--check', at(name)]).status).toBe(0);
  });
});

(has('pdfinfo') ? describe : describe.skip)('poppler (skipped where it is not installed)', () => {
  it('finds it tagged, and every font embedded, a subset, with its characters', () => {
    expect(told('pdfinfo', at('3.pdf'))).toMatch(/^Tagged: +yes$/m);
    const fonts = told('pdffonts', at('3.pdf')).trim().split('\n').slice(2);
    expect(fonts.length).toBeGreaterThan(2);
    for (const font of fonts) expect(font).toMatch(/ yes yes yes /);
  });

  it('reads the structure: headings, tables with heads, the five times as a figure', () => {
    // without its text, for which poppler goes over a page again for every element: structure.test.ts reads that
    const structure = told('pdfinfo', '-struct', at('3.pdf'));
    expect(structure).toMatch(/^ *H1 \(block\)$/m);
    expect(structure).toMatch(/TH[^\n]*\n\s+\/Scope \/Column/);
    expect(structure).toMatch(/Figure/);
  });

  it('takes out just the files that lie in it', () => {
    expect(told('pdfdetach', '-list', at('3.pdf'))).toMatch(/^2 embedded files/);
    spawnSync('pdfdetach', ['-saveall', '-o', folder, at('3.pdf')]);
    for (const { name, bytes } of attached) expect(readFileSync(at(name)).equals(bytes)).toBe(true);
    expect(told('pdfdetach', '-list', at('1.pdf'))).toMatch(/^0 embedded files/);
  });
});

const CHECK = `import org.apache.pdfbox.preflight.parser.PreflightParser;
public class Check { public static void main(String[] a) throws Exception {
  PreflightParser p = new PreflightParser(new java.io.File(a[0])); p.parse();
  var d = p.getPreflightDocument(); d.validate();
  for (var e : d.getResult().getErrorsList()) System.out.println(e.getErrorCode() + " " + e.getDetails());
  System.out.println(d.getResult().isValid() ? "holds" : "fails"); d.close(); } }`;

const hasPreflight = has('java') && jars.every((jar) => existsSync(jar));
(hasPreflight ? describe : describe.skip)(
  'PDFBox Preflight (skipped where java or libpdfbox2-java is not installed)',
  () => {
    it('finds nothing against PDF/A-1b in the same pages, which declare PDF/A-1a', () => {
      writeFileSync(at('Check.java'), CHECK);
      expect(told('java', '-cp', jars.join(':'), at('Check.java'), at('1.pdf'))).toBe('holds\n');
    });
  },
);
