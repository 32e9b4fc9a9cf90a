// Gaps name what an investigator will miss, once each, at the first place; a whole referral has none.
import { describe, expect, it } from '@jest/globals';
import { findGaps, GAPS, type GapName, type Referral } from '../../schemas/index.ts';
import { draftOf, first, given } from './drafts.ts';
import { minimal } from './fixtures.ts';

const brief = (referral: Referral) => findGaps(referral).map(({ gap, path, count }) => `${gap} ${path} ${count}`);

/** The full referral without what even it leaves open. */
function whole(change: (draft: Referral) => unknown = () => undefined): Referral {
  return draftOf('full', (draft) => {
    delete draft.incidentSummary.reportAnnotations;
    delete given(first(draft.attachments).fileDetails).fileAnnotations;
    draft.attachments = [first(draft.attachments)];
    given(draft.times?.reported).uncertaintySeconds = 60;
    change(draft);
  });
}

const CASES: readonly [GapName, string, (draft: Referral) => unknown][] = [
  ['no-content', '/attachments', dropAllContent],
  ['no-file', '/attachments', (draft) => (draft.attachments = [])],
  ['no-victim', '/victim', (draft) => (draft.victim = [])],
  ['no-victim-location', '/victim/0/estimatedLocation', (draft) => (draft.victim = [{ victimPerson: {} }])],
  [
    'connection-without-time',
    '/personOrUserReported/0/ipCaptureEvent/1/dateTime',
    (draft) => delete connection(draft).dateTime,
  ],
  [
    'connection-without-time',
    '/personOrUserReported/0/ipCaptureEvent/1/dateTime',
    (draft) => (connection(draft).dateTime = '2026-11-20T09:12:13'),
  ],
  [
    'connection-without-port',
    '/personOrUserReported/0/ipCaptureEvent/1/port',
    (draft) => delete connection(draft).port,
  ],
  ['no-time-semantics', '/times', (draft) => delete draft.times],
  ['occurred-unstated', '/times/occurred', (draft) => delete draft.times?.occurred],
  [
    'occurred-unknown',
    '/times/occurred/at',
    (draft) => (given(draft.times).occurred = { at: 'unknown', source: 'unknown', uncertaintySeconds: 0 }),
  ],
  [
    'uncertainty-unknown',
    '/times/viewed/uncertaintySeconds',
    (draft) => (given(draft.times?.viewed).uncertaintySeconds = 'unknown'),
  ],
  ['file-without-digest', '/attachments/0/sha256', (draft) => delete first(draft.attachments).sha256],
  [
    'upload-time-missing',
    '/attachments/0/fileDetails/uploadedToEspTimestamp',
    (draft) => delete file(draft).uploadedToEspTimestamp,
  ],
  [
    'file-connection-missing',
    '/attachments/0/fileDetails/ipCaptureEvent',
    (draft) => delete file(draft).ipCaptureEvent,
  ],
  [
    'mark-without-basis',
    '/incidentSummary/reportAnnotations/spam',
    (draft) => (draft.incidentSummary.reportAnnotations = { spam: true, sextortion: true }),
  ],
  [
    'mark-without-basis',
    '/attachments/0/fileDetails/fileAnnotations/viral',
    (draft) => (file(draft).fileAnnotations = { viral: true, generativeAi: true }),
  ],
  ['scan-without-source', '/provenance', (draft) => (draft.provenance = { detectionContext: 'trainingData' })],
  ['group-without-members', '/chatGroups/0/members', (draft) => (first(draft.chatGroups).members = [])],
  ['group-without-name', '/chatGroups/0/names', (draft) => delete first(draft.chatGroups).names],
  [
    'member-without-country',
    '/chatGroups/0/members/0/country',
    (draft) => (first(draft.chatGroups).members = [{ role: 'member', phone: { value: '202 555 0142' } }]),
  ],
  ['group-unobserved', '/chatGroups/0', (draft) => delete draft.observations],
  [
    'observation-without-span',
    '/observations/0/window',
    (draft) => (first(draft.observations).window = { from: '2026-11-01T00:00:00Z' }),
  ],
  ['observation-without-device', '/observations/0/device', (draft) => delete first(draft.observations).device],
  [
    'device-clock-unchecked',
    '/observations/0/device/clockOffsetSeconds',
    (draft) => delete first(draft.observations).device?.clockOffsetSeconds,
  ],
  ['message-time-unknown', '/messages/0/sent/at', (draft) => (first(draft.messages).sent.at = 'unknown')],
  [
    'message-clock-unknown',
    '/messages/0/sent/clockSource',
    (draft) => (first(draft.messages).sent.clockSource = 'unknown'),
  ],
  ['handling-unstated', '/handling', (draft) => delete draft.handling],
  ['no-user-identifier', '/personOrUserReported', dropUsers],
  ['uploader-unexplained', '/provenance/uploaderUnknownReason', dropExplanation],
  ['no-location', '/jurisdictionHints', dropPlaces],
  ['no-connection', '/personOrUserReported/0/ipCaptureEvent', dropPlaces],
  ['viewed-unstated', '/attachments/0/fileDetails/fileViewedByEsp', dropViews],
];

describe('findGaps', () => {
  it('finds none in a referral that says everything', () => {
    expect(brief(whole())).toEqual([]);
  });

  it.each(CASES)('names %s at %s', (gap, path, change) => {
    const found = findGaps(whole(change)).find((candidate) => candidate.gap === gap);
    expect(found).toMatchObject({ path, message: GAPS[gap] });
  });

  it('has a case for each of its names', () => {
    const named = new Set(CASES.map(([gap]) => gap));
    expect(Object.keys(GAPS).filter((gap) => !named.has(gap as GapName))).toEqual([]);
  });

  it('names each gap once and counts its places', () => {
    const member = { role: 'member' as const, displayName: 'Kim' };
    const draft = whole((it) => (first(it.chatGroups).members = Array.from({ length: 300 }, () => member)));
    expect(brief(draft)).toEqual(['member-without-country /chatGroups/0/members/0/country 300']);
  });

  it('says for the barest referral all that it lacks', () => {
    expect(findGaps(minimal).map(({ gap }) => gap)).toEqual([
      'no-user-identifier',
      'no-content',
      'no-file',
      'no-location',
      'no-victim',
      'handling-unstated',
      'no-connection',
      'no-time-semantics',
    ]);
  });

  it('asks no file of those who may not hold one', () => {
    expect(findGaps(draftOf('noPossession')).map(({ gap }) => gap)).not.toContain('no-file');
  });
});

function file(draft: Referral) {
  return given(first(draft.attachments).fileDetails);
}

function connection(draft: Referral) {
  return given(first(draft.personOrUserReported).ipCaptureEvent?.[1]);
}

function dropAllContent(draft: Referral): void {
  for (const key of ['attachments', 'messages', 'unheldMaterial', 'internetDetails'] as const) draft[key] = [];
}

function dropUsers(draft: Referral): void {
  for (const key of ['personOrUserReported', 'chatGroups'] as const) draft[key] = [];
}

function dropExplanation(draft: Referral): void {
  dropUsers(draft);
  delete draft.provenance?.uploaderUnknownReason;
}

function dropPlaces(draft: Referral): void {
  dropUsers(draft);
  for (const key of ['intendedRecipient', 'victim', 'jurisdictionHints', 'internetDetails'] as const) draft[key] = [];
  delete file(draft).ipCaptureEvent;
}

function dropViews(draft: Referral): void {
  draft.viewEvents = [];
  delete file(draft).fileViewedByEsp;
}
