// What a recipient would refuse is named before anything is sent to it: required fields that are missing, and what its schema refuses.
import { describe, expect, it } from '@jest/globals';
import { SETTINGS } from '../../../lib/core.ts';
import { DeskError } from '../../../lib/errors.ts';
import { demandFit } from '../../../lib/filing/preflight.ts';
import type { Referral } from '../../../schemas/index.ts';
import { draftOf } from '../../schemas/drafts.ts';
import { NOW } from '../../schemas/fixtures.ts';

/** The findings of a report that is held against everything the recipient asks for. */
async function refused(change: (draft: Referral) => void): Promise<string[]> {
  const material = { referral: draftOf('minimal', change), files: [] };
  try {
    await demandFit({ now: () => NOW, settings: SETTINGS }, material, { schema: '2026' });
    return [];
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    return error.findings.map(({ code, path }) => `${error.code} ${code} ${path}`);
  }
}

describe('a report that is to be filed', () => {
  it('with all that is asked for is fit', async () => {
    expect(await refused(() => undefined)).toEqual([]);
  });

  it.each<[string, string, (draft: Referral) => void]>([
    [
      'the reporter’s e-mail address',
      'input/rule reporter-email-required /reporter/reportingPerson',
      ({ reporter }) => delete reporter.reportingPerson.email,
    ],
    [
      'the type of incident',
      'input/invalid missing-field /report/incidentSummary/incidentType',
      ({ incidentSummary }) => delete (incidentSummary as Partial<typeof incidentSummary>).incidentType,
    ],
    [
      'the time of the incident',
      'input/invalid missing-field /report/incidentSummary/incidentDateTime',
      ({ incidentSummary }) => delete (incidentSummary as Partial<typeof incidentSummary>).incidentDateTime,
    ],
    [
      'the reporter',
      'input/invalid missing-field /report/reporter',
      (draft) => delete (draft as Partial<Referral>).reporter,
    ],
  ])('without %s is refused, and what it lacks is named', async (_what, found, change) => {
    expect(await refused(change)).toEqual([found]);
  });

  it('with a word that NCMEC’s list does not have is refused by the schema, with its place', async () => {
    const found = await refused(({ incidentSummary }) => {
      Object.assign(incidentSummary, { incidentType: 'Another' });
    });
    expect(found).toEqual(['input/invalid not-in-list /report/incidentSummary/incidentType']);
  });
});
