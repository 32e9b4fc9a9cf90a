// Many exhibits and many looks at once take no longer than both apart.
import { expect, it } from '@jest/globals';
import type { Told } from '../../../lib/packet/told.ts';
import { checkViews } from '../../../lib/packet/verify-views.ts';
import { Report } from '../../../lib/proofs/report.ts';
import { workOf } from '../../work.ts';

it('a hundred thousand looks at a hundred thousand exhibits are checked in seconds', async () => {
  const digests = Array.from({ length: 100_000 }, (_, n) => n.toString(16).padStart(64, '0'));
  const exhibits = digests.map((sha256) => ({ sha256, path: sha256, viewed: 'stated', declared: null }));
  const viewEvents = digests.map((sha256) => ({ sha256, viewer: 'staff', extent: 'full' }));
  const views = viewEvents.map((event) => ({ ...event, source: 'referral', afterFinish: false }));
  const report = new Report();
  const told = { report, manifest: { exhibits, views }, entries: [], openings: new Map(), referral: { viewEvents } };
  expect(
    await workOf(() => {
      checkViews(told as unknown as Told, undefined);
    }),
  ).toBeLessThan(20_000);
  expect(report.findings).toEqual([]);
});
