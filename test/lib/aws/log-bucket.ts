// The bucket of the log in memory, for tests of what is put into it: every request can fail, and something can happen before one.
import type { S3Client } from '@aws-sdk/client-s3';
import type { LogBucket } from '../../../lib/aws/log-bucket.ts';
import { DeskError } from '../../../lib/errors.ts';
import { countedS3, type Counts, type Kept } from '../stack/counted-parts.ts';

export type Files = Map<string, Kept>;

/** A bucket in memory; `fail` hears of each request, by number from 1, before and after its effect. */
export function memory(fail: (n: number, when: 'before' | 'after') => void = () => undefined) {
  const counts: Counts = new Map();
  const files: Files = new Map();
  const puts: string[] = [];
  const s3 = countedS3(counts, files);
  let asked = 0;
  const send = async (command: { input: { Key: string } }): Promise<unknown> => {
    const n = ++asked;
    fail(n, 'before');
    try {
      const answer: unknown = await s3.send(command as never);
      if (command.constructor.name === 'PutObjectCommand') puts.push(command.input.Key);
      return answer;
    } finally {
      fail(n, 'after');
    }
  };
  return { to: { s3: { send } as unknown as S3Client, bucket: 'log' }, files, counts, puts, asked: () => asked };
}

export const codeOf = (running: Promise<unknown>): Promise<unknown> =>
  running.catch((error: unknown) => (error instanceof DeskError ? error.code : error));

/** The bucket, where this comes before the first puts. */
export function before(to: LogBucket, act: () => unknown, times = 1): LogBucket {
  const { send } = to.s3 as unknown as { send: (command: object) => Promise<unknown> };
  let left = times;
  const first = async (command: object): Promise<unknown> => {
    if (command.constructor.name === 'PutObjectCommand' && left-- > 0) await act();
    return send(command);
  };
  return { ...to, s3: { send: first } as unknown as S3Client };
}
