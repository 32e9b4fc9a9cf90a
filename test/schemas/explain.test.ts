// explain finds a field however its path is written, and tells all there is to tell.
import { describe, expect, it } from '@jest/globals';
import { allFields, explain, parseReferral } from '../../schemas/index.ts';
import { draftOf, withValue } from './drafts.ts';

describe('explain', () => {
  it('tells what and why, the counterpart in CyberTipline, how many, and the rules', () => {
    expect(explain('incidentSummary.escalateToHighPriority')).toMatchObject({
      path: 'incidentSummary.escalateToHighPriority',
      what: 'Why this cannot wait; its presence alone escalates.',
      why: 'A child in danger now must be found among thousands of reports.',
      cybertip: 'report/incidentSummary/escalateToHighPriority',
      type: 'text',
      howMany: 'optional',
      rules: [
        { rule: 'not-blank', severity: 'refuse' },
        { rule: 'max-length', todo: 'Shorten this to at most 3000 characters.' },
        { rule: 'batch-forbids-section' },
      ],
    });
  });

  it('tells the allowed values', () => {
    expect(explain('victim.victimPerson.email.type')).toMatchObject({
      kind: 'attribute',
      cybertip: 'report/victim/victimPerson/email/@type',
      values: ['Home', 'Work', 'Business', 'Recovery'],
    });
  });

  it.each([
    ['incidentSummary.platform', 'incidentSummary.platform'],
    ['/incidentSummary/platform', 'incidentSummary.platform'],
    ['#/incidentSummary/platform', 'incidentSummary.platform'],
    ['report/incidentSummary/platform', 'incidentSummary.platform'],
    ['incidentsummary.PLATFORM', 'incidentSummary.platform'],
    ['/victim/0/victimPerson/email/12/value', 'victim.victimPerson.email.value'],
    ['victim[0].victimPerson.email[1].@verified', 'victim.victimPerson.email.verified'],
    ['$.messages[*].sent.at', 'messages.sent.at'],
    ['report/victim/victimPerson/email/text()', 'victim.victimPerson.email.value'],
    ['report/batchedReport/@reason', 'batchedReport.reason'],
    ['fileDetails/originalFileHash/@hashType', 'attachments.fileDetails.originalFileHash.hashType'],
    ['sizeBytes', 'attachments.sizeBytes'],
    ['schoolName', 'victim.schoolName'],
  ])('finds %s', (asked, path) => {
    expect(explain(asked)?.path).toBe(path);
  });

  it('lists all places of a bare name', () => {
    const places = explain('vehicleDescription')?.places.map(({ path }) => path);
    expect(places).toEqual(['personOrUserReported.vehicleDescription']);
    const everywhere = explain('countryCallingCode')?.places ?? [];
    expect(everywhere.map(({ path }) => path)).toContain('chatGroups.members.phone.countryCallingCode');
    expect(everywhere.map(({ cybertip }) => cybertip)).toContain(
      'report/internetDetails/cellPhoneIncident/phoneNumber/@countryCallingCode',
    );
  });

  it('puts the field at the top before its namesakes below', () => {
    const explained = explain('additionalInfo');
    expect(explained?.path).toBe('additionalInfo');
    expect(explained?.places.length).toBeGreaterThan(10);
  });

  it.each(['', '.', '/', '0', 'noSuchField', 'incidentSummary.noSuchField', '__proto__', 'constructor', 'toString'])(
    'finds nothing for %j',
    (path) => {
      expect(explain(path)).toBeUndefined();
    },
  );

  it('explains every field by its own path', () => {
    for (const { path, what } of allFields()) expect(explain(path)).toMatchObject({ path, what });
  });

  it('explains the place of any problem that the parser names', () => {
    const parsed = parseReferral(withValue(draftOf('full'), '/messages/0/sent/at', ''));
    const path = parsed.ok ? '' : (parsed.problems[0]?.path ?? '');
    expect(explain(path)?.what).toBe('The moment, with its zone, or unknown.');
  });
});
