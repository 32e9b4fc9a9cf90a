// parseReferral gives NCMEC's structural verdicts, names every place, and never says what was written there.
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { allFields, parseReferral, type Problem, type Referral } from '../../schemas/index.ts';
import { draftOf, withValue } from './drafts.ts';
import { ALL, full } from './fixtures.ts';

const SEED = { seed: 20261122, numRuns: 300 };

describe('parseReferral', () => {
  it.each(Object.keys(ALL) as (keyof typeof ALL)[])('takes the %s referral and gives it back unchanged', (name) => {
    expect(parseReferral(draftOf(name))).toEqual({ ok: true, referral: ALL[name] });
  });

  it("gives the keys back in the schema's order, whatever order they came in", () => {
    const { reporter, incidentSummary } = draftOf('minimal');
    const parsed = parseReferral({ reporter, additionalInfo: 'more', incidentSummary });
    expect(parsed.ok && Object.keys(parsed.referral)).toEqual(['incidentSummary', 'reporter', 'additionalInfo']);
  });

  it('keeps the lexical form of every number', () => {
    const parsed = parseReferral(draftOf('full'));
    const victim = parsed.ok ? parsed.referral.victim?.[0] : undefined;
    expect(victim?.victimPerson.age).toBe('034');
    expect(parsed.ok && parsed.referral.internetDetails?.[5]?.cellPhoneIncident?.latitude).toBe('1.50');
  });

  it.each<[string, string, unknown, string, string]>([
    ['a field of ours under a wrong name', '/attachments/0/size', 1, 'unknown-field', '/attachments/0/size'],
    [
      'a key with a slash and a tilde',
      '/victim/0',
      { victimPerson: {}, 'a/b~c': 1 },
      'unknown-field',
      '/victim/0/a~1b~0c',
    ],
    [
      'an attribute that NCMEC documents but refuses',
      LINKED('accountType'),
      'Linked',
      'unknown-field',
      LINKED('accountType'),
    ],
    ['a type on a name-value pair', PAIR('type'), 'EXIF', 'unknown-field', PAIR('type')],
    ['an account without its type', LINKED('type'), undefined, 'missing-field', LINKED('type')],
    ['no summary', '/incidentSummary', undefined, 'missing-field', '/incidentSummary'],
    ['a victim without a person', '/victim/0/victimPerson', undefined, 'missing-field', '/victim/0/victimPerson'],
    ['an attachment without a path', '/attachments/0/path', undefined, 'missing-field', '/attachments/0/path'],
    ['a hash in capitals', '/attachments/0/sha256', 'A'.repeat(64), 'wrong-form', '/attachments/0/sha256'],
    ['a size as text', '/attachments/0/sizeBytes', '12', 'wrong-type', '/attachments/0/sizeBytes'],
    ['a negative size', '/attachments/0/sizeBytes', -1, 'wrong-size', '/attachments/0/sizeBytes'],
    [
      'a kind of incident not listed',
      '/incidentSummary/incidentType',
      ' Child Sex Trafficking ',
      'not-in-list',
      '/incidentSummary/incidentType',
    ],
    [
      'a mark that is false',
      '/incidentSummary/reportAnnotations/spam',
      false,
      'not-in-list',
      '/incidentSummary/reportAnnotations/spam',
    ],
    ['a boolean as text', '/victim/0/allEmailsReported', 'true', 'wrong-type', '/victim/0/allEmailsReported'],
    [
      'a time without seconds',
      '/incidentSummary/incidentDateTime',
      '2026-11-20T10:00Z',
      'wrong-form',
      '/incidentSummary/incidentDateTime',
    ],
    ['an age in words', '/victim/0/victimPerson/age', 'nine', 'wrong-form', '/victim/0/victimPerson/age'],
    ['an age that is a fraction', '/victim/0/victimPerson/age', 9.5, 'wrong-form', '/victim/0/victimPerson/age'],
    [
      'a list in place of one',
      '/attachments/0/fileDetails/ipCaptureEvent',
      [],
      'wrong-type',
      '/attachments/0/fileDetails/ipCaptureEvent',
    ],
    ['one in place of a list', '/victim/0/displayName', 'Kim', 'wrong-type', '/victim/0/displayName'],
    [
      'text in place of an object',
      '/victim/0/victimPerson/email/0',
      'kim@example.com',
      'wrong-type',
      '/victim/0/victimPerson/email/0',
    ],
    ['no kind of place', '/internetDetails/0', {}, 'choose-one', '/internetDetails/0'],
    [
      'two kinds of place',
      '/internetDetails/0',
      { emailIncident: {}, webPageIncident: {} },
      'choose-one',
      '/internetDetails/0',
    ],
    [
      'both forms of a meme',
      '/attachments/0/fileDetails/potentialMeme',
      true,
      'choose-one',
      '/attachments/0/fileDetails',
    ],
    [
      'details without a pair',
      '/attachments/0/fileDetails/details/0/nameValuePair',
      [],
      'wrong-size',
      '/attachments/0/fileDetails/details/0/nameValuePair',
    ],
    [
      'a calling code without its plus',
      '/victim/0/victimPerson/phone/0/countryCallingCode',
      '1',
      'wrong-form',
      '/victim/0/victimPerson/phone/0/countryCallingCode',
    ],
    [
      'an extension with a letter',
      '/victim/0/victimPerson/phone/0/extension',
      '7a',
      'wrong-form',
      '/victim/0/victimPerson/phone/0/extension',
    ],
    [
      'a member of no country',
      '/chatGroups/0/members/0/country',
      'XK',
      'not-in-list',
      '/chatGroups/0/members/0/country',
    ],
    ['a message whose time is left blank', '/messages/0/sent/at', '', 'wrong-form', '/messages/0/sent/at'],
    ['a message without a time', '/messages/0/sent/at', undefined, 'missing-field', '/messages/0/sent/at'],
    ['half a character', '/additionalInfo', 'a\ud800', 'not-unicode', '/additionalInfo'],
    [
      'a date object',
      '/incidentSummary/incidentDateTime',
      new Date(0),
      'not-plain-data',
      '/incidentSummary/incidentDateTime',
    ],
    ['null', '/additionalInfo', null, 'wrong-type', '/additionalInfo'],
  ])('refuses %s, at its place', (_title, pointer, value, code, path) => {
    expect(brief(parseReferral(withValue(draftOf('full'), pointer, value)))).toEqual([`${code} ${path}`]);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'refuses the key %s everywhere',
    (key) => {
      for (const parent of ['', '/incidentSummary', '/victim/0/victimPerson', '/messages/0/sent', '/handling']) {
        const pointer = `${parent}/${key}`;
        const hostile: unknown = JSON.parse(JSON.stringify(withValue(draftOf('full'), pointer, { isAdmin: true })));
        expect(brief(parseReferral(hostile))).toEqual([`unknown-field ${pointer}`]);
      }
    },
  );

  it('refuses what an object only inherits', () => {
    const inherited: unknown = Object.create(draftOf('minimal'));
    expect(brief(parseReferral(inherited))).toEqual(['not-plain-data ']);
  });

  it.each([undefined, null, 1, 'report', [], [draftOf('minimal')]])('refuses %j in place of a referral', (value) => {
    expect(parseReferral(value).ok).toBe(false);
  });

  it('refuses endless nesting without overflowing', () => {
    const deep: unknown = JSON.parse(`${'[['.repeat(50_000)}${']]'.repeat(50_000)}`);
    expect(parseReferral({ ...draftOf('minimal'), victim: deep })).toMatchObject({ problems: [{ code: 'too-deep' }] });
  });

  it('tells where a misplaced or misspelt field belongs', () => {
    const parsed = parseReferral({ ...draftOf('minimal'), SizeBytes: 1, noSuchField: 2 });
    expect(problemsOf(parsed).map(({ message }) => message)).toEqual([
      'Take this field out, or put it where it belongs: attachments.sizeBytes or unheldMaterial.sizeBytes.',
      'Take this field out; a referral has no field of this name.',
    ]);
  });

  it('names every problem at once', () => {
    const parsed = parseReferral({ incidentSummary: {}, reporter: {}, attachments: [{}], x: 1 });
    expect(brief(parsed)).toEqual([
      'missing-field /incidentSummary/incidentType',
      'missing-field /incidentSummary/incidentDateTime',
      'missing-field /reporter/reportingPerson',
      'missing-field /attachments/0/path',
      'unknown-field /x',
    ]);
  });

  it('never throws and never repeats what was given, whatever stands at any place', () => {
    const places = pointersIn(full, '');
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.oneof(fc.jsonValue(), SECRET), (pointer, value) => {
        const parsed = parseReferral(withValue(draftOf('full'), pointer, value));
        for (const { message } of problemsOf(parsed)) expect(message).not.toContain('SECRET');
      }),
      SEED,
    );
  });

  it('finds an unknown field at any depth, at exactly its place', () => {
    const parents = ['', ...pointersIn(full, '')].filter((pointer) => isObject(valueAt(full, pointer)));
    expect(parents.length).toBeGreaterThan(100);
    for (const parent of parents) {
      const pointer = `${parent}/noSuchField`;
      const problems = brief(parseReferral(withValue(draftOf('full'), pointer, 1)));
      expect(problems).toEqual([`unknown-field ${pointer}`]);
    }
  });

  it('asks for every required field by its place', () => {
    for (const { path } of allFields().filter(({ required }) => required)) {
      const pointer = pointersIn(full, '').find(
        (at) =>
          at
            .replaceAll(/\/[0-9]+/g, '')
            .slice(1)
            .replaceAll('/', '.') === path,
      );
      if (pointer === undefined) expect(path).toBe('batchedReport.reason');
      else
        expect(brief(parseReferral(withValue(draftOf('full'), pointer, undefined)))).toContain(
          `missing-field ${pointer}`,
        );
    }
  });
});

const SECRET = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => `SECRET${text}`);

function LINKED(field: string): string {
  return `/personOrUserReported/0/associatedAccount/0/${field}`;
}

function PAIR(field: string): string {
  return `/attachments/0/fileDetails/details/0/nameValuePair/0/${field}`;
}

function problemsOf(parsed: ReturnType<typeof parseReferral>): readonly Problem[] {
  return parsed.ok ? [] : parsed.problems;
}

function brief(parsed: ReturnType<typeof parseReferral>): string[] {
  return problemsOf(parsed).map(({ code, path }) => `${code} ${path}`);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(referral: Referral, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], referral);
}

function pointersIn(value: unknown, pointer: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    `${pointer}/${key}`,
    ...pointersIn(child, `${pointer}/${key}`),
  ]);
}
