// The way in for large files, at the desk: sent past it, unproved until it has looked, an attachment like any other then. Nobody puts anything but
// what was announced, where it was announced, while the slot is open.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { parseEntry } from '../../../lib/custody.ts';
import { SETTINGS } from '../../../lib/core.ts';
import { fileIn } from '../../../lib/local/vault.ts';
import { openWords, partBytesFor } from '../../../lib/uploads/record.ts';
import { partDigests } from '../../../lib/client/direct.ts';
import { freshDesk, gather, noise, referralBody, stream, type NoiseFile, type TestDesk } from '../../material.ts';
import { announce, beginSending, completeSending, cut, putAll, sealedFor, tokenOf, type Sending } from './sender.ts';

const MIB = 1024 * 1024;
let test: TestDesk;
beforeEach(async () => {
  test = await freshDesk();
});
afterEach(() => test.end());

const begin = (file: NoiseFile, more: object = {}): Promise<Sending> =>
  beginSending(test, file, referralBody([file], more), randomBytes(6).toString('hex'));

async function acts(referralId: string): Promise<string[]> {
  const { entries } = await test.desk.custody(await test.as('auditor'), referralId);
  return entries.map((text) => parseEntry(text).act);
}

async function stateOf({ desk, reporter, referralId, attachmentId }: Sending): Promise<string | undefined> {
  const { attachments } = await desk.status(reporter, referralId);
  return attachments.find(({ id }) => id === attachmentId)?.state;
}

const code = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'taken',
    (error: unknown) => (error as { code: string }).code,
  );

describe('a file that is sent past the desk', () => {
  it('is unproved until the desk has looked, and an attachment like any other then', async () => {
    const sending = await begin(noise('large.mp4', 18 * MIB + 5));
    const { desk, reporter, referralId, slot, file, attachmentId } = sending;
    expect(slot).toMatchObject({
      attachmentId,
      partBytes: 16 * MIB,
      context: { owner: referralId, object: slot.uploadId },
    });
    expect(sending.parts).toHaveLength(2);
    await putAll(sending);
    await completeSending(sending);
    expect(await stateOf(sending)).toBe('unproved');
    await expect(desk.finish(reporter, referralId)).rejects.toMatchObject({
      code: 'state/incomplete',
      findings: [{ code: 'attachment-unproved', path: '/attachments/0' }],
    });
    expect(await desk.inspect()).toEqual({ proved: 1, refused: 0 });
    expect(await stateOf(sending)).toBe('sealed');
    await desk.finish(reporter, referralId);
    expect(await acts(referralId)).toEqual(['open', 'open-upload', 'complete-upload', 'attach', 'finish']);
    const read = await desk.readAttachment(await test.as('supervisor'), referralId, attachmentId, 'to look');
    expect((await gather(read.bytes)).equals(file.bytes)).toBe(true);
    expect(read.facts).toMatchObject({
      sha256: file.sha256,
      md5: createHash('md5').update(file.bytes).digest('hex'),
      sha1: createHash('sha1').update(file.bytes).digest('hex'),
      name: 'large.mp4',
      declared: 'sha256',
      sizeBytes: file.bytes.length,
    });
    await desk.integrate();
    expect((await desk.watch()).findings).toEqual([]);
    expect((await desk.watch()).notes).toEqual([]);
  });

  it('is locked for 14 days when it lands, and for 400 once it was looked at', async () => {
    const sending = await begin(noise('a', 1000));
    const { vault } = test.local.ports;
    const days = async (): Promise<number> => {
      const until = (await vault.stat(sending.slot.uploadId))?.lockedUntil.getTime() ?? 0;
      return Math.round((until - test.clock.now().getTime()) / 86_400_000);
    };
    await putAll(sending);
    await completeSending(sending);
    expect(await days()).toBe(SETTINGS.directLockDays);
    await test.desk.inspect();
    expect(await days()).toBe(SETTINGS.lockDays);
  });

  it('is called what its sender said when he opened the slot, or else when it was complete', async () => {
    const file = noise('said first.jpg', 100);
    for (const later of [{}, { name: 'said last.jpg', contentType: 'image/jpeg' }]) {
      const sending = await begin(file);
      const { desk, reporter, referralId, slot, attachmentId } = sending;
      await putAll(sending);
      const parts = sending.parts.map(({ number, announced: { sha256 } }) => ({ number, sha256, tag: 'of no store' }));
      await desk.completeUpload(reporter, referralId, slot.uploadId, {
        sha256: file.sha256,
        sizeBytes: 100,
        parts,
        ...later,
      });
      expect(await desk.inspect()).toEqual({ proved: 1, refused: 0 });
      const { facts } = await desk.readAttachment(await test.as('supervisor'), referralId, attachmentId, 'to look');
      expect(facts).toMatchObject({ name: 'said first.jpg', ...later });
      const row = await test.local.ports.ledger.row({ kind: 'upload', id: slot.uploadId });
      expect(Object.keys(row?.value ?? {})).not.toEqual(expect.arrayContaining(['words']));
    }
  });

  it('has words that no other slot’s key opens', async () => {
    const [one, other] = [await begin(noise('a', 100)), await begin(noise('b', 100))];
    const { ledger } = test.local.ports;
    const rowOf = async ({ slot }: Sending) => (await ledger.row({ kind: 'upload', id: slot.uploadId }))?.value ?? {};
    const [mine, theirs] = [await rowOf(one), await rowOf(other)];
    expect(mine['words']).not.toBe(theirs['words']);
    const key = { key: Buffer.from(one.slot.key, 'base64'), context: one.slot.context };
    expect(await openWords(key, mine as never)).toEqual({ name: 'a', contentType: undefined });
    expect(await code(openWords(key, theirs as never))).toBe('sealed/damaged');
  });

  it.each([0, 1, MIB, MIB + 1])('is taken whatever its size: %i bytes', async (size) => {
    const sending = await begin(noise('a', size));
    await putAll(sending);
    await completeSending(sending);
    expect(await test.desk.inspect()).toEqual({ proved: 1, refused: 0 });
  });

  it('is never taken for what it is not: a mismatch is an alarm and an entry, and it counts as not received', async () => {
    const file = noise('a', 5000);
    const other = { ...file, bytes: randomBytes(5000) };
    const sending = await begin(file);
    await putAll(sending, cut(await sealedFor(sending.slot, other.bytes), sending.slot.partBytes));
    await completeSending(sending);
    expect(await test.desk.inspect()).toEqual({ proved: 0, refused: 1 });
    expect(test.alarms.map(({ code, where }) => [code, where])).toEqual([
      ['upload/mismatch', `upload ${sending.slot.uploadId}`],
    ]);
    expect((await acts(sending.referralId)).at(-1)).toBe('refuse-upload');
    expect(await stateOf(sending)).toBe('missing');
    expect(await test.desk.inspect()).toEqual({ proved: 0, refused: 0 });
    const again = await test.desk.openUpload(sending.reporter, sending.referralId, {
      attachmentId: sending.attachmentId,
      sizeBytes: 5000,
    });
    const parts = cut(await sealedFor(again, file.bytes), again.partBytes);
    await putAll({ ...sending, slot: again, parts });
    await completeSending({ ...sending, slot: again });
    expect(await test.desk.inspect()).toEqual({ proved: 1, refused: 0 });
  });

  it('is refused where it was sealed with another key or for another slot, or damaged', async () => {
    const file = noise('a', 3000);
    for (const harm of ['key', 'context', 'bytes'] as const) {
      const sending = await begin(file);
      const { slot } = sending;
      const key = harm === 'key' ? randomBytes(32).toString('base64') : slot.key;
      const context = harm === 'context' ? { ...slot.context, object: randomUUID() } : slot.context;
      const sealed = await sealedFor({ key, context }, file.bytes);
      if (harm === 'bytes') sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
      await putAll(sending, cut(sealed, slot.partBytes));
      await completeSending(sending);
      expect(await test.desk.inspect()).toEqual({ proved: 0, refused: 1 });
    }
    expect(test.alarms).toHaveLength(3);
  });

  it('is told of again where nobody could be told of a mismatch', async () => {
    const sending = await begin(noise('a', 100));
    await putAll(sending, cut(await sealedFor(sending.slot, randomBytes(100)), sending.slot.partBytes));
    await completeSending(sending);
    const heard = test.alarms.push.bind(test.alarms);
    test.alarms.push = () => {
      throw new Error('nobody there');
    };
    await expect(test.desk.inspect()).rejects.toMatchObject({ code: 'alarm/failed' });
    expect((await acts(sending.referralId)).at(-1)).toBe('complete-upload');
    test.alarms.push = heard;
    const later = await test.reopen();
    expect(await later.desk.inspect()).toEqual({ proved: 0, refused: 1 });
    test = later;
  });

  it('is not needed any more where the attachment came by the other way meanwhile', async () => {
    const sending = await begin(noise('a', 1000));
    const { desk, reporter, referralId, attachmentId, file } = sending;
    await putAll(sending);
    await completeSending(sending);
    const declared = { sha256: file.sha256, sizeBytes: 1000 };
    await desk.attach(reporter, referralId, attachmentId, declared, {}, stream(file.bytes));
    expect(await desk.inspect()).toEqual({ proved: 0, refused: 0 });
    expect((await acts(referralId)).slice(-2)).toEqual(['attach', 'end-upload']);
    await desk.finish(reporter, referralId);
  });
});

describe('nobody', () => {
  it('puts to another’s slot, or opens one for another’s referral', async () => {
    const sending = await begin(noise('a', 100));
    const { desk, slot, referralId, parts } = sending;
    const operator = await test.as('operator');
    const { key } = await desk.addActor(operator, { role: 'reporter', name: 'Another' });
    const other = await desk.authenticate(key);
    const own = await desk.open(other, referralBody([]), 'own');
    const asked = { parts: parts.map(({ announced }) => announced) };
    expect(await code(desk.openUpload(other, referralId, { attachmentId: randomUUID(), sizeBytes: 1 }))).toBe(
      'absent/referral',
    );
    for (const id of [referralId, own.referralId]) {
      const expected = id === referralId ? 'absent/referral' : 'absent/upload';
      expect(await code(desk.announceParts(other, id, slot.uploadId, asked))).toBe(expected);
      expect(
        await code(desk.completeUpload(other, id, slot.uploadId, { sha256: 'a'.repeat(64), sizeBytes: 100 })),
      ).toBe(expected);
      expect(await code(desk.endUpload(other, id, slot.uploadId))).toBe(expected);
    }
  });

  it('alters an address, or uses one when its time is over', async () => {
    const sending = await begin(noise('a', 100));
    const [address] = await announce(sending, ...sending.parts);
    const token = tokenOf(address);
    const [said = '', signature = ''] = token.split('.');
    const bytes = sending.parts[0]?.bytes ?? Buffer.of();
    const altered = Buffer.from(Buffer.from(said, 'base64url').toString().replace('"number":1', '"number":2')).toString(
      'base64url',
    );
    const another = await begin(noise('b', 100));
    const [otherAddress] = await announce(another, ...another.parts);
    const otherSignature = tokenOf(otherAddress).split('.')[1] ?? '';
    for (const wrong of [
      '',
      'x',
      said,
      `${altered}.${signature}`,
      `${said}.${otherSignature}`,
      `${token}.x`,
      `${said}.`,
    ])
      expect(await code(sending.desk.putPart(wrong, stream(bytes)))).toBe('access/address');
    test.clock.addDays(15 / 1440);
    expect(await code(sending.desk.putPart(token, stream(bytes)))).toBe('access/address');
  });

  it('puts other bytes than announced: of another number, another size, another digest', async () => {
    const sending = await begin(noise('a', 100));
    const [part] = sending.parts;
    const token = tokenOf((await announce(sending, ...sending.parts))[0]);
    const bytes = part?.bytes ?? Buffer.of();
    const put = (given: Uint8Array): Promise<string> => code(sending.desk.putPart(token, stream(given, 50)));
    expect(await put(bytes.subarray(1))).toBe('attachment/size-mismatch');
    expect(await put(Buffer.concat([bytes, Buffer.of(0)]))).toBe('attachment/size-mismatch');
    expect(await put(Buffer.alloc(bytes.length))).toBe('attachment/digest-mismatch');
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(bytes.subarray(0, 10));
      throw new Error('cut');
    };
    expect(await code(sending.desk.putPart(token, failing()))).toBe('attachment/cut-off');
    expect(await code(completeSending(sending))).toBe('state/parts-missing');
    expect(await put(bytes)).toBe('taken');
    expect(await put(bytes)).toBe('taken');
  });

  it('announces what is no part of the slot, or another part where one is', async () => {
    const sending = await begin(noise('a', 17 * MIB));
    const { desk, reporter, referralId, slot } = sending;
    const [first, second] = sending.parts;
    const ask = (part: object): Promise<string> =>
      code(
        desk.announceParts(reporter, referralId, slot.uploadId, { parts: [{ ...first?.announced, ...part } as never] }),
      );
    expect(await ask({ number: 0 })).toBe('input/invalid');
    expect(await ask({ number: 2 })).toBe('input/invalid');
    expect(await ask({ number: 3 })).toBe('input/invalid');
    expect(await ask({ sizeBytes: 16 * MIB - 1 })).toBe('input/invalid');
    expect(await ask({ sha256: 'A' })).toBe('input/invalid');
    const twice = { parts: [first?.announced, first?.announced] as never };
    expect(await code(desk.announceParts(reporter, referralId, slot.uploadId, twice))).toBe('input/invalid');
    const stale = tokenOf(
      (
        await announce(sending, {
          ...(first ?? never()),
          announced: { ...(first ?? never()).announced, ...partDigests(Buffer.alloc(16 * MIB)) },
        })
      )[0],
    );
    await putAll(sending, [first ?? never()]);
    expect(await ask({ sha256: 'a'.repeat(64) })).toBe('state/part-differs');
    expect(await code(desk.putPart(stale, stream(Buffer.alloc(16 * MIB))))).toBe('state/part-differs');
    expect(await announce(sending, first ?? never(), second ?? never())).toMatchObject([
      { isThere: true },
      { isThere: false },
    ]);
  });

  it('announces another part where one is, on a store that notes which were announced', async () => {
    const { uploads } = test.local.ports.vault;
    const [noted, asked] = [new Set<string>(), [] as string[]];
    const parts = uploads.parts.bind(uploads);
    Object.assign(uploads, {
      isFirst: ({ name }: { name: string }, numbers: readonly number[]) => {
        const isFirst = numbers.every((number) => !noted.has(`${name} ${number}`));
        for (const number of numbers) noted.add(`${name} ${number}`);
        return Promise.resolve(isFirst);
      },
      parts: (upload: Parameters<typeof parts>[0]) => {
        asked.push(upload.name);
        return parts(upload);
      },
    });
    const sending = await begin(noise('a', 100));
    const [part = never()] = sending.parts;
    await putAll(sending);
    expect(asked).toEqual([]);
    expect(await announce(sending, part)).toMatchObject([{ isThere: true }]);
    const other = { ...part, announced: { ...part.announced, ...partDigests(Buffer.alloc(part.bytes.length)) } };
    expect(await code(announce(sending, other))).toBe('state/part-differs');
    expect(asked).toHaveLength(2);
  });

  it('puts anything after it is complete, given up or expired', async () => {
    const ends: Record<string, (sending: Sending) => Promise<unknown>> = {
      'state/upload-complete': completeSending,
      'state/upload-ended': ({ desk, reporter, referralId, slot }) =>
        desk.endUpload(reporter, referralId, slot.uploadId),
    };
    for (const [expected, end] of Object.entries(ends)) {
      const sending = await begin(noise('a', 100));
      const token = tokenOf((await announce(sending, ...sending.parts))[0]);
      const bytes = sending.parts[0]?.bytes ?? Buffer.of();
      await test.desk.putPart(token, stream(bytes));
      await end(sending);
      expect(await code(test.desk.putPart(token, stream(bytes)))).toBe(expected);
      expect(await code(announce(sending, ...sending.parts))).toBe(expected);
      expect(await code(test.desk.endUpload(sending.reporter, sending.referralId, sending.slot.uploadId))).toBe(
        expected,
      );
    }
    const late = await begin(noise('a', 100));
    await putAll(late);
    test.clock.addDays(SETTINGS.uploadDays);
    expect(await code(announce(late, ...late.parts))).toBe('state/upload-ended');
    expect(await code(completeSending(late))).toBe('state/upload-ended');
  });

  it('declares at the end what the referral, the slot or the first declaration does not say', async () => {
    const sending = await begin(noise('a', 100));
    const { desk, reporter, referralId, slot, file, attachmentId } = sending;
    const complete = (sha256: string, sizeBytes: number): Promise<string> =>
      code(desk.completeUpload(reporter, referralId, slot.uploadId, { sha256, sizeBytes }));
    await putAll(sending);
    expect(await complete(file.sha256, 99)).toBe('attachment/size-mismatch');
    expect(await complete('b'.repeat(64), 100)).toBe('attachment/not-as-declared');
    expect(await complete(file.sha256, 100)).toBe('taken');
    expect(await complete(file.sha256, 100)).toBe('taken');
    expect(await complete('b'.repeat(64), 100)).toBe('state/upload-complete');
    expect(await code(desk.openUpload(reporter, referralId, { attachmentId, sizeBytes: 7 }))).toBe(
      'attachment/not-as-declared',
    );
    await desk.inspect();
    expect(await code(desk.openUpload(reporter, referralId, { attachmentId, sizeBytes: 100 }))).toBe('state/exists');
  });
});

function never(): never {
  throw new Error('the file has two parts');
}

describe('slots that nobody completes', () => {
  const remains = (): string[] => {
    const folder = join(test.local.folder.vaultFolder, 'parts');
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  it('are ended by the clock, with what was put there', async () => {
    const sending = await begin(noise('a', 100));
    await putAll(sending);
    expect(await test.desk.tick()).toMatchObject({ uploadsEnded: 0 });
    expect(remains()).toHaveLength(1);
    test.clock.addDays(SETTINGS.uploadDays);
    expect(await test.desk.tick()).toMatchObject({ uploadsEnded: 1 });
    expect(remains()).toEqual([]);
    expect((await acts(sending.referralId)).at(-1)).toBe('end-upload');
    expect(await test.desk.tick()).toMatchObject({ uploadsEnded: 0 });
    await test.desk.integrate();
    expect((await test.desk.watch()).findings).toEqual([]);
  });

  it('end with their referral, and their rows stay vouched for when it is destroyed', async () => {
    const open = await begin(noise('a', 100));
    await putAll(open);
    const extra = await test.desk.openUpload(open.reporter, open.referralId, {
      attachmentId: randomUUID(),
      sizeBytes: 10,
    });
    const parts = cut(await sealedFor(extra, randomBytes(10)), extra.partBytes);
    const unproved = { ...open, slot: extra, parts };
    await putAll(unproved);
    await test.desk.completeUpload(open.reporter, open.referralId, extra.uploadId, {
      sha256: 'a'.repeat(64),
      sizeBytes: 10,
    });
    await test.desk.retract(open.reporter, open.referralId);
    expect(remains()).toEqual([]);
    expect(await test.desk.inspect()).toEqual({ proved: 0, refused: 0 });
    expect(await test.desk.tick()).toMatchObject({ destroyed: 1 });
    expect(await code(test.desk.putPart('x', stream(Buffer.of(1))))).toBe('access/address');
    await test.desk.integrate();
    expect((await test.desk.watch()).findings).toEqual([]);
  });

  it('let a referral be finished without them', async () => {
    const sending = await begin(noise('a', 100));
    const { desk, reporter, referralId, attachmentId, file } = sending;
    const declared = { sha256: file.sha256, sizeBytes: 100 };
    await desk.attach(reporter, referralId, attachmentId, declared, {}, stream(file.bytes));
    await desk.finish(reporter, referralId);
    expect(await code(announce(sending, ...sending.parts))).toBe('state/already-finished');
    test.clock.addDays(SETTINGS.uploadDays);
    expect(await desk.tick()).toMatchObject({ uploadsEnded: 1 });
  });
});

it('makes parts larger where 10,000 of 16 MiB would not do', () => {
  expect(partBytesFor(160_000 * MIB)).toBe(16 * MIB);
  expect(partBytesFor(160_000 * MIB + 1)).toBe(17 * MIB);
  expect(partBytesFor(1)).toBe(16 * MIB);
});

it('keeps what it cannot look at, says so once for each code, and looks again', async () => {
  const sending = await begin(noise('a', 100));
  await putAll(sending);
  await completeSending(sending);
  const file = fileIn(test.local.folder.vaultFolder, sending.slot.uploadId);
  const { readFileSync, renameSync } = await import('node:fs');
  renameSync(file, `${file}.gone`);
  expect(await test.desk.inspect()).toEqual({ proved: 0, refused: 0 });
  test.clock.addDays(1);
  expect(await test.desk.inspect()).toEqual({ proved: 0, refused: 0 });
  expect(test.alarms.map(({ code: said }) => said)).toEqual(['upload/not-inspected']);
  writeFileSync(file, readFileSync(`${file}.gone`));
  chmodSync(file, 0o444);
  test.clock.addDays(1);
  expect(await test.desk.inspect()).toEqual({ proved: 1, refused: 0 });
});
