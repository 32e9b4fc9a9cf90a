// Rows 1 to 5: bytes sealed, opened, packed and verified.
import type { Comparison, Row } from './harness.ts';
import { BOUND } from './print.ts';
import { ours, step, theirs } from './step.ts';

const MIB = 1024 * 1024;
const LOOP = 'a raw loop of node:crypto';
const SDK_DIGESTS = 'AWS Encryption SDK, the same digests';
/** Of a figure of floor.ts. */
const AT_BEST = 'at best, if nothing else took time:';
const rate = (
  letter: string,
  name: string,
  figure: string,
  peer: string | null,
  peerName: string,
  goal: number | null,
): Comparison => ({ letter, name, unit: 'MB/s', ours: figure, peer, peerName, goal });
/** 200 MB. */
const MOST_MIB = 191;
/** What streams takes no more memory for more bytes. */
const peak = (letter: string, what: string, run: string): Comparison => ({
  ...{ letter, name: `peak memory: ${what}`, unit: 'MiB', ours: `${run}.peakMiB` },
  ...{ peer: MOST_MIB, peerName: BOUND, goal: 1 },
});

function sealOne(isQuick: boolean): Row {
  const asked = { sizeBytes: (isQuick ? 64 : 1024) * MIB };
  const what = `seal one attachment of ${asked.sizeBytes / MIB} MiB`;
  const arithmetic = 'its five digests and the cipher, two cores';
  return {
    number: 1,
    prepare: step('seal', 'makeSource', asked),
    rounds: isQuick ? 1 : 5,
    writesBytes: asked.sizeBytes,
    runs: {
      one: ours(step('seal', 'sealOne', asked), { isOnOneCore: true }),
      oneLoop: theirs(step('seal', 'sealInLoop', asked), { isOnOneCore: true }),
      two: ours(step('seal', 'sealOne', asked)),
      loop: theirs(step('seal', 'sealInLoop', asked)),
      md5sum: theirs(step('seal', 'md5sum', asked), { needs: [{ program: 'md5sum' }] }),
      sdk: theirs(step('seal', 'sealOneWithSdk', asked)),
      rhash: theirs(step('seal', 'rhash', asked), { needs: [{ program: 'rhash' }] }),
      age: theirs(step('seal', 'age', asked), { needs: [{ program: 'age' }] }),
      floor: theirs(step('floor', 'sealing', { ...asked, isOfFile: true })),
    },
    comparisons: [
      rate('a', `${what}, one core`, 'one.rate', 'oneLoop.rate', LOOP, 0.95),
      rate('b', `${what}, two cores`, 'two.rate', 'loop.rate', LOOP, 1.5),
      rate('c', `${what}, two cores`, 'two.rate', 'md5sum.rate', 'md5sum', 0.65),
      rate(
        'd',
        `${what}, two cores`,
        'two.rate',
        'sdk.rate',
        'AWS Encryption SDK, 1 MiB frames, the same digests',
        2.5,
      ),
      rate('e', `${what}, two cores`, 'two.rate', 'rhash.rate', 'rhash, its digests alone', null),
      rate('f', `${what}, two cores`, 'two.rate', 'age.rate', 'age, encryption alone', null),
      peak('g', what, 'two'),
      rate('h', `${AT_BEST} ${arithmetic}`, 'floor.rate', 'md5sum.rate', 'md5sum', null),
      rate('i', `${AT_BEST} ${arithmetic}`, 'floor.rate', 'sdk.rate', SDK_DIGESTS, null),
      rate('j', `${AT_BEST} the same, and its file read and written`, 'floor.withFile', 'sdk.rate', SDK_DIGESTS, null),
    ],
  };
}

function sealMany(isQuick: boolean): Row {
  const asked = { files: isQuick ? 20 : 800, sizeBytes: 2 * MIB };
  const what = `seal ${asked.files} attachments of 2 MiB into the local vault, durable, an entry each`;
  const arithmetic = 'their five digests and the cipher, two cores';
  return {
    number: 2,
    rounds: isQuick ? 1 : 5,
    writesBytes: asked.files * asked.sizeBytes,
    runs: {
      desk: ours(step('seal', 'sealMany', asked)),
      asItComes: theirs(step('seal', 'sealManyWithSdk', { ...asked, isBest: false })),
      best: theirs(step('seal', 'sealManyWithSdk', { ...asked, isBest: true })),
      floor: theirs(step('floor', 'sealing', { sizeBytes: asked.files * asked.sizeBytes, isOfFile: false })),
    },
    comparisons: [
      rate('a', what, 'desk.rate', 'asItComes.rate', 'AWS Encryption SDK as it comes, no digests, nothing synced', 8),
      rate('b', what, 'desk.rate', 'best.rate', 'AWS Encryption SDK, 1 MiB frames, no signature', 2),
      peak('c', what, 'desk'),
      rate('d', `${AT_BEST} ${arithmetic}`, 'floor.rate', 'asItComes.rate', 'AWS Encryption SDK as it comes', null),
      rate('e', `${AT_BEST} ${arithmetic}`, 'floor.rate', 'best.rate', 'AWS Encryption SDK, 1 MiB frames', null),
    ],
  };
}

function openOne(isQuick: boolean): Row {
  const asked = { sizeBytes: (isQuick ? 64 : 1024) * MIB };
  const what = `open one attachment of ${asked.sizeBytes / MIB} MiB (decrypt, authenticate, SHA-256)`;
  return {
    number: 3,
    prepare: step('open', 'makeSealed', asked),
    rounds: isQuick ? 1 : 5,
    runs: {
      one: ours(step('open', 'openOne', { ...asked, isServing: true }), { isOnOneCore: true }),
      oneLoop: theirs(step('open', 'openInLoop', asked), { isOnOneCore: true }),
      two: ours(step('open', 'openOne', { ...asked, isServing: true })),
      cold: ours(step('open', 'openOne', { ...asked, isServing: false })),
      loop: theirs(step('open', 'openInLoop', asked)),
      floor: theirs(step('floor', 'opening', asked)),
    },
    comparisons: [
      rate('a', `${what}, one core`, 'one.rate', 'oneLoop.rate', LOOP, 0.95),
      rate('b', `${what}, two cores`, 'two.rate', 'loop.rate', LOOP, 1.5),
      peak('c', what, 'two'),
      rate('d', `${AT_BEST} SHA-256 beside a core that decrypts`, 'floor.rate', 'loop.rate', LOOP, null),
      rate('e', `${what}, two cores, the second thread begun with it`, 'cold.rate', 'loop.rate', LOOP, null),
    ],
  };
}

function packed(isQuick: boolean): { readonly files: number; readonly sizeBytes: number } {
  return { files: isQuick ? 20 : 800, sizeBytes: 2 * MIB };
}

function writePacket(isQuick: boolean): Row {
  const asked = packed(isQuick);
  const what = `write a packet of ${asked.files} files of 2 MiB, two cores`;
  const wait = (letter: string, name: string, figure: string): Comparison => ({
    ...{ letter, name, unit: 'ms', ours: `served.${figure}`, peer: 50, peerName: BOUND, goal: 1 },
  });
  return {
    number: 4,
    prepare: step('packet', 'makeFinished', asked),
    rounds: isQuick ? 1 : 9, // one may differ from the next by half: both cores and the disk are at work, and the host takes of each
    writesBytes: asked.files * asked.sizeBytes,
    runs: {
      desk: ours(step('packet', 'write', { ...asked, before: 0 })),
      second: ours(step('packet', 'write', { ...asked, before: 1 })),
      reading: ours(step('packet', 'read', asked)),
      loop: theirs(step('packet', 'readInLoop', { ...asked, isWritten: true })),
      readingLoop: theirs(step('packet', 'readInLoop', { ...asked, isWritten: false })),
      yazl: theirs(step('packet', 'writeWithYazl', asked), { needs: [{ peer: 'yazl' }] }),
      sevenZip: theirs(step('packet', 'writeWith7z', asked), { needs: [{ program: '7z' }] }),
      served: theirs(step('download', 'firstBytes', {})),
      floor: theirs(step('floor', 'packing', asked)),
    },
    comparisons: [
      rate('a', what, 'desk.rate', 'loop.rate', LOOP, 1.5),
      rate('b', what, 'desk.rate', 'yazl.rate', 'yazl, which only stores', 2),
      rate('c', what, 'desk.rate', 'sevenZip.rate', '7-Zip, which only stores', null),
      wait('d', 'first byte of that packet from a running desk', 'large'),
      wait('e', 'first byte of a packet of 10 kB', 'small'),
      wait('f', 'a stretch in the middle of the large packet', 'middle'),
      wait('g', 'first byte of the large packet, from its order on, nothing built beforehand', 'ordered'),
      peak('h', what, 'desk'),
      wait('j', 'first byte of the large packet, encrypted to age', 'age'),
      wait('k', 'a stretch in its middle, encrypted to age', 'ageMiddle'),
      rate('i', READ, 'reading.rate', 'readingLoop.rate', LOOP, null),
      rate('o', `${what}, the second packet of a process`, 'second.rate', 'loop.rate', LOOP, null),
      rate('l', 'of a, making it, which reads and writes nothing large', 'desk.made', 'loop.rate', LOOP, null),
      rate('m', `${AT_BEST} its files read, decrypted, hashed, written`, 'floor.rate', 'loop.rate', LOOP, null),
      rate('n', 'the disk alone: as many bytes, past the cache', 'floor.disk', 'loop.rate', LOOP, null),
    ],
  };
}

const READ = 'where nobody takes that packet: make it, and read it for its SHA-256, two cores';

function verifyPacket(isQuick: boolean): Row {
  const asked = packed(isQuick);
  return {
    number: 5,
    prepare: step('packet', 'makeFinished', asked),
    rounds: isQuick ? 1 : 5,
    runs: {
      desk: ours(step('verify', 'verify', {})),
      loop: theirs(step('verify', 'hashInLoop', {})),
    },
    comparisons: [
      rate(
        'a',
        'verify that packet offline, two cores',
        'desk.rate',
        'loop.rate',
        'a raw loop of the same four digests',
        1.5,
      ),
      peak('b', 'verify that packet', 'desk'),
    ],
  };
}

export const sealRows = (isQuick: boolean): Row[] =>
  [sealOne, sealMany, openOne, writePacket, verifyPacket].map((row) => row(isQuick));
