import { describe, expect, it } from '@jest/globals';
import type { Attachment, Referral } from '../../../schemas/index.ts';
import { viewedState } from '../../../lib/packet/viewed.ts';

const FILE = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
const FINISHED = 5;

type Extent = 'full' | 'partial' | 'thumbnail' | 'none';
const entered = (extent: Extent, seq = 1, sha256 = FILE) => ({ sha256, extent, seq });
const stated = (extent: Extent, sha256 = FILE): Pick<Referral, 'viewEvents'> => ({
  viewEvents: [{ sha256, extent, viewer: 'Noa' }],
});
const flagged = (fileViewedByEsp?: boolean): Attachment => ({
  path: 'a.jpg',
  fileDetails: fileViewedByEsp === undefined ? {} : { fileViewedByEsp },
});

describe('what is claimed of the looking at an exhibit', () => {
  it.each<[string, string, Pick<Referral, 'viewEvents'>, Attachment | undefined, ReturnType<typeof entered>[]]>([
    ['unstated', 'nothing is said', {}, undefined, []],
    ['unstated', 'it is declared, and nothing more', {}, flagged(), []],
    ['unstated', 'only another file was looked at', stated('full', OTHER), flagged(), [entered('full', 1, OTHER)]],
    ['unstated', 'it was looked at only after the finish', {}, undefined, [entered('full', FINISHED + 1)]],
    ['entered', 'a full look was entered', {}, undefined, [entered('full')]],
    ['entered', 'a full look was entered last of all', {}, flagged(), [entered('full', FINISHED - 1)]],
    [
      'entered',
      'a full look was entered, though the submitter states that nobody looked',
      stated('none'),
      flagged(false),
      [entered('full')],
    ],
    ['entered', 'it was entered and stated', stated('full'), flagged(true), [entered('full')]],
    ['stated', 'the flag alone says so', {}, flagged(true), []],
    ['stated', 'a look is stated in the referral', stated('full'), undefined, []],
    ['stated', 'the flag says so and the entered look was in part', {}, flagged(true), [entered('partial')]],
    [
      'stated',
      'the flag says so and the full look came after the finish',
      {},
      flagged(true),
      [entered('full', FINISHED + 1)],
    ],
    ['stated', 'a full look is stated and the flag says no', stated('full'), flagged(false), []],
    ['partly', 'a part was entered', {}, flagged(), [entered('partial')]],
    ['partly', 'a thumbnail was entered', {}, flagged(), [entered('thumbnail')]],
    ['partly', 'a part is stated', stated('partial'), flagged(), []],
    ['partly', 'a thumbnail is stated and the flag says no', stated('thumbnail'), flagged(false), []],
    ['statedNot', 'the flag says no', {}, flagged(false), []],
    ['statedNot', 'it is stated that nobody looked', stated('none'), flagged(), []],
    [
      'statedNot',
      'the flag says no and the look came after the finish',
      {},
      flagged(false),
      [entered('full', FINISHED + 1)],
    ],
    ['statedNot', 'that nobody looked was entered', {}, flagged(), [entered('none')]],
  ])('is %s where %s', (state, _when, referral, said, looks) => {
    expect(viewedState(FILE, referral, said, looks, FINISHED)).toBe(state);
  });

  it('counts no look at other bytes, and no number of parts for the whole', () => {
    const parts = Array.from({ length: 100 }, (_, seq) => entered('partial', seq % FINISHED));
    expect(viewedState(FILE, {}, undefined, [...parts, entered('full', 1, OTHER)], FINISHED)).toBe('partly');
  });
});
