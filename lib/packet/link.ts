// A link's token: the packet's id and a secret half. The book keeps the SHA-256 of that half, so that nobody who reads it can take
// anything.
import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../formats/canonical.ts';

export interface LinkToken {
  readonly token: string;
}

const TOKEN = /^rdl_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/** A fresh token for a packet, with what the book keeps of it. */
export function mintLink(packetId: string): LinkToken & { readonly sha256: string } {
  const secret = randomBytes(32);
  const token = `rdl_${packetId.replaceAll('-', '')}_${secret.toString('base64url')}`;
  return { token, sha256: sha256Hex(secret) };
}

/** Which packet a token is for, if it is one at all, and what the book must know of it. */
export function readLink(token: string): { readonly packetId: string | undefined; readonly sha256: string } {
  const [, a, b, c, d, e, secret = ''] = TOKEN.exec(token) ?? [];
  const packetId = a === undefined ? undefined : [a, b, c, d, e].join('-');
  return { packetId, sha256: sha256Hex(Buffer.from(secret, 'base64url')) };
}
