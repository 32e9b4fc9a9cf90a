// The prediction follows from four signs and four stoppers, for every combination of them.
import { describe, expect, it } from '@jest/globals';
import { predictActionable, type Referral } from '../../schemas/index.ts';
import { draftOf } from './drafts.ts';
import { SHA_A } from './fixtures.ts';

/** Each sign in the ways it can be given. */
const USERS: readonly Partial<Referral>[] = [
  { personOrUserReported: [{ espIdentifier: '17' }] },
  { personOrUserReported: [{ associatedAccount: [{ type: 'Linked', screenName: 'kim' }] }] },
  {
    chatGroups: [{ id: 'g', platform: 'Example Chat', members: [{ role: 'admin', phone: { value: '202 555 0142' } }] }],
  },
];
const VICTIMS: readonly Partial<Referral>[] = [
  { victim: [{ victimPerson: { firstName: 'Dana' } }] },
  { victim: [{ victimPerson: {}, screenName: 'dana' }] },
];
const CONTENTS: readonly Partial<Referral>[] = [
  { attachments: [{ path: 'a', sha256: SHA_A, sizeBytes: 1 }] },
  { messages: [{ id: '1', sender: 'kim', sent: { at: 'unknown', clockSource: 'unknown' }, text: 'hello' }] },
  { internetDetails: [{ webPageIncident: { url: ['https://example.com/a'] } }] },
  { unheldMaterial: [{ url: 'https://example.com/a' }] },
];
const PLACES: readonly Partial<Referral>[] = [
  { jurisdictionHints: [{ country: 'IL', basis: 'language' }] },
  { intendedRecipient: [{ estimatedLocation: { countryCode: 'DE' } }] },
  { intendedRecipient: [{ ipCaptureEvent: [{ ipAddress: '192.0.2.1', dateTime: '2026-11-20T10:00:00Z' }] }] },
];
const NOTHING: readonly Partial<Referral>[] = [{}];

describe('predictActionable', () => {
  it('calls a referral actionable exactly when there is somebody, something and somewhere to look', () => {
    let checked = 0;
    for (const user of [...USERS, ...NOTHING])
      for (const victim of [...VICTIMS, ...NOTHING])
        for (const content of [...CONTENTS, ...NOTHING])
          for (const place of [...PLACES, ...NOTHING]) {
            const referral = { ...draftOf('minimal'), ...user, ...victim, ...content, ...place };
            const [hasUser, hasVictim, hasContent, hasPlace] = [user, victim, content, place].map(isGiven);
            const isActionable = (hasUser === true || hasVictim === true) && hasContent === true && hasPlace === true;
            const { verdict, reasons } = predictActionable(referral);
            expect(verdict).toBe(isActionable ? 'referral' : 'informational');
            expect(reasons.some(({ code }) => code === 'victim')).toBe(hasVictim);
            for (const { path, message } of reasons)
              expect([path, message]).toEqual([expect.stringMatching(/^\//), expect.stringMatching(/[.]$/)]);
            checked += 1;
          }
    expect(checked).toBeGreaterThanOrEqual(200);
  });

  it.each<[string, Partial<Referral>]>([
    ['scan-without-source', { provenance: { detectionContext: 'trainingData' } }],
    ['scan-without-source', { provenance: { detectionContext: 'webCrawl', dataset: ' ' } }],
    ['marked-spam', { incidentSummary: { ...draftOf('minimal').incidentSummary, reportAnnotations: { spam: true } } }],
    [
      'marked-informational',
      { incidentSummary: { ...draftOf('minimal').incidentSummary, reportAnnotations: { informational: true } } },
    ],
    [
      'viral-only',
      { attachments: [{ path: 'a', sha256: SHA_A, sizeBytes: 1, fileDetails: { fileAnnotations: { viral: true } } }] },
    ],
    ['viral-only', { attachments: [{ path: 'a', sha256: SHA_A, sizeBytes: 1, fileDetails: { potentialMeme: true } }] }],
  ])('calls it informational for the reason %s, whatever else it holds', (code, part) => {
    const sound = { ...draftOf('minimal'), ...USERS[0], ...CONTENTS[0], ...PLACES[0] };
    expect(predictActionable(sound).verdict).toBe('referral');
    const { verdict, reasons } = predictActionable({ ...sound, ...part });
    expect(verdict).toBe('informational');
    expect(reasons.filter(({ counts }) => counts === 'against').map((reason) => reason.code)).toEqual([code]);
  });

  it.each<[string, Partial<Referral>]>([
    ['a name alone', { personOrUserReported: [{ displayName: ['Kim'], espService: 'Example Chat' }] }],
    ['blank text', { personOrUserReported: [{ espIdentifier: ' ', profileUrl: [''] }] }],
  ])('takes %s for no identifier', (_title, part) => {
    const { reasons } = predictActionable({ ...draftOf('minimal'), ...part, ...CONTENTS[0], ...PLACES[0] });
    expect(reasons.map(({ code }) => code)).toContain('no-one-to-look-for');
  });

  it('takes a connection without a zoned time for no place', () => {
    const ipCaptureEvent = [{ ipAddress: '192.0.2.1', dateTime: '2026-11-20T10:00:00' }, { ipAddress: '192.0.2.1' }];
    const { reasons } = predictActionable({ ...draftOf('minimal'), personOrUserReported: [{ ipCaptureEvent }] });
    expect(reasons.map(({ code }) => code)).toContain('no-location');
  });
});

function isGiven(part: Partial<Referral>): boolean {
  return Object.keys(part).length > 0;
}
