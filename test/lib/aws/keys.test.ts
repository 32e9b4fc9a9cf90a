// The keys in KMS keep every promise of the port, on an endpoint that speaks as KMS does and on DynamoDB Local. Faults have their codes.
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
  type KeySpec,
} from '@aws-sdk/client-kms';
import { describe, expect, it, beforeAll, afterAll } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { foundKeys, kmsKeys, type KmsKeysOptions } from '../../../lib/aws/keys.ts';
import { keysConformance } from '../../conformance/keys.ts';
import { startKms, type KmsEndpoint } from './kms-endpoint.ts';
import { dynamoClient, makeTable, withParts } from './parts.ts';

withParts('the keys in KMS', () => {
  let endpoint: KmsEndpoint;
  beforeAll(async () => {
    endpoint = await startKms();
  });
  afterAll(() => endpoint.close());

  const CONTEXT = { desk: 'desk-1', owner: 'owner-1', object: 'object-1', kind: 'evidence' } as const;

  async function founded(): Promise<KmsKeysOptions & { close: () => void }> {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const kms = new KMSClient({ endpoint: endpoint.url, region: 'us-east-1', credentials });
    const dynamo = dynamoClient();
    const make = async (KeySpec: KeySpec): Promise<string> =>
      (await kms.send(new CreateKeyCommand({ KeySpec }))).KeyMetadata?.KeyId ?? '';
    const sign = (): Promise<string> => make('ECC_NIST_EDWARDS25519');
    const options: KmsKeysOptions = {
      kms,
      dynamo,
      secretsTable: await makeTable(dynamo),
      desk: randomUUID(),
      dataKeyId: await make('SYMMETRIC_DEFAULT'),
      lookupKeyId: await make('HMAC_256'),
      firstKeys: { receipts: await sign(), log: await sign(), packets: await sign() },
    };
    await foundKeys(options, new Date('2026-01-02T03:04:05.678Z'));
    const close = (): void => {
      kms.destroy();
      dynamo.destroy();
    };
    return { ...options, close };
  }

  keysConformance('the keys in KMS', async () => {
    const { close, ...options } = await founded();
    return { keys: kmsKeys(options), desk: options.desk, close };
  });

  describe('the keys in KMS', () => {
    it('lie in a PKCS#11 token', () => {
      expect(endpoint.heldBy).toBe('PKCS#11');
    });

    it('tell a key that cannot be used from a blob that is refused', async () => {
      const { close, ...options } = await founded();
      const keys = kmsKeys(options);
      const { wrapped } = await keys.generateDataKey(CONTEXT);
      const KeyId = options.dataKeyId;
      await options.kms.send(new DisableKeyCommand({ KeyId }));
      await expect(keys.decrypt(wrapped, CONTEXT)).rejects.toMatchObject({ code: 'keys/failed' });
      await options.kms.send(new EnableKeyCommand({ KeyId }));
      expect((await keys.decrypt(wrapped, CONTEXT)).length).toBe(32);
      await options.kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
      await expect(keys.generateDataKey(CONTEXT)).rejects.toMatchObject({ code: 'keys/failed' });
      close();
    });

    it('ask for the lookup key once', async () => {
      const { close, ...options } = await founded();
      const keys = kmsKeys(options);
      const before = endpoint.asked.filter((each) => each === 'GenerateMac').length;
      await Promise.all([keys.lookupKey(), keys.lookupKey(), keys.createSecrets([randomUUID()])]);
      expect(endpoint.asked.filter((each) => each === 'GenerateMac').length).toBe(before + 1);
      close();
    });

    it('are founded once', async () => {
      const { close, ...options } = await founded();
      await expect(foundKeys(options, new Date())).rejects.toMatchObject({ code: 'state/exists' });
      close();
    });
  });
});
