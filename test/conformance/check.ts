// A conformance suite is a list of checks, each on a port freshly opened. Jest runs them one by one; the sabotage test runs
// them itself, to see that a broken port is caught.
import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import { DeskError, type Code } from '../../lib/errors.ts';

export interface Check<Port> {
  readonly title: string;
  readonly run: (port: Port) => Promise<void>;
}

/** What an adapter's test opens: the port, and how to be done with it. */
export type Opened<Port> = Port & { close(): void | Promise<void> };

export function register<Port>(name: string, checks: readonly Check<Port>[], open: () => Promise<Opened<Port>>): void {
  describe(name, () => {
    it.each(checks)('$title', (check) => runCheck(check, open));
  });
}

export async function runCheck<Port>(check: Check<Port>, open: () => Promise<Opened<Port>>): Promise<void> {
  const opened = await open();
  try {
    await check.run(opened);
  } finally {
    await opened.close();
  }
}

/** Waits for a refusal and says whether it carries the code. */
export async function refuses(code: Code, act: Promise<unknown>): Promise<void> {
  const outcome: unknown = await act.then(
    () => 'nothing was refused',
    (error: unknown) => error,
  );
  assert.ok(outcome instanceof DeskError, `${code} was to be refused: ${String(outcome)}`);
  assert.equal(outcome.code, code);
}

export async function all<T>(found: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of found) items.push(item);
  return items;
}

export async function gather(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await all(bytes));
}

/** Equal in every value, wherever the objects were made. */
export function same(actual: unknown, expected: unknown): void {
  expect(actual).toEqual(expected);
}

export function sameBytes(actual: Uint8Array, expected: Uint8Array, what = 'bytes'): void {
  assert.ok(
    Buffer.from(actual).equals(expected),
    `${what}: ${actual.length} bytes are not the ${expected.length} expected`,
  );
}
