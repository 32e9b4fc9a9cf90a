// Where the parts of a slot are put on a desk whose store takes nothing from strangers: an address at the desk itself that says which part of
// which slot, which bytes and until when, signed with a key of the referral's. Whoever holds it can put these bytes there, and no others.
import type { Core } from '../core.ts';
import { UUID } from '../../schemas/uuid.ts';
import { DeskError, isCode } from '../errors.ts';
import { canonicalBytes } from '../formats/canonical.ts';
import { deriveKey, hmac, sameBytes } from '../formats/derive.ts';
import type { PartAddress, UploadPart } from '../ports.ts';
import { fromSender } from '../seal.ts';
import { demandTaking, hasEnded, readUpload, uploadOf, type UploadRecord } from './record.ts';

/** What an address says. `until` in milliseconds since 1970. */
type Said = readonly [1, referral: string, upload: string, UploadPart, until: number];

/** A path beneath the desk's own address. */
export function deskAddress(
  secret: Uint8Array,
  { referral, id }: UploadRecord,
  { number, offset, sizeBytes, sha256, md5 }: UploadPart,
  until: Date,
): PartAddress {
  const said = canonicalBytes([1, referral, id, { number, offset, sizeBytes, sha256, md5 }, until.getTime()]);
  const token = [said, signed(secret, referral, id, said)].map((bytes) => bytes.toString('base64url')).join('.');
  return { url: `/v1/parts/${token}`, headers: {} };
}

function signed(secret: Uint8Array, referral: string, upload: string, said: Uint8Array): Buffer {
  return hmac(deriveKey(secret, 'address', referral, 0, upload), said);
}

/**
 * Takes a part that was put to an address of the desk. The same part again is fine.
 * @throws DeskError access/address (altered, or its time is over), state/upload-complete, state/upload-ended,
 *   attachment/size-mismatch, attachment/digest-mismatch, attachment/cut-off, vault/full
 */
export async function putPart(core: Core, token: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const [, , upload, part] = await readAddress(core, token);
  const record = await readUpload(core, upload);
  demandTaking(record, core.now());
  await core.vault.uploads.put(uploadOf(record), part, fromSender(bytes)).catch((error: unknown) => {
    throw isCode(error, 'vault/absent') || isCode(error, 'vault/exists') ? hasEnded(error) : error;
  });
}

/** The same answer whatever is wrong with it. @throws DeskError access/address */
async function readAddress(core: Core, token: string): Promise<Said> {
  const [text = '', signature = '', ...rest] = token.split('.');
  const bytes = Buffer.from(text, 'base64url');
  const said = parse(bytes);
  if (said === undefined || rest.length > 0) throw noAddress();
  const [, referral, upload, , until] = said;
  const secret = await core.keys.readSecret(referral).catch((error: unknown) => {
    throw isCode(error, 'keys/absent') ? noAddress() : error;
  });
  const isOurs = sameBytes(Buffer.from(signature, 'base64url'), signed(secret, referral, upload, bytes));
  if (!isOurs || core.now().getTime() >= until) throw noAddress();
  return said;
}

/** Only what is signed is believed: of the rest, no more than is needed to find the key. */
function parse(bytes: Buffer): Said | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    const isAddress = Array.isArray(value) && value[0] === 1 && UUID.test(String(value[1]));
    return isAddress ? (value as unknown as Said) : undefined;
  } catch {
    return undefined;
  }
}

function noAddress(): DeskError {
  return new DeskError('access/address', 'This address is not whole, or its time is over: announce the part again.');
}
