// The one form of an error (RFC 9457). What the desk does not speak of by a code of its own becomes `internal` and says nothing.
import type { ProblemDocument } from '../../schemas/index.ts';
import { DeskError, type Code } from '../errors.ts';
import { sized } from './answer.ts';
import { TooMany } from './limits.ts';
import { PROBLEMS } from './problem-words.ts';
import { NoSuchRange } from './range.ts';

/** An answer to whatever was thrown. */
export function problemAnswer(error: unknown): Response {
  const known = toDeskError(error);
  const document = problemOf(known);
  const headers = { 'Content-Type': 'application/problem+json', ...headersFor(known) };
  return sized(document.status, JSON.stringify(document), headers);
}

export function problemOf(error: DeskError): ProblemDocument {
  const { title, todo } = PROBLEMS[error.code];
  const [first] = error.findings;
  return {
    type: `urn:referral-desk:problem:${error.code.replace('/', ':')}`,
    title,
    status: error.status,
    code: error.code,
    detail: error.message,
    ...(first === undefined || error.findings.length > 1 ? {} : { path: first.path }),
    todo,
    ...(error.findings.length === 0
      ? {}
      : { findings: error.findings.map(({ code, path, message }) => ({ code, path, message })) }),
  };
}

/** True of what the desk did not foresee; its operator should hear of it. */
export function isFault(error: unknown): boolean {
  return !(error instanceof DeskError) || error.status >= 500;
}

function toDeskError(error: unknown): DeskError {
  if (error instanceof DeskError && error.code !== 'internal') return error;
  return new DeskError('internal', "The desk failed; its operator finds the fault by the answer's Request-Id.");
}

function headersFor(error: DeskError): Record<string, string> {
  if (error.code === 'access/unauthenticated') return { 'WWW-Authenticate': 'Bearer' };
  if (error instanceof TooMany) return { 'Retry-After': String(error.retryAfter) };
  if (error instanceof NoSuchRange) return { 'Content-Range': `bytes */${error.sizeBytes}` };
  return RETRIED.includes(error.code) ? { 'Retry-After': '1' } : {};
}

const RETRIED: readonly Code[] = ['access/too-many-requests', 'state/contended', 'desk/unreachable', 'desk/deadline'];
