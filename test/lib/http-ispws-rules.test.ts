// Every rule that NCMEC documents, through XML and the door: 4100, and in the answer the rule's name, the element's path and its line.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fileDetailsXml, reportXml } from '../../lib/formats/cybertipline/index.ts';
import { readXml, type XmlElement } from '../../lib/formats/xml/index.ts';
import { RULES, type Referral } from '../../schemas/index.ts';
import { draftOf, given } from '../schemas/drafts.ts';
import { RULE_FIXTURES, type RuleFixture } from '../schemas/rule-fixtures.ts';
import {
  codes,
  field,
  file,
  form,
  FORM,
  openReportDoor,
  reportIdOf,
  URLENCODED,
  XML,
  type ReportDoor,
  type Told,
} from './http-ispws-door.ts';
import { detailsBody, reportBody } from './report/material.ts';

const FILE = '/attachments/0/fileDetails';
/** What CyberTipline has no element for comes in by other doors. */
const OWN = /^\/(?:messages|chatGroups)\//;
const documented = RULE_FIXTURES.filter(
  ({ rule, path }) => RULES[rule].source === 'CyberTipline documentation' && !OWN.test(path),
);
const ofFiles = documented.filter(({ path }) => path.startsWith(FILE));
const ofReports = documented.filter(({ path }) => !path.startsWith('/attachments'));

let door: ReportDoor;
beforeAll(async () => {
  door = await openReportDoor();
  door.test.clock.addDays(2 / 24); // to the moment that the fixtures take for now
});
afterAll(() => door.end());

const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = XML): Promise<Told> =>
  door.ask('reporter', 'POST', path, { headers, body });

/** Submits a report and uploads files; answers their ids. */
async function opened(xml: string | Uint8Array, files = 1): Promise<{ reportId: string; fileIds: string[] }> {
  const reportId = reportIdOf(await post('/submit', xml));
  const fileIds: string[] = [];
  for (let n = 0; n < files; n++) {
    const { answer } = await post('/upload', form([field('id', reportId), file('x')]), FORM);
    fileIds.push((answer?.root === 'reportResponse' ? answer.fileId : undefined) ?? '');
  }
  return { reportId, fileIds };
}

/** A tag a line, as NCMEC's own examples are. */
const inLines = (xml: string): string => xml.replaceAll('><', '>\n<');

/** Rule, path and line of each reason in an answer. */
function reasonsIn({ answer }: Told): { rule: string; path: string; line: number }[] {
  const description = answer?.root === 'reportResponse' ? answer.description : '';
  return [...description.matchAll(/Rule ([a-z-]+): line (\d+), (\S+): /g)].map(([, rule = '', line, path = '']) => ({
    rule,
    path,
    line: Number(line),
  }));
}

/** JSON pointer to element path, by what is known of CyberTipline and without our schema. */
function pathOf(root: string, pointer: string): string {
  const indexed = pointer.replaceAll(/\/(\d+)/g, (_whole, n: string) => `[${Number(n) + 1}]`);
  return `/${root}${indexed.replace(/\/value$/, '').replace(/\/(reenabledDate|userNotifiedDate)$/, '/@$1')}`;
}

/** The line of what a path leads to: of an attribute that of its element. */
function lineOf(root: XmlElement, path: string): number {
  const steps = path.split('/').slice(2);
  let at = root;
  for (const step of steps.filter((each) => !each.startsWith('@'))) {
    const [, name, n = '1'] = /^([^[]+)(?:\[(\d+)\])?$/.exec(step) ?? [];
    const found = at.children.filter((child) => typeof child !== 'string' && child.name === name);
    at = given(found[Number(n) - 1]) as XmlElement;
  }
  return at.line;
}

async function demandReason(told: Told, xml: string, { rule }: RuleFixture, path: string): Promise<void> {
  expect(codes(told)).toEqual([400, 4100]);
  const line = lineOf(await readXml(new TextEncoder().encode(xml)), path);
  expect(reasonsIn(told)).toEqual([{ rule, path, line }]);
}

const rows = (fixtures: readonly RuleFixture[]) => fixtures.map((each) => [each.rule, each.path, each] as const);

describe('a rule', () => {
  it('of NCMEC’s is met here, whichever it is', () => {
    const met = new Set([...ofReports, ...ofFiles].map(({ rule }) => rule).concat('batch-one-file'));
    const rules = Object.entries(RULES).filter(([, { source }]) => source === 'CyberTipline documentation');
    expect(rules.map(([rule]) => rule).filter((rule) => !met.has(rule as RuleFixture['rule']))).toEqual([]);
  });

  it.each(rows(ofReports))('about a report is named with its place: %s at %s', async (_rule, pointer, fixture) => {
    const xml = inLines(reportXml(draftOf(fixture.base, fixture.change)));
    await demandReason(await post('/submit', xml), xml, fixture, pathOf('report', pointer));
  });

  it.each(rows(ofFiles))('about a file is named with its place: %s at %s', async (_rule, pointer, fixture) => {
    const { reportId, fileIds } = await opened(reportXml(draftOf(fixture.base)));
    const { attachments }: Referral = draftOf(fixture.base, fixture.change);
    const details = { ...attachments?.[0]?.fileDetails, reportId, fileId: fileIds[0] ?? '' };
    const xml = inLines(fileDetailsXml(details));
    const path = pathOf('fileDetails', pointer.slice(FILE.length));
    await demandReason(await post('/fileinfo', xml), xml, fixture, path);
  });

  it('about a batch is named at its end, with the file that it is about', async () => {
    const batch = reportBody({ before: '<batchedReport reason="VIRAL_POTENTIAL_MEME"/>' });
    const { reportId, fileIds } = await opened(batch, 2);
    const [first = '', second = ''] = fileIds;
    const refused = await post('/finish', `id=${reportId}`, URLENCODED);
    expect(codes(refused)).toEqual([400, 4100]);
    expect([...refused.text.matchAll(/Rule (\S+): (\S+):/g)].map(([, rule, path]) => [rule, path])).toEqual([
      ['batch-one-file', `/fileDetails[fileId="${second}"]`],
      ['batch-file-needs-mark', `/fileDetails[fileId="${first}"]`],
      ['batch-file-needs-mark', `/fileDetails[fileId="${second}"]`],
    ]);
  });

  it('that a file is described once is named with its place', async () => {
    const { reportId, fileIds } = await opened(reportBody());
    const [fileId = ''] = fileIds;
    await post('/fileinfo', detailsBody(reportId, fileId));
    const other = inLines(detailsBody(reportId, fileId, '<fileViewedByEsp>false</fileViewedByEsp>').toString());
    const refused = await post('/fileinfo', other);
    expect(codes(refused)).toEqual([400, 4100]);
    expect(reasonsIn(refused)).toEqual([{ rule: 'described-once', path: '/fileDetails/fileId', line: 3 }]);
  });
});
