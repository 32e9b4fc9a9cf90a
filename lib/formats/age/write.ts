// Encrypts a stream to one X25519 recipient of age, in memory that does not grow with it. The same bytes twice are two different
// files: each has a key of its own.
import { readable } from '../readable.ts';
import { usedUp } from '../used-up.ts';

/** @param recipient as `readRecipient` answered it */
export async function* ageBytes(
  bytes: AsyncIterable<Uint8Array>,
  recipient: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  yield* usedUp(await encrypter.encrypt(readable(bytes)));
}
