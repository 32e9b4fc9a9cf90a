// Encrypts a stream to one X25519 recipient of age, in memory that does not grow with it. The same bytes twice are two different
// files: each has a key of its own.
import { usedUp } from '../used-up.ts';

/** @param recipient as `readRecipient` answered it */
export async function* ageBytes(
  bytes: AsyncIterable<Uint8Array>,
  recipient: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  yield* usedUp(await encrypter.encrypt(streamOf(bytes)));
}

/** Copies, since a pipe asks for the next piece before it has used up the last one. */
function streamOf(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await iterator.next();
        if (next.done === true) controller.close();
        else controller.enqueue(new Uint8Array(next.value));
      },
      cancel: async () => {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
