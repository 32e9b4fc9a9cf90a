// Whether an RFC 3161 time stamp holds: it is of these bytes, its signer signed it and may sign time stamps, and the signer's certificate leads to an
// authority that is trusted. Revocation is not looked at: that would need the network.
import { createHash, verify, X509Certificate } from 'node:crypto';
import { DeskError } from '../errors.ts';
import { sameBytes } from './derive.ts';
import { purposesOf, readCertificate, readTimeStamp, type TimeStamp } from './time-stamp.ts';

export interface StampExpected {
  /** SHA-256 of the bytes that were to be stamped. */
  readonly digest: Uint8Array;
  /** The nonce that was asked with, for whoever asked. */
  readonly nonce?: bigint | undefined;
  /** Certificates (DER) of the authorities that are trusted; undefined: the signer's is held against nobody. */
  readonly authorities?: readonly Uint8Array[] | undefined;
}

export interface StampChecked {
  /** stamp/malformed, stamp/refused, stamp/other-data, stamp/nonce, stamp/signature, stamp/signer, stamp/unknown-authority; empty where it holds. */
  readonly wrong: readonly string[];
  /** When the authority says it saw the bytes, and how far off that may be; undefined where it cannot be read. */
  readonly time?: Date;
  readonly accuracyMs?: number | undefined;
}

/** @param reply a TimeStampResp in DER; nothing in it makes this throw */
export function checkTimeStamp(reply: Uint8Array, expected: StampExpected): StampChecked {
  try {
    const stamp = readTimeStamp(reply);
    if (stamp === undefined) return { wrong: ['stamp/refused'] };
    return {
      wrong: [...checkContent(stamp, expected), ...checkSigner(stamp, expected)],
      time: stamp.time,
      accuracyMs: stamp.accuracyMs,
    };
  } catch {
    return { wrong: ['stamp/malformed'] };
  }
}

const DIGESTS: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** The digest of each way to sign; undefined: the one that is named beside it (RSA), null: none (Ed25519). */
const SIGNATURES: ReadonlyMap<string, string | undefined | null> = new Map([
  ['1.2.840.113549.1.1.1', undefined],
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
  ['1.3.101.112', null],
]);

const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

function checkContent({ imprint, nonce }: TimeStamp, expected: StampExpected): string[] {
  const isOf = DIGESTS[imprint.algorithm] === 'sha256' && sameBytes(imprint.digest, expected.digest);
  const isEchoed = expected.nonce === undefined || nonce === expected.nonce;
  return [...(isOf ? [] : ['stamp/other-data']), ...(isEchoed ? [] : ['stamp/nonce'])];
}

function checkSigner(stamp: TimeStamp, { authorities }: StampExpected): string[] {
  const certificates = stamp.certificates.map((der) => new X509Certificate(der));
  const own = certificates.find(({ raw }) => isNamed(stamp, raw));
  if (own === undefined) return ['stamp/signer'];
  if (!isSigned(stamp, own)) return ['stamp/signature'];
  if (!isTimeStamper(own) || !isValidAt(own, stamp.time)) return ['stamp/signer'];
  if (authorities === undefined) return [];
  const trusted = authorities.map((der) => new X509Certificate(der));
  return leadsTo(trusted, certificates, own, stamp.time) ? [] : ['stamp/unknown-authority'];
}

/** By issuer and serial number, and by the digest that is signed over. */
function isNamed({ signer }: TimeStamp, der: Buffer): boolean {
  const { issuer, serial } = readCertificate(der);
  const algorithm =
    DIGESTS[signer.certificate?.algorithm ?? ''] ??
    (signer.certificate?.algorithm === '1.3.14.3.2.26' ? 'sha1' : undefined);
  if (algorithm === undefined || signer.certificate === undefined) return false;
  const isSame = sameBytes(createHash(algorithm).update(der).digest(), signer.certificate.digest);
  return isSame && serial === signer.serial && issuer.equals(signer.issuer);
}

function isSigned({ content, signer }: TimeStamp, { publicKey }: X509Certificate): boolean {
  const digest = DIGESTS[signer.digestAlgorithm];
  if (digest === undefined || !SIGNATURES.has(signer.signatureAlgorithm)) return false;
  const own = SIGNATURES.get(signer.signatureAlgorithm);
  if (typeof own === 'string' && own !== digest) return false;
  const isOfContent = signer.contentType === TST_INFO && signer.messageDigest !== undefined;
  if (!isOfContent || !sameBytes(createHash(digest).update(content).digest(), signer.messageDigest)) return false;
  return verify(own === null ? null : digest, signer.attributes, publicKey, signer.signature);
}

/** Its extended key usage is time stamping alone, and critical (RFC 3161 section 2.3). */
function isTimeStamper({ raw }: X509Certificate): boolean {
  const usage = readCertificate(raw).extensions.get(EXTENDED_KEY_USAGE);
  if (usage?.isCritical !== true) return false;
  const purposes = purposesOf(usage.value);
  return purposes.length === 1 && purposes[0] === TIME_STAMPING;
}

function isValidAt({ validFrom, validTo }: X509Certificate, at: Date): boolean {
  return Date.parse(validFrom) <= at.getTime() && at.getTime() <= Date.parse(validTo);
}

const MOST_STEPS = 8;

/** Whether one of the trusted issued it, or issued what issued it; or is it itself. */
function leadsTo(
  trusted: readonly X509Certificate[],
  others: readonly X509Certificate[],
  own: X509Certificate,
  at: Date,
  steps = MOST_STEPS,
): boolean {
  if (trusted.some(({ raw }) => raw.equals(own.raw))) return true;
  if (steps === 0) return false;
  const issuers = (among: readonly X509Certificate[]): X509Certificate[] =>
    among.filter((each) => each.ca && isValidAt(each, at) && own.checkIssued(each) && own.verify(each.publicKey));
  if (issuers(trusted).length > 0) return true;
  return issuers(others).some(
    (issuer) => !issuer.raw.equals(own.raw) && leadsTo(trusted, others, issuer, at, steps - 1),
  );
}

// ── authorities ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** The certificates of a PEM file, in DER. @throws DeskError proof/malformed where there is none, or one cannot be read */
export function readAuthorities(pem: string): Buffer[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new DeskError('proof/malformed', 'There is no certificate in PEM in the file.');
  try {
    return blocks.map((block) => new X509Certificate(block).raw);
  } catch (cause) {
    throw new DeskError('proof/malformed', 'A certificate in the file cannot be read.', { cause });
  }
}
