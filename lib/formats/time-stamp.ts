// RFC 3161 time stamps: the request for one, and a reply taken apart (with RFC 5652, 5816). Reading judges nothing but the form; whether a
// stamp holds is found by time-stamp-check.ts.
import { Boolean as DerBoolean, Integer, Null, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import {
  exactly,
  integerOf,
  isSequence,
  isTagged,
  malformed,
  membersOf,
  octetsOf,
  oidOf,
  rawOf,
  readElement,
  timeOf,
  within,
  type Element,
} from './asn1.ts';

const SHA_256 = '2.16.840.1.101.3.4.2.1';
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';

/** Attributes of a signature that a time stamp must have. */
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';

/** A TimeStampReq over a SHA-256, in DER: with a nonce of up to 8 bytes, and asking for the signer's certificate. */
export function stampRequest(digest: Uint8Array, nonce: bigint): Buffer {
  const algorithm = new Sequence({ value: [new ObjectIdentifier({ value: SHA_256 }), new Null()] });
  const imprint = new Sequence({ value: [algorithm, new OctetString({ valueHex: Uint8Array.from(digest) })] });
  const parts = [new Integer({ value: 1 }), imprint, Integer.fromBigInt(nonce), new DerBoolean({ value: true })];
  return Buffer.from(new Sequence({ value: parts }).toBER());
}

/** What is read of a granted reply. Algorithms are object identifiers with dots. */
export interface TimeStamp {
  readonly imprint: { readonly algorithm: string; readonly digest: Buffer };
  readonly nonce: bigint | undefined;
  /** As the authority says; `accuracyMs` where it says how far off it may be. */
  readonly time: Date;
  readonly accuracyMs: number | undefined;
  /** The bytes that are stamped and signed over. */
  readonly content: Buffer;
  readonly signer: {
    readonly issuer: Buffer;
    readonly serial: bigint;
    readonly digestAlgorithm: string;
    readonly signatureAlgorithm: string;
    readonly signature: Buffer;
    /** The DER that is signed. */
    readonly attributes: Buffer;
    readonly contentType: string | undefined;
    readonly messageDigest: Buffer | undefined;
    /** The digest of the certificate that the signer names as its own. */
    readonly certificate: { readonly algorithm: string; readonly digest: Buffer } | undefined;
  };
  /** In DER, as they came. */
  readonly certificates: readonly Buffer[];
}

/**
 * Takes a TimeStampResp (DER) apart; undefined where the authority refused.
 * @throws DeskError proof/malformed
 */
export function readTimeStamp(bytes: Uint8Array): TimeStamp | undefined {
  const reply = readElement(bytes);
  const [status, token, ...more] = within(reply);
  const granted = integerOf(within(status)[0]);
  if (granted !== 0n && granted !== 1n) return undefined;
  const [type, tagged] = exactly(2, token);
  if (more.length > 0 || !isSequence(reply) || oidOf(type) !== SIGNED_DATA || !isTagged(tagged, 0)) throw malformed();
  return readSignedData(within(exactly(1, tagged)[0]));
}

function readSignedData([version, digests, encapsulated, ...rest]: readonly Element[]): TimeStamp {
  const [type, tagged] = exactly(2, encapsulated);
  if (integerOf(version) !== 3n || oidOf(type) !== TST_INFO || !isTagged(tagged, 0)) throw malformed();
  const content = octetsOf(exactly(1, tagged)[0]);
  const certificates = rest.filter((each) => isTagged(each, 0)).flatMap(within);
  const signers = membersOf(rest.at(-1));
  const signer = readSigner(within(signers[0]));
  const named = membersOf(digests).map((each) => oidOf(within(each)[0]));
  if (signers.length !== 1 || !named.includes(signer.digestAlgorithm)) throw malformed();
  return { ...readInfo(content), content, signer, certificates: certificates.map(rawOf) };
}

/** TSTInfo; what is optional comes in a fixed order, told apart by its tag. */
function readInfo(content: Buffer): Pick<TimeStamp, 'imprint' | 'nonce' | 'time' | 'accuracyMs'> {
  const [version, , imprint, , time, ...rest] = within(readElement(content));
  const [algorithm, digest] = within(imprint);
  if (integerOf(version) !== 1n) throw malformed();
  const accuracy = rest.find((each) => isSequence(each));
  const nonce = rest.find((each) => each.idBlock.tagClass === 1 && each.idBlock.tagNumber === 2);
  return {
    imprint: { algorithm: oidOf(within(algorithm)[0]), digest: octetsOf(digest) },
    nonce: nonce === undefined ? undefined : integerOf(nonce),
    time: timeOf(time),
    accuracyMs: accuracy === undefined ? undefined : accuracyOf(accuracy),
  };
}

/** Seconds, [0] milliseconds, [1] microseconds, each where it is there. */
function accuracyOf(accuracy: Element): number {
  const parts = within(accuracy);
  const seconds = parts.find(({ idBlock }) => idBlock.tagClass === 1);
  const millis = parts.find((each) => isTagged(each, 0));
  const whole = seconds === undefined ? 0 : Number(integerOf(seconds));
  return whole * 1000 + (millis === undefined ? 0 : implicitNumber(millis));
}

/** The content of an implicitly tagged INTEGER. */
function implicitNumber(element: Element): number {
  return rawOf(element)
    .subarray(2)
    .reduce((sum, byte) => sum * 256 + byte, 0);
}

function readSigner([version, sid, digest, attributes, algorithm, signature]: readonly Element[]): TimeStamp['signer'] {
  if (integerOf(version) !== 1n || !isTagged(attributes, 0)) throw malformed();
  const [issuer, serial] = exactly(2, sid);
  if (issuer === undefined) throw malformed();
  const named = new Map(within(attributes).map((each) => [oidOf(within(each)[0]), membersOf(within(each)[1])[0]]));
  const type = named.get(CONTENT_TYPE);
  const message = named.get(MESSAGE_DIGEST);
  const signed = rawOf(attributes);
  signed[0] = 0x31; // signed as the SET it is, not under its tag (RFC 5652 section 5.4)
  return {
    issuer: rawOf(issuer),
    serial: integerOf(serial),
    digestAlgorithm: oidOf(within(digest)[0]),
    signatureAlgorithm: oidOf(within(algorithm)[0]),
    signature: octetsOf(signature),
    attributes: signed,
    contentType: type === undefined ? undefined : oidOf(type),
    messageDigest: message === undefined ? undefined : octetsOf(message),
    certificate: certificateNamed(named.get(SIGNING_CERTIFICATE_V2), named.get(SIGNING_CERTIFICATE)),
  };
}

/** ESSCertIDv2 (SHA-256 unless it says otherwise), or ESSCertID (SHA-1). */
function certificateNamed(v2: Element | undefined, v1: Element | undefined): TimeStamp['signer']['certificate'] {
  const named = v2 ?? v1;
  if (named === undefined) return undefined;
  const parts = within(within(within(named)[0])[0]);
  const [first, second] = parts;
  const hasAlgorithm = v2 !== undefined && isSequence(first);
  const fallback = v2 === undefined ? '1.3.14.3.2.26' : SHA_256;
  return {
    algorithm: hasAlgorithm ? oidOf(within(first)[0]) : fallback,
    digest: octetsOf(hasAlgorithm ? second : first),
  };
}

// ── certificates ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** What must be known of a certificate beside what node:crypto says. */
export interface CertificateRead {
  readonly issuer: Buffer;
  readonly serial: bigint;
  /** Its extensions by object identifier. */
  readonly extensions: ReadonlyMap<string, { readonly isCritical: boolean; readonly value: Buffer }>;
}

/** @throws DeskError proof/malformed */
export function readCertificate(der: Uint8Array): CertificateRead {
  const fields = within(within(readElement(der))[0]);
  const [serial, , issuer] = isTagged(fields[0], 0) ? fields.slice(1) : fields;
  const extensions = fields.filter((each) => isTagged(each, 3)).flatMap((each) => within(within(each)[0]));
  if (issuer === undefined) throw malformed();
  return {
    issuer: rawOf(issuer),
    serial: integerOf(serial),
    extensions: new Map(
      extensions.map((each) => {
        const [id, ...rest] = within(each);
        const critical = rest.length > 1 ? rest[0] : undefined;
        const isCritical = critical instanceof DerBoolean && critical.getValue();
        return [oidOf(id), { isCritical, value: octetsOf(rest.at(-1)) }];
      }),
    ),
  };
}

/** The purposes that an extended key usage lists. @throws DeskError proof/malformed */
export function purposesOf(value: Uint8Array): string[] {
  return within(readElement(value)).map(oidOf);
}
