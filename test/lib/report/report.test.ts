// A CyberTipline report taken in by the desk's verbs: sealed byte for byte, found by its number, ended by NCMEC's clock.
import { createHash, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeskError, SETTINGS, verifyCustody, type Caller, type Code } from '../../../lib/index.ts';
import { nthObject } from '../../../lib/referral.ts';
import { openSmall } from '../../../lib/seal.ts';
import { assemble } from '../../../lib/core.ts';
import { freshDesk, gather, noise, stream, type TestDesk } from '../../material.ts';
import { detailsBody, report, reportBody } from './material.ts';

let test: TestDesk;
let reporter: Caller;
beforeEach(async () => {
  test = await freshDesk();
  reporter = await test.as('reporter');
});
afterEach(() => test.end());

async function codeOf(work: Promise<unknown>): Promise<Code | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => (error instanceof DeskError ? error.code : 'internal'),
  );
}

/** Object `n` of the entry in place `seq` of a chain, opened. */
async function sealedBytes(referralId: string, seq: number, n: number): Promise<Buffer> {
  const core = assemble(test.desk.id, test.local.ports, SETTINGS);
  const [stored] = await core.ledger.entries(referralId, seq, 1);
  if (stored === undefined) throw new Error('no such entry');
  return openSmall(core, nthObject(stored, n));
}

async function acts(referralId: string): Promise<string[]> {
  await test.desk.integrate();
  const custody = await test.desk.custody(await test.as('auditor'), referralId);
  expect(verifyCustody(custody, { trust: test.trust }).findings).toEqual([]);
  return custody.entries.map((text) => (JSON.parse(text) as { act: string }).act);
}

const AN_HOUR = 1 / 24;

describe('a CyberTipline report', () => {
  it('is taken in with a file and its details, finished, and holds under watch', async () => {
    const file = noise('one.jpg', 100_000);
    const { referralId, reportId, fileIds } = await report(test, [file], { finish: false });
    expect(await test.desk.finishReport(reporter, reportId)).toEqual({ reportId, fileIds });
    expect(await acts(referralId)).toEqual(['open', 'attach', 'describe-file', 'finish']);
    await test.desk.integrate();
    expect((await test.desk.watch()).findings).toEqual([]);
  });

  it('has a number from which none of another report can be told, opened in the same moment though it was', async () => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => test.desk.submitReport(reporter, reportBody())));
    const numbers = opened.map(({ reportId }) => Number(reportId)).sort((one, other) => one - other);
    const gaps = numbers.slice(1).map((number, n) => number - (numbers[n] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(2 ** 30); // nearer by chance: once in 70,000
  });

  it('is numbered by 16 digits below 2^53, its files by 32 hex digits of which the first is a letter', async () => {
    const { reportId, fileIds } = await report(
      test,
      Array.from({ length: 12 }, (_, n) => noise(`${n}.jpg`, 1)),
    );
    expect(reportId).toMatch(/^[1-9][0-9]{15}$/);
    expect(Number(reportId)).toBeLessThan(2 ** 53);
    for (const id of fileIds) expect(id).toMatch(/^[a-f][0-9a-f]{31}$/);
    expect(new Set(fileIds).size).toBe(12);
  });

  it('comes out byte for byte, and so do the details of its files', async () => {
    const body = reportBody({ more: '<!-- kept -->\r\n<additionalInfo>x &amp; <![CDATA[y]]></additionalInfo>' });
    const { referralId, reportId, fileIds } = await report(test, [noise('one.jpg', 10)], { body });
    expect((await sealedBytes(referralId, 0, 0)).equals(body)).toBe(true);
    expect((await sealedBytes(referralId, 2, 0)).equals(detailsBody(reportId, fileIds[0] ?? ''))).toBe(true);
  });

  it('answers the MD5 of a file, and says that no digest was declared', async () => {
    const { bytes } = noise('x', 3_000_000);
    const { referralId, reportId } = await report(test, [], { finish: false });
    const { fileId, md5 } = await test.desk.uploadFile(reporter, reportId, { name: 'x' }, stream(bytes));
    expect(md5).toBe(createHash('md5').update(bytes).digest('hex'));
    const attachment = fileId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const read = await test.desk.readAttachment(await test.as('supervisor'), referralId, attachment, 'a look');
    expect([read.facts.declared, (await gather(read.bytes)).equals(bytes)]).toEqual(['none', true]);
  });

  it('has two files where the same bytes are uploaded twice', async () => {
    const same = noise('one.jpg', 10);
    const { fileIds } = await report(test, [same, same]);
    expect(new Set(fileIds).size).toBe(2);
  });

  it('keeps nothing of a file whose sender goes away', async () => {
    const { referralId, reportId } = await report(test, [], { finish: false });
    const broken = (async function* () {
      yield await Promise.resolve(Buffer.alloc(2_000_000));
      throw new Error('gone');
    })();
    expect(await codeOf(test.desk.uploadFile(reporter, reportId, {}, broken))).toBe('attachment/cut-off');
    expect(await acts(referralId)).toEqual(['open']);
  });

  it.each([
    ['not well-formed', Buffer.from('<report><a></report>'), 'input/malformed'],
    ['against the schema', Buffer.from('<report/>'), 'input/invalid'],
    ['against a rule', Buffer.from(reportBody().toString().replace('2026-01-01', '2036-01-01')), 'input/rule'],
    ['of another kind', detailsBody('1', 'a'), 'input/invalid'],
    ['too large', Buffer.alloc(SETTINGS.jsonBytes + 1, 0x20), 'input/too-large'],
  ] as const)('is refused, and nothing kept, when it is %s', async (_name, body, code) => {
    expect(await codeOf(test.desk.submitReport(reporter, body))).toBe(code);
    expect((await test.desk.list(reporter, {})).items).toEqual([]);
  });

  it('names the rule, the element and the line', async () => {
    const body = Buffer.from(reportBody().toString().replace('2026-01-01', '2036-01-01'));
    await expect(test.desk.submitReport(reporter, body)).rejects.toMatchObject({
      findings: [{ code: 'not-in-future', path: '/report/incidentSummary/incidentDateTime', line: 6 }],
    });
  });

  it('is found by its number in any spelling of an XML long, and by no other', async () => {
    const { reportId } = await report(test, [], { finish: false });
    for (const spelling of [reportId, `+${reportId}`, `000${reportId}`, ` ${reportId}\n`])
      await test.desk.uploadFile(reporter, spelling, {}, stream(Buffer.from('x')));
    for (const none of ['', '0', '-1', `${reportId}0`, 'x', `${BigInt(reportId) + 1n}`, '9'.repeat(30)])
      expect([none, await codeOf(test.desk.uploadFile(reporter, none, {}, stream(Buffer.from('x'))))]).toEqual([
        none,
        'absent/report',
      ]);
  });

  it('is as absent to another organisation as one that never was, and refused to whoever is no reporter', async () => {
    const { reportId } = await report(test, [], { finish: false });
    const operator = await test.as('operator');
    const { key } = await test.desk.addActor(operator, {
      role: 'reporter',
      name: 'Another',
      organisation: test.desk.id,
    });
    const other = await test.desk.authenticate(key);
    expect(await codeOf(test.desk.finishReport(other, reportId))).toBe('absent/report');
    for (const role of ['supervisor', 'auditor', 'investigator', 'operator'] as const) {
      expect(await codeOf(test.desk.submitReport(await test.as(role), reportBody()))).toBe('access/denied');
      expect(await codeOf(test.desk.finishReport(await test.as(role), reportId))).toBe('access/denied');
    }
  });
});

describe('details of a file', () => {
  it('are taken once: the same document again is the same answer, another is refused', async () => {
    const { reportId, fileIds, referralId } = await report(test, [noise('a', 1)], { finish: false });
    const fileId = fileIds[0] ?? '';
    expect(await test.desk.describeFile(reporter, detailsBody(reportId, fileId))).toEqual({ reportId, fileId });
    const other = detailsBody(reportId, fileId, '<fileViewedByEsp>false</fileViewedByEsp>');
    expect(await codeOf(test.desk.describeFile(reporter, other))).toBe('state/described');
    expect(await acts(referralId)).toEqual(['open', 'attach', 'describe-file']);
  });

  it('are one success for all when the same document comes many times at once', async () => {
    const { reportId, referralId } = await report(test, [], { finish: false });
    const { fileId } = await test.desk.uploadFile(reporter, reportId, {}, stream(Buffer.from('x')));
    const same = Array.from({ length: 6 }, () =>
      codeOf(test.desk.describeFile(reporter, detailsBody(reportId, fileId))),
    );
    expect(new Set(await Promise.all(same))).toEqual(new Set([undefined]));
    expect((await acts(referralId)).filter((act) => act === 'describe-file')).toHaveLength(1);
  });

  it('are taken once also when two documents come at the same moment', async () => {
    const { reportId, referralId } = await report(test, [], { finish: false });
    const { fileId } = await test.desk.uploadFile(reporter, reportId, {}, stream(Buffer.from('x')));
    const bodies = ['A1', 'A2', 'B1', 'B2'].map((kind) =>
      detailsBody(reportId, fileId, `<industryClassification>${kind}</industryClassification>`),
    );
    const codes = await Promise.all(bodies.map((body) => codeOf(test.desk.describeFile(reporter, body))));
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set([undefined, 'state/described']));
    expect((await acts(referralId)).filter((act) => act === 'describe-file')).toHaveLength(1);
  });

  it.each([
    ['the schema', '<fileViewedByEsp>maybe</fileViewedByEsp>', 'input/invalid'],
    ['a rule', '<exifViewedByEsp>true</exifViewedByEsp>', 'input/rule'],
  ])('that %s refuses leave the report open as it was, to be gone on with or taken back', async (_by, inside, code) => {
    for (const next of ['finish', 'retract'] as const) {
      const { reportId, referralId } = await report(test, [], { finish: false });
      const { fileId } = await test.desk.uploadFile(reporter, reportId, {}, stream(Buffer.from('x')));
      const { expiresAt } = await test.desk.status(reporter, referralId);
      test.clock.addDays(23.5 * AN_HOUR);
      const refused = test.desk.describeFile(reporter, detailsBody(reportId, fileId, inside));
      expect(await codeOf(refused)).toBe(code);
      expect(await test.desk.status(reporter, referralId)).toMatchObject({ state: 'open', expiresAt });
      if (next === 'retract') {
        expect(await test.desk.retractReport(reporter, reportId)).toEqual({ reportId });
        continue;
      }
      await test.desk.describeFile(reporter, detailsBody(reportId, fileId));
      expect(await test.desk.finishReport(reporter, reportId)).toMatchObject({ fileIds: [fileId] });
      expect(await acts(referralId)).toEqual(['open', 'attach', 'describe-file', 'finish']);
    }
  });

  it('belong to a file of that report', async () => {
    const one = await report(test, [noise('a', 1)], { finish: false });
    const two = await report(test, [noise('b', 1)], { finish: false });
    const wrong = detailsBody(one.reportId, two.fileIds[0] ?? '');
    expect(await codeOf(test.desk.describeFile(reporter, wrong))).toBe('absent/file');
    for (const id of ['x', 'a'.repeat(32), '1'.repeat(32)])
      expect(await codeOf(test.desk.describeFile(reporter, detailsBody(one.reportId, id)))).toBe('absent/file');
    expect(await codeOf(test.desk.describeFile(reporter, detailsBody('1', one.fileIds[0] ?? '')))).toBe(
      'absent/report',
    );
  });

  it('are held against the documented rules', async () => {
    const { reportId } = await report(test, [], { finish: false });
    const { fileId } = await test.desk.uploadFile(reporter, reportId, {}, stream(Buffer.from('x')));
    const inside =
      '<fileRelevance>Supplemental Reported</fileRelevance><industryClassification>A1</industryClassification>';
    await expect(test.desk.describeFile(reporter, detailsBody(reportId, fileId, inside))).rejects.toMatchObject({
      code: 'input/rule',
      findings: [{ path: '/fileDetails', line: 1 }],
    });
    const claims = '<fileViewedByEsp>false</fileViewedByEsp><exifViewedByEsp>true</exifViewedByEsp>';
    expect(await codeOf(test.desk.describeFile(reporter, detailsBody(reportId, fileId, claims)))).toBe('input/rule');
  });
});

describe('a report seen from the API for referrals', () => {
  it('takes no files there, whose ids and clock are others', async () => {
    const { referralId } = await report(test, [], { finish: false });
    const file = noise('a', 3);
    const sent = test.desk.attach(reporter, referralId, randomUUID(), { sha256: file.sha256 }, {}, stream(file.bytes));
    expect(await codeOf(sent)).toBe('state/not-open');
  });

  it('is finished there by the same clock, and not after it', async () => {
    const { referralId } = await report(test, [], { finish: false });
    test.clock.addDays(1.5);
    expect(await codeOf(test.desk.finish(reporter, referralId))).toBe('absent/report');
    expect(await codeOf(test.desk.retract(reporter, referralId))).toBe('absent/report');
  });
});

describe('a batched report', () => {
  const body = reportBody({ before: '<batchedReport reason="VIRAL_POTENTIAL_MEME"/>' });
  const viral = '<fileAnnotations><viral/></fileAnnotations>';

  it('is finished with one file that is marked', async () => {
    const { fileIds } = await report(test, [noise('a', 1)], { body, inside: viral });
    expect(fileIds).toHaveLength(1);
  });

  it('is finished without a file', async () => {
    expect((await report(test, [], { body })).fileIds).toEqual([]);
  });

  it('is not finished with two files, and stays open to be taken back', async () => {
    const { reportId } = await report(test, [noise('a', 1), noise('b', 1)], { body, inside: viral, finish: false });
    expect(await codeOf(test.desk.finishReport(reporter, reportId))).toBe('input/rule');
    expect(await test.desk.retractReport(reporter, reportId)).toEqual({ reportId });
  });

  it('is not finished with a second file that comes at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const { reportId } = await report(test, [noise('a', 1)], { body, inside: viral, finish: false });
      const [finished, uploaded] = await Promise.all([
        codeOf(test.desk.finishReport(reporter, reportId)),
        codeOf(test.desk.uploadFile(reporter, reportId, {}, stream(Buffer.from('x')))),
      ]);
      expect([finished, uploaded].filter((code) => code === undefined)).toHaveLength(1);
    }
  });

  it('takes no details without the mark, nor with what a batch forbids', async () => {
    const { reportId } = await report(test, [], { body, finish: false });
    const { fileId } = await test.desk.uploadFile(reporter, reportId, {}, stream(Buffer.from('x')));
    for (const inside of [
      '',
      `${viral}<additionalInfo>x</additionalInfo>`,
      '<fileAnnotations><viral/><infant/></fileAnnotations>',
    ])
      expect(await codeOf(test.desk.describeFile(reporter, detailsBody(reportId, fileId, inside)))).toBe('input/rule');
    expect(await codeOf(test.desk.finishReport(reporter, reportId))).toBe('input/rule'); // the file has no mark at all
  });
});

describe('the end of a report', () => {
  it('is told apart: finished, taken back, never there', async () => {
    const finished = await report(test);
    const retracted = await report(test, [noise('a', 1)], { finish: false });
    await test.desk.retractReport(reporter, retracted.reportId);
    const each = (id: string, fileId: string): Promise<Code | undefined>[] => [
      codeOf(test.desk.uploadFile(reporter, id, {}, stream(Buffer.from('x')))),
      codeOf(test.desk.describeFile(reporter, detailsBody(id, fileId))),
      codeOf(test.desk.finishReport(reporter, id)),
      codeOf(test.desk.retractReport(reporter, id)),
    ];
    const all = async (id: string, fileId = ''): Promise<Set<Code | undefined>> =>
      new Set(await Promise.all(each(id, fileId)));
    expect(await all(finished.reportId, finished.fileIds[0])).toEqual(new Set(['state/already-finished']));
    expect(await all(retracted.reportId, retracted.fileIds[0])).toEqual(new Set(['state/retracted']));
    expect(await all('1234567890123456', 'a'.repeat(32))).toEqual(new Set(['absent/report']));
    await test.desk.tick(); // what was taken back is destroyed, and with it the way to it
    expect(await all(retracted.reportId, retracted.fileIds[0])).toEqual(new Set(['absent/report']));
  });

  it('comes a day after it was opened, exactly, when nothing is added; somebody is told, and nothing of it is left', async () => {
    const { referralId, reportId } = await report(test, [], { finish: false });
    test.clock.addDays(1 - 1e-6);
    await test.desk.uploadFile(reporter, reportId, {}, stream(Buffer.from('x')));
    const idle = await report(test, [], { finish: false });
    test.clock.addDays(1);
    for (const id of [reportId, idle.reportId])
      expect(await codeOf(test.desk.finishReport(reporter, id))).toBe('absent/report'); // also before the clock is asked
    expect(await test.desk.tick()).toMatchObject({ warned: 0, expired: 2 });
    expect(test.alarms.map(({ code }) => code)).toEqual(['report/expired', 'report/expired']);
    expect((await test.desk.status(await test.as('supervisor'), referralId)).state).toBe('destroyed');
    await test.desk.integrate();
    expect((await test.desk.watch()).findings).toEqual([]);
  });

  it('moves to an hour after the last file or its details, and never back', async () => {
    const { reportId, referralId } = await report(test, [], { finish: false });
    const expiry = async (): Promise<number> =>
      Date.parse((await test.desk.status(reporter, referralId)).expiresAt) - test.clock.now().getTime();
    test.clock.addDays(2 * AN_HOUR);
    const { fileId } = await test.desk.uploadFile(reporter, reportId, {}, stream(Buffer.from('x')));
    expect(await expiry()).toBe(22 * 3_600_000);
    test.clock.addDays(21.5 * AN_HOUR);
    await test.desk.describeFile(reporter, detailsBody(reportId, fileId));
    expect(await expiry()).toBe(3_600_000);
    test.clock.addDays(0.9 * AN_HOUR);
    await test.desk.uploadFile(reporter, reportId, {}, stream(Buffer.from('x')));
    expect(await expiry()).toBe(3_600_000);
    expect(await test.desk.tick()).toMatchObject({ expired: 0 });
    await test.desk.finishReport(reporter, reportId);
  });

  it('ends also a file that is still coming, of which nothing is kept; one that has come in time moves it', async () => {
    const { reportId, referralId } = await report(test, [], { finish: false });
    const taking = (days: number): AsyncIterable<Uint8Array> =>
      (async function* () {
        yield await Promise.resolve(Buffer.from('x'));
        test.clock.addDays(days);
      })();
    await test.desk.uploadFile(reporter, reportId, {}, taking(1 - AN_HOUR / 60));
    expect(await codeOf(test.desk.uploadFile(reporter, reportId, {}, taking(1.01 * AN_HOUR)))).toBe('absent/report');
    expect(await acts(referralId)).toEqual(['open', 'attach']);
    expect(await test.desk.tick()).toMatchObject({ expired: 1 });
  });

  it('is not expiry while a hold stands: what is held is kept', async () => {
    const { referralId } = await report(test, [], { finish: false });
    const order = { reason: 'inquiry', legalBasis: 'order 1' };
    await test.desk.hold(await test.as('supervisor'), referralId, order);
    test.clock.addDays(2);
    await test.desk.tick();
    expect((await test.desk.status(reporter, referralId)).state).toBe('expired');
  });
});

describe('a file that waits for its report', () => {
  it('is given back as it came, and lies nowhere by a name', async () => {
    const { bytes } = noise('x', 2_500_000);
    const held = await test.desk.holdFile(stream(bytes));
    expect((await gather(held.bytes())).equals(bytes)).toBe(true);
    expect((await gather(held.bytes())).equals(bytes)).toBe(true);
    await held.discard();
    await held.discard();
  });
});
