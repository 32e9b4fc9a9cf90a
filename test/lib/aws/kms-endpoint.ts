// An endpoint that speaks as KMS does (JSON 1.1), for tests alone: real AES-GCM, HMAC and Ed25519 under keys that no call hands out; states
// and errors as AWS documents them. It is no KMS: policies, grants and quotas are not there.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  sign,
  type KeyObject,
} from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface TestKey {
  readonly id: string;
  readonly spec: string;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  readonly bytes: Buffer;
  readonly pair?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
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
  close(): Promise<void>;
}

export async function startKms(): Promise<KmsEndpoint> {
  const keys = new Map<string, TestKey>();
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
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
}

class Refusal extends Error {}

function answer(keys: Map<string, TestKey>, operation: string, body: Body): [number, object] {
  try {
    const act = OPERATIONS[operation];
    if (act === undefined) throw new Refusal('UnsupportedOperationException');
    return [200, act(keys, body)];
  } catch (error) {
    const name = error instanceof Refusal ? error.message : 'KMSInternalException';
    return [400, { __type: name, message: name }];
  }
}

const OPERATIONS: Readonly<Record<string, (keys: Map<string, TestKey>, body: Body) => object>> = {
  CreateKey: (keys, body) => {
    const key = newKey(textOf(body, 'KeySpec') || 'SYMMETRIC_DEFAULT');
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
    const message = bytesOf(body, 'Message');
    return { KeyId: key.id, Mac: createHmac('sha256', key.bytes).update(message).digest('base64') };
  },
  Sign: (keys, body) => {
    const key = usable(keys, body, 'ECC_NIST_EDWARDS25519');
    const message = bytesOf(body, 'Message');
    const isRight = body['MessageType'] === 'RAW' && body['SigningAlgorithm'] === 'ED25519_SHA_512';
    if (!isRight || message.length > 4096 || key.pair === undefined) throw new Refusal('ValidationException');
    return { KeyId: key.id, Signature: sign(null, message, key.pair.privateKey).toString('base64') };
  },
  GetPublicKey: (keys, body) => {
    const key = usable(keys, body, 'ECC_NIST_EDWARDS25519');
    const der = key.pair?.publicKey.export({ format: 'der', type: 'spki' });
    return { KeyId: key.id, PublicKey: der?.toString('base64') };
  },
};

function newKey(spec: string): TestKey {
  const pair = spec === 'ECC_NIST_EDWARDS25519' ? { pair: generateKeyPairSync('ed25519') } : {};
  return { id: randomUUID(), spec, state: 'Enabled', bytes: randomBytes(32), ...pair };
}

function stateTo(keys: Map<string, TestKey>, body: Body, state: TestKey['state']): object {
  const key = keys.get(textOf(body, 'KeyId'));
  if (key === undefined) throw new Refusal('NotFoundException');
  key.state = state;
  return {};
}

function usable(keys: Map<string, TestKey>, body: Body, spec = 'SYMMETRIC_DEFAULT'): TestKey {
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
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, iv).setAAD(context);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(1), Buffer.from(key.id, 'latin1'), iv, sealed, cipher.getAuthTag()]).toString(
    'base64',
  );
}

function unwrap(key: TestKey, blob: Buffer, context: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, blob.subarray(37, 49), { authTagLength: 16 });
    decipher.setAAD(context).setAuthTag(blob.subarray(-16));
    return Buffer.concat([decipher.update(blob.subarray(49, -16)), decipher.final()]);
  } catch {
    throw new Refusal('InvalidCiphertextException');
  }
}
