import { describe, expect, it } from '@jest/globals';
import { GAPS, PROFILES, REGIMES } from '../../../schemas/index.ts';
import { LAWS, lawsOn, missingFor, regimeOn } from '../../../lib/index.ts';

const ids = (laws: readonly { readonly id: string }[]): string[] => laws.map(({ id }) => id);

describe('the tables of the law', () => {
  it('say of each row where it is written, how sure it is and what is unsure', () => {
    expect(LAWS.length).toBeGreaterThan(10);
    for (const { law, source, caveat, what, format } of LAWS)
      expect([law, source, caveat, what, format].every((text) => text.trim().length > 8)).toBe(true);
  });

  it('name each row once, in words that stand in the book for ever', () => {
    expect(new Set(ids(LAWS)).size).toBe(LAWS.length);
    expect(ids(LAWS).every((id) => /^[a-z][a-z0-9-]{1,40}$/.test(id))).toBe(true);
    expect(LAWS.every(({ id, regime }) => id.startsWith(`${regime.toLowerCase()}-`))).toBe(true);
  });

  it('begin before they end, ask for what the desk can see, and name profiles that there are', () => {
    for (const { from, to, requires, profile } of LAWS) {
      if (from !== null && to !== undefined) expect(from < to).toBe(true);
      expect(requires.every((gap) => gap in GAPS)).toBe(true);
      expect(PROFILES).toContain(profile);
    }
  });

  it.each([
    ['US', '2024-05-06', ['us-2258a-until-2024']],
    ['US', '2024-05-07', ['us-2258a']],
    ['UK', '2026-04-06', []],
    ['UK', '2026-04-07', ['uk-osa-66']],
    ['EU', '2026-04-03', ['eu-2021-1232', 'eu-dsa-18']],
    ['EU', '2026-04-04', ['eu-dsa-18']],
    ['CA', '2026-11-26', ['ca-mandatory-reporting']],
  ] as const)('of %s on %s: %j', (regime, day, expected) => {
    expect(ids(regimeOn(regime, day))).toEqual(expected);
  });

  it('know of orders from the day on that they may come, and of none that is not in force', () => {
    const epoc = (day: string): string[] => ids(lawsOn(day)).filter((id) => id.startsWith('eu-epoc'));
    expect([epoc('2026-08-17').length, epoc('2026-08-18').length]).toEqual([0, 4]);
    expect(ids(lawsOn('2027-06-01'))).not.toEqual(expect.arrayContaining(['eu-interim-2026', 'ca-c-16']));
  });

  it('have something for every regime today', () => {
    expect(REGIMES.filter((regime) => regimeOn(regime, '2026-11-26').length === 0)).toEqual([]);
  });

  it('name what a referral lacks for a law, and where', () => {
    const gap = (name: 'no-content' | 'no-victim') => ({ gap: name, path: `/${name}`, message: '', count: 1 });
    const [uk] = regimeOn('UK', '2026-11-26');
    expect(uk && missingFor(uk, [gap('no-content'), gap('no-victim')])).toEqual([gap('no-content')]);
  });
});
