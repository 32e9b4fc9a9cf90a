// Rows 8 and 9: what is drawn, and the log.
import type { Comparison, Row } from './harness.ts';
import { BOUND } from './print.ts';
import { ours, step, theirs } from './step.ts';

const PLAIN = 'plain pdfkit, the same text in the same fonts at the same places, no structure';

/** Node goes on compiling what it runs that long, ours more than plain pdfkit's: row h says what that makes out. */
const WARM_UPS = 8;

function draw(isQuick: boolean): Row {
  const [story, many] = isQuick ? [13, 26] : [176, 1000];
  const [warm, large] = [
    { pages: story, warmUp: story, warmUps: isQuick ? 1 : WARM_UPS, times: isQuick ? 1 : 5 },
    { pages: many, warmUp: story, warmUps: isQuick ? 1 : WARM_UPS, times: isQuick ? 1 : 3 },
  ];
  const second = { ...warm, warmUps: 1, times: 1 };
  const rate = (letter: string, name: string, figure: string, peer: string, peerName: string, goal: number | null) => ({
    ...{ letter, name, unit: 'pages/s', ours: `${figure}.rate`, peer: `${peer}.rate`, peerName, goal },
  });
  const what = `the summary of the story, ${story} pages`;
  return {
    number: 8,
    prepare: step('draw', 'makeStories', { sizes: [story, many] }),
    rounds: isQuick ? 1 : 5,
    runs: {
      warm: ours(step('draw', 'draw', warm)),
      plain: theirs(step('draw', 'drawPlainly', warm)),
      typst: theirs(step('typst', 'drawWithTypst', warm), {
        needs: [{ peer: '@myriaddreamin/typst-ts-node-compiler' }],
      }),
      cold: theirs(step('draw', 'drawCold', { pages: story })),
      coldPlain: theirs(step('draw', 'drawPlainlyCold', { pages: story })),
      large: ours(step('draw', 'draw', large)),
      largePlain: theirs(step('draw', 'drawPlainly', large)),
      largeSecond: ours(step('draw', 'draw', { ...large, warmUps: 1, times: 1 })),
      second: ours(step('draw', 'draw', second)),
      secondPlain: theirs(step('draw', 'drawPlainly', second)),
    },
    comparisons: [
      rate('a', `${what}, warm`, 'warm', 'plain', PLAIN, 8),
      {
        ...{ letter: 'b', name: `${what}: its size`, unit: 'kB', ours: 'warm.kB', peer: 'plain.kB' },
        ...{ peerName: PLAIN, goal: 1 },
      },
      {
        ...{ letter: 'c', name: `${what}, from the start of a process`, unit: 'ms', ours: 'cold.ms' },
        ...{ peer: 'coldPlain.ms', peerName: PLAIN, goal: 1 / 3 },
      },
      rate('d', `${many} pages`, 'large', 'largePlain', PLAIN, 10),
      rate('e', `${many} pages, growth`, 'large', 'warm', `${story} pages`, 0.8),
      {
        ...{
          letter: 'f',
          name: `${many} pages, the second drawing of a process: peak memory`,
          unit: 'MiB',
          ours: 'largeSecond.peakMiB',
        },
        ...{ peer: 191, peerName: BOUND, goal: 1 },
      },
      rate('g', `${what}, warm`, 'warm', 'typst', 'Typst, the same text in the same fonts at the same places', 3),
      rate('h', `${what}, the second drawing of a process`, 'second', 'secondPlain', PLAIN, null),
    ] satisfies Comparison[],
  };
}

function log(isQuick: boolean): Row {
  const asked = { entries: isQuick ? 20_000 : 1_000_000 };
  const count = asked.entries.toLocaleString('en-GB');
  const PLAIN_TREE = 'the plain node:crypto tree, every level kept';
  const rate = (
    letter: string,
    name: string,
    figure: string,
    peer: string | null,
    peerName: string,
    goal: number | null,
  ) => ({
    ...{ letter, name, unit: '1/s', ours: figure, peer, peerName, goal },
  });
  return {
    number: 9,
    rounds: isQuick ? 1 : 5,
    runs: {
      tree: ours(step('merkle', 'build', asked)),
      plain: theirs(step('merkle', 'buildPlainly', asked)),
      log: ours(step('merkle', 'takeIn', asked)),
      steps: theirs(step('merkle', 'checkPlainly', asked)),
    },
    comparisons: [
      rate('a', `a tree of ${count} entries, its root: entries`, 'tree.rate', 'plain.rate', PLAIN_TREE, 2),
      rate(
        'b',
        `${count} entries taken into the log, tiles and signed heads: entries`,
        'log.rate',
        'plain.rate',
        PLAIN_TREE,
        2,
      ),
      rate('c', 'proofs of inclusion made', 'log.proved', null, '', null),
      rate(
        'd',
        'proofs of inclusion checked',
        'log.checked',
        'steps.rate',
        'as many hashes of node:crypto alone',
        null,
      ),
    ] satisfies Comparison[],
  };
}

export const drawRows = (isQuick: boolean): Row[] => [draw(isQuick), log(isQuick)];
