// Opens what was encrypted to one X25519 recipient of age (age-encryption.org/v1), with node:crypto alone.
import { createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto';
import { demand } from './bytes.ts';

/** The key of an invented agency: made for these tests, and used nowhere else. */
export const RECIPIENT = 'age15js0m49jjss0v5v0q60la0q3n7r25xv7udyrefjlj4kw8w5rrapsszsrgd';
const SECRET = Buffer.from('5107d1f70806a239f8ebcf4d3d983878227de12a2af4a7b6a88d3dc1dc4ef039', 'hex');

const PIECE_BYTES = 64 * 1024;
const TAG_BYTES = 16;

/** The whole plaintext; throws where anything was altered. */
export function openAge(bytes: Buffer): Buffer {
  const [, share = '', wrapped = ''] =
    /^age-encryption\.org\/v1\n-> X25519 ([A-Za-z0-9+/]{43})\n([A-Za-z0-9+/]{43})\n--- [A-Za-z0-9+/]{43}\n/.exec(
      bytes.toString('latin1', 0, 400),
    ) ?? [];
  demand(share !== '', 'is no age file to one recipient');
  const at = bytes.indexOf('\n--- ') + '\n--- '.length + 43 + 1;
  const fileKey = unwrap(Buffer.from(share, 'base64'), Buffer.from(wrapped, 'base64'));
  const key = derive(fileKey, bytes.subarray(at, at + 16), 'payload');
  const pieces: Buffer[] = [];
  for (let from = at + 16, n = 0; from < bytes.length; from += PIECE_BYTES + TAG_BYTES, n += 1) {
    const piece = bytes.subarray(from, from + PIECE_BYTES + TAG_BYTES);
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(n, 7);
    nonce[11] = from + piece.length === bytes.length ? 1 : 0;
    pieces.push(openPiece(key, nonce, piece));
  }
  return Buffer.concat(pieces);
}

function unwrap(share: Buffer, wrapped: Buffer): Buffer {
  const own = createPrivateKey({ key: der('302e020100300506032b656e04220420', SECRET), format: 'der', type: 'pkcs8' });
  const theirs = createPublicKey({ key: der('302a300506032b656e032100', share), format: 'der', type: 'spki' });
  const recipient = createPublicKey(own).export({ format: 'der', type: 'spki' }).subarray(-32);
  const shared = diffieHellman({ privateKey: own, publicKey: theirs });
  const key = derive(shared, Buffer.concat([share, recipient]), 'age-encryption.org/v1/X25519');
  return openPiece(key, Buffer.alloc(12), wrapped);
}

function der(prefix: string, key: Buffer): Buffer {
  return Buffer.concat([Buffer.from(prefix, 'hex'), key]);
}

function derive(secret: Buffer, salt: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, 32));
}

function openPiece(key: Buffer, nonce: Buffer, piece: Buffer): Buffer {
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(piece.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(piece.subarray(0, -TAG_BYTES)), decipher.final()]);
}
