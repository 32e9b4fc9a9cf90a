// How much time goes by inside the calls of Node's own code, while a program of ours runs.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import sqlite from 'node:sqlite';
import zlib from 'node:zlib';

type Call = (this: unknown, ...args: readonly unknown[]) => unknown;
type Calls = Record<string, unknown>;

/**
 * Times what the product calls of node:crypto, zlib's CRC-32 and node:sqlite from now on: functions, and methods of hashes, ciphers and
 * statements; one within another counts once. What is not seen makes the answer smaller.
 * @returns the milliseconds so far, without what the timing itself takes
 */
export function nativeCalls(): () => number {
  let [total, calls, isInside] = [0, 0, false];
  const timed = (call: Call): Call =>
    function (...args) {
      if (isInside) return Reflect.apply(call, this, args);
      isInside = true;
      const started = performance.now();
      try {
        return Reflect.apply(call, this, args);
      } finally {
        total += performance.now() - started;
        calls += 1;
        isInside = false;
      }
    };
  const each = (of: object, names: readonly string[]): void => {
    for (const name of names) {
      const found = Object.getOwnPropertyDescriptor(of, name);
      const call: unknown = found?.value;
      if (typeof call === 'function' && found?.writable === true) (of as Calls)[name] = timed(call as Call);
    }
  };
  const nothing = timed(() => undefined);
  for (let n = 0; n < 200_000; n++) nothing();
  const overhead = total / calls;
  [total, calls] = [0, 0];
  each(
    crypto,
    Object.keys(crypto).filter((name) => /^[a-z]/.test(name)),
  );
  each(zlib, ['crc32']);
  for (const made of objectsOf()) each(Object.getPrototypeOf(made) as object, METHODS);
  each(sqlite.StatementSync.prototype, ['run', 'get', 'all']);
  each(sqlite.DatabaseSync.prototype, ['exec', 'prepare']);
  syncBuiltinESMExports();
  return () => total - calls * overhead;
}

const METHODS = ['update', 'digest', 'final', 'setAAD', 'getAuthTag', 'setAuthTag'];

function objectsOf(): object[] {
  const [key, iv] = [Buffer.alloc(32), Buffer.alloc(12)];
  const { createCipheriv, createDecipheriv, createHash, createHmac } = crypto;
  return [
    createHash('sha256'),
    createHmac('sha256', key),
    createCipheriv('aes-256-gcm', key, iv),
    createDecipheriv('aes-256-gcm', key, iv),
  ];
}
