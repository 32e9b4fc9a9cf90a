// A PKCS#11 token (SoftHSM) as the store of the tests' KMS endpoint: its keys are made in the token, sensitive and not extractable. They live as long as the
// session, so that test files that run side by side share a token and no key. Names and numbers are those of PKCS#11 v2.40 and, for Ed25519, v3.0.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { KeyStore, SealingKey, SigningPair } from './key-store.ts';

/** What `test/lib/aws/run.sh` prepared: a token with this PIN, and SOFTHSM2_CONF in the environment. */
const PIN = '1234';
const LIBRARIES = ['/usr/lib/softhsm/libsofthsm2.so', 'libsofthsm2.so'];

const CKR = { ok: 0, alreadyInitialized: 0x191, alreadyLoggedIn: 0x100 } as const;
const CKF_RW_SERIAL = 2 | 4;
const CKU_USER = 1;
const CKM = {
  aesKeyGen: 0x1080,
  aesGcm: 0x1087,
  genericKeyGen: 0x350,
  sha256Hmac: 0x251,
  edwardsPairGen: 0x1055,
  eddsa: 0x1057,
} as const;
const CKA = {
  value: 0x11,
  token: 0x1,
  sensitive: 0x103,
  encrypt: 0x104,
  decrypt: 0x105,
  sign: 0x108,
  verify: 0x10a,
  valueLen: 0x161,
  extractable: 0x162,
  ecParams: 0x180,
  ecPoint: 0x181,
} as const;
/** DER of the curve's name, as PKCS#11 v3.0 names it. */
const EDWARDS25519 = Buffer.concat([Buffer.of(0x13, 0x0c), Buffer.from('edwards25519')]);
/** What RFC 8410 puts before the 32 bytes of an Ed25519 key. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const TAG_BYTES = 16;

type Name =
  | 'C_Initialize'
  | 'C_GetSlotList'
  | 'C_OpenSession'
  | 'C_Login'
  | 'C_GenerateKey'
  | 'C_GenerateKeyPair'
  | 'C_GetAttributeValue'
  | 'C_EncryptInit'
  | 'C_Encrypt'
  | 'C_DecryptInit'
  | 'C_Decrypt'
  | 'C_SignInit'
  | 'C_Sign'
  | 'C_CloseSession';
type Attribute = readonly [type: number, value: Buffer];
type Call = (...parts: readonly unknown[]) => number;
type CType = string | { readonly size?: number };

/** What of the package koffi is used; it stands in test/peers, which types are checked without. */
interface Koffi {
  load(path: string): { func(name: string, result: string, parameters: readonly CType[]): Call };
  struct(members: Readonly<Record<string, CType>>): CType;
  pointer(type: CType): CType;
}

/** @throws Error where the token says no, with PKCS#11's number; or where koffi or SoftHSM is missing */
export function tokenKeys(): KeyStore {
  const token = openToken();
  const demand = (name: Name, ...parts: readonly unknown[]): void => {
    token.demand(name, token.session, ...parts);
  };

  function generate(mechanism: number, template: readonly Attribute[]): bigint {
    const key = ulong(0);
    demand(
      'C_GenerateKey',
      mechanismOf(mechanism),
      attributesOf([...HELD, ...template]),
      HELD.length + template.length,
      key,
    );
    return key.readBigUInt64LE();
  }

  /** In a session of its own, since SoftHSM can leave one busy that refused. The answer has at most `most` bytes. */
  function done(
    name: 'C_Encrypt' | 'C_Decrypt' | 'C_Sign',
    mechanism: object,
    key: bigint,
    input: Buffer,
    most: number,
  ): Buffer {
    const own = token.open();
    try {
      const [output, size] = [Buffer.alloc(most), ulong(most)];
      token.demand(`${name}Init`, own, mechanism, key);
      token.demand(name, own, input.length === 0 ? Buffer.alloc(1) : input, input.length, output, size); // no bytes would go as NULL
      return output.subarray(0, Number(size.readBigUInt64LE()));
    } finally {
      token.demand('C_CloseSession', own);
    }
  }

  function sealingKey(): SealingKey {
    const key = generate(CKM.aesKeyGen, [
      [CKA.encrypt, YES],
      [CKA.decrypt, YES],
      [CKA.valueLen, ulong(32)],
    ]);
    return {
      seal: (iv, context, plain) => done('C_Encrypt', gcmOf(iv, context), key, plain, plain.length + TAG_BYTES),
      open: (iv, context, sealed) => {
        try {
          return done('C_Decrypt', gcmOf(iv, context), key, sealed, sealed.length);
        } catch {
          return undefined;
        }
      },
    };
  }

  function signingPair(): SigningPair {
    const [publicKey, privateKey] = [ulong(0), ulong(0)];
    const ofPublic: Attribute[] = [
      [CKA.token, NO],
      [CKA.verify, YES],
      [CKA.ecParams, EDWARDS25519],
    ];
    const ofPrivate: Attribute[] = [...HELD, [CKA.sign, YES]];
    const [publicOnes, privateOnes] = [attributesOf(ofPublic), attributesOf(ofPrivate)];
    const mechanism = mechanismOf(CKM.edwardsPairGen);
    demand(
      'C_GenerateKeyPair',
      mechanism,
      publicOnes,
      ofPublic.length,
      privateOnes,
      ofPrivate.length,
      publicKey,
      privateKey,
    );
    const point = Buffer.alloc(64);
    demand('C_GetAttributeValue', publicKey.readBigUInt64LE(), [attributeOf([CKA.ecPoint, point])], 1);
    return {
      publicKey: Buffer.concat([SPKI, point.subarray(2, 34)]),
      sign: (message) => done('C_Sign', mechanismOf(CKM.eddsa), privateKey.readBigUInt64LE(), message, 64),
    };
  }

  return {
    name: 'PKCS#11',
    sealingKey,
    macKey: () => {
      const key = generate(CKM.genericKeyGen, [
        [CKA.sign, YES],
        [CKA.valueLen, ulong(32)],
      ]);
      return (message) => done('C_Sign', mechanismOf(CKM.sha256Hmac), key, message, 32);
    },
    signingPair,
  };
}

// ── the library ───────────────────────────────────────────────────────────────────────────────────────────────────────

const YES = Buffer.of(1);
const NO = Buffer.of(0);
/** Of every secret: it lives in this session, and nothing hands it out. */
const HELD: readonly Attribute[] = [
  [CKA.token, NO],
  [CKA.sensitive, YES],
  [CKA.extractable, NO],
];

function ulong(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function attributeOf([type, value]: Attribute): object {
  return { type, value, size: value.length };
}

function attributesOf(attributes: readonly Attribute[]): object[] {
  return attributes.map(attributeOf);
}

function mechanismOf(type: number): object {
  return { type, parameter: null, size: 0 };
}

function gcmOf(iv: Buffer, context: Buffer): object {
  const parameter = {
    iv,
    ivSize: iv.length,
    ivBits: iv.length * 8,
    context,
    contextSize: context.length,
    tagBits: TAG_BYTES * 8,
  };
  return { type: CKM.aesGcm, parameter, size: 48 };
}

interface Token {
  /** That in which the keys live. */
  readonly session: bigint;
  open(): bigint;
  /** @throws Error with PKCS#11's number when it says no */
  demand(name: Name, ...parts: readonly unknown[]): void;
}

let opened: Token | undefined;

function openToken(): Token {
  return (opened ??= openLibrary());
}

function openLibrary(): Token {
  const koffi = createRequire(join(import.meta.dirname, '../../peers/package.json'))('koffi') as Koffi;
  const library = loaded(koffi);
  // without names: those would be the process's, and a second test file would meet them again
  const attributes = koffi.pointer(koffi.struct({ type: 'ulong', value: 'uint8 *', size: 'ulong' }));
  const mechanism = koffi.pointer(koffi.struct({ type: 'ulong', parameter: 'void *', size: 'ulong' }));
  const sizes = { ivSize: 'ulong', ivBits: 'ulong' } as const;
  const gcm = koffi.struct({ iv: 'uint8 *', ...sizes, context: 'uint8 *', contextSize: 'ulong', tagBits: 'ulong' });
  const gcmMechanism = koffi.pointer(koffi.struct({ type: 'ulong', parameter: koffi.pointer(gcm), size: 'ulong' }));
  const bytes = 'uint8 *'; // what is answered is written into such bytes too
  const taken = {
    C_Initialize: [bytes],
    C_GetSlotList: ['uint8', bytes, bytes],
    C_OpenSession: ['ulong', 'ulong', bytes, bytes, bytes],
    C_Login: ['ulong', 'ulong', bytes, 'ulong'],
    C_GenerateKey: ['ulong', mechanism, attributes, 'ulong', bytes],
    C_GenerateKeyPair: ['ulong', mechanism, attributes, 'ulong', attributes, 'ulong', bytes, bytes],
    C_GetAttributeValue: ['ulong', 'ulong', attributes, 'ulong'],
    C_EncryptInit: ['ulong', gcmMechanism, 'ulong'],
    C_Encrypt: ['ulong', bytes, 'ulong', bytes, bytes],
    C_DecryptInit: ['ulong', gcmMechanism, 'ulong'],
    C_Decrypt: ['ulong', bytes, 'ulong', bytes, bytes],
    C_SignInit: ['ulong', mechanism, 'ulong'],
    C_Sign: ['ulong', bytes, 'ulong', bytes, bytes],
    C_CloseSession: ['ulong'],
  } satisfies Record<Name, readonly CType[]>;
  const calls = Object.fromEntries(
    Object.entries(taken).map(([name, types]) => [name, library.func(name, 'ulong', types)]),
  ) as Record<Name, Call>;
  const fine = (name: Name, parts: readonly unknown[], also: number = CKR.ok): void => {
    const said = calls[name](...parts);
    if (said !== CKR.ok && said !== also) throw new Error(`PKCS#11: ${name} said 0x${said.toString(16)}`);
  };
  fine('C_Initialize', [null], CKR.alreadyInitialized);
  const [slots, count, pin] = [Buffer.alloc(4 * 8), ulong(4), Buffer.from(PIN)];
  fine('C_GetSlotList', [1, slots, count]);
  const open = (): bigint => {
    const session = ulong(0);
    fine('C_OpenSession', [slots.readBigUInt64LE(), CKF_RW_SERIAL, null, null, session]);
    return session.readBigUInt64LE();
  };
  const session = open();
  fine('C_Login', [session, CKU_USER, pin, pin.length], CKR.alreadyLoggedIn);
  return {
    session,
    open,
    demand: (name, ...parts) => {
      fine(name, parts);
    },
  };
}

function loaded(koffi: Koffi): ReturnType<Koffi['load']> {
  for (const [n, path] of LIBRARIES.entries()) {
    try {
      return koffi.load(path);
    } catch (error) {
      if (n === LIBRARIES.length - 1) throw error;
    }
  }
  throw new Error('there is no libsofthsm2.so');
}
