// The desk on AWS: S3, DynamoDB and KMS behind the same ports. Always true: nothing is read from the environment here; clients and names are given.
import type { S3Client } from '@aws-sdk/client-s3';
import { assemble, SETTINGS, type Settings } from '../core.ts';
import { openDesk, type Desk } from '../desk.ts';
import { foundDesk, type Founded } from '../house.ts';
import type { Ports } from '../ports.ts';
import { makeTrust, type Trust } from '../trust.ts';
import { foundKeys } from './keys.ts';
import { awsPorts, type BookParts, type Lent } from './ports.ts';
import { s3Vault } from './vault.ts';

export type { Lent } from './ports.ts';

/** What a stack consists of. */
export interface AwsParts extends BookParts {
  readonly s3: S3Client;
  /** With Object Lock. */
  readonly evidenceBucket: string;
  readonly storageKeyId: string;
  /** GOVERNANCE for a stack that is only tried; COMPLIANCE without it. */
  readonly lockMode?: 'COMPLIANCE' | 'GOVERNANCE';
}

export interface AwsDesk {
  readonly desk: Desk;
  readonly ports: Ports;
}

/** Opens a desk on its stack. Nothing is asked of it yet: what cannot be reached shows with the first verb. */
export function openAwsDesk(parts: AwsParts, lent: Lent, settings: Settings = SETTINGS): AwsDesk {
  const ports = portsOf(parts, lent);
  return { desk: openDesk(parts.desk, ports, settings), ports };
}

/**
 * Founds a desk on a fresh stack.
 * @returns the first actors' keys, shown this once, and trust.json
 * @throws DeskError state/exists
 */
export async function initAwsDesk(
  parts: AwsParts,
  lent: Lent,
  settings: Settings = SETTINGS,
): Promise<Founded & { readonly trust: Trust }> {
  const ports = portsOf(parts, lent);
  await foundKeys(parts, ports.now());
  const founded = await foundDesk(assemble(parts.desk, ports, settings));
  await openDesk(parts.desk, ports, settings).integrate();
  return { ...founded, trust: makeTrust(parts.desk, await ports.keys.publicKeys()) };
}

function portsOf(parts: AwsParts, lent: Lent): Ports {
  const { s3, evidenceBucket: bucket, storageKeyId, lockMode = 'COMPLIANCE' } = parts;
  return awsPorts(parts, s3Vault({ s3, bucket, storageKeyId, lockMode }), lent);
}
