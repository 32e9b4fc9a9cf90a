// The summary drawn: against plain pdfkit with the same text in the same fonts at the same places, and a thousand pages against a
// hundred, each in a process of its own.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { localFont } from '../../lib/local/fonts.ts';
import { renderSummary } from '../../lib/summary/index.ts';
import { storyOf, WHOLE, type StorySize } from '../lib/summary/material.ts';

/** Ten groups, 2,155 memberships, and so many messages and files that it is about this many pages. */
export function sizeOf(pages: number): StorySize {
  const k = (pages - 65) / 110.6;
  return { ...WHOLE, messages: Math.round(1_500 * k), exhibits: Math.round(800 * k) };
}

export function pagesOf(pdf: Buffer): number {
  return pdf.toString('latin1').split('/Type /Page\n').length - 1;
}

interface Piece {
  readonly text: string;
  readonly font: string;
  readonly size: number;
  readonly x: number;
  readonly y: number;
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
  }
  return pages;
}

let story: Promise<{ readonly pages: readonly Piece[][]; readonly fonts: ReadonlyMap<string, Buffer> }> | undefined;

async function prepared() {
  const pages = await piecesOf(await renderSummary(storyOf(WHOLE), localFont));
  const names = { 'NotoSans-Regular': 'sans', 'NotoSans-Bold': 'sansBold', 'NotoSansMono-Regular': 'mono' } as const;
  const fonts = new Map<string, Buffer>();
  for (const [name, font] of Object.entries(names)) fonts.set(name, Buffer.from(await localFont(font)));
  return { pages, fonts };
}

/** Pages a second of the story's summary, with its structure, the fonts parsed already. */
export async function drawOurs(): Promise<number> {
  const input = storyOf(WHOLE);
  await renderSummary(input, localFont);
  const started = performance.now();
  const pdf = await renderSummary(input, localFont);
  return pagesOf(pdf) / ((performance.now() - started) / 1000);
}

/** Pages a second of the same text in the same fonts at the same places: no layout, no rules, no structure. */
export async function drawPlainly(): Promise<number> {
  const { pages, fonts } = await (story ??= prepared());
  const { default: PDFDocument } = await import('pdfkit');
  const started = performance.now();
  const document = new PDFDocument({ size: 'A4', margin: 0, autoFirstPage: false });
  for (const [name, bytes] of fonts) document.registerFont(name, bytes);
  document.on('data', () => undefined);
  for (const page of pages) {
    document.addPage();
    for (const { text, font, size, x, y } of page)
      document.font(font, size).text(text, x, y, { lineBreak: false, baseline: 'alphabetic' });
  }
  document.end();
  await once(document, 'end');
  return pages.length / ((performance.now() - started) / 1000);
}

interface Drawn {
  readonly pages: number;
  readonly ms: number;
  /** Peak of the whole process, TypeScript's own translation included. */
  readonly peakBytes: number;
}

const CHILD = `
const { drawOnce } = await import(process.argv[1]);
console.log(JSON.stringify(await drawOnce(Number(process.argv[2]))));`;

/** In a process of its own, with the flags of the scripts in package.json. */
function drawnApart(pages: number): Drawn {
  const args = ['--max-semi-space-size=1', '--input-type=module', '-e', CHILD, import.meta.filename, String(pages)];
  const env = { ...process.env, MALLOC_ARENA_MAX: '2' };
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env })) as Drawn;
}

/** The second drawing: the first one parses the fonts and wakes the compiler. */
export async function drawOnce(pages: number): Promise<Drawn> {
  await renderSummary(storyOf(sizeOf(100)), localFont);
  const input = storyOf(sizeOf(pages));
  const started = performance.now();
  const drawn = pagesOf(await renderSummary(input, localFont));
  return { pages: drawn, ms: performance.now() - started, peakBytes: process.resourceUsage().maxRSS * 1024 };
}

/** Pages a second of about so many. */
export function drawApart(pages: number): Promise<number> {
  const { pages: drawn, ms } = drawnApart(pages);
  return Promise.resolve(drawn / (ms / 1000));
}

/** What the process of a thousand pages takes at its peak, in MB. */
export function peakOf(pages: number): Promise<number> {
  return Promise.resolve(drawnApart(pages).peakBytes / 1e6);
}
