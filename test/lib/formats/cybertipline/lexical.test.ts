// Every simple type at its edges: the reader, our schema and NCMEC's say the same of every value.
import { describe, expect, it } from '@jest/globals';
import { readReport } from '../../../../lib/formats/cybertipline/index.ts';
import type { LexicalType } from '../../../../schemas/index.ts';
import { byReader, encode, judge, tellWhetherNcmecJudged } from './judge.ts';
import { BARE, isSlip, SPACED } from './values.ts';

const escape = (text: string): string => text.replace(/[&<>"\t\n\r]/g, (found) => `&#${found.charCodeAt(0)};`);

function report(person: string, more = ''): string {
  const summary = `<incidentSummary><incidentType>Child Sex Tourism</incidentType><incidentDateTime>2026-11-20T10:00:00Z</incidentDateTime></incidentSummary>`;
  return `<report>${summary}${more}<reporter><reportingPerson>${person}</reportingPerson></reporter></report>`;
}

const victim = (inner: string): string =>
  report('').replace('</report>', `<victim><victimPerson/>${inner}</victim></report>`);
const cell = (inner: string): string =>
  report('', `<internetDetails><cellPhoneIncident>${inner}</cellPhoneIncident></internetDetails>`);

/** A place for a value of each type, as element and, where there is one, as attribute. */
const PLACES: readonly (readonly [string, LexicalType, (value: string) => string])[] = [
  ['text element', 'text', (value) => report(`<firstName>${value}</firstName>`)],
  ['integer element', 'integer', (value) => report(`<age>${value}</age>`)],
  ['long element', 'long', (value) => victim(`<priorCTReports>${value}</priorCTReports>`)],
  ['decimal element', 'decimal', (value) => cell(`<latitude>${value}</latitude>`)],
  ['boolean element', 'boolean', (value) => victim(`<compromisedAccount>${value}</compromisedAccount>`)],
  [
    'boolean with attributes',
    'boolean',
    (value) => victim(`<accountTemporarilyDisabled>${value}</accountTemporarilyDisabled>`),
  ],
  ['boolean attribute', 'boolean', (value) => report(`<email verified="${value}">a</email>`)],
  ['dateTime element', 'dateTime', (value) => report('').replace('2026-11-20T10:00:00Z', value)],
  ['dateTime attribute', 'dateTime', (value) => report(`<email verificationDate="${value}">a</email>`)],
  ['date element', 'date', (value) => report(`<dateOfBirth>${value}</dateOfBirth>`)],
  ['list element', 'code', (value) => report('').replace('Child Sex Tourism', value)],
  ['list element with a blank', 'code', (value) => report(`<address><country>${value}</country></address>`)],
  ['list attribute', 'code', (value) => report(`<address type="${value}"/>`)],
  ['pattern attribute', 'text', (value) => report(`<phone countryCallingCode="${value}">1</phone>`)],
  ['digits attribute', 'text', (value) => report(`<phone extension="${value}">1</phone>`)],
  [
    'mark',
    'flag',
    (value) =>
      report('').replace(
        '<incidentDateTime>',
        `<reportAnnotations><spam>${value}</spam></reportAnnotations><incidentDateTime>`,
      ),
  ],
  ['token element', 'token', (value) => `<fileDetails><reportId>1</reportId><fileId>${value}</fileId></fileDetails>`],
];

describe('a value', () => {
  tellWhetherNcmecJudged();

  it.each(PLACES)('has one verdict at every edge: %s', async (_place, type, write) => {
    const odd: unknown[] = [];
    for (const value of [...BARE, ...SPACED]) {
      if (isSlip(type, value)) continue;
      const { reader, ours, ncmec = ours } = await judge(write(escape(value)));
      if (reader !== ours || ours !== ncmec) odd.push({ value, reader, ours, ncmec });
    }
    expect(odd).toEqual([]);
  });

  it.each([
    ['decimal', '1e', 'invalid'],
    ['decimal', '1E+', 'invalid'],
    ['decimal', ' INF ', 'valid'],
    ['dateTime', '\n  2026-11-20T10:00:00Z\n', 'valid'],
    ['dateTime', '2026-11-20T10:00:59.99999999999999999Z', 'valid'],
    ['date', ' 2026-11-20 ', 'valid'],
  ] as const)('is judged as XML Schema has it where libxml2 errs: %s %j is %s', async (type, value, verdict) => {
    expect(isSlip(type, value)).toBe(true);
    const [, , write] = PLACES.find(([, of]) => of === type) ?? PLACES[0] ?? [];
    expect(await byReader(write?.(value) ?? '')).toBe(verdict);
  });

  it.each([
    '0042',
    '01234',
    '+972501234567',
    '1e3',
    ' 1 ',
    '1.0',
    '9007199254740993',
    'true',
    '\u00a0',
    '\u0085',
    '\ufeff0042 is the number of the case',
  ])('stays the text it is: %j', async (text) => {
    const xml = report(
      `<firstName>${text}</firstName><phone extension="007">${text}</phone><address><zipCode>${text}</zipCode></address>`,
    );
    const { value } = await readReport(encode(xml));
    expect(value.reporter.reportingPerson).toEqual({
      firstName: text,
      phone: [{ value: text, extension: '007' }],
      address: [{ zipCode: text }],
    });
  });

  it('is kept as text where it is a number, a time or a token, without the white space around it', async () => {
    const { value } = await readReport(encode(cell('<latitude>\n 1.50 </latitude><longitude>1e3</longitude>')));
    expect(value.internetDetails).toEqual([{ cellPhoneIncident: { latitude: '1.50', longitude: '1e3' } }]);
    const person = await readReport(encode(report('<age> +034\t</age><dateOfBirth>\n1992-02-29Z </dateOfBirth>')));
    expect(person.value.reporter.reportingPerson).toEqual({ age: '+034', dateOfBirth: '1992-02-29Z' });
  });

  it('is true or false when it is a boolean, however it was written', async () => {
    const { value } = await readReport(
      encode(report('<email verified=" 1 ">a</email><email verified="false">b</email>')),
    );
    expect(value.reporter.reportingPerson.email).toEqual([
      { value: 'a', verified: true },
      { value: 'b', verified: false },
    ]);
  });
});
