// Bytes on their way out: what they come from is closed, however early the caller goes away.
import { describe, expect, it } from '@jest/globals';
import { bytes } from '../../lib/http/answer.ts';

const PIECES = ['one', 'two', 'three'].map((text) => Buffer.from(text));

function source(): { pieces: AsyncIterable<Uint8Array>; isClosed: () => boolean } {
  let closed = false;
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for (const piece of PIECES) yield await Promise.resolve(piece);
    } finally {
      closed = true;
    }
  }
  return { pieces: read(), isClosed: () => closed };
}

describe('an answer of bytes', () => {
  it('is all of them, and closes what they come from', async () => {
    const { pieces, isClosed } = source();
    const answer = await bytes(pieces, {});
    expect(isClosed()).toBe(false);
    expect(await answer.text()).toBe('onetwothree');
    expect(isClosed()).toBe(true);
  });

  it.each([0, 1, 2])('closes what they come from when the caller goes away after %d pieces', async (count) => {
    const { pieces, isClosed } = source();
    const { body } = await bytes(pieces, {});
    const reader = body?.getReader();
    for (let n = 0; n < count; n++) await reader?.read();
    await reader?.cancel();
    expect(isClosed()).toBe(true);
  });

  it('is an error, not an answer, where the first of them cannot be read', async () => {
    const broken: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('cannot be opened')) }),
    };
    await expect(bytes(broken, {})).rejects.toThrow();
  });
});
