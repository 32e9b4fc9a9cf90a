// Glyphs of every script as golden data: their ids and places, held against HarfBuzz's own shaping of the same text by a call of its own.
import { describe, expect, it } from '@jest/globals';
import { Blob, Buffer as Glyphs, Direction, Face, Feature, Font, shape } from 'harfbuzzjs';
import { localFont } from '../../../lib/local/fonts.ts';
import { runsLeft } from '../../../lib/summary/direction.ts';
import { renderSummary } from '../../../lib/summary/index.ts';
import { shapedOf, type Run } from '../../../lib/summary/run.ts';
import { BODY } from '../../../lib/summary/scale.ts';
import { typesetter } from '../../../lib/summary/text.ts';
import { typefaces, type Basic, type Typefaces } from '../../../lib/summary/typeface.ts';
import { SMALL, storyOf } from './material.ts';
import { read } from './read.ts';

const LINES: Readonly<Record<string, string>> = {
  Latin: 'Lost umbrella, Zoë Łucja',
  Cyrillic: 'Синий велосипед, Ёж',
  Greek: 'Ποιος έχασε μια ομπρέλα;',
  Hebrew: 'שלום (מטרייה) כחולה',
  Arabic: 'تقرير عن مظلة زرقاء',
  Persian: 'می‌خواهم دوچرخه را ببینم',
  Hindi: 'क्षि नमस्ते हिन्दी',
  Thai: 'น้ำ ร่มหายที่สถานี',
  Chinese: '有人看见绿色雨伞吗？',
  Japanese: '駅の近くで傘を見ましたか。',
  Korean: '역 근처에서 우산을 보신 분?',
  Vietnamese: 'Ai có thấy chiếc ô vàng không?',
  'all in one line':
    'Kim Борис Ελένη שלום كيف می‌خواهم हिन्दी น้ำ 雨伞 安녕 ô +972 50-123-4567 192.0.2.17 https://example.org/a?b=1',
};

interface Glyph {
  readonly id: number;
  readonly advance: number;
  readonly x: number;
  readonly y: number;
}

const faces = await typefaces(localFont);

async function runsOf(text: string): Promise<readonly Run[]> {
  for (;;) {
    const [line] = typesetter(undefined, undefined, faces).lines(text, BODY, 10_000);
    if (!(await faces.further.load())) return line?.runs ?? [];
  }
}

/** What the summary draws of a run, in thousandths of the size, from the left. */
function ours(run: Run, all: Typefaces): Glyph[] {
  const shaped = run.shaped ? shapedOf(run, all) : undefined;
  if (shaped !== undefined) return shaped.clusters.flatMap(({ glyphs }) => glyphs);
  const face = all[run.face as Basic];
  return Array.from(run.text, (each) => ({ id: face.glyph(each).id, advance: face.glyph(each).width, x: 0, y: 0 }));
}

/** Letters one behind the other are drawn without kerning and ligatures. */
const APART = ['kern', 'liga', 'clig', 'ccmp', 'locl', 'calt', 'mark'].map((tag) => new Feature(tag, 0));

/** What HarfBuzz makes of the same run. */
async function theirs(run: Run): Promise<Glyph[]> {
  const face = new Face(new Blob(await localFont(run.face)));
  const buffer = new Glyphs();
  buffer.addText(run.text);
  buffer.setLanguage('und');
  buffer.setDirection(runsLeft(run) ? Direction.RTL : Direction.LTR);
  buffer.guessSegmentProperties();
  shape(new Font(face), buffer, run.shaped ? [] : APART);
  const scale = 1000 / face.upem;
  const positions = buffer.getGlyphPositions();
  return buffer.getGlyphInfos().map(({ codepoint: id }, at) => {
    const { xAdvance = 0, xOffset = 0, yOffset = 0 } = positions[at] ?? {};
    return { id, advance: xAdvance * scale, x: xOffset * scale, y: yOffset * scale };
  });
}

/** Where each glyph's ink stands, whatever order they come in, and whoever bears the room. Blanks have no ink. */
function inked(glyphs: readonly Glyph[], blank: ReadonlySet<number>): string[] {
  let at = 0;
  const found = glyphs.map(({ id, advance, x, y }) => {
    const place = `${id} ${Math.round(at + x)} ${Math.round(y)}`;
    at += advance;
    return blank.has(id) ? '' : place;
  });
  return found.filter((each) => each !== '').sort();
}

describe('glyphs', () => {
  it.each(Object.entries(LINES))('of %s stand where HarfBuzz puts them', async (_, text) => {
    for (const run of await runsOf(text)) {
      expect(run.coded).toBe(false);
      const font = new Font(new Face(new Blob(await localFont(run.face))));
      const blank = new Set([0x20, 0x200b, 0x200c, 0x200d].map((each) => font.nominalGlyph(each) ?? 0));
      expect(inked(ours(run, faces), blank)).toEqual(inked(await theirs(run), blank));
    }
  });

  it.each(Object.entries(LINES))('of %s are these, and its text comes out again', async (_, text) => {
    const runs = await runsOf(text);
    const golden = runs.map((run) => {
      const glyphs = ours(run, faces).map(({ id, advance, x, y }) => [id, advance, x, y].map(Math.round).join(' '));
      return [run.face, run.level, ...glyphs].join(' | ');
    });
    expect(golden).toMatchSnapshot();
    const message = { id: 'm', sender: 'Kim', sent: { at: 'unknown', clockSource: 'unknown' as const }, text };
    const { whole } = read(await renderSummary(storyOf(SMALL, { referral: { messages: [message] } }), localFont));
    const plain = (each: string): string => each.normalize('NFC').replace(/[\s\u200B]/g, '');
    expect(
      runs
        .map((run) => run.text)
        .join('')
        .normalize('NFC'),
    ).toBe(text.normalize('NFC'));
    for (const run of runs) expect(plain(whole)).toContain(plain(run.text).slice(0, 6));
  });

  it('of emoji are none: they are printed as code points in brackets, joined ones as one', async () => {
    const runs = await runsOf('umbrella ☂️ 👩‍👩‍👧 🇩🇪');
    expect(runs.filter(({ coded }) => coded).map((run) => run.text)).toEqual([
      '[U+2602 U+FE0F]',
      '[U+1F469 U+200D U+1F469 U+200D U+1F467]',
      '[U+1F1E9 U+1F1EA]',
    ]);
  });
});
