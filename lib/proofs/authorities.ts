// Whose time stamps are believed: the certificates of trust.json, and those that were given beside it.
import { X509Certificate } from 'node:crypto';
import type { Trust } from '../trust.ts';
import type { Report } from './report.ts';

/** In DER. One that is no certificate is a finding, and believed by nobody. Code: trust/damaged. */
export function authoritiesOf(
  report: Report,
  trust: Trust | undefined,
  more: readonly Uint8Array[] = [],
): readonly Uint8Array[] {
  const named = (trust?.tsa ?? []).map((der) => Buffer.from(der, 'base64'));
  const sound = [...named, ...more].filter(isCertificate);
  if (sound.length < named.length + more.length) report.say('trust/damaged', 'tsa: one of them is no certificate');
  return sound;
}

function isCertificate(der: Uint8Array): boolean {
  try {
    return new X509Certificate(der).raw.length > 0;
  } catch {
    return false;
  }
}
