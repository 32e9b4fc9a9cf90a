// A filing that goes as it should: what NCMEC receives, what is sealed of its answers, and what is told of it.
import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { assemble, SETTINGS } from '../../../lib/core.ts';
import { deliverFilings } from '../../../lib/filing/courier.ts';
import { rememberCourier } from '../../../lib/filing/courier-memory.ts';
import { readAnswer, readFileDetails, readReport } from '../../../lib/formats/cybertipline/index.ts';
import { noise } from '../../material.ts';
import { detailsBody, report, reportBody } from '../report/material.ts';
import { countOf, described, filingDesk, twoFiles } from './material.ts';
import { tally } from './ncmec-double.ts';

describe('a filing', () => {
  it('arrives as one finished report with every file, to the byte, and what is known of each', async () => {
    const test = await filingDesk();
    const files = twoFiles();
    const referral = await test.refer(files, { attachments: files.map(described) });
    await test.order(referral);
    await test.deliver();
    expect(test.ncmec.heard).toEqual(['/submit', '/upload', '/fileinfo', '/upload', '/fileinfo', '/finish']);
    const [report, ...others] = [...test.ncmec.reports.values()];
    expect([others, report?.state]).toEqual([[], 'finished']);
    expect(report?.files.map(({ name }) => name)).toEqual(['first.jpg', 'second %22one%22.png']);
    expect(report?.files.map(({ bytes }, n) => bytes.equals(files[n]?.bytes ?? Buffer.alloc(1)))).toEqual([true, true]);
    const details = await readFileDetails(Buffer.from(report?.files[0]?.details ?? ''));
    const said = { publiclyAvailable: false, fileViewedByEsp: true };
    expect(details.value).toEqual({ reportId: report?.id, fileId: report?.files[0]?.id, ...said });
    const { value } = await readReport(Buffer.from(report?.xml ?? ''));
    expect(value.reporter).toMatchObject({ reportingPerson: { firstName: 'Ada' } });
  });

  it('is delivered with the answer to finish, sealed word for word and shown to those whose referral it is', async () => {
    const test = await filingDesk();
    const referral = await test.refer(twoFiles());
    const { filingId } = await test.order(referral);
    await test.deliver();
    const shown = await test.filing(referral);
    expect(shown).toMatchObject({ filingId, state: 'delivered', reports: 1, orphans: 0, reportId: '4564654' });
    const answer = await readAnswer(Buffer.from(shown.receipt?.answer ?? '', 'base64'));
    expect(answer).toMatchObject({ root: 'reportDoneResponse', code: 0, reportId: '4564654' });
    const [own] = (await test.desk().filings(await test.as('reporter'), referral)).items;
    expect(own).toEqual(shown);
    const [audited] = (await test.desk().filings(await test.as('auditor'), referral)).items;
    expect([audited?.state, audited?.reportId, audited?.receipt]).toEqual(['delivered', undefined, undefined]);
    const { filings } = await test.desk().status(await test.as('reporter'), referral);
    expect(filings).toMatchObject([{ filingId, to: 'ncmec', state: 'delivered' }]);
    expect(JSON.stringify(filings)).not.toContain('4564654');
    expect(test.alarms).toEqual([]);
  });

  it('begins no call when it is late, and goes on in the same report in the next round', async () => {
    const test = await filingDesk();
    const referral = await test.refer(twoFiles());
    await test.order(referral);
    const core = assemble(test.desk().id, test.ports, SETTINGS);
    const courier = rememberCourier(test.ports);
    const rounds: number[] = [];
    while ((await test.filing(referral)).state === 'ordered') {
      let calls = 0;
      rounds.push(await deliverFilings(core, courier, true, () => calls++ === 2));
    }
    expect(rounds).toEqual([2, 2, 2]);
    expect(test.ncmec.heard).toEqual(['/submit', '/upload', '/fileinfo', '/upload', '/fileinfo', '/finish']);
    expect(await test.filing(referral)).toMatchObject({ state: 'delivered', reports: 1, orphans: 0 });
  });

  it('begins no call of a second filing of the referral whose turn comes late', async () => {
    const test = await filingDesk();
    const referral = await test.refer([noise('a.bin', 10)]);
    const { filingId } = await test.order(referral);
    const core = assemble(test.desk().id, test.ports, SETTINGS);
    const courier = rememberCourier(test.ports);
    let isLate = false;
    const turn = core.inTurn(`filings of ${referral}`, async () => {
      while (!courier.busy.has(filingId)) await new Promise(setImmediate); // it waits for its turn
      isLate = true;
    });
    expect(await deliverFilings(core, courier, true, () => isLate)).toBe(0);
    await turn;
    expect(test.ncmec.heard).toEqual([]);
  });

  it('enters each call before it is made and after it was answered, and holds nothing of the answer in book or row', async () => {
    const test = await filingDesk();
    const referral = await test.refer([noise('a.bin', 10)]);
    await test.order(referral);
    await test.deliver();
    expect(await countOf(test, referral, 'file-step')).toBe(2 * 4);
    const [report] = [...test.ncmec.reports.values()];
    const entries = await test.ports.ledger.entries(referral, 0, 100);
    const row = (await test.ports.ledger.list(`filings/${referral}`, { limit: 2 })).items;
    const kept = JSON.stringify([entries, row]);
    expect([report?.id ?? '', report?.files[0]?.id ?? ''].filter((text) => kept.includes(text))).toEqual([]);
    await test.desk().integrate();
    expect((await test.desk().watch()).findings).toEqual([]);
  });

  it('says of a file only what is known of it, and nothing where nothing is', async () => {
    const test = await filingDesk();
    const reporter = await test.as('reporter');
    const { referralId } = await test.desk().open(reporter, Buffer.from(JSON.stringify(bare)), randomUUID());
    const file = noise('', 20);
    async function* bytes() {
      yield await Promise.resolve(file.bytes);
    }
    await test.desk().attach(reporter, referralId, randomUUID(), { sha256: file.sha256 }, {}, bytes());
    await test.desk().finish(reporter, referralId);
    await test.order(referralId);
    await test.deliver();
    expect(test.ncmec.heard).toEqual(['/submit', '/upload', '/finish']);
    expect(tally(test.ncmec)).toEqual({ finished: 1, open: 0, retracted: 0 });
  });

  it.each([
    ['in full, before it was finished', 'full', 'before', true],
    ['in part', 'partial', 'before', undefined],
    ['in full, but afterwards', 'full', 'after', undefined],
    ['in full, but by the desk’s own people', 'full', 'desk', undefined],
  ] as const)('claims a look %s as what it is', async (_name, extent, when, viewed) => {
    const test = await filingDesk();
    const file = noise('a.jpg', 10);
    const look = { sha256: file.sha256, viewer: 'Noa', from: '2026-11-20T10:00:00Z', extent } as const;
    const reporter = await test.as('reporter');
    const desk = test.desk();
    const body = Buffer.from(JSON.stringify({ ...bare, attachments: [{ path: 'a.jpg', sha256: file.sha256 }] }));
    const { referralId, attachments } = await desk.open(reporter, body, randomUUID());
    async function* bytes() {
      yield await Promise.resolve(file.bytes);
    }
    await desk.attach(reporter, referralId, attachments[0]?.id ?? '', { sha256: file.sha256 }, {}, bytes());
    if (when === 'before') await desk.recordView(reporter, referralId, look);
    if (when === 'desk') await desk.recordView(await test.as('supervisor'), referralId, look);
    await desk.finish(reporter, referralId);
    if (when === 'after') await desk.recordView(reporter, referralId, look);
    await test.order(referralId);
    await test.deliver();
    const [report] = [...test.ncmec.reports.values()];
    const sent = report?.files[0]?.details;
    const claim = sent === undefined ? undefined : (await readFileDetails(Buffer.from(sent))).value.fileViewedByEsp;
    expect(claim).toBe(viewed);
  });

  it('leaves the submitter’s own word on viewing as it stands, whatever was entered at the desk', async () => {
    const test = await filingDesk();
    const file = noise('a.jpg', 10);
    const attachments = [{ ...described(file), fileDetails: { fileViewedByEsp: false } }];
    const reporter = await test.as('reporter');
    const body = Buffer.from(JSON.stringify({ ...bare, attachments }));
    const opened = await test.desk().open(reporter, body, randomUUID());
    const id = opened.attachments[0]?.id ?? '';
    async function* bytes() {
      yield await Promise.resolve(file.bytes);
    }
    await test.desk().attach(reporter, opened.referralId, id, { sha256: file.sha256 }, {}, bytes());
    const look = { sha256: file.sha256, viewer: 'Noa', from: '2026-11-20T10:00:00Z', extent: 'full' } as const;
    await test.desk().recordView(reporter, opened.referralId, look);
    await test.desk().finish(reporter, opened.referralId);
    await test.order(opened.referralId);
    await test.deliver();
    const [report] = [...test.ncmec.reports.values()];
    const { value } = await readFileDetails(Buffer.from(report?.files[0]?.details ?? ''));
    expect(value.fileViewedByEsp).toBe(false);
  });

  it('hands on a report that came through the CyberTipline door as the same tree, and what was said of its files as it was said', async () => {
    const test = await filingDesk();
    const body = reportBody({
      more: '<victim><victimPerson><age>014</age></victimPerson></victim><additionalInfo> 0042 </additionalInfo>',
    });
    const inside =
      '<fileViewedByEsp>0</fileViewedByEsp><fileAnnotations><viral/></fileAnnotations><originalFileHash hashType="MD5">0e1</originalFileHash>';
    const told = await report({ desk: test.desk(), as: test.as }, [noise('C:/own/a.jpg', 10)], { body, inside });
    await test.order(told.referralId);
    await test.deliver();
    const [sent] = [...test.ncmec.reports.values()];
    const [before, after] = [await readReport(body), await readReport(Buffer.from(sent?.xml ?? ''))];
    expect([after.value, sent?.state]).toEqual([before.value, 'finished']);
    const own = await readFileDetails(detailsBody('1', 'a', inside));
    const details = await readFileDetails(Buffer.from(sent?.files[0]?.details ?? ''));
    const ids = { reportId: sent?.id, fileId: sent?.files[0]?.id };
    expect(details.value).toEqual({ ...own.value, ...ids });
  });

  it('streams a file of many frames, and NCMEC’s MD5 is the one that was sealed', async () => {
    const test = await filingDesk();
    const file = noise('large.bin', 5_000_000);
    const referral = await test.refer([file]);
    await test.order(referral);
    await test.deliver();
    const [report] = [...test.ncmec.reports.values()];
    const sent = createHash('sha256')
      .update(report?.files[0]?.bytes ?? '')
      .digest('hex');
    expect([sent, (await test.filing(referral)).state]).toEqual([file.sha256, 'delivered']);
  });
});

const bare = {
  incidentSummary: { incidentType: 'Child Sex Tourism', incidentDateTime: '2026-01-01T10:00:00Z' },
  reporter: { reportingPerson: { email: [{ value: 'ada@example.org' }] } },
};
