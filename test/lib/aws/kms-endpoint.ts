// An endpoint that speaks as KMS does (JSON 1.1), for tests alone: real AES-GCM, HMAC and Ed25519 under keys of a PKCS#11 token (or of node:crypto) that no call hands out; states
// and errors as AWS documents them. It is no KMS: policies, grants and quotas are not there.
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeKeys, type KeyStore, type SealingKey, type SigningPair } from './key-store.ts';
import { tokenKeys } from './token.ts';

interface TestKey {
  readonly id: string;
  readonly spec: string;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  readonly sealing?: SealingKey;
  readonly mac?: (message: Buffer) => Buffer;
  readonly pair?: SigningPair;
}

type Body = Readonly<Record<string, string | Record<string, string> | undefined>>;

function textOf(body: Body, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : '';
}

function bytesOf(body: Body, name: string): Buffer {
  return Buffer.from(textOf(body, name), 'base64');
}

export interface KmsEndpoint {
  readonly url: string;
  /** Every operation that was asked for. */
  readonly asked: string[];
  readonly heldBy: KeyStore['name'];
  close(): Promise<void>;
}

/** @param store a PKCS#11 token where `test/lib/aws/run.sh` prepared one, else node:crypto */
export async function startKms(store: KeyStore = preparedStore()): Promise<KmsEndpoint> {
  const keys: Keys = Object.assign(new Map<string, TestKey>(), { store });
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).replace('TrentService.', '');
      asked.push(operation);
      const [status, body] = answer(keys, operation, JSON.parse(Buffer.concat(pieces).toString('utf8')) as Body);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    heldBy: store.name,
    close: () => closed(server),
  };
}

function preparedStore(): KeyStore {
  return process.env['SOFTHSM2_CONF'] === undefined ? nodeKeys : tokenKeys();
}

type Keys = Map<string, TestKey> & { readonly store: KeyStore };

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
}

class Refusal extends Error {}

function answer(keys: Keys, operation: string, body: Body): [number, object] {
  try {
    const act = OPERATIONS[operation];
    if (act === undefined) throw new Refusal('UnsupportedOperationException');
    return [200, act(keys, body)];
  } catch (error) {
    const name = error instanceof Refusal ? error.message : 'KMSInternalException';
    return [400, { __type: name, message: name }];
  }
}

const OPERATIONS: Readonly<Record<string, (keys: Keys, body: Body) => object>> = {
  CreateKey: (keys, body) => {
    const key = newKey(keys.store, textOf(body, 'KeySpec') || 'SYMMETRIC_DEFAULT');
    keys.set(key.id, key);
    return { KeyMetadata: { KeyId: key.id, KeyState: key.state } };
  },
  DisableKey: (keys, body) => stateTo(keys, body, 'Disabled'),
  EnableKey: (keys, body) => stateTo(keys, body, 'Enabled'),
  ScheduleKeyDeletion: (keys, body) => stateTo(keys, body, 'PendingDeletion'),
  GenerateDataKey: (keys, body) => {
    const key = usable(keys, body);
    const plain = randomBytes(32);
    return { KeyId: key.id, Plaintext: plain.toString('base64'), CiphertextBlob: wrap(key, plain, contextOf(body)) };
  },
  Encrypt: (keys, body) => {
    const key = usable(keys, body);
    const blob = wrap(key, bytesOf(body, 'Plaintext'), contextOf(body));
    return { KeyId: key.id, CiphertextBlob: blob };
  },
  Decrypt: (keys, body) => {
    const blob = bytesOf(body, 'CiphertextBlob');
    const made = keys.get(blob.subarray(1, 37).toString('latin1'));
    if (made === undefined || blob[0] !== 1) throw new Refusal('InvalidCiphertextException');
    const key = usable(keys, body['KeyId'] === undefined ? { KeyId: made.id } : body);
    if (key !== made) throw new Refusal('IncorrectKeyException');
    return { KeyId: key.id, Plaintext: unwrap(key, blob, contextOf(body)).toString('base64') };
  },
  GenerateMac: (keys, body) => {
    const key = usable(keys, body, 'HMAC_256');
    return { KeyId: key.id, Mac: key.mac?.(bytesOf(body, 'Message')).toString('base64') };
  },
  Sign: (keys, body) => {
    const key = usable(keys, body, 'ECC_NIST_EDWARDS25519');
    const message = bytesOf(body, 'Message');
    const isRight = body['MessageType'] === 'RAW' && body['SigningAlgorithm'] === 'ED25519_SHA_512';
    if (!isRight || message.length > 4096 || key.pair === undefined) throw new Refusal('ValidationException');
    return { KeyId: key.id, Signature: key.pair.sign(message).toString('base64') };
  },
  GetPublicKey: (keys, body) => {
    const key = usable(keys, body, 'ECC_NIST_EDWARDS25519');
    return { KeyId: key.id, PublicKey: key.pair?.publicKey.toString('base64') };
  },
};

function newKey(store: KeyStore, spec: string): TestKey {
  const key = { id: randomUUID(), spec, state: 'Enabled' as const };
  if (spec === 'ECC_NIST_EDWARDS25519') return { ...key, pair: store.signingPair() };
  return spec === 'HMAC_256' ? { ...key, mac: store.macKey() } : { ...key, sealing: store.sealingKey() };
}

function stateTo(keys: Keys, body: Body, state: TestKey['state']): object {
  const key = keys.get(textOf(body, 'KeyId'));
  if (key === undefined) throw new Refusal('NotFoundException');
  key.state = state;
  return {};
}

function usable(keys: Keys, body: Body, spec = 'SYMMETRIC_DEFAULT'): TestKey {
  const key = keys.get(textOf(body, 'KeyId'));
  if (key === undefined) throw new Refusal('NotFoundException');
  if (key.state === 'Disabled') throw new Refusal('DisabledException');
  if (key.state === 'PendingDeletion') throw new Refusal('KMSInvalidStateException');
  if (key.spec !== spec) throw new Refusal('InvalidKeyUsageException');
  return key;
}

function contextOf({ EncryptionContext }: Body): Buffer {
  const pairs = Object.entries(EncryptionContext ?? {});
  return Buffer.from(JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : 1))), 'utf8');
}

function wrap(key: TestKey, plain: Buffer, context: Buffer): string {
  if (key.sealing === undefined) throw new Refusal('InvalidKeyUsageException');
  const iv = randomBytes(12);
  const head = Buffer.concat([Buffer.of(1), Buffer.from(key.id, 'latin1'), iv]);
  return Buffer.concat([head, key.sealing.seal(iv, context, plain), AS_LONG_AS_KMS]).toString('base64');
}

/** A blob of KMS around 32 bytes has 184 of its own. */
const AS_LONG_AS_KMS = Buffer.alloc(184 - (1 + 36 + 12 + 32 + 16));

function unwrap(key: TestKey, blob: Buffer, context: Buffer): Buffer {
  const [end, isWhole] = [
    blob.length - AS_LONG_AS_KMS.length,
    blob.subarray(-AS_LONG_AS_KMS.length).equals(AS_LONG_AS_KMS),
  ];
  const plain = isWhole ? key.sealing?.open(blob.subarray(37, 49), context, blob.subarray(49, end)) : undefined;
  if (plain === undefined) throw new Refusal('InvalidCiphertextException');
  return plain;
}
