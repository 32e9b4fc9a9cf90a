// How much time goes by inside the calls of Node's own code, while a program of ours runs.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import sqlite from 'node:sqlite';
import zlib from 'node:zlib';

type Call = (this: unknown, ...args: readonly unknown[]) => unknown;
type Calls = Record<string, unknown>;

/**
 * Times every call of node:crypto, node:zlib and node:sqlite from now on that answers at once; one within another counts once. What is
 * called through a name that was kept before is not seen.
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
  const overhead = overheadOf(timed(() => undefined));
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

/** Milliseconds that timing adds to one call, within what is timed. */
function overheadOf(nothing: Call): number {
  const times = 200_000;
  const started = performance.now();
  for (let n = 0; n < times; n++) nothing();
  return (performance.now() - started) / times;
}
