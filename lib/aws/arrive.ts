// What only a desk that arrives from elsewhere may do on its stack: take secrets as they are, wrap keys that were made elsewhere, and go on signing with
// keys of KMS where others signed before. For the operator who moves a desk; no lambda may any of it.
import { timingSafeEqual } from 'node:crypto';
import { DeskError, isCode } from '../errors.ts';
import type { Destination } from '../move.ts';
import type { Owner, Ports } from '../ports.ts';
import { kmsOf } from './kms.ts';
import type { KmsKeysOptions } from './keys.ts';
import { takeSecret } from './secrets.ts';
import { continueSigning } from './signing.ts';
import { dynamoTable } from './table.ts';

export function arrivingDesk(ports: Ports, options: KmsKeysOptions): Destination {
  const { dataKeyId, desk, firstKeys } = options;
  const kms = kmsOf(options.kms);
  const table = dynamoTable(options.dynamo, options.secretsTable);
  return {
    ports,
    takeSecret: async (owner, secret) => {
      const known = await secretOf(ports, owner);
      if (known === undefined) await takeSecret(table, () => ports.keys.lookupKey(), owner, secret);
      else if (!timingSafeEqual(known, secret))
        throw new DeskError(
          'state/exists',
          'Secrets of another desk are there: carry the desk over to an empty place.',
        );
    },
    wrapDataKey: (key, context) => kms.encrypt(dataKeyId, key, context),
    takeKeys: (purpose, old, now, endorse) => {
      const newKey = (): Promise<string> => Promise.resolve(firstKeys[purpose]);
      return continueSigning({ table, kms, desk, newKey }, { purpose, old, now, endorse });
    },
  };
}

async function secretOf({ keys }: Ports, owner: Owner): Promise<Uint8Array | undefined> {
  try {
    return await keys.readSecret(owner);
  } catch (error) {
    if (isCode(error, 'keys/absent') && !(await keys.isDestroyed(owner))) return undefined;
    throw error;
  }
}
