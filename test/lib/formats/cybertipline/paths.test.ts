// Every element and attribute of CyberTipline is written and read by a fixture: the list is complete, or this fails.
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileDetailsXml, readFileDetails, readReport, reportXml } from '../../../../lib/formats/cybertipline/index.ts';
import { readXml, type XmlElement } from '../../../../lib/formats/xml/index.ts';
import { allFields } from '../../../../schemas/index.ts';
import { ALL } from '../../../schemas/fixtures.ts';
import { encode } from './judge.ts';

const LIST = new URL('../../../schemas/cybertipline-paths.txt', import.meta.url);
const paths = readFileSync(LIST, 'utf8').trimEnd().split('\n');

const files = Object.values(ALL).flatMap(({ attachments = [] }) =>
  attachments.flatMap(({ fileDetails }) =>
    fileDetails === undefined ? [] : [{ ...fileDetails, reportId: '4564654', fileId: 'b0' }],
  ),
);

function pathsIn({ name, attributes, children }: XmlElement, parent = ''): string[] {
  const path = parent === '' ? name : `${parent}/${name}`;
  const own = attributes.filter(({ namespace }) => namespace === '').map((attribute) => `${path}/@${attribute.name}`);
  return [path, ...own, ...children.flatMap((child) => (typeof child === 'string' ? [] : pathsIn(child, path)))];
}

/** CyberTipline's name of every value that is there. */
function tipsIn(value: unknown, path: string): string[] {
  const tip = tips.get(path);
  const here = tip === undefined ? [] : [tip];
  if (Array.isArray(value)) return value.flatMap((item) => tipsIn(item, path));
  if (typeof value !== 'object' || value === null) return here;
  return [
    ...here,
    ...Object.entries(value).flatMap(([key, held]) => tipsIn(held, path === '' ? key : `${path}.${key}`)),
  ];
}
const tips = new Map(allFields().map(({ path, cybertip }) => [path, cybertip]));

describe('every element and attribute', () => {
  it('is written by a fixture', async () => {
    const documents = [
      ...Object.values(ALL).map((each) => reportXml(each)),
      ...files.map((each) => fileDetailsXml(each)),
    ];
    const written = new Set<string>(['fileDetails']);
    for (const xml of documents) for (const path of pathsIn(await readXml(encode(xml)))) written.add(path);
    written.delete('report');
    expect([...written].toSorted()).toEqual([...paths].toSorted());
  });

  it('is read into its field by a fixture', async () => {
    const read = new Set<string>();
    const note = (value: unknown, path: string): void => {
      for (const tip of tipsIn(value, path)) read.add(tip);
    };
    for (const referral of Object.values(ALL)) note((await readReport(encode(reportXml(referral)))).value, '');
    for (const details of files)
      note((await readFileDetails(encode(fileDetailsXml(details)))).value, 'attachments.fileDetails');
    expect(paths.filter((path) => !read.has(path))).toEqual([]);
  });

  it('is left out of a document for the published schema when it is newer, and only then', async () => {
    const newer = allFields().flatMap(({ cybertip, since }) => (since === undefined ? [] : [cybertip]));
    const written = pathsIn(await readXml(encode(reportXml(ALL.full, { schema: '2025' }))));
    const today = pathsIn(await readXml(encode(reportXml(ALL.full))));
    expect([...new Set(today)].filter((path) => !written.includes(path)).toSorted()).toEqual(newer.toSorted());
  });
});
