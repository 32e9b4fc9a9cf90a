// Queries that several routes take.
import * as z from 'zod';

const number = z
  .string()
  .regex(/^[0-9]{1,15}$/, { error: 'Write a whole number.' })
  .transform(Number);
export const sinceQuery = z.strictObject({
  since: number.optional().meta({ description: 'Prove also that the log grew out of the one of so many leaves.' }),
});
/** Which page of a list. */
export const pageQuery = z.strictObject({
  after: z.string().optional().meta({ description: 'What `next` of the page before said.' }),
  limit: number.optional().meta({ description: '1 to 200; 50 without one.' }),
});
