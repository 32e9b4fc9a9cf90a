// The closed lists have the sizes that NCMEC's XSD has; ours are ISO's.
import { describe, expect, it } from '@jest/globals';
import {
  COUNTRIES,
  CYBERTIP_COUNTRIES,
  CYBERTIP_STATES,
  FILE_FLAGS,
  REPORT_FLAGS,
  US_STATES,
} from '../../schemas/index.ts';
import { explain } from '../../schemas/index.ts';

describe('the closed lists', () => {
  it('hold 258 countries and 55 states, the blank included, each once', () => {
    expect([CYBERTIP_COUNTRIES.length, new Set(CYBERTIP_COUNTRIES).size]).toEqual([258, 258]);
    expect([CYBERTIP_STATES.length, new Set(CYBERTIP_STATES).size]).toEqual([55, 55]);
    expect(CYBERTIP_COUNTRIES).toEqual(expect.arrayContaining(['', 'A1', 'A2', 'O1', 'AN', 'AP', 'EU', 'FX', 'XK']));
  });

  it('hold the 249 countries of ISO 3166-1 for our own fields', () => {
    expect(COUNTRIES).toHaveLength(249);
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    expect(COUNTRIES.filter((code) => names.of(code) === undefined)).toEqual([]);
  });

  it('know no state of the US that NCMEC does not know', () => {
    expect(US_STATES).not.toEqual(expect.arrayContaining(['AS']));
    expect(US_STATES).not.toContain('MP');
    expect(US_STATES).not.toContain('');
  });

  it.each([
    ['attachments.fileDetails.fileAnnotations', FILE_FLAGS],
    ['incidentSummary.reportAnnotations', REPORT_FLAGS],
  ])('name every mark of %s, so that each can be given a basis', (path, flags) => {
    for (const flag of flags) expect(explain(`${path}.${flag}`)?.type).toBe('flag');
  });
});
