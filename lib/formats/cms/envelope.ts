// AuthEnvelopedData (RFC 5083, 5084) to one certificate: AES-256-GCM under a key of its own, which RSA-OAEP with SHA-256 transports. Its
// length is known from that of its content, so that it is DER from end to end and can be written as a stream.
import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import { Constructed, Integer, ObjectIdentifier, OctetString, Sequence, Set as DerSet } from 'asn1js';
import { DeskError } from '../../errors.ts';
import { readCertificate } from '../time-stamp.ts';
import type { RecipientCertificate } from './certificate.ts';
import { keyObject } from '../key-object.ts';

const AUTH_ENVELOPED_DATA = '1.2.840.113549.1.9.16.1.23';
const DATA = '1.2.840.113549.1.7.1';
const AES_256_GCM = '2.16.840.1.101.3.4.1.46';
const RSAES_OAEP = '1.2.840.113549.1.1.7';
const MGF1 = '1.2.840.113549.1.1.8';
const SHA_256 = '2.16.840.1.101.3.4.2.1';
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

const SEQUENCE = 0x30;
/** [0], constructed: what it holds stands in it whole. */
const EXPLICIT_0 = 0xa0;
/** [0], primitive: an OCTET STRING under another tag. */
const OCTETS_0 = 0x80;
const OCTET_STRING = 0x04;

/** A message whose key and length are chosen; its bytes come of its content, and are the same each time. */
export interface Envelope {
  readonly sizeBytes: number;
  /** @throws DeskError internal where the content has another length than was said */
  readonly bytes: (content: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array, void, undefined>;
}

/** Chooses the key of a message with a content of so many bytes. */
export function newEnvelope(to: RecipientCertificate, contentBytes: number): Envelope {
  const key = randomBytes(32);
  const nonce = randomBytes(NONCE_BYTES);
  const head = headOf(recipientOf(to, key), nonce, contentBytes);
  const sizeBytes = head.length + contentBytes + 2 + TAG_BYTES;

  async function* bytes(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    const cipher = createCipheriv('aes-256-gcm', keyObject(key), nonce, { authTagLength: TAG_BYTES });
    let rest = contentBytes;
    yield head;
    for await (const piece of content) {
      rest -= piece.length;
      yield cipher.update(piece);
    }
    if (rest !== 0) throw new DeskError('internal', 'The content of a message has another length than was said.');
    cipher.final();
    yield Buffer.concat([Buffer.from([OCTET_STRING, TAG_BYTES]), cipher.getAuthTag()]);
  }

  return { sizeBytes, bytes };
}

/** All that stands before the content, from the outermost header on. */
function headOf(recipient: Buffer, nonce: Buffer, contentBytes: number): Buffer {
  const parameters = sequence(new OctetString({ valueHex: Uint8Array.from(nonce) }), new Integer({ value: TAG_BYTES }));
  const type = der(new ObjectIdentifier({ value: DATA }));
  const algorithm = der(sequence(new ObjectIdentifier({ value: AES_256_GCM }), parameters));
  const content = Buffer.concat([type, algorithm, header(OCTETS_0, contentBytes)]);
  const info = Buffer.concat([header(SEQUENCE, content.length + contentBytes), content]);
  const before = Buffer.concat([der(new Integer({ value: 0 })), recipient, info]);
  const after = contentBytes + 2 + TAG_BYTES;
  const data = Buffer.concat([header(SEQUENCE, before.length + after), before]);
  const tagged = Buffer.concat([header(EXPLICIT_0, data.length + after), data]);
  const outer = Buffer.concat([der(new ObjectIdentifier({ value: AUTH_ENVELOPED_DATA })), tagged]);
  return Buffer.concat([header(SEQUENCE, outer.length + after), outer]);
}

/** The SET of one KeyTransRecipientInfo, which names the certificate by issuer and serial number. */
function recipientOf({ certificate }: RecipientCertificate, key: Buffer): Buffer {
  const { issuer, serial } = readCertificate(certificate.raw);
  const sha256 = sequence(new ObjectIdentifier({ value: SHA_256 }));
  const mask = sequence(new ObjectIdentifier({ value: MGF1 }), sequence(new ObjectIdentifier({ value: SHA_256 })));
  const oaep = sequence(new ObjectIdentifier({ value: RSAES_OAEP }), sequence(tagged(0, sha256), tagged(1, mask)));
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const wrapped = publicEncrypt({ key: certificate.publicKey, ...padding }, key);
  const name = Buffer.concat([issuer, der(Integer.fromBigInt(serial))]);
  const parts = Buffer.concat([
    der(new Integer({ value: 0 })),
    header(SEQUENCE, name.length),
    name,
    der(oaep),
    der(new OctetString({ valueHex: Uint8Array.from(wrapped) })),
  ]);
  const info = Buffer.concat([header(SEQUENCE, parts.length), parts]);
  return Buffer.concat([header(der(new DerSet()).readUInt8(0), info.length), info]);
}

type Value = Sequence | ObjectIdentifier | OctetString | Integer | Constructed | DerSet;

function sequence(...value: Value[]): Sequence {
  return new Sequence({ value });
}

function tagged(tagNumber: number, value: Value): Constructed {
  return new Constructed({ idBlock: { tagClass: 3, tagNumber }, value: [value] });
}

function der(value: Value): Buffer {
  return Buffer.from(value.toBER());
}

/** Tag and length, in the shortest form. */
function header(tag: number, length: number): Buffer {
  if (length < 0x80) return Buffer.from([tag, length]);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length]), bytes]);
}
