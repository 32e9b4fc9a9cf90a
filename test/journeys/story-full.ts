// The whole story, run by hand: 800 files, 4 GB, from a folder of evidence to a packet that a stranger verified; every step
// timed, memory bounded; then single bytes of it flipped. Prints one line a check, and exits 1 when one fails.
//   npm run story [-- --small]
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flipsMissed, playStory } from './story.ts';

/** Desk, reporter, agency and stranger in one process, and a second thread for digests; each by itself takes less (`npm run volume`). */
const MOST_RESIDENT_MIB = 320;
const FLIPS = 2;
const isSmall = process.argv.includes('--small');
const results: boolean[] = [];

function check(name: string, isRight: boolean, detail = ''): void {
  results.push(isRight);
  process.stdout.write(`${isRight ? 'ok    ' : 'FAILED'} ${name}${detail === '' ? '' : ` (${detail})`}\n`);
}

const folder = await mkdtemp(join(tmpdir(), 'referral-desk-story-'));
try {
  const story = await playStory(folder, isSmall ? [] : ['--full']);
  const { size } = await stat(story.packet);
  const pdf = await stat(story.summary);
  for (const { step, seconds, peakMib } of story.steps) {
    process.stdout.write(`       ${step.padEnd(42)} ${seconds.toFixed(1).padStart(6)} s  ${peakMib} MiB\n`);
  }
  const secondsOf = (word: string): number => story.steps.find(({ step }) => step.includes(word))?.seconds ?? NaN;
  const rate = (word: string): string => `${Math.round(size / 1e6 / secondsOf(word))} MB/s`;
  check(
    'the story was played and all of it verified',
    story.verified,
    `packet ${Math.round(size / 1e6)} MB, PDF ${Math.round(pdf.size / 1e3)} kB`,
  );
  check('it is the whole story', isSmall || size > 4e9);
  check(`at most ${MOST_RESIDENT_MIB} MiB in memory`, story.peakMib <= MOST_RESIDENT_MIB, `${story.peakMib} MiB`);
  process.stdout.write(`       packed ${rate('packing')}, taken ${rate('takes')}, verified ${rate('stranger')}\n`);
  const missed = await flipsMissed(story, FLIPS);
  check(`${FLIPS} flipped bytes are each found and named`, missed.length === 0, JSON.stringify(missed).slice(0, 500));
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = results.every(Boolean) ? 0 : 1;
