// The answers of a CyberTipline door, as NCMEC documents them, and what is no answer.
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readAnswer, writeAnswer, type Answer } from '../../../../lib/formats/cybertipline/index.ts';
import { encode } from './judge.ts';

const START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const read = (xml: string): Promise<Answer | undefined> => readAnswer(encode(xml));

const DOCUMENTED: readonly (readonly [string, Answer])[] = [
  [
    '<reportResponse><responseCode>0</responseCode><responseDescription>Success</responseDescription><reportId>4564654</reportId></reportResponse>',
    { root: 'reportResponse', code: 0, description: 'Success', reportId: '4564654' },
  ],
  [
    '<reportResponse><responseCode>0</responseCode><responseDescription>Success</responseDescription><reportId>4564654</reportId><fileId>b0754af766b426f2928a02c651ed4b99</fileId><hash>fafa5efeaf3cbe3b23b2748d13e629a1</hash></reportResponse>',
    {
      root: 'reportResponse',
      code: 0,
      description: 'Success',
      reportId: '4564654',
      fileId: 'b0754af766b426f2928a02c651ed4b99',
      hash: 'fafa5efeaf3cbe3b23b2748d13e629a1',
    },
  ],
  [
    '<reportResponse><responseCode>4100</responseCode><responseDescription>Validation failed</responseDescription></reportResponse>',
    { root: 'reportResponse', code: 4100, description: 'Validation failed' },
  ],
  [
    '<reportDoneResponse><responseCode>0</responseCode><reportId>4564654</reportId><files><fileId>b0</fileId><fileId>c1</fileId></files></reportDoneResponse>',
    { root: 'reportDoneResponse', code: 0, reportId: '4564654', fileIds: ['b0', 'c1'] },
  ],
  [
    '<reportDoneResponse><responseCode>0</responseCode><reportId>4564654</reportId><files/></reportDoneResponse>',
    { root: 'reportDoneResponse', code: 0, reportId: '4564654', fileIds: [] },
  ],
];

describe('an answer', () => {
  it.each(DOCUMENTED)('is written and read as NCMEC documents it: %s', async (xml, answer) => {
    expect(writeAnswer(answer)).toBe(START + xml);
    expect(await read(START + xml)).toEqual(answer);
  });

  it('is read with white space, strange elements and without a declaration', async () => {
    const xml =
      '<reportResponse new="1">\n <responseCode> 0 </responseCode>\n <x>y</x><reportId>\n0004564654 </reportId></reportResponse>';
    expect(await read(xml)).toEqual({ root: 'reportResponse', code: 0, description: '', reportId: '0004564654' });
    const done =
      '<reportDoneResponse><responseCode>0</responseCode><reportId>9223372036854775807</reportId></reportDoneResponse>';
    expect(await read(done)).toEqual({
      root: 'reportDoneResponse',
      code: 0,
      reportId: '9223372036854775807',
      fileIds: [],
    });
  });

  it.each([
    '',
    'Unauthorized',
    '<html><body>502</body></html>',
    '<!DOCTYPE html><html/>',
    '<reportResponse/>',
    '<reportResponse><responseCode/></reportResponse>',
    '<reportResponse><responseCode>zero</responseCode></reportResponse>',
    '<reportResponse><responseCode>1e3</responseCode></reportResponse>',
    '<reportResponse><responseCode>99999999999</responseCode></reportResponse>',
    '<reportResponse><responseCode>0</responseCode><reportId>b0</reportId></reportResponse>',
    '<reportDoneResponse><responseCode>0</responseCode><files/></reportDoneResponse>',
    '<reportDoneResponse><responseCode>0</responseCode><reportId>-1</reportId><files/></reportDoneResponse>',
    '<report/>',
  ])('is none in %j', async (xml) => {
    expect(await read(xml)).toBeUndefined();
  });

  it('is none when cut anywhere, whatever came before', async () => {
    for (const [xml] of DOCUMENTED) {
      const bytes = encode(START + xml);
      for (let end = 0; end < bytes.length; end++) expect(await readAnswer(bytes.subarray(0, end))).toBeUndefined();
    }
  });

  it('comes back as it was written', async () => {
    const words = fc.string({ maxLength: 20 }).map((text) => text.replace(/\s+/g, ' ').trim());
    const id = fc.bigInt(0n, 2n ** 53n - 1n).map(String);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 9999 }),
        words,
        id,
        fc.array(id),
        async (code, description, reportId, fileIds) => {
          const answers: Answer[] = [
            { root: 'reportResponse', code, description, reportId },
            { root: 'reportDoneResponse', code, reportId, fileIds },
          ];
          for (const answer of answers) expect(await read(writeAnswer(answer))).toEqual(answer);
        },
      ),
      { seed: 20261122, numRuns: 200 },
    );
  });

  it('is never more than none, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await readAnswer(bytes)).toBeUndefined();
      }),
      { seed: 20261122, numRuns: 500 },
    );
  });
});
