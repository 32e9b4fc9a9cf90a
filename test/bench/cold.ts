// Programs that draw one PDF and end, to be timed from the start of their process: plain JavaScript, beside the compiled package.
import { join } from 'node:path';
import { FLAGS, median, type Figures, type Place } from './measured.ts';
import { ran, type Ran } from './memory.ts';

export const COLD_OURS = `
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { localFont } from './dist/lib/local/fonts.js';
import { renderSummary } from './dist/lib/summary/index.js';
const [input, out] = process.argv.slice(2);
const story = JSON.parse(readFileSync(input, 'utf8'));
writeFileSync(out, await renderSummary(story, localFont, 'PDF/A-3a', availableParallelism()));
`;

export const COLD_PLAIN = `
import { createWriteStream, readFileSync } from 'node:fs';
import PDFDocument from 'pdfkit';
const [input, out] = process.argv.slice(2);
const document = new PDFDocument({ size: 'A4', margin: 0, autoFirstPage: false });
for (const name of ['NotoSans-Regular', 'NotoSans-Bold', 'NotoSansMono-Regular'])
  document.registerFont(name, readFileSync(new URL(name + '.ttf', import.meta.url)));
document.pipe(createWriteStream(out));
for (const page of JSON.parse(readFileSync(input, 'utf8'))) {
  document.addPage();
  for (const { text, font, size, x, y } of page)
    document.font(font, size).text(text, x, y, { lineBreak: false, baseline: 'alphabetic' });
}
document.end();
`;

/**
 * Milliseconds of a whole process on Node as it comes, in the median: whoever uses the package gives no flags. One run before it fills the
 * compile cache, as it is with whoever runs it twice.
 */
export async function inCold({ scratch, prepared }: Place, program: string, input: string): Promise<Figures> {
  const { args, env } = FLAGS.plain;
  const all = { ...process.env, ...env, NODE_COMPILE_CACHE: join(scratch, 'cache') };
  const runs: Ran[] = [];
  for (let n = 0; n <= TIMES; n++) {
    const words = [...args, join(prepared, program), input, join(scratch, 'out.pdf')];
    runs.push(await ran(process.execPath, words, all));
  }
  const counted = runs.slice(1);
  return { ms: median(counted.map(({ ms }) => ms)), peakMiB: Math.max(...counted.map(({ peakMiB }) => peakMiB)) };
}

const TIMES = 5;
