// Documents from outside: what real clients send is read; what is wrong by the schema is named with its place.
import { describe, expect, it } from '@jest/globals';
import { DeskError, type Finding } from '../../../../lib/errors.ts';
import { fileDetailsXml, readFileDetails, readReport, reportXml } from '../../../../lib/formats/cybertipline/index.ts';
import { ALL } from '../../../schemas/fixtures.ts';
import { encode, judge } from './judge.ts';

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const SUMMARY =
  '<incidentSummary><incidentType>Child Sex Tourism</incidentType><incidentDateTime>2026-11-20T10:00:00Z</incidentDateTime></incidentSummary>';
const REPORTER = '<reporter><reportingPerson><email>desk@example.org</email></reportingPerson></reporter>';
const report = (rest = '', start = '', reporter = REPORTER): string =>
  `<report>\n${start}${SUMMARY}\n${reporter}\n${rest}</report>`;
const details = (rest: string): string =>
  `<fileDetails>\n<reportId>1</reportId><fileId>b0</fileId>\n${rest}</fileDetails>`;
const annotated = (marks: string): string =>
  report().replace('<incidentDateTime>', `<reportAnnotations>${marks}</reportAnnotations><incidentDateTime>`);

async function findings(xml: string): Promise<readonly Finding[]> {
  try {
    await (xml.includes('<fileDetails') ? readFileDetails : readReport)(encode(xml));
    return [];
  } catch (error) {
    if (error instanceof DeskError) return error.findings;
    throw error;
  }
}
const found = async (xml: string): Promise<string[]> =>
  (await findings(xml)).map(({ code, path, line }) => `${code} ${path} ${line ?? 0}`);

describe('a report', () => {
  it.each([
    ['without a declaration or any attribute', report()],
    [
      'pretty-printed, with comments and instructions',
      `<?xml version="1.0"?>\n<!-- c -->\n<?p?>\n${report().replaceAll('><', '>\n  <!-- c --><?p?>\n  <')}`,
    ],
    [
      'with the conventional place of the schema',
      report().replace(
        '<report>',
        `<report ${XSI} xsi:noNamespaceSchemaLocation="https://report.cybertip.org/ispws/xsd">`,
      ),
    ],
    ['with CDATA', report('<additionalInfo><![CDATA[<a> & b]]></additionalInfo>')],
    ['with empty elements for nothing', report('<additionalInfo/>', '', '<reporter><reportingPerson/></reporter>')],
    ['with booleans as digits', report('', '', REPORTER.replace('<email>', '<email verified="1">'))],
    [
      'with marks in any order',
      annotated('<spam/> <sextortion></sextortion><csamSolicitation>true</csamSolicitation>'),
    ],
    ['with fractions of seconds', report().replace('10:00:00Z', '10:00:00.123Z')],
  ])('is read as clients send it: %s', async (_what, xml) => {
    expect(await found(xml)).toEqual([]);
    const { ours, ncmec = ours } = await judge(xml);
    expect([ours, ncmec]).toEqual(['valid', 'valid']);
  });

  it('may hold each of the four additions of 2026, which the schema of 2025 lacks', async () => {
    const person =
      '<reporter><reportingPerson><ageAssertionDiscrepancy>true</ageAssertionDiscrepancy></reportingPerson></reporter>';
    const additions = [
      ...['informational', 'potentialAggravatingFactors', 'instrumentalUse'].map((mark) => annotated(`<${mark}/>`)),
      report('', '', person),
    ];
    for (const xml of additions) {
      const { reader, ours, ncmec = 'invalid' } = await judge(xml);
      expect([reader, ours, ncmec]).toEqual(['valid', 'valid', 'invalid']);
    }
  });

  it.each([
    ['an element of no such name', report('<extra/>'), ['unknown-field /report/extra 4']],
    ['an element of another place', report('<spam/>'), ['unknown-field /report/spam 4']],
    [
      'an attribute of no such name',
      report('<victim x="1"><victimPerson/></victim>'),
      ['unknown-field /report/victim[1]/@x 4'],
    ],
    [
      'an attribute on a single value',
      report('<additionalInfo x="1"/>'),
      ['unknown-field /report/additionalInfo/@x 4'],
    ],
    [
      'nothing where something must be',
      report('<victim/>\n<victim><victimPerson/></victim>'),
      ['missing-field /report/victim[1]/victimPerson 4'],
    ],
    ['no required attribute', report('', '<batchedReport/>'), ['missing-field /report/batchedReport/@reason 2']],
    ['another order', report('', REPORTER, ''), ['wrong-order /report/incidentSummary 2']],
    [
      'another order deep inside',
      report(
        '<personOrUserReported><ipCaptureEvent><dateTime>2026-01-01T00:00:00Z</dateTime>\n<ipAddress>192.0.2.1</ipAddress></ipCaptureEvent></personOrUserReported>',
      ),
      ['wrong-order /report/personOrUserReported[1]/ipCaptureEvent[1]/ipAddress 5'],
    ],
    ['one too many', report('<additionalInfo/>\n<additionalInfo/>'), ['too-many /report/additionalInfo 5']],
    [
      'another value than those listed',
      report().replace('Tourism', 'tourism'),
      ['not-in-list /report/incidentSummary/incidentType 2'],
    ],
    [
      'a listed value with white space',
      report().replace('Tourism<', 'Tourism <'),
      ['not-in-list /report/incidentSummary/incidentType 2'],
    ],
    [
      'a word for a time',
      report().replace('2026-11-20T10:00:00Z', 'today'),
      ['wrong-form /report/incidentSummary/incidentDateTime 2'],
    ],
    [
      'a boolean with a capital',
      report(
        '<personOrUserReported/>\n<personOrUserReported><compromisedAccount>True</compromisedAccount></personOrUserReported>',
      ),
      ['wrong-form /report/personOrUserReported[2]/compromisedAccount 5'],
    ],
    [
      'an empty number',
      report('<victim><victimPerson><age/></victimPerson></victim>'),
      ['wrong-form /report/victim[1]/victimPerson/age 4'],
    ],
    [
      'an attribute of another form',
      report('', '', REPORTER.replace('<email>', '<email type="home">')),
      ['not-in-list /report/reporter/reportingPerson/email[1]/@type 3'],
    ],
    ['text between elements', report('x'), ['stray-text /report 1']],
    ['CDATA between elements', report('<![CDATA[ ]]>'), ['stray-text /report 1']],
    [
      'text in an element of attributes',
      report('', '<batchedReport reason="VIRAL_POTENTIAL_MEME"> </batchedReport>'),
      ['stray-text /report/batchedReport 2'],
    ],
    [
      'an element in a text',
      report('<additionalInfo>a<b/></additionalInfo>'),
      ['unknown-field /report/additionalInfo/b 4'],
    ],
    [
      'a mark that is false',
      annotated('<spam>false</spam>'),
      ['wrong-form /report/incidentSummary/reportAnnotations/spam 2'],
    ],
    ['a mark that is 1', annotated('<spam>1</spam>'), ['wrong-form /report/incidentSummary/reportAnnotations/spam 2']],
    ['a mark given twice', annotated('<spam/><spam/>'), ['too-many /report/incidentSummary/reportAnnotations/spam 2']],
    [
      'no kind of incident',
      report('', '', '<internetDetails/>' + REPORTER),
      ['choose-one /report/internetDetails[1] 3'],
    ],
    [
      'two kinds of incident',
      report('', '', `<internetDetails><chatImIncident/><emailIncident/></internetDetails>${REPORTER}`),
      ['choose-one /report/internetDetails[1] 3', 'wrong-order /report/internetDetails[1]/emailIncident 3'],
    ],
    ['an element with a namespace', report('<x:victim xmlns:x="urn:x"/>'), ['wrong-namespace /report/victim 4']],
    [
      'an attribute with a namespace',
      report('<additionalInfo xml:lang="en"/>'),
      ['unknown-field /report/additionalInfo/@lang 4'],
    ],
    ['xsi:nil', report(`<additionalInfo ${XSI} xsi:nil="true"/>`), ['unknown-field /report/additionalInfo/@nil 4']],
  ])('is refused with %s', async (_what, xml, expected) => {
    expect((await found(xml)).toSorted()).toEqual(expected.toSorted());
    const { ours, ncmec = ours } = await judge(xml);
    expect([ours, ncmec]).toEqual(['invalid', 'invalid']);
  });

  it.each([
    ['<incidentSummary/>', 'wrong-root / 1'],
    ['\n<fileDetail/>', 'wrong-root / 2'],
    ['<report xmlns="urn:x"/>', 'wrong-namespace /report 1'],
  ])('is refused under another root: %j', async (xml, expected) => {
    expect(await found(xml)).toEqual([expected]);
  });

  it('is told of many faults at once, in the order of lines, but of no more than a hundred', async () => {
    const many = await findings(report(Array.from({ length: 500 }, () => '<extra/>\n').join('')));
    expect(many).toHaveLength(100);
    expect(await findings(report('<extra/>'.repeat(190_000)))).toHaveLength(100);
    const some = await findings(
      report('<victim/>\n<extra/>', '', REPORTER.replace('<email>', '<email type="x" verified="x">')),
    );
    expect(some.map(({ line }) => line)).toEqual([3, 3, 4, 5]);
  });

  it('is told what to do, and never what it said', async () => {
    const secret = 'SECRET-VALUE';
    const xml = report(
      `<victim x="${secret}">${secret}<victimPerson><age>${secret}</age></victimPerson></victim><extra>${secret}</extra>`,
    );
    const all = await findings(xml.replace('Child Sex Tourism', secret));
    expect(all).toHaveLength(5);
    expect(JSON.stringify(all)).not.toContain(secret);
    expect(all.every(({ message }) => message.endsWith('.'))).toBe(true);
  });

  it('has long names of strangers cut short in its findings', async () => {
    const [finding] = await findings(report(`<${'x'.repeat(10_000)}/>`));
    expect(finding?.path.length).toBeLessThan(100);
  });

  it('cut anywhere is refused, and nothing else happens', async () => {
    const bytes = encode(reportXml({ ...ALL.minimal, additionalInfo: 'é<' }));
    for (let end = 0; end < bytes.length; end++)
      await expect(readReport(bytes.subarray(0, end))).rejects.toMatchObject({ code: 'input/malformed' });
  });

  it('names the place of a JSON pointer', async () => {
    const victim = '<victim>\n<victimPerson>\n<email type="Home">a@example.com</email>\n</victimPerson></victim>';
    const { locate } = await readReport(encode(report(victim + victim)));
    expect(locate('')).toEqual({ path: '/report', line: 1 });
    expect(locate('/victim')).toEqual({ path: '/report/victim', line: 4 });
    expect(locate('/victim/1/victimPerson/email/0/value')).toEqual({
      path: '/report/victim[2]/victimPerson/email[1]',
      line: 9,
    });
    expect(locate('/victim/1/victimPerson/email/0/type')).toEqual({
      path: '/report/victim[2]/victimPerson/email[1]/@type',
      line: 9,
    });
    expect(locate('/victim/0/screenName')).toEqual({ path: '/report/victim[1]/screenName', line: 4 });
    expect(locate('/reporter/reportingPerson/phone/0')).toEqual({
      path: '/report/reporter/reportingPerson/phone[1]',
      line: 3,
    });
    expect(locate('/attachments/0/path')).toEqual({ path: '/report', line: 1 });
  });
});

describe('file details', () => {
  it.each([
    ['no file id', details('').replace('<fileId>b0</fileId>', ''), ['missing-field /fileDetails/fileId 1']],
    ['no report id', details('').replace('<reportId>1</reportId>', ''), ['missing-field /fileDetails/reportId 1']],
    [
      'two connections',
      details('<ipCaptureEvent><ipAddress/></ipCaptureEvent>'.repeat(2)),
      ['too-many /fileDetails/ipCaptureEvent 3'],
    ],
    [
      'both forms of potentialMeme',
      details('<potentialMeme>1</potentialMeme><fileAnnotations/>'),
      ['choose-one /fileDetails 1'],
    ],
    ['details without a pair', details('<details/>'), ['missing-field /fileDetails/details[1]/nameValuePair 3']],
    [
      'a hash of no type',
      details('<originalFileHash>fa</originalFileHash>'),
      ['missing-field /fileDetails/originalFileHash[1]/@hashType 3'],
    ],
    [
      'a false mark',
      details('<fileAnnotations><physicalHarm>false</physicalHarm></fileAnnotations>'),
      ['wrong-form /fileDetails/fileAnnotations/physicalHarm 3'],
    ],
    ['a report', '<fileDetails/>'.replace('fileDetails', 'fileDetailss'), ['wrong-root / 1']],
  ])('are refused with %s', async (_what, xml, expected) => {
    expect((await found(xml)).toSorted()).toEqual(expected);
    const { ours, ncmec = ours } = await judge(xml);
    expect([ours, ncmec]).toEqual(['invalid', 'invalid']);
  });

  it('keep ids as they were sent, and write them again', async () => {
    const xml = details('<originalFileName> a  b.jpg\n</originalFileName>').replace('>1<', '> 0001 <');
    const { value, locate } = await readFileDetails(encode(xml));
    expect(value).toEqual({ reportId: '0001', fileId: 'b0', originalFileName: ' a  b.jpg\n' });
    expect(fileDetailsXml(value)).toContain(
      '<reportId>0001</reportId><fileId>b0</fileId><originalFileName> a  b.jpg\n</originalFileName>',
    );
    expect(locate('/originalFileName')).toEqual({ path: '/fileDetails/originalFileName', line: 3 });
  });
});

describe('a written report', () => {
  it('holds nothing that CyberTipline lacks, and no empty list', () => {
    const xml = reportXml({ ...ALL.full, victim: [], personOrUserReported: [] });
    expect(xml).not.toMatch(/e164|attachments|chatGroups|<victim|<personOrUserReported/);
    expect(reportXml(ALL.noPossession)).not.toMatch(/possession|unheld/);
  });

  it('writes numbers in full', () => {
    const [given = {}] = ALL.full.personOrUserReported ?? [];
    const xml = reportXml({
      ...ALL.full,
      personOrUserReported: [{ ...given, priorCTReports: [Number.MAX_SAFE_INTEGER, '0042', 0] }],
    });
    expect(xml).toContain(
      '<priorCTReports>9007199254740991</priorCTReports><priorCTReports>0042</priorCTReports><priorCTReports>0</priorCTReports>',
    );
  });
});
