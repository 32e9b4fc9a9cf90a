// Text of the world's scripts in the PDF: the right glyphs, in the right order, and given back as it was sent.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { localFont } from '../../../lib/local/fonts.ts';
import { directionOf, standingOf, visual } from '../../../lib/summary/direction.ts';
import type { PdfDocument } from '../../../lib/summary/encode.ts';
import { renderSummary } from '../../../lib/summary/index.ts';
import type { Objects } from '../../../lib/summary/objects.ts';
import { openPacking } from '../../../lib/summary/packing.ts';
import { openSheet } from '../../../lib/summary/page.ts';
import type { Running } from '../../../lib/summary/running.ts';
import { UNTAGGED } from '../../../lib/summary/tags.ts';
import { openShaping } from '../../../lib/summary/shape.ts';
import { typesetter } from '../../../lib/summary/text.ts';
import { typefaces, type Further } from '../../../lib/summary/typeface.ts';
import { BODY, PAGE } from '../../../lib/summary/scale.ts';
import type { FontName } from '../../../lib/ports.ts';
import { read } from './read.ts';
import { SMALL, storyOf, type StoryInput } from './material.ts';
import { workOf } from '../../work.ts';

const TEXTS: Readonly<Record<string, string>> = {
  Hebrew: 'שלום, האם ראיתם (מטרייה) כחולה?',
  'Hebrew with points': 'שָׁלוֹם עֲלֵיכֶם',
  Arabic: 'تقرير عن مظلة زرقاء',
  'Arabic with marks': 'عَلَيْكُم لا الله',
  Persian: 'می‌خواهم دوچرخه را ببینم',
  Hindi: 'क्षि नमस्ते छाता कहाँ है? हिन्दी',
  Thai: 'น้ำ ร่มหายที่สถานีรถไฟ',
  Chinese: '有人看见绿色雨伞吗？',
  Japanese: '駅の近くで傘を見ましたか。',
  Korean: '역 근처에서 우산을 보신 분?',
  Vietnamese: 'Ai có thấy chiếc ô vàng không?',
  'a mark that nothing composes with': 'q\u0301 x\u0323',
};
const MIXED: readonly string[] = [
  'שלום Kim Example, התקשר +972 50-123-4567 או 192.0.2.17, ראה https://example.org/a?b=1&c=2.',
  'اتصل +44 7700 900123 أو 2001:db8::17 ثم ada@example.org في 2026-10-01 06:00:00 UTC، ٠٥٠-١٢٣-٤٥٦٧.',
  'Kim שלום كيف Привет Γειά नमस्ते สวัสดี 你好 안녕 Chào!',
  'שלום 12 מטריות, 3-5.',
];

function story(texts: readonly string[], change: Parameters<typeof storyOf>[1] = {}): StoryInput {
  const messages = texts.map((text, at) => {
    return { id: `m${at}`, sender: 'Kim', sent: { at: 'unknown', clockSource: 'unknown' } as const, text };
  });
  return storyOf(SMALL, { ...change, referral: { ...change.referral, messages } });
}

const plain = (text: string): string =>
  text
    .replace(/[\u200B\u202A-\u202E\f]/g, '')
    .replace(/\s+/g, ' ')
    .normalize('NFC');

/** In a process of its own: pdf.js looks for more of a browser than the tests' sandbox has. */
function readByPdfJs(pdf: Buffer): string {
  const script = `
    const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
    const chunks = [];
    for await (const chunk of process.stdin) chunks.push(chunk);
    const document = await getDocument({ data: new Uint8Array(Buffer.concat(chunks)), verbosity: 0 }).promise;
    for (let at = 1; at <= document.numPages; at++) {
      const { items } = await (await document.getPage(at)).getTextContent();
      console.log(items.map(({ str, hasEOL }) => str + (hasEOL ? '\\n' : '')).join(''));
    }`;
  const env = { ...process.env, NODE_OPTIONS: '' };
  return plain(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { input: pdf, encoding: 'utf8', env }),
  );
}

describe('text of every script', () => {
  it('comes out of pdf.js as it was sent, also where scripts and directions are mixed', async () => {
    const texts = [...Object.values(TEXTS), ...MIXED];
    const given = readByPdfJs(await renderSummary(story(texts), localFont));
    expect(texts.filter((text) => !given.includes(plain(text)))).toEqual([]);
  });

  const hasPoppler = spawnSync('pdftotext', ['-v']).error === undefined;
  const poppler = hasPoppler ? it : it.skip;
  poppler(
    `comes out of pdftotext, line by line of one direction${hasPoppler ? '' : ': pdftotext is missing'}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'scripts-'));
      const file = join(folder, 'summary.pdf');
      const texts = Object.values(TEXTS).filter((text) => !/[?,(].*[\u0590-\u05FF]/u.test(text));
      writeFileSync(file, await renderSummary(story(texts), localFont));
      const given = plain(execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' }));
      rmSync(folder, { recursive: true });
      expect(texts.filter((text) => !given.includes(plain(text)))).toEqual([]);
    },
  );

  it('is the same bytes again, whatever was drawn before', async () => {
    const input = story(MIXED);
    const [first, second] = [await renderSummary(input, localFont), await renderSummary(input, localFont)];
    expect(first.equals(second)).toBe(true);
  });

  it('is shown as code points where it would change the order, and those stay where they were sent', async () => {
    const { whole } = read(await renderSummary(story(['שלום\u202Eabc', 'a\u2067b\u2069']), localFont));
    expect(whole).toContain('שלום\n[U+202E]\nabc');
    expect(whole).toContain('a\n[U+2067]\nb\n[U+2069]');
  });

  it('cannot pass for a code point where it runs to the left, nor in wide letters', async () => {
    const { whole } = read(await renderSummary(story(['שלום U+05E9]', '［U+05E9］']), localFont));
    expect(whole).toContain('[U+005D]');
    expect(whole).toContain('[U+FF3B]');
  });

  it('loads only what it needs', () => {
    const script = `
      const [{ renderSummary }, { localFont }, { storyOf, SMALL }] = await Promise.all(process.argv.slice(1, 4).map((name) => import(name)));
      const asked = [];
      const messages = [{ id: 'm', sender: 'Kim', sent: { at: 'unknown', clockSource: 'unknown' }, text: process.argv[4] }];
      await renderSummary(storyOf(SMALL, { referral: { messages } }), (name) => { asked.push(name); return localFont(name); });
      console.log(JSON.stringify(asked));`;
    const root = join(import.meta.dirname, '../../..');
    const files = ['lib/summary/index.ts', 'lib/local/fonts.ts', 'test/lib/summary/material.ts'];
    const run = (text: string): FontName[] => {
      const args = ['--input-type=module', '-e', script, ...files.map((each) => join(root, each)), text];
      const env = { ...process.env, NODE_OPTIONS: '' };
      return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env })) as FontName[];
    };
    expect(run('Zoë, Ελένη, Борис, Ngọc Ánh')).toEqual(['sans', 'sansBold', 'mono']);
    expect(run('שלום').slice(3)).toEqual(['hebrew']);
  });
});

describe('shaping', () => {
  const cases: readonly [string, FontName, string, boolean, readonly number[]][] = [
    ['Arabic letters join', 'arabic', 'بيت', true, []],
    ['a Devanagari vowel stands before its consonant', 'devanagari', 'कि', false, []],
    ['a bracket is mirrored', 'hebrew', '(', true, []],
  ];
  it.each(cases)('%s', async (_, font, text, rightToLeft) => {
    const { shaperOf } = await openShaping();
    const { clusters } = shaperOf(await localFont(font)).shape(text, rightToLeft);
    const glyphs = clusters.map(({ units: told, glyphs }) => [...told, ...glyphs.map(({ id }) => id)]);
    expect(glyphs).toMatchSnapshot();
  });

  it('knows what a typeface lacks, and what is no well-formed syllable', async () => {
    const { shaperOf } = await openShaping();
    const shaper = shaperOf(await localFont('devanagari'));
    expect(['कि', 'ि', 'ש'].map((each) => shaper.draws(each))).toEqual([true, false, false]);
  });
});

describe('direction', () => {
  const further: Further = {
    find: () => undefined,
    levels: () => undefined,
    isWanted: () => false,
    load: () => Promise.resolve(false),
  };
  const order = async (text: string, own?: 'ltr' | 'rtl'): Promise<string> => {
    const { levels } = await openShaping();
    const stretches = Array.from(text, (each) => ({ text: each, coded: false }));
    const standing = standingOf(stretches, own, { ...further, levels: () => levels });
    const items = stretches.map((each, at) => ({ ...each, isolate: 0, ...(standing[at] ?? { level: 0, nest: 0 }) }));
    return visual(items, 'ltr')
      .map((each) => each.text)
      .join('');
  };
  it.each([
    ['a number in groups', 'אב +972 50-123 גד', 'דג +972 50-123 בא'],
    ['an address', 'אב 192.0.2.17, גד', 'דג ,192.0.2.17 בא'],
    ['a link', 'אב https://example.org/a?b=1. גד', 'דג .https://example.org/a?b=1 בא'],
    ['Arabic digits in groups', 'اب ٠٥٠-١٢٣ جد', 'دج ٠٥٠-١٢٣ با'],
    ['words of another script', 'אב Kim Example גד', 'דג Kim Example בא'],
    ['a word in a line that runs to the right', 'Kim אב ok', 'Kim בא ok'],
  ])('keeps %s', async (_, sent, drawn) => {
    expect(await order(sent)).toBe(drawn);
  });

  it("lets the desk's own words run as the document does, whatever they begin with", async () => {
    expect(await order('E0001 אב', 'rtl')).toBe('בא E0001');
    expect(await order('E0001 אב')).toBe('E0001 בא');
  });

  it('is that of the language', () => {
    expect(['he', 'ar', 'ar-EG', 'HE', 'en', 'fr'].map(directionOf)).toEqual([
      'rtl',
      'rtl',
      'rtl',
      'rtl',
      'ltr',
      'ltr',
    ]);
  });

  it('mirrors what is placed, and isolates segments from one another', async () => {
    const faces = await typefaces(localFont);
    const [right, left] = [typesetter(undefined, undefined, faces), typesetter(undefined, undefined, faces, 'rtl')];
    expect(right.mirrored(100, 50)).toBe(100);
    expect(left.mirrored(100, 50)).toBe(PAGE.left + PAGE.right - 150);
    const isolates = [0, 1, 2].map((isolate) => ({ isolate, level: 0, nest: 0 }));
    expect(visual(isolates, 'rtl').map(({ isolate }) => isolate)).toEqual([2, 1, 0]);
    expect(left.lines('שלום', BODY, 200).length).toBe(1);
  });
});

describe('lines', () => {
  it.each([
    ['Thai', 'ร่มหายที่สถานีรถไฟเมื่อวานนี้'.repeat(9)],
    ['Chinese', '有人看见车站附近的绿色雨伞吗？我把它挂在栅栏上了。'.repeat(9)],
    ['Hebrew without a space', 'שלוםעולם'.repeat(60)],
    ['Hebrew', 'האם ראיתם מטרייה ירוקה ליד התחנה? '.repeat(20)],
  ])('of %s stay inside their width and lose nothing', async (_, text) => {
    const faces = await typefaces(localFont);
    const setter = typesetter(undefined, undefined, faces);
    const broken = async () => {
      for (;;) {
        const found = setter.lines(text, BODY, 200);
        if (!(await faces.further.load())) return found;
      }
    };
    const found = await broken();
    expect(found.length).toBeGreaterThan(3);
    expect(found.flatMap(({ runs }) => runs.map((run) => run.text)).join('')).toBe(text);
    expect(Math.max(...found.map(({ width }) => width))).toBeLessThanOrEqual(200.001);
    for (const { runs } of found) expect(/^[。？]/.test(runs[0]?.text ?? '')).toBe(false);
  });

  it.each<[string, (count: number) => string]>([
    ['letters read from the right', (count) => 'א'.repeat(count)],
    ['numbers before such a letter', (count) => '1'.repeat(count) + 'א'],
    ['numbers far from a letter', (count) => 'א' + '1 '.repeat(count / 2)],
    ['brackets', (count) => 'א' + '(1'.repeat(count / 2)],
    ['an address', (count) => 'א' + 'http://a' + '.'.repeat(count) + 'x'],
    ['letters between hidden characters', (count) => 'a\u200B'.repeat(count / 2)],
    ['scripts by turns', (count) => 'aש有ร1'.repeat(count / 5)],
    ['brackets', (count) => '[1] '.repeat(count / 4)],
  ])('of four times as much text are broken in some six times the time, were it all %s', async (_, make) => {
    const faces = await typefaces(localFont);
    const setter = typesetter(undefined, undefined, faces);
    do setter.lines(make(1000), BODY, 200);
    while (await faces.further.load());
    const quarter = await workOf(() => setter.lines(make(10_000), BODY, 200), 3);
    expect(setter.lines(make(10_000), BODY, 200).length).toBeGreaterThan(50);
    expect(await workOf(() => setter.lines(make(40_000), BODY, 200), 2)).toBeLessThan(6 * quarter + 50);
  });

  it('of more runs than a call takes arguments are broken too', async () => {
    const setter = typesetter(undefined, undefined, await typefaces(localFont));
    expect(setter.lines('a\u200B'.repeat(130_000), BODY, 200).length).toBeGreaterThan(10_000);
  });
});

it('a document that runs to the left has its rules and bars on the other side', async () => {
  const faces = await typefaces(localFont);
  const drawn = (direction: 'ltr' | 'rtl'): string => {
    const operators: string[] = [];
    const writeContent = (_: unknown, each: Uint8Array) => void operators.push(Buffer.from(each).toString());
    const document = { page: {} } as unknown as PdfDocument;
    const output = { document, tags: UNTAGGED, objects: { writeContent } as Objects, packing: openPacking(1) };
    const sheet = openSheet(output, faces, {} as Running, direction);
    sheet.y = 100;
    sheet.rule('0 0 0', 1, PAGE.left, PAGE.left + 24);
    sheet.fill('0 0 0', PAGE.left, 100, 2, 10);
    sheet.finish();
    return operators.join('\n');
  };
  expect(drawn('ltr')).toBe('0 0 0 rg\n57 731.89 2 10 re f\n0 0 0 RG 1 w\n57 741.89 m 81 741.89 l\nS\n');
  expect(drawn('rtl')).toBe('0 0 0 rg\n536.28 731.89 2 10 re f\n0 0 0 RG 1 w\n514.28 741.89 m 538.28 741.89 l\nS\n');
});
