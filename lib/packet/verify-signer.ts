// Verifying a packet, whose it is: the signature over its list of digests, and the chain with its place in the desk's log.
import { isSignedBy } from '../formats/checkpoint.ts';
import { entriesRead, verifyRead, type ReadCustody } from '../proofs/custody.ts';
import { isTrustUsable, type Report } from '../proofs/report.ts';
import { custodySchema } from '../status.ts';
import { trustedKey, type Trust } from '../trust.ts';
import type { Case } from './case.ts';
import { packetMessage, signatureSchema } from './parts.ts';
import { readJson } from './read-files.ts';
import { leaveUnread } from './steps.ts';
import type { ReadFiles } from './told.ts';

/** Who signed a packet, by its own word; `isKnown` where trust.json names that key for packets and the signature holds. */
export interface PacketSigner {
  readonly desk: string;
  readonly keyId: string;
  readonly isKnown: boolean;
}

/** Codes: packet/malformed, packet/signature, trust/*. @returns who signed it, where signature.json can be read */
export function checkSignature(
  report: Report,
  files: ReadFiles,
  manifest: Case | undefined,
  trust: Trust | undefined,
): PacketSigner | undefined {
  const signed = readJson(report, files, 'signature.json', signatureSchema);
  const tagManifest = files.get('tagmanifest-sha256.txt')?.sha256;
  if (signed === undefined || tagManifest === undefined) {
    leaveUnread(report);
    return undefined;
  }
  const { desk, keyId } = signed;
  const isOfThis =
    signed.tagManifestSha256 === tagManifest &&
    (manifest === undefined || (desk === manifest.desk && signed.packet === manifest.packet?.id));
  if (!isOfThis) report.say('packet/signature', 'signature.json: it is of another packet');
  const signer = { desk, keyId, isKnown: false };
  if (trust === undefined)
    report.leaveOpen('trust', 'No trust.json was given: whose key this is was held against nobody.');
  if (!isTrustUsable(report, trust, desk)) return signer;
  const key = trustedKey(trust, 'packets', keyId, manifest?.packet?.orderedAt);
  const message = packetMessage(Buffer.from(signed.tagManifestSha256, 'hex'));
  if (key === undefined)
    report.say('trust/unknown-signer', 'signature.json: a key that trust.json does not name for packets');
  else if (!isSpelt(signed.signature) || !isSignedBy(key, message, Buffer.from(signed.signature, 'base64')))
    report.say('packet/signature', 'signature.json');
  else {
    report.note(`Signed by the packets key ${keyId} of desk ${desk}, which trust.json names.`);
    return { ...signer, isKnown: isOfThis };
  }
  return signer;
}

/** Base64 as it is written: the bits that its last letter has to spare are none. */
function isSpelt(base64: string): boolean {
  return Buffer.from(base64, 'base64').toString('base64') === base64;
}

/** The chain itself. Code: packet/malformed. */
export function readCustody(report: Report, files: ReadFiles): ReadCustody | undefined {
  const custody = readJson(report, files, 'custody/chain.json', custodySchema);
  return custody === undefined ? undefined : entriesRead(custody);
}

/** Codes: custody/* in step `custody`, log/* in step `log`; what concerns trust.json was said of the signature. */
export function checkChain(report: Report, read: ReadCustody, trust: Trust | undefined): void {
  const { custody } = read;
  const { findings } = verifyRead(read, { trust });
  const sayAll = (isHere: (code: string) => boolean): void => {
    for (const { code, where } of findings) if (isHere(code)) report.say(code, `custody/chain.json: ${where}`);
  };
  sayAll((code) => !code.startsWith('log/') && code !== 'trust/unknown-signer');
  report.note(`${custody.entries.length} entries in chain ${custody.chain}.`);
  report.begin('log');
  sayAll((code) => code.startsWith('log/'));
  if (trust === undefined)
    report.leaveOpen('trust', 'No trust.json was given: the head of the log was held against nobody.');
  const { checkpoint, inclusion } = custody;
  const [origin = '', size = ''] = checkpoint?.split('\n') ?? [];
  if (inclusion !== undefined)
    report.note(`Entry ${inclusion.seq} is number ${inclusion.index} of the ${size} in log ${origin}.`);
}
