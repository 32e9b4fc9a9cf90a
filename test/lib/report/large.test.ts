// Large documents at once: one is in work at a time, and small ones wait for none of them.
import { describe, expect, it } from '@jest/globals';
import { inTurn } from '../../../lib/batch.ts';
import { assemble, SETTINGS, type Core } from '../../../lib/core.ts';
import { describeFile } from '../../../lib/report/describe.ts';
import { inTurnIfLarge } from '../../../lib/report/large.ts';
import { submitReport } from '../../../lib/report/submit.ts';
import { stream } from '../../material.ts';
import { filingDesk } from '../filing/material.ts';
import { detailsBody, reportBody } from './material.ts';

const LARGE = Buffer.alloc(1_000_001);
const LONG = `<additionalInfo>${'x'.repeat(1_000_000)}</additionalInfo>`;

describe('large documents', () => {
  it('are in work one after another, one that fails too; small ones wait for none', async () => {
    const core = { inTurn: inTurn() };
    const seen: string[] = [];
    const ends: (() => void)[] = [];
    const work = (name: string) => async (): Promise<void> => {
      seen.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (name === 'bad') throw new Error('refused');
    };
    const large = ['bad', 'good'].map((name) => inTurnIfLarge(core, LARGE, work(name)));
    await new Promise((resolve) => void setImmediate(resolve)); // whatever can begin has begun
    const small = inTurnIfLarge(core, Buffer.alloc(1_000_000), work('small'));
    expect(seen).toEqual(['bad', 'small']);
    for (const end of ends.splice(0)) end();
    await Promise.all([small, expect(large[0]).rejects.toThrow('refused')]);
    expect(seen).toEqual(['bad', 'small', 'good']);
    for (const end of ends.splice(0)) end();
    await large[1];
  });

  it('are such of reports and of files', async () => {
    const test = await filingDesk();
    const whole = assemble(test.desk().id, test.ports, SETTINGS);
    let turns = 0;
    const core: Core = {
      ...whole,
      inTurn: (name, task) => {
        if (name === 'large documents') turns++;
        return whole.inTurn(name, task);
      },
    };
    const reporter = await test.as('reporter');
    const { reportId } = await submitReport(core, reporter, reportBody());
    const { fileId } = await test.desk().uploadFile(reporter, reportId, {}, stream(Buffer.from('x')));
    expect(turns).toBe(0);
    await submitReport(core, reporter, reportBody({ more: LONG }));
    expect(turns).toBe(1);
    expect(await describeFile(core, reporter, detailsBody(reportId, fileId, LONG))).toEqual({ reportId, fileId });
    expect(turns).toBe(2);
  });
});
