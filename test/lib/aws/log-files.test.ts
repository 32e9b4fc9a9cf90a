// The public log as files in a bucket: what a stranger fetches of it holds by itself; cut off at any request it comes whole with the next run; it never
// goes back. In memory, where every request can fail; and on a real S3 with enforced Object Lock (radosgw), read back by `log verify`.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectLockConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { logFiles } from '../../../lib/aws/log-files.ts';
import type { Core } from '../../../lib/core.ts';
import { verifyLog, type LogVerdict } from '../../../lib/index.ts';
import { integrate } from '../../../lib/log.ts';
import type { LogState } from '../../../lib/ports.ts';
import { stamping } from '../../../lib/stamp.ts';
import { run } from '../cli/command-line.ts';
import { grow, makeLogs, type MadeLogs } from '../long-log.ts';
import { makeAuthority, type Authority } from '../stamp-authority.ts';
import { countedS3, type Kept } from '../stack/counted-parts.ts';
import { between } from './between.ts';
import { codeOf, memory, type Files } from './log-bucket.ts';
import { etagOf, makeBucket, S3_URL, s3Client, withParts } from './parts.ts';

let logs: MadeLogs;
let authority: Authority;

beforeAll(async () => {
  authority = await makeAuthority('ec');
  logs = await makeLogs(600);
  await stamping({ ...logs.core, stamps: [authority.stamper('tsa.example')] })();
  await integrate(logs.core);
}, 120_000);
afterAll(async () => {
  await logs.test.end();
  await authority.end();
});

function verified(files: Files): Promise<LogVerdict> {
  return verifyLog(
    { read: (path) => Promise.resolve(files.get(path)?.bytes) },
    { trust: logs.test.trust, authorities: authority.authorities },
  );
}

async function demandWhole(files: Files): Promise<void> {
  const { log, size, checkpoint } = (await logs.core.ledger.logState()) as LogState;
  const verdict = await verified(files);
  expect(verdict.findings).toEqual([]);
  expect(verdict.logs.at(-1)).toMatchObject({ log, size, stamps: [{ authority: 'tsa.example' }] });
  expect(files.get('checkpoint')?.bytes.toString()).toBe(checkpoint);
  expect(files.get(`${log}/checkpoints/${size}`)?.bytes.toString()).toBe(checkpoint);
}

/** The desk, whose book has this as its present log. */
function bookAt(state: LogState): Core {
  return { ...logs.core, ledger: { ...logs.core.ledger, logState: () => Promise.resolve(state) } };
}

describe('the files of the log', () => {
  it('are all logs under their numbers, which verify as they are', async () => {
    const { to, files, puts } = memory();
    expect(await logFiles(logs.core, to)()).toBe(files.size);
    await demandWhole(files);
    expect([...files.keys()]).toEqual(expect.arrayContaining(['1/tile/0/000', '1/tile/1/000.p/2', '2/checkpoint']));
    expect(puts.at(-1)).toBe('checkpoint');
  });

  it('are put as the log grows: what is new and nothing else', async () => {
    const { to, files, counts } = memory();
    const put = logFiles(logs.core, to);
    await put();
    for (const more of [1, 300]) {
      const before = new Map(files);
      await grow(logs.core, more);
      const { size } = (await integrate(logs.core)) as LogState;
      counts.clear();
      expect(await put()).toBe(counts.get('PutObject'));
      expect(counts.get('GetObject')).toBeUndefined();
      if (more === 1) expect(counts.get('PutObject')).toBe(5);
      const pointers = ['checkpoint', '2/checkpoint'];
      for (const [path, { bytes }] of before) if (!pointers.includes(path)) expect(files.get(path)?.bytes).toBe(bytes);
      expect(files.has(`2/checkpoints/${size}`)).toBe(true);
      await demandWhole(files);
    }
    counts.clear();
    expect([await put(), [...counts]]).toEqual([0, []]);
    expect(await logFiles(logs.core, to)()).toBe(0);
    expect([...counts]).toEqual([['GetObject', 1]]); // a process that has just begun asks where the pointer stands
  });

  it.each(['before', 'after'] as const)('come whole with the next run, cut off %s any request', async (when) => {
    const whole = memory();
    await logFiles(logs.core, whole.to)();
    for (let at = 1; at <= whole.asked(); at++) {
      let isOff = false;
      const cut = memory((n, now) => {
        isOff ||= n === at && now === when;
        if (isOff && n <= whole.asked()) throw new Error('cut off');
      });
      expect(await codeOf(logFiles(logs.core, cut.to)())).toBe('vault/failed');
      const pointed = cut.files.has('checkpoint') ? await verified(cut.files) : { ok: true };
      expect(pointed.ok).toBe(true); // whoever reads meanwhile sees a log that holds, or none yet
      isOff = false;
      const again = { s3: countedS3(new Map(), cut.files), bucket: 'log' };
      await logFiles(logs.core, again)();
      await demandWhole(cut.files);
      expect([...cut.files.keys()].sort()).toEqual([...whole.files.keys()].sort());
    }
  });

  it('are caught up with in steps: a run that is cut short has come as far as a checkpoint, and the next one goes on there', async () => {
    const cut = memory();
    const { send } = cut.to.s3 as unknown as { send: (command: object) => Promise<unknown> };
    let isOff = false;
    const to = {
      ...cut.to,
      s3: {
        send: async (command: { constructor: { name: string }; input: { Key: string } }) => {
          if (isOff) throw new Error('the time of this run is over');
          const answer = await send(command);
          isOff = command.constructor.name === 'PutObjectCommand' && command.input.Key === '1/checkpoint';
          return answer;
        },
      } as unknown as S3Client,
    };
    expect(await codeOf(logFiles(logs.core, to, 100)())).toBe('vault/failed');
    const [, size = ''] = (cut.files.get('1/checkpoint')?.bytes.toString() ?? '').split('\n');
    const all = (await logs.core.ledger.logState(1))?.size ?? 0;
    expect([Number(size) > 0, Number(size) < all]).toEqual([true, true]);
    const there = new Map(cut.files);
    cut.puts.length = 0;
    await logFiles(logs.core, cut.to, 100)();
    await demandWhole(cut.files);
    const again = cut.puts.filter((path) => there.has(path) && !/checkpoint$/.test(path));
    expect(again).toEqual([]);
    const [inSteps, atOnce] = [cut.files.size, memory()];
    await logFiles(logs.core, atOnce.to)();
    expect(inSteps).toBeGreaterThan(atOnce.files.size); // the checkpoint on the way, and tiles that were not full at it
    for (const [path, { bytes }] of atOnce.files) expect(cut.files.get(path)?.bytes.equals(bytes)).toBe(true);
  });

  it('never move a pointer back to a step on the way, where another run came first', async () => {
    for (const isFirst of [true, false]) {
      const { to, files } = memory();
      if (!isFirst) await logFiles(bookAt((await logs.core.ledger.logState(1)) as LogState), to)();
      const { send } = to.s3 as unknown as { send: (command: object) => Promise<unknown> };
      let isDecided = false;
      let isDone = false;
      const moved: string[] = [];
      const late = {
        ...to,
        s3: {
          send: async (command: { constructor: { name: string }; input: { Key: string } }) => {
            if (isDecided && !isDone) {
              isDone = true;
              await logFiles(logs.core, to)(); // all of it, by another process
            }
            const isPointer = /^[12]\/checkpoint$/.test(command.input.Key);
            isDecided ||= isPointer;
            const answer = await send(command);
            if (isPointer && command.constructor.name === 'PutObjectCommand') moved.push(command.input.Key);
            return answer;
          },
        } as unknown as S3Client,
      };
      await codeOf(logFiles(logs.core, late, 100)());
      expect([isDone, moved]).toEqual([true, []]); // not for a moment, either
      await demandWhole(files);
      for (const log of [1, 2]) {
        const { checkpoint } = (await logs.core.ledger.logState(log)) as LogState;
        expect(files.get(`${log}/checkpoint`)?.bytes.toString()).toBe(checkpoint);
      }
    }
  });

  it('take an answer that was lost for what it was', async () => {
    const { to, files } = memory();
    const { send } = to.s3 as unknown as { send: (command: object) => Promise<unknown> };
    const twice = { send: async (command: object) => {
      const answer = await send(command);
      return command.constructor.name === 'PutObjectCommand' ? send(command) : answer;
    } }; // prettier-ignore
    await logFiles(logs.core, { s3: twice as unknown as S3Client, bucket: 'log' })();
    await demandWhole(files);
  });

  it('never go back behind what is there, and are no other log than was begun', async () => {
    const { to, files } = memory();
    await logFiles(logs.core, to)();
    const early = parsedState(logs.early);
    const before = new Map(files);
    expect(await codeOf(logFiles(bookAt(early), to)())).toBe('log/damaged');
    const present = (await logs.core.ledger.logState()) as LogState;
    expect(await codeOf(logFiles(bookAt({ ...early, log: present.log }), to)())).toBe('log/damaged');
    expect(new Map(files)).toEqual(before);
    for (const path of ['checkpoint', '2/checkpoint']) {
      const kept = files.get(path) as Kept;
      const other = kept.bytes.toString().replace(/\n(\d+)\n.*\n/, `\n${present.size - 1}\n${'A'.repeat(43)}=\n`);
      files.set(path, { ...kept, bytes: Buffer.from(other) });
    }
    expect(await codeOf(logFiles(logs.core, to)())).toBe('log/damaged');
    const one = memory();
    await logFiles(logs.core, one.to)();
    for (const path of [`2/checkpoint`, 'checkpoint']) one.files.delete(path);
    one.files.set('2/tile/0/000', { ...(one.files.get('2/tile/0/000') as Kept), bytes: Buffer.from('other') });
    expect(await codeOf(logFiles(logs.core, one.to)())).toBe('log/damaged');
  });

  it('are moved on by one of two that run at once; the other says that it could not', async () => {
    const { to, files } = memory();
    const [one, other] = [logFiles(logs.core, to), logFiles(logs.core, to)];
    await Promise.all([one(), other()].map(codeOf));
    await demandWhole(files);
    await grow(logs.core, 1);
    await integrate(logs.core);
    await one();
    expect(await codeOf(other())).toBe(0); // the pointer that it had in mind was moved to where it would have moved it
    await grow(logs.core, 1);
    await integrate(logs.core);
    await other();
    await demandWhole(files);
  });
});

function parsedState(checkpoint: string): LogState {
  const [origin = '', size = ''] = checkpoint.split('\n');
  return { log: Number(origin.split('/').at(-1)), size: Number(size), checkpoint };
}

withParts('the files of the log in S3', () => {
  it('are put under a lock, and hold for who fetches them all', async () => {
    const direct = s3Client();
    const middle = await between(S3_URL, etagOf(direct));
    const s3 = s3Client(middle.url);
    const Bucket = await makeBucket(direct);
    const folder = await mkdtemp(join(tmpdir(), 'referral-desk-'));
    try {
      const Rule = { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } } as const;
      const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
      await direct.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
      const put = logFiles(logs.core, { s3, bucket: Bucket });
      for (let n = 0; n < 3; n++) {
        await put();
        await grow(logs.core, 20);
        await integrate(logs.core);
      }
      middle.fault = ({ method, url = '' }) =>
        method === 'PUT' && url.includes('/checkpoint?') ? 'answer-lost' : undefined;
      await put();
      middle.fault = undefined;
      await put();
      const { Versions = [] } = await direct.send(new ListObjectVersionsCommand({ Bucket }));
      const versions = (key: string) => Versions.filter(({ Key }) => Key === key);
      expect(versions('checkpoint').length).toBeGreaterThan(2);
      expect(versions('1/tile/0/000')).toHaveLength(1);
      const [{ Key, VersionId } = {}] = versions('1/tile/0/000');
      await expect(direct.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))).rejects.toThrow();
      await fetchAll(direct, Bucket, folder);
      await writeFile(join(folder, 'trust.json'), JSON.stringify(logs.test.trust));
      await writeFile(join(folder, 'ca.pem'), authority.pem);
      const trusting = ['--trust', 'trust.json', '--tsa-ca', 'ca.pem'];
      const told = await run(['log', 'verify', '.', ...trusting, '--json'], { cwd: folder });
      const { size } = (await logs.core.ledger.logState()) as LogState;
      expect(told).toMatchObject({ code: 0, json: { ok: true, findings: [], logs: [{ log: 1 }, { log: 2, size }] } });
    } finally {
      for (const client of [direct, s3]) client.destroy();
      await middle.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  async function fetchAll(s3: S3Client, Bucket: string, folder: string): Promise<void> {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    for (const { Key = '' } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      await mkdir(dirname(join(folder, Key)), { recursive: true });
      await writeFile(join(folder, Key), (await Body?.transformToByteArray()) ?? '');
    }
  }
});
