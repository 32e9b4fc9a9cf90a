// The short way to lines gives what the long one does.
import { describe, expect, it } from '@jest/globals';
import { localFont } from '../../../lib/local/fonts.ts';
import { brokenByWords, linesOf } from '../../../lib/summary/breaking.ts';
import { plainRun, type Run } from '../../../lib/summary/run.ts';
import { BODY, LABEL } from '../../../lib/summary/scale.ts';
import { typefaces } from '../../../lib/summary/typeface.ts';

const faces = await typefaces(localFont);
let state = 7;
const upTo = (most: number): number => (state = (state * 48_271) % 2_147_483_647) % most;
const PIECES = ['a', 'umbrella', 'bicycle-shed', ' ', '  ', '    ', '\u00A0', '\u2003', ',', 'é', '–', ''];

function text(): string {
  return Array.from({ length: upTo(30) }, () => PIECES[upTo(PIECES.length)]).join(upTo(2) === 0 ? ' ' : '');
}

/** Up to four runs, each an isolate of its own. */
function someRuns(): Run[] {
  return Array.from({ length: 1 + upTo(4) }, (_, n) => plainRun(text(), n % 2 === 0 ? BODY : LABEL, n)).filter(
    (run) => run.text !== '',
  );
}

describe('lines broken behind spaces', () => {
  it('are those of the words, for texts by chance in columns by chance', () => {
    const shown = (lines: ReturnType<typeof linesOf>) =>
      lines.map((line) => ({
        texts: line.runs.map((run) => [run.text, run.isolate]),
        width: Math.round(line.width * 1e6),
      }));
    let broken = 0;
    for (let n = 0; n < 3_000; n++) {
      const [runs, width] = [someRuns(), 30 + upTo(300)];
      const lines = linesOf(runs, width, faces);
      expect(shown(lines)).toEqual(shown(brokenByWords(runs, width, faces)));
      if (lines.length > 1) broken += 1;
    }
    expect(broken).toBeGreaterThan(1_000);
  });
});
