// Work grows as what is drawn does, counted and not timed: characters handed to HarfBuzz, bytes of a page, what is kept of one.
import { describe, expect, it, jest } from '@jest/globals';
import { localFont } from '../../../lib/local/fonts.ts';
import { renderSummary } from '../../../lib/summary/index.ts';
import { catalogueOf } from '../../../lib/summary/language/index.ts';
import { openSheet } from '../../../lib/summary/page.ts';
import type { Running } from '../../../lib/summary/running.ts';
import { BODY } from '../../../lib/summary/scale.ts';
import { heightOfRows, longTable } from '../../../lib/summary/table.ts';
import { typesetter, type Typesetter } from '../../../lib/summary/text.ts';
import { typefaces, type Typefaces } from '../../../lib/summary/typeface.ts';
import { SMALL, storyOf } from './material.ts';
import { read } from './read.ts';

/** The same typefaces, and how many characters were shaped with them. */
function counting(faces: Typefaces): { readonly faces: Typefaces; readonly shaped: () => number } {
  let shaped = 0;
  const find: Typefaces['further']['find'] = (name) => {
    const found = faces.further.find(name);
    if (found === undefined) return undefined;
    const shape: typeof found.shaper.shape = (text, rightToLeft) => {
      shaped += text.length;
      return found.shaper.shape(text, rightToLeft);
    };
    return { ...found, shaper: { ...found.shaper, shape } };
  };
  return { faces: { ...faces, further: { ...faces.further, find } }, shaped: () => shaped };
}

async function shapedOf(text: string): Promise<number> {
  const faces = await typefaces(localFont);
  typesetter(undefined, undefined, faces).lines(text.slice(0, 400), BODY, 200);
  while (await faces.further.load()) typesetter(undefined, undefined, faces).lines(text.slice(0, 400), BODY, 200);
  const counted = counting(faces);
  typesetter(undefined, undefined, counted.faces).lines(text, BODY, 200);
  return counted.shaped();
}

describe('one long text', () => {
  it.each([
    ['Hebrew', 'האם ראיתם מטרייה ירוקה ליד התחנה? '],
    ['Hebrew without a space', 'שלוםעולם'],
    ['Arabic', 'تقرير عن مظلة زرقاء '],
    ['Hindi', 'क्षि नमस्ते छाता कहाँ है '],
    ['Thai', 'ร่มหายที่สถานีรถไฟเมื่อวานนี้'],
    ['Chinese', '有人看见车站附近的绿色雨伞吗？'],
  ])('of %s is shaped a number of times that does not grow with it', async (_, words) => {
    const of = (length: number): string => words.repeat(Math.ceil(length / words.length));
    const [some, many] = [await shapedOf(of(10_000)), await shapedOf(of(40_000))];
    expect(some).toBeGreaterThan(10_000);
    expect(many / some).toBeGreaterThan(3.5);
    expect(many / some).toBeLessThan(4.6);
  });
});

it('a text of very many brackets is looked through once, and not at each of them', async () => {
  const { sans } = await typefaces(localFont);
  const looked = jest.spyOn(RegExp.prototype, 'test');
  const widths = ['', '[U+0041]'].map((end) => sans.plainWidth('[1] ok '.repeat(1_000) + end));
  const long = looked.mock.calls.filter(([text]) => text.length > 1_000);
  looked.mockRestore();
  expect(widths).toEqual([expect.any(Number), undefined]);
  expect(long).toHaveLength(2);
});

describe('many pages', () => {
  it('take as many bytes and operators each as few', async () => {
    const weigh = async (messages: number) => {
      const pdf = await renderSummary(storyOf({ ...SMALL, messages }), localFont);
      const { pieces } = read(pdf);
      return { pages: pieces.length, bytes: pdf.length, drawn: pieces.flat().length };
    };
    const [few, many] = [await weigh(400), await weigh(4_000)];
    const more = many.pages - few.pages;
    expect(many.pages).toBeGreaterThan(few.pages * 5);
    expect((many.bytes - few.bytes) / more).toBeLessThan((few.bytes / few.pages) * 1.1);
    expect((many.drawn - few.drawn) / more).toBeLessThan((few.drawn / few.pages) * 1.5);
  });
});

it('a label that is laid out once is the same whatever stood behind it before', async () => {
  const faces = await typefaces(localFont);
  const label = { label: 'Said', style: BODY };
  const lines = (setter: Typesetter): string[] => {
    const cells = [[{ ...label, text: 'a' }], [{ ...label, text: '' }], [{ ...label, text: 'a\nb' }]];
    const beside = [
      { ...label, text: 'a' },
      { ...label, text: '' },
      { ...label, text: 'b' },
    ];
    return [...cells, beside, ...cells, beside].flatMap((each) =>
      setter.compose(each, 400).map(({ runs }) => runs.map(({ text, isolate }) => `${isolate}${text}`).join('|')),
    );
  };
  const found = lines(typesetter(undefined, undefined, faces));
  expect(found.slice(0, 5)).toEqual([
    ...['1\u2023|2 Said: |6a', '1\u2023|2 Said ', '1\u2023|2 Said: |6a', '6b'],
    '1\u2023|2 Said: |6a|7\u2023|8 Said |13\u2023|14 Said: |18b',
  ]);
  expect(found.slice(5)).toEqual(found.slice(0, 5));
});

it('a cell of very many lines is laid out as any other', async () => {
  const sheet = openSheet(undefined, await typefaces(localFont), { words: await catalogueOf('en') } as Running);
  const rows = [[[{ text: 'a\n'.repeat(200_000) }]]];
  expect(heightOfRows(sheet, [{ title: '' }], rows, {})).toBeGreaterThan(1_000_000);
});

describe('whoever waits while much is drawn', () => {
  it('has a turn every few pages', async () => {
    const faces = await typefaces(localFont);
    const sheet = openSheet(undefined, faces, { words: await catalogueOf('en') } as Running);
    const pages: number[] = [];
    let isDrawn = false;
    const note = (): void => {
      pages.push(sheet.pages);
      if (!isDrawn) setImmediate(note);
    };
    setImmediate(note);
    const rows = Array.from({ length: 5_000 }, (_, n) => [String(n), 'umbrella']);
    await longTable(sheet, [{ title: 'No.' }, { title: 'What' }], rows);
    isDrawn = true;
    const steps = pages.map((page, n) => page - (pages[n - 1] ?? 0));
    expect(sheet.pages).toBeGreaterThan(60);
    expect(Math.max(...steps, sheet.pages - (pages.at(-1) ?? 0))).toBeLessThanOrEqual(10);
  });

  it('may draw meanwhile, also what wants a typeface that is not loaded yet: each gets what it would get alone', async () => {
    const many = storyOf({ ...SMALL, messages: 1_000 });
    const [first, ...others] = many.referral.messages ?? [];
    if (first === undefined) throw new Error('no message');
    const korean = storyOf(SMALL, { referral: { messages: [...others, { ...first, text: '우산을 보았습니까' }] } });
    const drawn = (each: typeof many, cores = 2): Promise<Buffer> => renderSummary(each, localFont, 'PDF/A-3a', cores);
    const together = await Promise.all([drawn(many), drawn(korean), drawn(many)]);
    const alone = [await drawn(many, 1), await drawn(korean, 1), await drawn(many)];
    expect(together.map((pdf) => pdf.equals(alone[0] ?? pdf))).toEqual([true, false, true]);
    expect(together[1].equals(alone[1] ?? Buffer.alloc(0))).toBe(true);
  });
});
