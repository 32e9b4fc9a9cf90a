// The public keys of an agency to which its packets are encrypted: looked at once, when the operator gives them, and kept with the
// fingerprint that is read out on the telephone. Always true: what holds a private key is refused, and never said back.
import type { AgencyKeysRequest, EncryptionMethod } from '../../schemas/index.ts';
import { ENCRYPTIONS } from '../../schemas/codes.ts';
import type { Core } from '../core.ts';
import { DeskError } from '../errors.ts';
import { openPgpOf } from './plug-in.ts';

export interface PacketKey {
  readonly method: EncryptionMethod;
  /** Of age the recipient itself; of a certificate its SHA-256; of OpenPGP the key's own. Hex in lower case. */
  readonly fingerprint: string;
  /** As text: the recipient, PEM, ASCII armor. */
  readonly key: string;
}

/** How a request names the key of each method. */
const FIELDS = {
  age: 'ageRecipient',
  cms: 'certificate',
  openpgp: 'openpgpKey',
} as const satisfies Record<EncryptionMethod, keyof AgencyKeysRequest>;

/** The keys that a request gives. @throws DeskError input/invalid */
export async function packetKeysOf(core: Core, asked: AgencyKeysRequest): Promise<PacketKey[]> {
  const keys: PacketKey[] = [];
  for (const method of ENCRYPTIONS) {
    const text = asked[FIELDS[method]];
    if (typeof text === 'string') keys.push({ method, ...(await readKey(core, method, text)) });
  }
  return keys;
}

/** What is kept of an agency once a request was taken in: null takes a key away, what is left out stays. */
export function withKeys(
  kept: readonly PacketKey[],
  asked: AgencyKeysRequest,
  added: readonly PacketKey[],
): PacketKey[] {
  const stay = kept.filter(({ method }) => asked[FIELDS[method]] === undefined);
  return [...stay, ...added].toSorted((a, b) => ENCRYPTIONS.indexOf(a.method) - ENCRYPTIONS.indexOf(b.method));
}

/** @throws DeskError input/invalid */
async function readKey(core: Core, method: EncryptionMethod, text: string): Promise<Omit<PacketKey, 'method'>> {
  if (/PRIVATE KEY|AGE-SECRET-KEY/i.test(text))
    throw new DeskError(
      'input/invalid',
      'That holds a private key, which the desk must never have: give the public one.',
    );
  switch (method) {
    case 'age': {
      const { readRecipient } = await import('../formats/age/recipient.ts');
      const recipient = await readRecipient(text.trim());
      return { fingerprint: recipient, key: recipient };
    }
    case 'cms': {
      const { demandInForce, readRecipientCertificate } = await certificates();
      const to = readRecipientCertificate(text);
      demandInForce(to, core.now());
      return { fingerprint: to.fingerprint, key: to.pem };
    }
    case 'openpgp': {
      const { fingerprint, key } = await openPgpOf(core).read(text);
      return { fingerprint, key };
    }
  }
}

/** Loaded with the first certificate. */
function certificates() {
  return import('../formats/cms/certificate.ts');
}

/**
 * The key to which an order has its packet encrypted: of the method it names, else the first that is kept; undefined for none.
 * @throws DeskError input/invalid where the agency has no key of that method, or its certificate is not in force
 */
export async function chooseKey(
  now: Date,
  asked: EncryptionMethod | 'none' | undefined,
  kept: readonly PacketKey[] = [],
): Promise<PacketKey | undefined> {
  if (asked === 'none') return undefined;
  const chosen = asked === undefined ? kept[0] : kept.find(({ method }) => method === asked);
  if (chosen?.method === 'cms') {
    const { demandInForce, readRecipientCertificate } = await certificates();
    demandInForce(readRecipientCertificate(chosen.key), now);
  }
  if (chosen !== undefined || asked === undefined) return chosen;
  throw new DeskError('input/invalid', 'No such key is kept of the agency: add it (agency keys), or choose another.');
}
