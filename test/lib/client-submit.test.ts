// Sending a whole referral: cut off anywhere and run again it comes to the same, and nothing is finished that is not whole.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import {
  deskClient,
  submitReferral,
  type DeskClient,
  type SubmitFile,
  type SubmitProgress,
} from '../../lib/client/index.ts';
import { createApi, type Api } from '../../lib/http/index.ts';
import { verifyReceipt } from '../../lib/index.ts';
import { freshDesk, gather, noise, referralBody, stream, type NoiseFile, type TestDesk } from '../material.ts';

let test: TestDesk;
let api: Api;
let client: DeskClient;

beforeEach(async () => {
  test = await freshDesk();
  api = createApi(test.desk);
  client = clientOf((request) => api.fetch(request));
});
afterEach(() => test.end());

function clientOf(fetch: (request: Request) => Promise<Response>): DeskClient {
  return deskClient({ fetch, key: test.keys.reporter, tries: 1 });
}

function handedIn({ path, bytes }: NoiseFile): SubmitFile {
  return { path, sizeBytes: bytes.length, open: () => stream(bytes) };
}

async function nameOf(referralId: string, attachmentId: string): Promise<string | undefined> {
  const read = await test.desk.readAttachment(await test.as('supervisor'), referralId, attachmentId, 'test');
  await gather(read.bytes);
  return read.facts.name;
}

const a = noise('group/a.jpg', 200_000);
const b = noise('group/b.mp4', 1_200_000);
const extra = noise('notes.txt', 10);
const empty = noise('empty', 0);

describe('a submission', () => {
  it('sends what is declared and what is not, and gives a receipt for all of it', async () => {
    const referral = referralBody([a, b]);
    const seen: SubmitProgress[] = [];
    const sent = await submitReferral(client, {
      referral,
      files: [extra, b, a, empty].map(handedIn),
      onProgress: (progress) => seen.push(progress),
    });
    expect(sent).toMatchObject({ isFinished: true, missing: [], receipt: { entry: { act: 'finish' } } });
    const declared = new Map(sent.files.map(({ path, declared, state }) => [path, [declared, state]]));
    expect(Object.fromEntries(declared)).toEqual({
      'group/a.jpg': [0, 'sent'],
      'group/b.mp4': [1, 'sent'],
      'notes.txt': [null, 'sent'],
      empty: [null, 'sent'],
    });
    for (const { path, attachmentId } of sent.files) expect(await nameOf(sent.referralId, attachmentId)).toBe(path);
    expect(verifyReceipt(sent.receipt, { trust: test.trust })).toMatchObject({ findings: [] });
    for (const phase of ['hashing', 'sending'] as const) {
      const last = seen.filter((each) => each.phase === phase).at(-1);
      expect(last).toMatchObject({ doneBytes: 1_400_010, totalBytes: 1_400_010, doneFiles: 4, totalFiles: 4 });
    }
  });

  it('without files is a referral all the same', async () => {
    expect(await submitReferral(client, { referral: referralBody(), files: [] })).toMatchObject({
      isFinished: true,
      files: [],
    });
  });

  it('run again comes to the same, and sends nothing twice', async () => {
    const submission = { referral: referralBody([a]), files: [a, extra].map(handedIn) };
    const open = await submitReferral(client, { ...submission, finish: false });
    expect(open).toMatchObject({ isFinished: false, receipt: { entry: { act: 'open' } } });
    const puts: string[] = [];
    const counting = clientOf((request) => {
      if (request.method === 'PUT') puts.push(request.url);
      return api.fetch(request);
    });
    const done = await submitReferral(counting, submission);
    expect(done.files.map(({ state }) => state)).toEqual(['there-already', 'there-already']);
    expect(done.files.map(({ attachmentId }) => attachmentId)).toEqual(
      open.files.map(({ attachmentId }) => attachmentId),
    );
    const after = await submitReferral(counting, submission);
    expect(after).toMatchObject({
      isFinished: true,
      referralId: done.referralId,
      receipt: { entry: { act: 'finish' } },
    });
    expect(puts).toEqual([]);
  });

  it('of something new to a finished referral says that it was left out', async () => {
    const referral = referralBody([a]);
    await submitReferral(client, { referral, files: [handedIn(a)] });
    const late = await submitReferral(client, { referral, files: [a, extra].map(handedIn) });
    expect(late.files.map(({ path, state }) => [path, state])).toEqual([
      ['group/a.jpg', 'there-already'],
      ['notes.txt', 'left-out'],
    ]);
  });

  it('with a key of its own is another referral', async () => {
    const submission = { referral: referralBody(), files: [], finish: false };
    const [one, two] = [
      await submitReferral(client, submission),
      await submitReferral(client, { ...submission, idempotencyKey: 'two' }),
    ];
    expect(one.referralId).not.toBe(two.referralId);
  });
});

describe('two submissions of the same at once', () => {
  it('both come to the receipt, whoever finishes it', async () => {
    for (let n = 0; n < 12; n++) {
      const files = Array.from({ length: 6 }, (_, m) => noise(`${n}/${m}`, 1000 + 40_000 * m));
      const submission = { referral: referralBody(files), files: files.map(handedIn), parallel: 1 + (n % 4) };
      const both = await Promise.all([submitReferral(client, submission), submitReferral(client, submission)]);
      for (const each of both) {
        expect(each).toMatchObject({ isFinished: true, missing: [], receipt: { entry: { act: 'finish' } } });
        expect(each.files.map(({ state }) => state)).not.toContain('left-out');
      }
      expect(both[0].referralId).toBe(both[1].referralId);
    }
  });

  it('of which one is finished while the other still sends: what it brings too late is left out', async () => {
    const referral = referralBody([a, b]);
    let isFirst = true;
    const overtaken = clientOf(async (request) => {
      if (request.method === 'PUT' && isFirst) {
        isFirst = false;
        await submitReferral(client, { referral, files: [a, b].map(handedIn) });
      }
      return api.fetch(request);
    });
    const late = await submitReferral(overtaken, { referral, files: [a, b, extra].map(handedIn), parallel: 1 });
    expect(late).toMatchObject({ isFinished: true, missing: [], receipt: { entry: { act: 'finish' } } });
    expect(late.files.map(({ path, state }) => [path, state])).toEqual([
      ['group/a.jpg', 'sent'],
      ['group/b.mp4', 'sent'],
      ['notes.txt', 'left-out'],
    ]);
  });
});

describe('a submission cut off', () => {
  const files = [a, b, extra, empty];

  /** How many calls an undisturbed submission makes. */
  const CALLS = 3 + files.length;

  it.each(
    Array.from({ length: CALLS }, (_, n) => n).flatMap((n) => [
      [n, 'before it reached the desk'] as const,
      [n, 'before its answer came'] as const,
    ]),
  )('at call %d, %s, comes to the same when it is run again', async (n, when) => {
    const submission = { referral: referralBody([a, b]), files: files.map(handedIn), parallel: 1 };
    let calls = 0;
    const cut = clientOf(async (request) => {
      const isCut = calls >= n;
      calls += 1;
      if (isCut && (when === 'before it reached the desk' || calls > n + 1)) throw new TypeError('fetch failed');
      const answer = await api.fetch(request);
      if (!isCut) return answer;
      await answer.body?.cancel();
      throw new TypeError('fetch failed');
    });
    await expect(submitReferral(cut, submission)).rejects.toMatchObject({ code: 'desk/unreachable' });
    const done = await submitReferral(client, submission);
    expect(done).toMatchObject({ isFinished: true, missing: [] });
    const { entries } = await client.custody(done.referralId);
    const acts = entries.map((entry) => (JSON.parse(entry) as { act: string }).act);
    expect(acts).toEqual(['open', 'attach', 'attach', 'attach', 'attach', 'finish']);
    expect((await client.list()).items).toHaveLength(1);
  });

  it('only at the answer to its finish has its receipt all the same', async () => {
    const lossy = clientOf(async (request) => {
      const answer = await api.fetch(request);
      if (!request.url.endsWith('/finish')) return answer;
      throw new TypeError('fetch failed');
    });
    const done = await submitReferral(lossy, { referral: referralBody([a]), files: [handedIn(a)] });
    expect(done).toMatchObject({ isFinished: true, receipt: { entry: { act: 'finish' } } });
  });

  it('by one file that fails stops, and waits for those under way', async () => {
    let running = 0;
    let begun = 0;
    const failing = clientOf(async (request) => {
      if (request.method !== 'PUT') return api.fetch(request);
      begun += 1;
      if (begun === 2) throw new TypeError('fetch failed');
      running += 1;
      const answer = await api.fetch(request);
      running -= 1;
      return answer;
    });
    const many = Array.from({ length: 12 }, (_, n) => noise(`${n}`, 100_000));
    const sent = submitReferral(failing, { referral: referralBody(many), files: many.map(handedIn), parallel: 3 });
    await expect(sent).rejects.toMatchObject({ code: 'desk/unreachable' });
    expect(running).toBe(0);
    expect(begun).toBeLessThan(12);
  });
});

describe('which file is which', () => {
  it('is told by the bytes, whatever the path is', async () => {
    const renamed = { ...a, path: 'elsewhere/renamed.jpg' };
    const sent = await submitReferral(client, { referral: referralBody([a]), files: [handedIn(renamed)] });
    expect(sent.files).toMatchObject([{ declared: 0, path: 'elsewhere/renamed.jpg' }]);
  });

  it('is told by the path among files of the same bytes; each declared one is met once', async () => {
    const copies = ['x/1', 'x/2', 'x/3'].map((path) => ({ ...a, path }));
    const [first, second, third] = copies as [NoiseFile, NoiseFile, NoiseFile];
    const sent = await submitReferral(client, {
      referral: referralBody([third, first]),
      files: [first, second, third].map(handedIn),
    });
    expect(Object.fromEntries(sent.files.map(({ path, declared }) => [path, declared]))).toEqual({
      'x/3': 0,
      'x/1': 1,
      'x/2': null,
    });
    expect(new Set(sent.files.map(({ attachmentId }) => attachmentId)).size).toBe(3);
    for (const { path, attachmentId } of sent.files) expect(await nameOf(sent.referralId, attachmentId)).toBe(path);
  });

  it('does not depend on how many are sent at once, nor on a number that is none', async () => {
    for (const parallel of [1, 100, 0, NaN]) {
      const files = [a, extra].map(handedIn);
      const sent = await submitReferral(client, {
        referral: referralBody([a]),
        files,
        parallel,
        idempotencyKey: `${parallel}`,
      });
      const { attachments } = await client.status(sent.referralId);
      expect(attachments.map(({ state }) => state)).toEqual(['sealed', 'sealed']);
    }
  });

  it('counts one file handed in twice as one', async () => {
    const sent = await submitReferral(client, { referral: referralBody(), files: [extra, extra].map(handedIn) });
    expect(sent.files).toHaveLength(1);
  });

  it('is refused where other bytes lie under a declared path, before anything is opened', async () => {
    const other = { ...noise('x', 5), path: a.path };
    const sent = submitReferral(client, { referral: referralBody([a, b]), files: [other, b].map(handedIn) });
    await expect(sent).rejects.toMatchObject({
      code: 'attachment/not-as-declared',
      findings: [{ path: '/attachments/0/sha256', message: expect.stringContaining(a.path) as unknown }],
    });
    expect((await client.list()).items).toEqual([]);
  });

  it('is not guessed where nothing meets a declared one: it is named, and nothing is finished', async () => {
    const referral = referralBody([a, b]);
    const sent = await submitReferral(client, { referral, files: [b, extra].map(handedIn) });
    expect(sent).toMatchObject({ isFinished: false, missing: [{ place: 0, path: a.path, sha256: a.sha256 }] });
    expect((await client.status(sent.referralId)).state).toBe('open');
    const rest = await submitReferral(client, { referral, files: [handedIn(a)] });
    expect(rest).toMatchObject({ isFinished: true, missing: [] });
  });

  it('gives undeclared files ids that only sender and desk can make, and that are UUIDs of version 8', async () => {
    const sent = await submitReferral(client, { referral: referralBody(), files: [handedIn(extra)] });
    const [file] = sent.files;
    expect(file?.attachmentId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const plain = createHash('sha256')
      .update(JSON.stringify(['attachment', extra.sha256, extra.path]))
      .digest('hex');
    expect(file?.attachmentId.slice(0, 8)).not.toBe(plain.slice(0, 8));
    const again = await submitReferral(client, {
      referral: referralBody(),
      files: [handedIn(extra)],
      idempotencyKey: 'k',
    });
    expect(again.files[0]?.attachmentId).not.toBe(file?.attachmentId);
  });
});

describe('a file that changes between hashing and sending', () => {
  const longer = Buffer.concat([extra.bytes, Buffer.from('more')]);
  const other = noise('other', extra.bytes.length).bytes;
  it.each([
    ['grows', longer],
    ['shrinks', extra.bytes.subarray(1)],
    ['is replaced', other],
    ['is emptied', Buffer.alloc(0)],
  ])('because it %s is refused by name, and nothing is finished', async (_name, second) => {
    let opened = 0;
    const file = { ...handedIn(extra), open: () => stream((opened += 1) === 1 ? extra.bytes : second) };
    const sent = submitReferral(client, { referral: referralBody(), files: [file] });
    await expect(sent).rejects.toMatchObject({
      code: 'attachment/not-as-declared',
      findings: [{ code: 'file-changed', message: expect.stringContaining(extra.path) as unknown }],
    });
    const [referral] = (await client.list()).items;
    expect(referral?.state).toBe('open');
    expect((await client.status(referral?.id ?? '')).attachments).toEqual([]);
  });

  it('or cannot be read at all is the error of reading it', async () => {
    const error = new RangeError('no such file');
    const file = {
      ...handedIn(extra),
      open: () => {
        throw error;
      },
    };
    await expect(submitReferral(client, { referral: referralBody(), files: [file] })).rejects.toBe(error);
  });

  it('or has a name that is no Unicode is refused', async () => {
    const file = { ...handedIn(extra), path: '\ud800' };
    const sent = submitReferral(client, { referral: referralBody(), files: [file] });
    await expect(sent).rejects.toMatchObject({ code: 'input/not-unicode' });
  });
});
