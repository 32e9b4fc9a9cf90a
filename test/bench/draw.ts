// Row 8. The summary drawn, against plain pdfkit drawing the same text in the same fonts at the same places, without layout, rules or structure.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { localFont } from '../../lib/local/fonts.ts';
import { renderSummary } from '../../lib/summary/index.ts';
import { storyOf, WHOLE, type StoryInput, type StorySize } from '../lib/summary/material.ts';
import { linkCompiled } from './compiled.ts';
import { COLD_OURS, COLD_PLAIN, inCold } from './cold.ts';
import { median, type Figures, type Place } from './measured.ts';

/** About how many pages. */
export interface Pages {
  readonly pages: number;
}

/** Ten groups, 2,155 memberships, and so many messages and files that it is about this many pages; fewer groups below 65. */
function sizeOf(pages: number): StorySize {
  if (pages < 65) return { ...WHOLE, groups: Math.ceil(pages / 6.5), messages: 0, exhibits: 0 };
  const k = Math.max(0, pages - 65) / 110.6;
  return { ...WHOLE, messages: Math.round(1_500 * k), exhibits: Math.round(800 * k) };
}

function pagesIn(pdf: Buffer): number {
  return Number(/\/Type \/Pages\n\/Count (\d+)/.exec(pdf.toString('latin1'))?.[1]);
}

const inputIn = (folder: string, pages: number): string => join(folder, `story-${pages}.json`);
export const piecesIn = (folder: string, pages: number): string => join(folder, `pieces-${pages}.json`);
const FONTS = { 'NotoSans-Regular': 'sans', 'NotoSans-Bold': 'sansBold', 'NotoSansMono-Regular': 'mono' } as const;

export interface Piece {
  readonly text: string;
  readonly font: string;
  readonly size: number;
  readonly x: number;
  readonly y: number;
}

// ── prepared ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What is to be drawn, for both: the input of ours, and what ours puts on its pages. The compiled package, and the fonts. */
export async function makeStories(
  { prepared }: Place,
  { sizes }: { readonly sizes: readonly number[] },
): Promise<Figures> {
  linkCompiled(prepared);
  for (const [name, font] of Object.entries(FONTS))
    writeFileSync(join(prepared, `${name}.ttf`), Buffer.from(await localFont(font)));
  for (const pages of sizes) {
    const input = storyOf(sizeOf(pages));
    writeFileSync(inputIn(prepared, pages), JSON.stringify(input));
    writeFileSync(piecesIn(prepared, pages), JSON.stringify(await piecesOf(await renderSummary(input, localFont))));
  }
  writeFileSync(join(prepared, 'ours.mjs'), COLD_OURS);
  writeFileSync(join(prepared, 'plain.mjs'), COLD_PLAIN);
  return {};
}

/** What stands on each page, as pdf.js reads it: pieces of a line that belong together are one. */
async function piecesOf(pdf: Buffer): Promise<Piece[][]> {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const document = await getDocument({ data: new Uint8Array(pdf), verbosity: 0 }).promise;
  const pages: Piece[][] = [];
  for (let at = 1; at <= document.numPages; at++) {
    const page = await document.getPage(at);
    await page.getOperatorList();
    const { items } = await page.getTextContent();
    pages.push(
      items.flatMap((item) => {
        if (!('str' in item) || item.str.trim() === '') return [];
        const [, , , size = 0, x = 0, y = 0] = item.transform as number[];
        const { name } = page.commonObjs.get(item.fontName) as { name: string };
        return [{ text: item.str, font: name.split('+')[1] ?? '', size, x, y: 841.89 - y }];
      }),
    );
    page.cleanup();
  }
  return pages;
}

// ── warm ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type Sized = Pages & {
  /** Of so many pages, drawn so many times before, so that fonts are parsed and code is compiled. */
  readonly warmUp: number;
  readonly warmUps: number;
  /** How often it is drawn after that: the median counts. */
  readonly times: number;
};

async function warm<T>(what: T, times: number, draw: (what: T) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < times; n++) await draw(what);
}

/** What is drawn each time, and how many seconds that takes in the median. */
async function timed<T>(
  times: number,
  draw: () => Promise<T>,
): Promise<{ readonly drawn: T; readonly seconds: number }> {
  const taken: number[] = [];
  for (;;) {
    const started = performance.now();
    const drawn = await draw();
    taken.push((performance.now() - started) / 1000);
    if (taken.length === times) return { drawn, seconds: median(taken) };
  }
}

/** With its structure. `rate` is pages a second, `kB` the file's size. */
export async function draw({ prepared }: Place, { pages, warmUp, warmUps, times }: Sized): Promise<Figures> {
  const render = (story: StoryInput): Promise<Buffer> =>
    renderSummary(story, localFont, 'PDF/A-3a', availableParallelism());
  await warm(storyIn(prepared, warmUp), warmUps, render);
  const input = storyIn(prepared, pages);
  const { drawn, seconds } = await timed(times, () => render(input));
  return { rate: pagesIn(drawn) / seconds, kB: drawn.length / 1000 };
}

function storyIn(folder: string, pages: number): StoryInput {
  return JSON.parse(readFileSync(inputIn(folder, pages), 'utf8')) as StoryInput;
}

export async function drawPlainly({ prepared }: Place, { pages, warmUp, warmUps, times }: Sized): Promise<Figures> {
  const fonts = new Map(Object.keys(FONTS).map((name) => [name, readFileSync(join(prepared, `${name}.ttf`))]));
  const read = (count: number): Piece[][] => JSON.parse(readFileSync(piecesIn(prepared, count), 'utf8')) as Piece[][];
  await warm(read(warmUp), warmUps, (some) => drawPieces(some, fonts));
  const all = read(pages);
  const { drawn, seconds } = await timed(times, () => drawPieces(all, fonts));
  return { rate: all.length / seconds, kB: drawn / 1000 };
}

/** @returns the file's size in bytes */
async function drawPieces(pages: readonly Piece[][], fonts: ReadonlyMap<string, Buffer>): Promise<number> {
  const { default: PDFDocument } = await import('pdfkit');
  const document = new PDFDocument({ size: 'A4', margin: 0, autoFirstPage: false });
  for (const [name, bytes] of fonts) document.registerFont(name, bytes);
  let sizeBytes = 0;
  document.on('data', (chunk: Buffer) => (sizeBytes += chunk.length));
  for (const page of pages) {
    document.addPage();
    for (const { text, font, size, x, y } of page)
      document.font(font, size).text(text, x, y, { lineBreak: false, baseline: 'alphabetic' });
  }
  document.end();
  await once(document, 'end');
  return sizeBytes;
}

// ── cold ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** From the start of a process of the compiled package to the PDF on disk. */
export function drawCold(place: Place, { pages }: Pages): Promise<Figures> {
  return inCold(place, 'ours.mjs', inputIn(place.prepared, pages));
}

export function drawPlainlyCold(place: Place, { pages }: Pages): Promise<Figures> {
  return inCold(place, 'plain.mjs', piecesIn(place.prepared, pages));
}
