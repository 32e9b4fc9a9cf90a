// CyberTipline documents for tests: the smallest report, details of a file, and one report taken all the way. All of it is invented.
import type { TestDesk } from '../../material.ts';
import { noise, stream, type NoiseFile } from '../../material.ts';

/** @param more XML after the reporter */
export function reportBody({ before = '', more = '' }: { before?: string; more?: string } = {}): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<report>
  ${before}
  <incidentSummary>
    <incidentType>Online Enticement of Children for Sexual Acts</incidentType>
    <incidentDateTime>2026-01-01T10:00:00+01:00</incidentDateTime>
  </incidentSummary>
  <reporter>
    <reportingPerson>
      <firstName>Ada</firstName>
      <lastName>Example</lastName>
      <phone>+1 202 555 0101</phone>
      <email>ada@example.org</email>
    </reportingPerson>
  </reporter>
  ${more}
</report>`);
}

/** @param inside XML after the ids */
export function detailsBody(
  reportId: string,
  fileId: string,
  inside = '<fileViewedByEsp>true</fileViewedByEsp>',
): Buffer {
  return Buffer.from(`<fileDetails><reportId>${reportId}</reportId><fileId>${fileId}</fileId>${inside}</fileDetails>`);
}

export interface Told {
  readonly referralId: string;
  readonly reportId: string;
  readonly fileIds: readonly string[];
}

/** Submits a report, uploads these files, describes each, and finishes unless told otherwise. */
export async function report(
  { desk, as }: Pick<TestDesk, 'desk' | 'as'>,
  files: readonly NoiseFile[] = [noise('one.jpg', 1000)],
  { body = reportBody(), finish = true, inside }: { body?: Buffer; finish?: boolean; inside?: string } = {},
): Promise<Told> {
  const reporter = await as('reporter');
  const { referralId, reportId } = await desk.submitReport(reporter, body);
  const fileIds: string[] = [];
  for (const { path, bytes } of files) {
    const { fileId } = await desk.uploadFile(reporter, reportId, { name: path }, stream(bytes));
    await desk.describeFile(reporter, detailsBody(reportId, fileId, inside));
    fileIds.push(fileId);
  }
  if (finish) await desk.finishReport(reporter, reportId);
  return { referralId, reportId, fileIds };
}
