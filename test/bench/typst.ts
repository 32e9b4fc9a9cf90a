// Row 8. Typst as a peer: the same text in the same fonts at the same places, by its compiler in this process. It keeps what it has laid out before, which is
// dropped before the drawing that is timed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { piecesIn, type Piece, type Sized } from './draw.ts';
import type { Figures, Place } from './measured.ts';

interface Compiler {
  pdf(of: { readonly mainFileContent: string }): Buffer;
  evictCache(keep: number): void;
}
interface Typst {
  readonly NodeCompiler: {
    create(options: { workspace: string; fontArgs: readonly { fontPaths: readonly string[] }[] }): Compiler;
  };
}

const load = createRequire(join(import.meta.dirname, '../peers/package.json'));

export function drawWithTypst({ scratch, prepared }: Place, { pages }: Sized): Figures {
  const { NodeCompiler } = load('@myriaddreamin/typst-ts-node-compiler') as Typst;
  const compiler = NodeCompiler.create({ workspace: scratch, fontArgs: [{ fontPaths: [prepared] }] });
  const all = JSON.parse(readFileSync(piecesIn(prepared, pages), 'utf8')) as Piece[][];
  compiler.pdf({ mainFileContent: sourceOf(all.slice(0, 5)) });
  compiler.evictCache(0);
  const started = performance.now();
  const pdf = compiler.pdf({ mainFileContent: sourceOf(all) });
  const seconds = (performance.now() - started) / 1000;
  return { rate: all.length / seconds, kB: pdf.length / 1000 };
}

const FAMILIES: Readonly<Record<string, string>> = { 'NotoSansMono-Regular': 'Noto Sans Mono' };

/** The document in Typst's own words. */
function sourceOf(pages: readonly (readonly Piece[])[]): string {
  const page = (pieces: readonly Piece[]): string => pieces.map(placed).join('\n');
  const head =
    '#set page(width: 595.28pt, height: 841.89pt, margin: 0pt)\n#set text(font: "Noto Sans", top-edge: "baseline")';
  return [head, pages.map(page).join('\n#pagebreak()\n')].join('\n');
}

function placed({ text, font, size, x, y }: Piece): string {
  const weight = font.endsWith('Bold') ? 'weight: "bold", ' : '';
  const words = `${weight}font: "${FAMILIES[font] ?? 'Noto Sans'}", size: ${size}pt, ${JSON.stringify(text)}`;
  return `#place(dx: ${x.toFixed(2)}pt, dy: ${y.toFixed(2)}pt, box(text(${words})))`;
}
