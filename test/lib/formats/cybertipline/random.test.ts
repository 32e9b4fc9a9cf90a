// Random valid documents: schemas take what is written, and the reader gives back what went in.
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fileDetailsXml, readFileDetails, readReport, reportXml } from '../../../../lib/formats/cybertipline/index.ts';
import { anyFileDetails, anyReferral, asRead } from './arbitrary.ts';
import { encode, hasNcmec, judge, tellWhetherNcmecJudged } from './judge.ts';

const SEED = { seed: 20261122, numRuns: 100 };
const all = hasNcmec ? { reader: 'valid', ours: 'valid', ncmec: 'valid' } : { reader: 'valid', ours: 'valid' };

describe('random documents', () => {
  tellWhetherNcmecJudged();

  it('come back as they were written, and are valid by our schema', async () => {
    await fc.assert(
      fc.asyncProperty(anyReferral, async (referral) => {
        const xml = reportXml(referral);
        const { value } = await readReport(encode(xml));
        expect(value).toEqual(asRead(referral));
        expect(reportXml(value)).toBe(xml);
        expect(await judge(xml)).toMatchObject({ reader: 'valid', ours: 'valid' });
      }),
      SEED,
    );
  });

  it("are valid by NCMEC's schema too when they are written for it", async () => {
    await fc.assert(
      fc.asyncProperty(anyReferral, async (referral) => {
        expect(await judge(reportXml(referral, { schema: '2025' }))).toEqual(all);
      }),
      SEED,
    );
  });

  it('do so for file details', async () => {
    await fc.assert(
      fc.asyncProperty(anyFileDetails, async (details) => {
        const xml = fileDetailsXml(details);
        const { value } = await readFileDetails(encode(xml));
        expect(value).toEqual(asRead(details));
        expect(fileDetailsXml(value)).toBe(xml);
        expect(await judge(xml)).toEqual(all);
      }),
      SEED,
    );
  });
});
