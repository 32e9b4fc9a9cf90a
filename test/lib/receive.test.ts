import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { commitment, documentRoot } from '../../lib/custody.ts';
import {
  isReferralOf,
  verifyCustody,
  verifyReceipt,
  type Opened,
  type Opening,
  type Receipt,
} from '../../lib/index.ts';
import { freshDesk, gather, noise, refer, referralBody, stream, type TestDesk } from '../material.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await freshDesk();
});
afterAll(() => desk.end());

/** An opening of the document made to fit another one. */
function forgedFor(opening: Opening, referral: Record<string, unknown>): Opening {
  if (opening.label !== 'parts') return opening;
  const [key, salts] = [randomBytes(32), randomBytes(32)];
  const forged = commitment(key, 'parts', 'root', documentRoot('parts', salts, referral));
  return { ...opening, key: key.toString('base64'), documentKey: salts.toString('base64'), commitment: forged };
}

describe('a referral', () => {
  it('is taken in with its files, finished, and vouched for by one receipt', async () => {
    const files = [noise('chat/one.jpg', 0), noise('chat/two.jpg', 1), noise('big.mp4', 3_000_000)];
    const { body, receipt } = await refer(desk, files);
    const own = noise('referral.json', 0);
    const sender = [...files, { ...own, sha256: (await import('../../lib/formats/canonical.ts')).sha256Hex(body) }];
    const named = sender.map(({ path, sha256 }) => ({ name: path, sha256 }));
    expect(verifyReceipt(receipt, { trust: desk.trust, files: named })).toMatchObject({ ok: true, findings: [] });
    const stranger = { name: 'stranger', sha256: noise('x', 8).sha256 };
    expect(verifyReceipt(receipt, { trust: desk.trust, files: [stranger] }).findings).toEqual([
      { code: 'file/unknown', where: 'stranger' },
    ]);
  });

  it('can be rebuilt by its sender part by part from its receipts, and from no forged opening', async () => {
    const { opened, body, receipt } = await refer(desk, [noise('a', 10)]);
    const referral = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    const other = { ...referral, additionalInfo: 'other words' };
    for (const each of [opened.receipt, receipt]) {
      expect([isReferralOf(each, referral), isReferralOf(each, other)]).toEqual([true, false]);
      const forged = { ...each, openings: each.openings.map((opening) => forgedFor(opening, other)) };
      expect([isReferralOf(forged, other), verifyReceipt(forged, { trust: desk.trust }).ok]).toEqual([false, false]);
    }
  });

  it('is one referral when the same call is made again, also at the same time and after a restart', async () => {
    const reporter = await desk.as('reporter');
    const body = referralBody();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => desk.desk.open(reporter, body, key)));
    expect(new Set(answers.map(({ referralId }) => referralId)).size).toBe(1);
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    desk = await desk.reopen();
    const again = await desk.desk.open(await desk.as('reporter'), body, key);
    expect(again).toMatchObject({ referralId: answers[0]?.referralId, isNew: false });
    const entryOf = ({ receipt }: Opened): string => JSON.stringify(receipt.entry); // to the letter
    expect(new Set([...answers, again].map(entryOf)).size).toBe(1);
    expect(verifyReceipt(again.receipt, { trust: desk.trust }).ok).toBe(true);
  });

  it('has a receipt of its own when many come at once, whose signatures are fewer', async () => {
    const reporter = await desk.as('reporter');
    const all = Array.from({ length: 9 }, () => desk.desk.open(reporter, referralBody(), randomUUID()));
    const receipts = (await Promise.all(all)).map(({ receipt }) => receipt);
    expect(receipts.map((receipt) => verifyReceipt(receipt, { trust: desk.trust }).findings)).toEqual(
      all.map(() => []),
    );
    expect(new Set(receipts.map(({ signature }) => signature)).size).toBeLessThan(all.length);
    expect(new Set(receipts.map(({ entry }) => entry.chain)).size).toBe(all.length);
    const [first, second] = receipts;
    const swapped = { ...first, path: second?.path } as Receipt;
    expect(verifyReceipt(swapped, { trust: desk.trust }).findings).toContainEqual({
      code: 'receipt/signature',
      where: 'the receipt',
    });
  });

  it('refuses the same key with another body', async () => {
    const reporter = await desk.as('reporter');
    await desk.desk.open(reporter, referralBody(), 'reused');
    const other = referralBody([], { additionalInfo: 'something else' });
    await expect(desk.desk.open(reporter, other, 'reused')).rejects.toMatchObject({ code: 'state/key-reused' });
  });

  it('keeps the keys of two organisations apart', async () => {
    const operator = await desk.as('operator');
    const { key } = await desk.desk.addActor(operator, { role: 'reporter', name: 'another' });
    const other = await desk.desk.authenticate(key);
    const mine = await desk.desk.open(await desk.as('reporter'), referralBody(), 'shared');
    const theirs = await desk.desk.open(other, referralBody([], { additionalInfo: 'another' }), 'shared');
    expect(theirs.referralId).not.toBe(mine.referralId);
    await expect(desk.desk.status(other, mine.referralId)).rejects.toMatchObject({ code: 'absent/referral' });
  });

  it('names every place where it breaks a rule, and keeps nothing', async () => {
    const reporter = await desk.as('reporter');
    const future = referralBody([], {
      incidentSummary: {
        incidentType: 'Child Sex Tourism',
        incidentDateTime: '2026-11-22T10:06:00Z',
      },
    });
    await expect(desk.desk.open(reporter, future, randomUUID())).rejects.toMatchObject({
      code: 'input/rule',
      findings: [expect.objectContaining({ path: '/incidentSummary/incidentDateTime' })],
    });
    const skewed = referralBody([], {
      incidentSummary: { incidentType: 'Child Sex Tourism', incidentDateTime: '2026-11-22T10:04:59Z' },
    });
    await expect(desk.desk.open(reporter, skewed, randomUUID())).resolves.toMatchObject({ isNew: true });
  });
});

describe('an attachment', () => {
  it('is refused, and nothing of it kept, when digest or size are not as declared', async () => {
    const file = noise('a', 100_000);
    const { opened } = await refer(desk, [], { finish: false });
    const reporter = await desk.as('reporter');
    const send = (declared: { sha256: string; sizeBytes?: number }): Promise<unknown> =>
      desk.desk.attach(reporter, opened.referralId, randomUUID(), declared, {}, stream(file.bytes));
    await expect(send({ sha256: noise('b', 1).sha256 })).rejects.toMatchObject({ code: 'attachment/digest-mismatch' });
    await expect(send({ sha256: file.sha256, sizeBytes: 99_999 })).rejects.toMatchObject({
      code: 'attachment/size-mismatch',
    });
    expect((await desk.desk.status(reporter, opened.referralId)).attachments).toEqual([]);
  });

  it('is refused when its bytes stop half-way', async () => {
    const { opened } = await refer(desk, [], { finish: false });
    const file = noise('a', 100_000);
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield* stream(file.bytes.subarray(0, 70_000));
      throw new Error('the line went dead');
    }
    const sent = desk.desk.attach(await desk.as('reporter'), opened.referralId, randomUUID(), file, {}, cut());
    await expect(sent).rejects.toMatchObject({ code: 'attachment/cut-off' });
  });

  it('is the same when sent again, and refused with other bytes under its id', async () => {
    const file = noise('a', 1000);
    const { opened } = await refer(desk, [], { finish: false });
    const reporter = await desk.as('reporter');
    const id = randomUUID();
    const send = (each: { sha256: string; bytes: Buffer }) =>
      desk.desk.attach(reporter, opened.referralId, id, { sha256: each.sha256 }, {}, stream(each.bytes));
    const twice = await Promise.all([send(file), send(file)]);
    expect(twice.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
    expect(await send(file)).toMatchObject({ isNew: false, entry: twice[0].entry });
    await expect(send(noise('b', 1000))).rejects.toMatchObject({ code: 'state/attachment-differs' });
  });

  it('must be what the referral declares for its id', async () => {
    const file = noise('a', 1000);
    const { opened } = await refer(desk, [], { finish: false });
    const reporter = await desk.as('reporter');
    const declaring = await desk.desk.open(reporter, referralBody([file]), randomUUID());
    const other = noise('b', 1000);
    const id = declaring.attachments[0]?.id ?? '';
    await expect(
      desk.desk.attach(reporter, declaring.referralId, id, { sha256: other.sha256 }, {}, stream(other.bytes)),
    ).rejects.toMatchObject({ code: 'attachment/not-as-declared' });
    await expect(desk.desk.finish(reporter, declaring.referralId)).rejects.toMatchObject({
      code: 'state/incomplete',
      findings: [{ path: '/attachments/0' }],
    });
    expect(opened.attachments).toEqual([]);
  });

  it('comes out as it went in, with a purpose that stands in the chain', async () => {
    const file = noise('../../etc/\u202Epasswd\u0000', 2_500_000);
    const { opened } = await refer(desk, [file]);
    const supervisor = await desk.as('supervisor');
    const id = opened.attachments[0]?.id ?? '';
    const { facts, bytes } = await desk.desk.readAttachment(supervisor, opened.referralId, id, 'to check');
    expect((await gather(bytes)).equals(file.bytes)).toBe(true);
    expect(facts).toMatchObject({ name: file.path, sha256: file.sha256, sizeBytes: 2_500_000, declared: 'sha256' });
    const custody = await desk.desk.custody(supervisor, opened.referralId);
    expect(custody.entries.at(-1)).toContain('"act":"read"');
    await expect(desk.desk.readAttachment(supervisor, opened.referralId, id, ' ')).rejects.toMatchObject({
      code: 'input/missing-header',
    });
  });
});

describe('the end of the open time', () => {
  it('comes once: a finished referral takes no file, no second finish, no retraction', async () => {
    const { opened } = await refer(desk, []);
    const reporter = await desk.as('reporter');
    const file = noise('late', 10);
    const id = opened.referralId;
    await expect(desk.desk.finish(reporter, id)).rejects.toMatchObject({ code: 'state/already-finished' });
    await expect(desk.desk.retract(reporter, id)).rejects.toMatchObject({ code: 'state/already-finished' });
    await expect(
      desk.desk.attach(reporter, id, randomUUID(), { sha256: file.sha256 }, {}, stream(file.bytes)),
    ).rejects.toMatchObject({ code: 'state/already-finished' });
  });

  it('takes 32 files at once on one referral, and loses none', async () => {
    const files = Array.from({ length: 32 }, (_, n) => noise(`${n}`, 1000 + n));
    const { opened } = await refer(desk, [], { finish: false });
    const reporter = await desk.as('reporter');
    await Promise.all(
      files.map((file) =>
        desk.desk.attach(reporter, opened.referralId, randomUUID(), { sha256: file.sha256 }, {}, stream(file.bytes)),
      ),
    );
    const receipt = await desk.desk.finish(reporter, opened.referralId);
    await desk.desk.integrate();
    const custody = await desk.desk.custody(await desk.as('auditor'), opened.referralId);
    expect(custody.entries).toHaveLength(34);
    const verdict = verifyCustody(custody, {
      trust: desk.trust,
      against: receipt,
      files: files.map((f) => ({ name: f.path, sha256: f.sha256 })),
    });
    expect(verdict).toMatchObject({ ok: true, findings: [] });
  });
});
