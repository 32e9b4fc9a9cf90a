// Ed25519 under raw public keys, and the checkpoint of a log: C2SP tlog-checkpoint inside a C2SP signed note.
import { createPublicKey, verify } from 'node:crypto';
import { demand, fromBase64, same, sha256 } from './bytes.ts';

export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, message, key, signature);
}

/** How trust.json and signed notes alike turn a name and a key into an id; notes use its first 4 bytes, trust.json 16. */
export function keyHash(name: string, publicKey: Uint8Array): Buffer {
  return sha256(name, Uint8Array.of(0x0a, 0x01), publicKey);
}

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

/** The body of a signed note and its one signature line: name, base64 of 4 bytes of key hash and the signature. */
const NOTE = /^((?:[^\n]+\n)+)\n— ([^ +\n]+) ([A-Za-z0-9+/=]+)\n$/;

/** A checkpoint whose one signature is by one of these keys in the name of the origin. */
export function readCheckpoint(note: string, origin: string, publicKeys: readonly Uint8Array[]): Checkpoint {
  const [, body = '', name = '', signed = ''] = NOTE.exec(note) ?? [];
  demand(body !== '', 'the checkpoint is no note with one signature');
  demand(name === origin, 'the checkpoint is signed in another name');
  const bytes = fromBase64(signed, 68);
  const signer = publicKeys.find((key) => same(keyHash(origin, key).subarray(0, 4), bytes.subarray(0, 4)));
  demand(signer !== undefined, 'the checkpoint is signed by an unknown key');
  demand(isSignedBy(signer, Buffer.from(body), bytes.subarray(4)), 'the signature of the checkpoint does not hold');
  return readBody(body, origin);
}

function readBody(body: string, origin: string): Checkpoint {
  const [named, size = '', root = '', ...rest] = body.split('\n');
  demand(named === origin, 'the checkpoint is of another log');
  demand(/^(0|[1-9][0-9]*)$/.test(size), 'the checkpoint has no size');
  demand(rest.length === 1, 'the checkpoint has further lines');
  return { origin, size: Number(size), root: fromBase64(root, 32) };
}
