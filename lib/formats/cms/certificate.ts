// The certificate of whoever a CMS message is encrypted to (X.509, RFC 5280): RSA, long enough, and not kept from transporting keys.
import { X509Certificate } from 'node:crypto';
import { DeskError } from '../../errors.ts';
import { readElement } from '../asn1.ts';
import { readCertificate } from '../time-stamp.ts';
import { BitString } from 'asn1js';

const LEAST_BITS = 2048;
const KEY_USAGE = '2.5.29.15';
const KEY_ENCIPHERMENT = 0x20;

export interface RecipientCertificate {
  readonly pem: string;
  /** SHA-256 of its DER, lower-case hex. */
  readonly fingerprint: string;
  readonly certificate: X509Certificate;
}

/** @throws DeskError input/invalid */
export function readRecipientCertificate(text: string): RecipientCertificate {
  const certificate = parse(text);
  const { publicKey, raw, fingerprint256 } = certificate;
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (publicKey.asymmetricKeyType !== 'rsa' || bits < LEAST_BITS)
    throw new DeskError('input/invalid', `Give a certificate of an RSA key of ${LEAST_BITS} bits or more.`);
  if (!mayTransportKeys(raw))
    throw new DeskError(
      'input/invalid',
      'This certificate may not be used for keyEncipherment: give the one for encryption.',
    );
  return { pem: certificate.toString(), fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(), certificate };
}

/** @throws DeskError input/invalid where it has ended, or has not begun */
export function demandInForce({ certificate }: RecipientCertificate, now: Date): void {
  if (now < certificate.validFromDate || now > certificate.validToDate)
    throw new DeskError('input/invalid', 'The certificate of the agency is not in force: change it (agency keys).');
}

function parse(text: string): X509Certificate {
  if (text.split('-----BEGIN CERTIFICATE-----').length !== 2) throw none();
  try {
    return new X509Certificate(text);
  } catch (cause) {
    throw none(cause);
  }
}

function none(cause?: unknown): DeskError {
  return new DeskError('input/invalid', 'That is not one X.509 certificate in PEM.', { cause });
}

/** Without the extension there is no limit (RFC 5280 section 4.2.1.3). @throws DeskError input/invalid */
function mayTransportKeys(der: Uint8Array): boolean {
  try {
    const usage = readCertificate(der).extensions.get(KEY_USAGE);
    if (usage === undefined) return true;
    const bits = readElement(usage.value);
    const [first = 0] = bits instanceof BitString ? bits.valueBlock.valueHexView : [];
    return (first & KEY_ENCIPHERMENT) !== 0;
  } catch (cause) {
    throw none(cause);
  }
}
