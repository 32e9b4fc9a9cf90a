import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isViewed, type ViewEvent, type ViewExtent } from '../../lib/view.ts';
import { freshDesk, noise, refer, type TestDesk } from '../material.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await freshDesk();
});
afterAll(() => desk.end());

const FROM = '2026-11-22T09:00:00+01:00';

describe('a file', () => {
  it('counts as viewed only through a full look at exactly its bytes before the referral was finished', () => {
    const look = fc.record({
      sha256: fc.constantFrom('a', 'b'),
      extent: fc.constantFrom<ViewExtent>('full', 'partial', 'thumbnail', 'none'),
      seq: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 6 }), fc.option(fc.integer({ min: 1, max: 20 })), (looks, finished) => {
        const expected = looks.some(
          ({ sha256, extent, seq }) => sha256 === 'a' && extent === 'full' && (finished === null || seq < finished),
        );
        expect(isViewed('a', looks, finished ?? undefined)).toBe(expected);
      }),
      { numRuns: 1000, seed: 3 },
    );
  });

  it('is told viewed or not by what was entered, to those who may read', async () => {
    const [seen, glanced, late] = [noise('a', 5), noise('b', 6), noise('c', 7)];
    const { opened } = await refer(desk, [seen, glanced, late], { finish: false });
    const id = opened.referralId;
    const reporter = await desk.as('reporter');
    const supervisor = await desk.as('supervisor');
    const look = (sha256: string, extent: ViewExtent) =>
      desk.desk.recordView(reporter, id, { sha256, extent, viewer: 'staff 7', from: FROM });
    await look(seen.sha256, 'full');
    await look(glanced.sha256, 'thumbnail');
    await desk.desk.finish(reporter, id);
    await look(late.sha256, 'full');
    const { views, viewed } = await desk.desk.views(supervisor, id);
    expect(viewed).toEqual([seen.sha256]);
    expect(views.map(({ sha256, extent }) => [sha256, extent])).toEqual([
      [seen.sha256, 'full'],
      [glanced.sha256, 'thumbnail'],
      [late.sha256, 'full'],
    ]);
    await expect(desk.desk.views(reporter, id)).rejects.toMatchObject({ code: 'access/denied' });
  });

  it.each([
    ['no digest', { sha256: 'zzz' }, 'input/invalid'],
    ['a time without zone', { from: '2026-11-22T09:00:00' }, 'input/invalid'],
    ['words for a time', { from: 'yesterday' }, 'input/invalid'],
    ['an extent nobody knows', { extent: 'lots' }, 'input/invalid'],
    ['half a character', { viewer: 'x\ud800' }, 'input/not-unicode'],
    ['a look in the future', { from: '2026-11-22T10:06:00Z' }, 'input/rule'],
    ['an end before the beginning', { to: '2026-11-22T07:00:00Z' }, 'input/invalid'],
  ])('takes no look with %s', async (_title, change, code) => {
    const { opened } = await refer(desk, [], { finish: false });
    const look = { sha256: 'a'.repeat(64), extent: 'full' as const, viewer: 'staff 7', from: FROM, ...change };
    const recorded = desk.desk.recordView(await desk.as('reporter'), opened.referralId, look as ViewEvent);
    await expect(recorded).rejects.toMatchObject({ code });
  });

  it('keeps words out of a hold’s date', async () => {
    const { opened } = await refer(desk, []);
    const order = { reason: 'a case', legalBasis: 'an order', until: 'call Ada on +1 202 555 0101' };
    await expect(desk.desk.hold(await desk.as('supervisor'), opened.referralId, order)).rejects.toMatchObject({
      code: 'input/invalid',
    });
  });
});
