// The one form of an error at the CyberTipline door: a status that is no success, and a reportResponse that says why. Never a value out of
// what was sent, and nothing of what failed inside.
import { DeskError, type Finding } from '../../errors.ts';
import { TooMany } from '../limits.ts';
import { xml } from './answer.ts';
import { CHALLENGE } from './basic.ts';
import { PHRASES, verdictOf, type Endpoint } from './codes.ts';
import { endpointOf } from './paths.ts';

/** @param url of what was asked for, in any form */
export function refuseReport(error: unknown, url: string): Response {
  return refusal(error, endpointOf(url));
}

/** An answer to whatever was thrown. */
export function refusal(error: unknown, endpoint?: Endpoint): Response {
  const known = error instanceof DeskError ? error : new DeskError('internal', '');
  const { status, code } = verdictOf(known.code, endpoint);
  const description = status >= 500 ? PHRASES[code] : [PHRASES[code], ...reasons(known)].join('\n');
  return xml(
    status,
    { root: 'reportResponse', code, description: description.slice(0, MOST_CHARACTERS) },
    headersFor(known),
  );
}

/** A client shows this in one message: enough to correct by, and not the whole list where everything is wrong. */
const MOST_REASONS = 20;
const MOST_CHARACTERS = 8000;

function reasons(error: DeskError): string[] {
  if (error.findings.length === 0) return [error.message];
  const shown = error.findings.slice(0, MOST_REASONS).map((finding) => reasonOf(error, finding));
  const more = error.findings.length - shown.length;
  return more === 0 ? shown : [...shown, `and ${more} more`];
}

function reasonOf({ code }: DeskError, { code: kind, line, path, message }: Finding): string {
  const place = [line === undefined ? '' : `line ${line}`, path].filter((part) => part !== '').join(', ');
  if (code === 'input/rule' || code === 'state/described') return `Rule ${kind}: ${place}: ${message}`;
  return `${code === 'input/invalid' ? 'Schema' : 'XML'}: ${place}: ${kind}. ${message}`;
}

function headersFor(error: DeskError): Record<string, string> {
  if (error.code === 'access/unauthenticated') return { 'WWW-Authenticate': CHALLENGE };
  if (error instanceof TooMany) return { 'Retry-After': String(error.retryAfter) };
  return error.status === 503 ? { 'Retry-After': '1' } : {};
}
