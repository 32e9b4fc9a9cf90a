// Where the parts of a line stand, as a reader reckons it from the operators and the fonts' own widths, held against the layout.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { localFont } from '../../../lib/local/fonts.ts';
import { renderSummary } from '../../../lib/summary/index.ts';
import { DENSE, DENSE_MONO, GREY, INK, MARK_COLOUR, type Style } from '../../../lib/summary/scale.ts';
import { typesetter } from '../../../lib/summary/text.ts';
import { typefaces } from '../../../lib/summary/typeface.ts';
import { SMALL, storyOf, type StoryInput } from './material.ts';
import { contentOf, objectsOf, pagesOf } from './read.ts';

const MIXED = 'quinces ร่มสีฟ้า zithers \u202Eyarrow';

function story(): StoryInput {
  const told = storyOf(SMALL);
  const [first, ...others] = told.referral.messages ?? [];
  const messages = first === undefined ? [] : [{ ...first, text: MIXED }, ...others];
  return { ...told, referral: { ...told.referral, messages } };
}

const hasPoppler = spawnSync('pdftotext', ['-v']).error === undefined;

interface Placed {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

async function placedIn(pdf: Buffer): Promise<Placed[]> {
  const document = await getDocument({ data: new Uint8Array(pdf), verbosity: 0 }).promise;
  const found: Placed[] = [];
  for (let at = 1; at <= document.numPages; at++) {
    const { items } = await (await document.getPage(at)).getTextContent();
    for (const item of items) {
      if (!('str' in item)) continue;
      const [, , , , x, y] = item.transform as number[];
      found.push({ text: item.str, x: x ?? 0, y: -at * 1000 + (y ?? 0) });
    }
  }
  return found;
}

async function widthOf(text: string, style: Style): Promise<number> {
  const faces = await typefaces(localFont);
  const setter = typesetter(undefined, undefined, faces);
  do setter.width(text, style);
  while (await faces.further.load());
  return setter.width(text, style);
}

/** An operator ends its line. */
async function operatorsOf(told: StoryInput): Promise<string[]> {
  const objects = objectsOf(await renderSummary(told, localFont));
  return pagesOf(objects).flatMap(([, page]) => contentOf(objects, page).split('\n'));
}

/** How far the first text that begins so stands right of the last before it that begins so, in one line. */
function between(placed: readonly Placed[], begin: string, end: string): number {
  const at = placed.findIndex(({ text }) => text.startsWith(end));
  const from = placed.slice(0, at).findLast(({ text }) => text.startsWith(begin));
  expect(placed[at]?.y).toBeCloseTo(from?.y ?? 0, 1);
  return (placed[at]?.x ?? 0) - (from?.x ?? 0);
}

describe('a line', () => {
  it('goes on behind a mark and a label where these end', async () => {
    const told = story();
    const [exhibit] = told.case.exhibits;
    const placed = await placedIn(await renderSummary(told, localFont));
    const sha256 = exhibit?.sha256 ?? '';
    const apart = between(placed.slice(placed.findIndex(({ text }) => text.includes('SHA-256:'))), '‣', sha256);
    const { sans } = await typefaces(localFont);
    expect(apart).toBeCloseTo((sans.width('‣ SHA-256: ') * DENSE_MONO.size) / 1000, 1);
  });

  it('goes on behind shaped text, and behind what is written in code points', async () => {
    const placed = await placedIn(await renderSummary(story(), localFont));
    expect(between(placed, 'quinces', 'zithers')).toBeCloseTo(await widthOf('quinces ร่มสีฟ้า ', DENSE), 1);
    expect(between(placed, 'zithers', 'yarrow')).toBeCloseTo(await widthOf('zithers \u202E', DENSE), 1);
  });

  it('keeps mark, label and text apart by their colours, and where several labels stand on it each is placed', async () => {
    const operators = (await operatorsOf(story())).join('\n');
    const [place, font, text] = ['\\S+ \\S+ Td\\n', '(?:/F\\d+ \\S+ Tf\\n)?', '\\(.*\\) Tj\\n'];
    const then = (colour: string): string => `${colour} rg\\n${font}${text}`;
    const labelled = `${MARK_COLOUR} rg\\n${font}${place}${text}${then(GREY)}`;
    expect(operators).toMatch(new RegExp(labelled + then(INK)));
    expect(operators).toMatch(new RegExp(`${labelled}${font}${text}${font}${place}${text}${labelled}`));
  });

  const withPoppler = hasPoppler ? it : it.skip; // the program pdftotext is missing: apt-get install poppler-utils
  withPoppler('of files is given out by pdftotext, each name before its digests', async () => {
    const told = storyOf({ ...SMALL, exhibits: 60 });
    const pdf = await renderSummary(told, localFont);
    const given = spawnSync('pdftotext', ['-', '-'], { input: pdf, encoding: 'utf8' }).stdout.split('\n');
    const names = told.case.exhibits.map(({ originalName = '' }) => given.lastIndexOf(originalName));
    expect(names.filter((at) => at < 0)).toEqual([]);
    for (const [n, { sha256 }] of told.case.exhibits.entries()) {
      const digest = given.lastIndexOf(`‣ SHA-256: ${sha256}`);
      expect(names.filter((at) => at < digest).length).toBe(n + 1);
    }
  });

  it('has its shaped text shaped, whatever stands before it', async () => {
    const shaped = (lines: readonly string[]): number => lines.filter((line) => line.endsWith('] TJ')).length;
    expect(shaped(await operatorsOf(story()))).toBe(shaped(await operatorsOf(storyOf(SMALL))) + 1);
  });

  it('is placed once, but for what stands beside shaped text', async () => {
    const lines = await operatorsOf(story());
    const [places, texts] = [' Td', 'Tj'].map((end) => lines.filter((line) => line.endsWith(end)).length);
    expect(places).toBeGreaterThan(100);
    expect((texts ?? 0) - (places ?? 0)).toBeGreaterThan(100);
  });
});
