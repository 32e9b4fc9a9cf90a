// Every rule has a referral that breaks it and it alone; rules name places, never values, and are quick.
import { describe, expect, it } from '@jest/globals';
import {
  allFields,
  checkRules,
  FILE_FLAGS,
  FILE_RELEVANCES,
  parseReferral,
  RULES,
  type Finding,
  type Message,
  type Referral,
  type RuleName,
} from '../../schemas/index.ts';
import { draftOf, first, given, withValue } from './drafts.ts';
import { ALL, NOW, SHA_A } from './fixtures.ts';
import { RULE_FIXTURES } from './rule-fixtures.ts';
import { workOf } from '../work.ts';

const check = (referral: Referral) => checkRules(referral, { now: NOW });
const brief = (findings: readonly Finding[]) => findings.map(({ rule, path }) => `${rule} ${path}`);

describe('the rules', () => {
  it.each(Object.keys(ALL) as (keyof typeof ALL)[])('have nothing against the %s referral', (name) => {
    expect(check(ALL[name])).toEqual([]);
  });

  it.each(RULE_FIXTURES.map((fixture) => [fixture.rule, fixture.path, fixture] as const))(
    'find only %s in a referral that breaks it at %s',
    (rule, path, { base, change }) => {
      const draft = draftOf(base, change);
      expect(parseReferral(draft).ok).toBe(true);
      expect(brief(check(draft))).toEqual([`${rule} ${path}`]);
      expect(check(draft)[0]?.severity).toBe(RULES[rule].severity);
    },
  );

  it('each have a referral that breaks them', () => {
    const broken = new Set(RULE_FIXTURES.map(({ rule }) => rule));
    expect(Object.keys(RULES).filter((rule) => !broken.has(rule as RuleName))).toEqual([]);
  });

  it('say what to do and why, and are about fields that exist', () => {
    const names = new Set(allFields().map(({ within, name }) => `${within}.${name}`));
    for (const { todo, reason, about } of Object.values(RULES)) {
      expect(todo).toMatch(/^[A-Z].*[.]$/);
      expect(reason).toMatch(/^[A-Z].*[.]$/);
      expect(about.filter((name) => !names.has(name))).toEqual([]);
    }
  });

  it('put the limit into the message, and no placeholder stays', () => {
    const findings = RULE_FIXTURES.flatMap(({ base, change }) => check(draftOf(base, change)));
    expect(findings.filter(({ message }) => message.includes('{}'))).toEqual([]);
    expect(findings[0]?.message).toBe('Shorten this to at most 256 characters.');
  });

  it('hold every limit that is declared, to the character', () => {
    const limits = new Map(allFields().map(({ path, constraints }) => [path, constraints.maxLength]));
    const places = textPlacesIn(ALL.full, '').flatMap((place) => {
      const max = limits.get(
        place
          .replaceAll(/\/[0-9]+/g, '')
          .slice(1)
          .replaceAll('/', '.'),
      );
      return max === undefined ? [] : [[place, max] as const];
    });
    expect(places.length).toBeGreaterThan(200);
    for (const [place, max] of places) {
      const found = (length: number) => brief(check(withValue(draftOf('full'), place, '👧'.repeat(length))));
      expect(found(max)).not.toContain(`max-length ${place}`);
      expect(found(max + 1)).toContain(`max-length ${place}`);
    }
  });

  it('take no longer over a text the longer it is beyond its limit', async () => {
    const text = '👧'.repeat(2_500_000);
    const draft = draftOf('full', ({ chatGroups }) => {
      for (let n = 0; n < 20; n++) chatGroups?.push({ ...first(chatGroups), id: `more ${n}`, platform: text });
    });
    let found: string[] = [];
    expect(await workOf(() => (found = brief(check(draft))))).toBeLessThan(1000);
    expect(found.filter((each) => each.startsWith('max-length'))).toHaveLength(20);
  });

  it('allow a time as far ahead as clocks may differ, and no further', () => {
    const draft = draftOf('minimal');
    draft.incidentSummary.incidentDateTime = '2026-11-22T13:05:00+01:00';
    expect(check(draft)).toEqual([]);
    expect(brief(checkRules(draft, { now: NOW, skewSeconds: 299 }))).toEqual([
      'not-in-future /incidentSummary/incidentDateTime',
    ]);
  });

  it.each([
    'https://example.com',
    'http://192.0.2.1:8080/a?b#c',
    'https://[2001:db8::1]/',
    'https://xn--exmple-cua.com/ä',
    'tg://resolve?domain=example',
  ])('take %s as an address', (url) => {
    expect(check(draftOf('full', ({ reporter }) => (reporter.legalURL = url)))).toEqual([]);
  });

  it.each([
    ' ',
    'example.com',
    'https://',
    'https:///a',
    'https://exa mple.com',
    'https://example.com/a\tb',
    ' https://example.com',
    'https://example.com\u0000',
    'javascript:alert(1)',
    'https://[::1',
  ])('refuse %j as an address', (url) => {
    const found = check(draftOf('full', ({ reporter }) => (reporter.legalURL = url)));
    expect(brief(found)).toContain('valid-url /reporter/legalURL');
  });

  it.each([
    'a@example.com',
    "o'neil+tag@mail.example.co.uk",
    '"a b"@example.com',
    'דנה@example.com',
    'a@пример.example',
    `${'a'.repeat(64)}@example.com`,
  ])('take %s as an e-mail address', (value) => {
    expect(check(draftOf('minimal', ({ reporter }) => (reporter.reportingPerson.email = [{ value }])))).toEqual([]);
  });

  it.each([
    ' ',
    '@',
    'a@',
    '@example.com',
    'a@localhost',
    'a b@example.com',
    'a@@example.com',
    '.a@example.com',
    'a..b@example.com',
    'a@-example.com',
    'a@example..com',
    'a@example.com ',
    'a@exam_ple.com',
    `${'a'.repeat(65)}@example.com`,
  ])('refuse %j as an e-mail address', (value) => {
    const found = check(draftOf('minimal', ({ reporter }) => (reporter.reportingPerson.email = [{ value }])));
    expect(brief(found)).toEqual(['valid-email /reporter/reportingPerson/email/0/value']);
  });

  it('take an empty address for none where CyberTipline has the field, and nowhere else', () => {
    const draft = draftOf('full', ({ reporter, personOrUserReported, internetDetails, chatGroups }) => {
      reporter.legalURL = '';
      reporter.reportingPerson.email?.push({ value: '' });
      first(personOrUserReported).profileUrl = ['', ''];
      given(internetDetails?.[1]?.emailIncident).emailAddress?.push({ value: '' });
      first(chatGroups).inviteLinks = [''];
    });
    expect(brief(check(draft))).toEqual(['valid-url /chatGroups/0/inviteLinks/0']);
    const nameless = draftOf('minimal', ({ reporter }) => (reporter.reportingPerson.email = [{ value: '' }]));
    expect(brief(check(nameless))).toEqual(['reporter-email-required /reporter/reportingPerson']);
  });

  it.each([
    ['192.0.2.1', true],
    ['2001:db8::1', true],
    ['::ffff:192.0.2.1', true],
    ['192.0.2', false],
    ['192.0.2.01', false],
    ['192.0.2.1:80', false],
    ['[2001:db8::1]', false],
    ['0x7f.1', false],
    ['2001:db8::1::2', false],
  ])('judge %s as an IP address: %s', (ipAddress, isValid) => {
    const draft = draftOf('minimal', (it) => (it.personOrUserReported = [{ ipCaptureEvent: [{ ipAddress }] }]));
    expect(check(draft).length === 0).toBe(isValid);
  });

  it.each([
    ['+1', '202 555 0142', true],
    ['+1', '1 202 555 0142', false],
    ['+1', '(+1) 202 555 0142', false],
    ['+1', '001 202 555 0142', false],
    ['+44', '020 7946 0000', true],
    ['+44', '+44 20 7946 0000', false],
    ['+44', '0044 20 7946 0000', false],
    ['+7', '701 000 00 00', true],
    [undefined, '+44 20 7946 0000', true],
  ])('judge the calling code %s before %s: %s', (countryCallingCode, value, isValid) => {
    const phone = countryCallingCode === undefined ? { value } : { value, countryCallingCode };
    const draft = draftOf('minimal', ({ reporter }) => (reporter.reportingPerson.phone = [phone]));
    expect(check(draft).length === 0).toBe(isValid);
  });

  it('judge all marks with all relevances and viewed flags, naming the rule of each illegal pair', () => {
    const flags = [true, false, undefined];
    for (const mark of FILE_FLAGS)
      for (const fileRelevance of FILE_RELEVANCES)
        for (const fileViewedByEsp of flags)
          for (const exifViewedByEsp of flags) {
            const fileDetails = JSON.parse(
              JSON.stringify({ fileRelevance, fileViewedByEsp, exifViewedByEsp, fileAnnotations: { [mark]: true } }),
            ) as object;
            const attachments = [{ path: 'a', sha256: SHA_A, sizeBytes: 1, fileDetails }];
            const rules = check(draftOf('minimal', (draft) => (draft.attachments = attachments))).map(
              ({ rule }) => rule,
            );
            const isMemeBeside = mark === 'potentialMeme' && fileRelevance === 'Supplemental Reported';
            const isExifOnly = exifViewedByEsp === true && fileViewedByEsp !== true;
            expect(rules.toSorted()).toEqual([
              ...(isMemeBeside ? ['classified-is-reported'] : []),
              ...(isExifOnly ? ['exif-viewed-implies-viewed'] : []),
            ]);
          }
  });

  it('let a span of doubt excuse two times that cross', () => {
    const draft = draftOf('full');
    const uploaded = given(draft.times?.uploaded);
    uploaded.at = '2026-11-20T07:30:00Z';
    uploaded.uncertaintySeconds = 1800;
    expect(check(draft)).toEqual([]);
  });

  it('know a message by its group: the same id in two groups is no clash', () => {
    const draft = draftOf('full');
    draft.chatGroups?.push({ id: 'g2', platform: 'Example Chat' });
    draft.messages?.push({ ...first(draft.messages), chatGroup: 'g2' });
    expect(check(draft)).toEqual([]);
  });

  it('and the parser take a group of 1,024 members, 800 files and 5,000 messages', () => {
    const parsed = parseReferral(largeReferral());
    expect(parsed.ok ? check(parsed.referral) : undefined).toEqual([]);
  });
});

function textPlacesIn(value: unknown, place: string): string[] {
  if (typeof value === 'string') return [place];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => textPlacesIn(child, `${place}/${key}`));
}

function largeReferral(): Referral {
  const hex = (index: number) => index.toString(16).padStart(64, '0');
  const numbers = (length: number) => Array.from({ length }, (_, index) => index);
  const messages: Message[] = numbers(5000).map((index) => ({
    id: `m${index}`,
    chatGroup: 'g1',
    sender: `p${index % 1024}`,
    sent: { at: '2026-11-05T10:00:00+05:30', clockSource: 'device' },
    text: 'ordinary words '.repeat(5),
    attachments: [{ sha256: hex(index % 800) }],
    ...(index > 0 && { replyTo: `m${index - 1}` }),
  }));
  const members = numbers(1024).map((index) => ({
    id: `p${index}`,
    phone: { value: `+1 202 555 01${String(index % 100).padStart(2, '0')}` },
    displayName: `Member ${index}`,
    role: 'member' as const,
    from: '2026-11-01T00:00:00Z',
  }));
  const attachments = numbers(800).map((index) => ({
    path: `files/${index}.bin`,
    sha256: hex(index),
    sizeBytes: index,
    fileDetails: { originalFileName: `${index}.bin`, fileViewedByEsp: true },
  }));
  return {
    ...draftOf('minimal'),
    attachments,
    messages,
    chatGroups: [{ id: 'g1', platform: 'Example Chat', members }],
  };
}
