// What opens one sealed object in the reader's process: where its bytes are, for a while, and its own key. Always true: it opens that one
// object and no other.
import * as z from 'zod';

const count = z.int().min(0);

export const lentObject = z.strictObject({
  url: z.url().meta({ description: 'GET, with Range, until expiresAt.' }),
  expiresAt: z.iso.datetime(),
  place: z.strictObject({ offset: count, sizeBytes: count }).meta({ description: 'The stretch that is the object.' }),
  object: z.string().meta({ description: 'Its id: the name of the wrapping key in the sealed message.' }),
  owner: z.string(),
  key: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ description: 'AES-256, hex.' }),
});
