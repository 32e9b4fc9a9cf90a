// What a caller says, held against its form before anything is done with it: whoever calls a verb, through whichever door.
import type * as z from 'zod';
import { toPointer } from '../schemas/pointer.ts';
import { DeskError } from './errors.ts';

/** The value, if it has this form and no text in it is broken Unicode. @throws DeskError input/invalid with each place */
export function inForm<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) {
    throw new DeskError('input/invalid', 'The request is not of the form the schema asks for.', {
      findings: result.error.issues.map((issue) => ({
        code: issue.code,
        path: toPointer(issue.path),
        message: issue.code === 'unrecognized_keys' ? 'Take out what the schema does not know.' : issue.message,
      })),
    });
  }
  if (!isWellFormed(result.data)) throw new DeskError('input/not-unicode', 'A text holds half of a character.');
  return result.data;
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  return value === null || typeof value !== 'object' || Object.values(value).every(isWellFormed);
}

/** @throws DeskError input/missing-header when nobody can tell for what purpose something is read or leaves the desk */
export function demandPurpose(purpose: string): void {
  if (purpose.trim() === '' || !purpose.isWellFormed())
    throw new DeskError('input/missing-header', 'Say for what purpose.');
}

/** How many a page of a list holds: 1 to 200, 50 where nothing is said. @throws DeskError input/invalid */
export function pageLimit(limit = 50): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 200) return limit;
  throw new DeskError('input/invalid', 'A page holds 1 to 200.');
}
