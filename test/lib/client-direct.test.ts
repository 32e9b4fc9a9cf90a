// Large files on their way past the desk, from the sender's side: sealed in his process, sent in parts, gone on with after a kill; and no key lies
// about in the clear.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderKeeper } from '../../lib/cli/slots.ts';
import { unchangedFrames, type HashedFile } from '../../lib/client/file.ts';
import {
  deskClient,
  submitReferral,
  type Submission,
  type SubmitFile,
  type SubmitProgress,
} from '../../lib/client/index.ts';
import { MarkedHash } from '../../lib/client/marks.ts';
import { drawnFor } from '../../lib/client/slot.ts';
import { FRAME_BYTES, sealMessage } from '../../lib/formats/message/index.ts';
import { createApi, type Api } from '../../lib/http/index.ts';
import { freshDesk, gather, noise, referralBody, stream, type NoiseFile, type TestDesk } from '../material.ts';

const MIB = 1024 * 1024;
const large = noise('chat/large.mp4', 66 * MIB); // five parts: a handful and one more
const small = noise('chat/small.jpg', 1000);

let test: TestDesk;
let api: Api;
let folder: string;
let calls: string[];
/** Looks at a request before the desk does; may throw. */
let before: (request: Request) => void;

beforeEach(async () => {
  test = await freshDesk();
  api = createApi(test.desk);
  folder = await mkdtemp(join(tmpdir(), 'slots-'));
  calls = [];
  before = () => undefined;
});
afterEach(async () => {
  await test.end();
  await rm(folder, { recursive: true });
});

function client(key = test.keys.reporter) {
  const fetch = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname
      .replace(/^\/v1\/parts\/.*/, '/v1/parts')
      .replaceAll(/[0-9a-f-]{36}/g, '*');
    calls.push(`${request.method} ${path}`);
    before(request);
    if (calls.at(-1) === 'GET /v1/referrals/*') await test.desk.inspect(); // as the desk's pulse does by itself
    return api.fetch(request);
  };
  return deskClient({ fetch, key, tries: 1 });
}

function handedIn({ path, bytes }: NoiseFile): SubmitFile {
  return { path, sizeBytes: bytes.length, open: () => stream(bytes) };
}

function submit(more: Partial<Submission> = {}, files: readonly NoiseFile[] = [large, small]) {
  const keeper = folderKeeper(test.keys.reporter, folder, test.clock.now());
  return submitReferral(client(), {
    referral: referralBody(files),
    files: files.map(handedIn),
    slots: keeper,
    ...more,
  });
}

const count = (call: string): number => calls.filter((each) => each === call).length;
const PUT = 'PUT /v1/parts';

async function bytesOf(referralId: string, attachmentId: string): Promise<Buffer> {
  const read = await test.desk.readAttachment(await test.as('supervisor'), referralId, attachmentId, 'test');
  return gather(read.bytes);
}

describe('a submission with a large file', () => {
  it('sends it past the desk by itself, waits until the desk has looked, and finishes', async () => {
    const seen: SubmitProgress[] = [];
    const sent = await submit({ onProgress: (progress) => seen.push(progress) });
    expect(sent).toMatchObject({ isFinished: true, missing: [] });
    expect(sent.files.map(({ path, state }) => [path, state])).toEqual([
      ['chat/large.mp4', 'sent'],
      ['chat/small.jpg', 'sent'],
    ]);
    expect(count(PUT)).toBe(5);
    expect(count('PUT /v1/referrals/*/attachments/*')).toBe(1);
    expect((await bytesOf(sent.referralId, sent.files[0]?.attachmentId ?? '')).equals(large.bytes)).toBe(true);
    expect(seen.at(-1)).toMatchObject({ phase: 'proving', doneFiles: 1, totalFiles: 1 });
    expect(seen.findLast(({ phase }) => phase === 'sending')).toMatchObject({
      doneBytes: 66 * MIB + 1000,
      doneFiles: 2,
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('sends it whole where that is asked for', async () => {
    expect(await submit({ directBytes: Infinity })).toMatchObject({ isFinished: true });
    expect(count(PUT)).toBe(0);
  });

  it('goes on after a kill with the part that is missing, in the same slot', async () => {
    before = () => {
      if (count(PUT) === 5) throw new TypeError('killed');
    };
    await expect(submit()).rejects.toMatchObject({ code: 'desk/unreachable' });
    expect(await readdir(folder)).toHaveLength(1);
    before = () => undefined;
    calls = [];
    expect(await submit()).toMatchObject({ isFinished: true });
    expect([count(PUT), count('POST /v1/referrals/*/uploads')]).toEqual([1, 0]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('goes on where the answer to the completion was lost', async () => {
    let isLost = false;
    before = ({ url }) => {
      if (!url.endsWith('/complete') || isLost) return;
      isLost = true;
      throw new TypeError('cut');
    };
    await expect(submit()).rejects.toMatchObject({ code: 'desk/unreachable' });
    calls = [];
    expect(await submit()).toMatchObject({ isFinished: true });
    expect(count(PUT)).toBe(0);
  });

  it('begins anew where what was kept is over, or of another key, or gone', async () => {
    for (const harm of ['expired', 'another key', 'damaged'] as const) {
      before = () => {
        if (count(PUT) === 5) throw new TypeError('killed');
      };
      calls = [];
      await expect(submit({ idempotencyKey: harm })).rejects.toMatchObject({ code: 'desk/unreachable' });
      before = () => undefined;
      calls = [];
      const [name = ''] = await readdir(folder);
      if (harm === 'damaged') await writeFile(join(folder, name), (await readFile(join(folder, name))).subarray(0, 50));
      if (harm === 'expired') test.clock.addDays(7);
      const slots = folderKeeper(harm === 'another key' ? 'another' : test.keys.reporter, folder, test.clock.now());
      expect(await submit({ idempotencyKey: harm, slots })).toMatchObject({ isFinished: true });
      expect([count(PUT), count('POST /v1/referrals/*/uploads')]).toEqual([5, 1]);
    }
  });

  it('keeps no key in the clear, and no name or digest of a file', async () => {
    let key = '';
    const fetch = async (request: Request): Promise<Response> => {
      if (request.url.includes('/parts')) throw new TypeError('killed');
      const response = await api.fetch(request);
      if (!request.url.endsWith('/uploads')) return response;
      const slot = (await response.json()) as { key: string };
      key = slot.key;
      return Response.json(slot, { status: 201 });
    };
    const sender = deskClient({ fetch, key: test.keys.reporter, tries: 1 });
    const keeper = folderKeeper(test.keys.reporter, folder, test.clock.now());
    const submission = { referral: referralBody([large]), files: [handedIn(large)], slots: keeper };
    await expect(submitReferral(sender, submission)).rejects.toMatchObject({ code: 'desk/unreachable' });
    const [name = ''] = await readdir(folder);
    const kept = `${name} ${await readFile(join(folder, name), 'utf8')}`;
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    const secrets = [key, Buffer.from(key, 'base64').toString('hex'), large.sha256, large.path, test.keys.reporter];
    for (const secret of secrets) expect(kept.includes(secret)).toBe(false);
  });

  it('seals nothing but what was hashed: a file that changes meanwhile is given up before the change is sealed', async () => {
    let opened = 0;
    const changing = {
      ...handedIn(large),
      open: () => {
        const changed = Buffer.from(large.bytes);
        if (opened++ > 0) changed.writeUInt8(changed.readUInt8(20 * MIB) ^ 1, 20 * MIB);
        return stream(changed);
      },
    };
    await expect(submit({ files: [changing, handedIn(small)] })).rejects.toMatchObject({
      code: 'attachment/not-as-declared',
    });
    expect(count(PUT)).toBe(0);
  });

  it('says so when the desk finds something else than was declared', async () => {
    before = (request) => {
      if (request.url.endsWith('/complete')) before = () => undefined;
    };
    const uploads = test.local.ports.vault.uploads;
    const put = uploads.put.bind(uploads);
    Object.assign(uploads, {
      put: (upload: never, part: { number: number; sizeBytes: number }, bytes: AsyncIterable<Uint8Array>) =>
        part.number === 5 ? putOther(upload, part as never, bytes) : put(upload, part as never, bytes),
    });
    async function putOther(
      upload: never,
      part: { sizeBytes: number; sha256: string; md5: string },
      bytes: AsyncIterable<Uint8Array>,
    ) {
      await gather(bytes);
      const { partDigests } = await import('../../lib/client/direct.ts');
      const other = randomBytes(part.sizeBytes);
      await put(upload, { ...part, ...partDigests(other) } as never, stream(other));
    }
    await expect(submit()).rejects.toMatchObject({
      code: 'attachment/digest-mismatch',
      findings: [{ code: 'attachment-refused' }],
    });
    expect(test.alarms.map(({ code }) => code)).toEqual(['upload/mismatch']);
  });

  it('leaves it unfinished, and says why, where the desk does not look in time; run again it is finished', async () => {
    const inspect = test.desk.inspect.bind(test.desk);
    Object.assign(test.desk, { inspect: () => Promise.resolve({ proved: 0, refused: 0 }) });
    const first = await submit({ proveWithinMs: 0 });
    expect(first).toMatchObject({ isFinished: false, missing: [] });
    expect(first.files.map(({ state }) => state)).toEqual(['unproved', 'sent']);
    Object.assign(test.desk, { inspect });
    calls = [];
    const second = await submit();
    expect(second).toMatchObject({ isFinished: true });
    expect(second.files.map(({ state }) => state)).toEqual(['there-already', 'there-already']);
    expect(count(PUT)).toBe(0);
  });
});

describe('sealing again', () => {
  const context = { owner: 'r', object: 'u' };
  const slot = {
    uploadId: 'u',
    partBytes: 16 * MIB,
    sealedBytes: 0,
    context,
    key: randomBytes(32),
    seed: randomBytes(32),
    isNamed: true,
  };

  function hashed(bytes: Buffer): HashedFile {
    const hash = new MarkedHash();
    hash.update(bytes);
    return { path: 'a', open: () => stream(bytes, 70_000), ...hash.end() };
  }
  const sealed = (file: HashedFile): Promise<Buffer> =>
    gather(sealMessage(slot, unchangedFrames(file), FRAME_BYTES, drawnFor(slot, file)));

  it.each([0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB])('gives the same bytes for the same file: %i bytes', async (size) => {
    const file = hashed(randomBytes(size));
    expect((await sealed(file)).equals(await sealed(file))).toBe(true);
  });

  it('never uses a key or a message id for two files, or for two slots', () => {
    const [one, two] = [hashed(randomBytes(10)), hashed(randomBytes(10))];
    const other = { ...slot, uploadId: 'v' };
    const draws = [
      drawnFor(slot, one),
      drawnFor(slot, two),
      drawnFor(other, one),
      drawnFor({ ...slot, seed: randomBytes(32) }, one),
    ];
    for (const part of ['messageId', 'dataKey', 'iv'] as const)
      expect(new Set(draws.map((drawn) => drawn[part].toString('hex'))).size).toBe(4);
  });

  it('hands out no frame that is not what was hashed, wherever it changed, and no more or fewer bytes', async () => {
    const bytes = randomBytes(2 * MIB + 100);
    const file = hashed(bytes);
    const changedAt = (at: number): Buffer => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      return changed;
    };
    const cases: [Buffer, number][] = [
      [changedAt(5), 0],
      [changedAt(MIB), MIB],
      [changedAt(2 * MIB + 99), 2 * MIB],
      [bytes.subarray(0, -1), 2 * MIB],
      [bytes.subarray(0, MIB), MIB],
      [Buffer.concat([bytes, Buffer.of(0)]), 2 * MIB],
    ];
    for (const [other, most] of cases) {
      let handed = 0;
      const reading = async (): Promise<void> => {
        for await (const frame of unchangedFrames({ ...file, open: () => stream(other, 70_000) })) {
          expect(Buffer.from(frame).equals(bytes.subarray(handed, handed + frame.length))).toBe(true);
          handed += frame.length;
        }
      };
      await expect(reading()).rejects.toMatchObject({ code: 'attachment/not-as-declared' });
      expect(handed).toBe(most);
    }
  });
});
