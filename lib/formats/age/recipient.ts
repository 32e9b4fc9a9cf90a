// Recipients of age (age-encryption.org/v1): X25519 alone, which every age opens. The library is loaded when the first one is looked at.
import { DeskError } from '../../errors.ts';

/** The recipient as it is written, once its checksum holds. @throws DeskError input/invalid */
export async function readRecipient(text: string): Promise<string> {
  if (/^age1(?:pq|tag|tagpq)1/i.test(text)) throw new DeskError('input/invalid', HYBRID);
  if (!/^age1[02-9ac-hj-np-z]{58}$/.test(text)) throw new DeskError('input/invalid', NONE);
  const { Encrypter } = await import('age-encryption');
  try {
    new Encrypter().addRecipient(text);
  } catch (cause) {
    throw new DeskError('input/invalid', NONE, { cause });
  }
  return text;
}

const NONE = 'That is no recipient of age: give the line that begins with age1, as age-keygen -y writes it.';
const HYBRID =
  'Hybrid, tag and plug-in recipients of age are not taken: many programs cannot open them. Give one of X25519 (age-keygen).';
