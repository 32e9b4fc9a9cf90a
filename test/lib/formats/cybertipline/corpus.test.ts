// Thousands of harmed documents: the reader, our schema and NCMEC's give each the same verdict.
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fileDetailsXml, readFileDetails, readReport, reportXml } from '../../../../lib/formats/cybertipline/index.ts';
import { readXml, type XmlElement } from '../../../../lib/formats/xml/index.ts';
import type { Referral } from '../../../../schemas/index.ts';
import { ALL } from '../../../schemas/fixtures.ts';
import { bySchemas, byReader, encode, rootOf, tellWhetherNcmecJudged, type Verdict } from './judge.ts';
import { treeOf } from './tree.ts';
import { harm, type Choices } from './mutate.ts';

const choices = fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()) as fc.Arbitrary<Choices>;
const harms = fc.oneof(fc.tuple(choices), fc.array(choices, { minLength: 1, maxLength: 3 }));

/** The large fixture in pieces, so that most documents are small and every group is met. */
const reports: readonly Referral[] = (() => {
  const { full, minimal, batched } = ALL;
  const { incidentSummary, reporter } = full;
  const rest = Object.entries(full).filter(([key]) => !['incidentSummary', 'reporter'].includes(key));
  return [minimal, batched, { incidentSummary, reporter }, ...rest.map(([key, held]) => ({ ...minimal, [key]: held }))];
})();
const details = (ALL.full.attachments ?? []).flatMap(({ fileDetails }) =>
  fileDetails === undefined ? [] : [fileDetailsXml({ ...fileDetails, reportId: '4564654', fileId: 'b0' })],
);

describe('harmed documents', () => {
  tellWhetherNcmecJudged();

  it('get the verdict of both schemas from the reader, and come out as the same tree when they are valid', async () => {
    const texts = [...new Set([...reports.map((each) => reportXml(each, { schema: '2025' })), ...details])];
    const roots: XmlElement[] = [];
    for (const text of texts) roots.push(await readXml(encode(text)));
    const counts: Record<Verdict, number> = { valid: 0, invalid: 0, malformed: 0 };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...roots), harms, async (root, all) => {
        const xml = harm(root, all);
        const reader = await byReader(xml);
        const { ours, ncmec = ours } = bySchemas(xml.replace(SPACED_TIME, '>$1'));
        counts[reader]++;
        expect({ xml, ours }).toEqual({ xml, ours: ncmec });
        const expected = ours !== 'malformed' && isForeignRoot(xml) ? 'invalid' : ours;
        expect({ xml, reader }).toEqual({ xml, reader: expected });
        if (reader === 'valid' && counts.valid % 4 === 0)
          expect(await treeOf(await rewrite(xml))).toEqual(await treeOf(xml));
      }),
      { seed: 20261122, numRuns: 4000 },
    );
    expect(counts.valid).toBeGreaterThan(500);
    expect(counts.invalid).toBeGreaterThan(2000);
  });
});

/** Read and written again. */
async function rewrite(xml: string): Promise<string> {
  if (rootOf(xml) === 'fileDetails') return fileDetailsXml((await readFileDetails(encode(xml))).value);
  return reportXml((await readReport(encode(xml))).value);
}

/** XML Schema takes white space away around dates and times; libxml2 refuses it, so the schemas are asked without it. */
const SPACED_TIME = />(?:[ \t\n]|&#32;|<!\[CDATA\[ ?\]\]>)+(-?[0-9]{4,}-[0-9]{2}-[0-9]{2})/g;

/** NCMEC's schema declares many elements at its top; as a document only two of them can be sent. */
function isForeignRoot(xml: string): boolean {
  return !['report', 'fileDetails'].includes(rootOf(xml) ?? '');
}
