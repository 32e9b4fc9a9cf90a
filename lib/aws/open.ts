// The desk on AWS: S3, DynamoDB and KMS behind the same ports. Always true: nothing is read from the environment here; clients and names are given.
import type { S3Client } from '@aws-sdk/client-s3';
import { assemble, SETTINGS, type Settings } from '../core.ts';
import { openDesk, type Desk } from '../desk.ts';
import { foundDesk, type Founded } from '../house.ts';
import { moveDesk, type Moved, type MoveOptions } from '../move.ts';
import type { Ports } from '../ports.ts';
import { makeTrust, type Trust } from '../trust.ts';
import { arrivingDesk } from './arrive.ts';
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

/**
 * Carries a desk over to a fresh stack, or goes on with a move that was cut short. Its name on the stack (`desk`) is the desk's own id. Nobody may act
 * on either meanwhile.
 * @param from the desk's ports where it lies now
 * @returns the trust.json that holds from now on, whose new keys the old ones vouch for
 * @throws DeskError as `moveDesk`
 */
export async function moveToAws(
  from: Ports,
  parts: AwsParts,
  lent: Lent,
  { settings = SETTINGS, onProgress }: Partial<Pick<MoveOptions, 'settings' | 'onProgress'>> = {},
): Promise<{ readonly moved: Moved; readonly trust: Trust }> {
  const { desk } = parts;
  const ports = portsOf(parts, lent);
  const moved = await moveDesk(from, arrivingDesk(ports, parts), { desk, settings, to: 'aws', onProgress });
  return { moved, trust: makeTrust(desk, await ports.keys.publicKeys()) };
}

function portsOf(parts: AwsParts, lent: Lent): Ports {
  const { s3, evidenceBucket: bucket, storageKeyId, lockMode = 'COMPLIANCE' } = parts;
  return awsPorts(parts, s3Vault({ s3, bucket, storageKeyId, lockMode }), lent);
}
