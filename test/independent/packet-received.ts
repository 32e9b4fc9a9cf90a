// What a packet holds of what was received: the JSON of a referral, or the XML of a report and of what was described of its files; and
// cybertipline.xml, which says what the referral says.
import { demand, wrong } from './bytes.ts';
import type { Files } from './bag.ts';
import { demandDetails, demandReport } from './cybertipline.ts';
import { canonical, Fields, isObject, type Json, type JsonObject } from './json.ts';

/** The report's number, where it came as one. */
export function reportOf(referral: Json): string | undefined {
  if (!isObject(referral) || referral['report'] === undefined) return undefined;
  const report = new Fields(referral['report'], 'report', ['form', 'id']);
  demand(report.text('form') === 'cybertipline', 'report: of no known form');
  return report.text('id');
}

/** What was described of an exhibit, and by which entry. */
export function detailsOf(exhibit: Fields): { readonly seq: number; readonly fileDetails: JsonObject } | undefined {
  if (!exhibit.has('details')) return undefined;
  const details = new Fields(exhibit.any('details'), 'details', ['seq', 'fileDetails']);
  return { seq: details.count('seq'), fileDetails: details.map('fileDetails') };
}

export function bytesIn(files: Files, path: string): Buffer {
  return files.get(path) ?? wrong(`${path} is missing`);
}

/** What came first: the whole of a referral, byte for byte. */
export function originalIn(files: Files, referral: Json): Buffer {
  return bytesIn(files, reportOf(referral) === undefined ? 'data/referral.json' : 'data/received/report.xml');
}

/** Where the XML lies by which an exhibit was described. */
export function detailsPath(exhibit: Fields): string {
  return `data/received/${exhibit.text('exhibit')}.xml`;
}

/** Every file of data/received/, in the packet's order. */
export function receivedPaths(referral: Json, exhibits: readonly Fields[]): string[] {
  const report = reportOf(referral) === undefined ? [] : ['data/received/report.xml'];
  return [...report, ...exhibits.filter((each) => each.has('details')).map(detailsPath)];
}

/** All XML of a packet says what the packet says in JSON. */
export function demandReceived(files: Files, referral: Json, document: JsonObject, exhibits: readonly Fields[]): void {
  demandReport(bytesIn(files, 'data/cybertipline.xml'), document);
  for (const exhibit of exhibits) {
    const details = detailsOf(exhibit);
    if (details === undefined) continue;
    demand(exhibit.any('declared') === null, 'an exhibit is declared and described');
    demandDetails(bytesIn(files, detailsPath(exhibit)), details.fileDetails);
  }
  if (reportOf(referral) === undefined) return;
  demandReport(originalIn(files, referral), document);
  const text = bytesIn(files, 'data/referral.json').toString('utf8');
  demand(canonical(document) === text, 'data/referral.json: not in its one form');
}
