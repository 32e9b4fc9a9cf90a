// Where the tests' KMS endpoint holds its keys: in node:crypto. Always true: no store hands out a key, only what was done with it.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';

/** AES-256-GCM under one key (NIST SP 800-38D): IV of 12 bytes, tag of 16 behind the ciphertext. */
export interface SealingKey {
  seal(iv: Buffer, context: Buffer, plain: Buffer): Buffer;
  /** Undefined where it does not open. */
  open(iv: Buffer, context: Buffer, sealed: Buffer): Buffer | undefined;
}

/** Ed25519 (RFC 8032); the public key as DER of RFC 8410. */
export interface SigningPair {
  readonly publicKey: Buffer;
  sign(message: Buffer): Buffer;
}

export interface KeyStore {
  readonly name: 'node:crypto' | 'PKCS#11';
  sealingKey(): SealingKey;
  /** HMAC-SHA-256. */
  macKey(): (message: Buffer) => Buffer;
  signingPair(): SigningPair;
}

export const nodeKeys: KeyStore = {
  name: 'node:crypto',
  sealingKey: () => {
    const key = randomBytes(32);
    return {
      seal: (iv, context, plain) => {
        const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(context);
        return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      },
      open: (iv, context, sealed) => opened(key, iv, context, sealed),
    };
  },
  macKey: () => {
    const key = randomBytes(32);
    return (message) => createHmac('sha256', key).update(message).digest();
  },
  signingPair: () => {
    const { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject } = generateKeyPairSync('ed25519');
    return {
      publicKey: publicKey.export({ format: 'der', type: 'spki' }),
      sign: (message) => sign(null, message, privateKey),
    };
  },
};

function opened(key: Buffer, iv: Buffer, context: Buffer, sealed: Buffer): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
    decipher.setAAD(context).setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  } catch {
    return undefined;
  }
}
