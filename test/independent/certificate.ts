// The certificate of destruction, signed by the packets key.
import { demand, sha256 } from './bytes.ts';
import { canonical, Fields, type Json } from './json.ts';
import { isSignedBy } from './signed.ts';
import { keyFor, type Trust } from './trust.ts';

const CERTIFICATE = [
  'version',
  'desk',
  'referralId',
  'requestedBy',
  'approvedBy',
  'destroyedAt',
  'chainHead',
  'sealedObjects',
  'copies',
  'backups',
  'keyId',
  'signature',
];

/** Reads a certificate and holds its signature; the fields are for whoever compares them with the book. */
export function readCertificate(value: Json, trust: Trust): Fields {
  const fields = new Fields(value, 'certificate', CERTIFICATE).version();
  demand(fields.text('desk') === trust.desk, 'certificate: of another desk');
  fields.id('referralId');
  fields.time('destroyedAt');
  const { signature, ...rest } = fields.value;
  demand(typeof signature === 'string', 'certificate: not signed');
  const key = keyFor(trust, 'packets', fields.text('keyId'));
  const message = Buffer.concat([Buffer.from('referral-desk/certificate/1\n'), sha256(canonical(rest))]);
  demand(
    isSignedBy(key.publicKey, message, fields.base64('signature', 64)),
    'certificate: its signature does not hold',
  );
  return fields;
}
