// How every lambda starts: what its variables say, its clients, the desk's ports with what a lambda lends. Nothing is asked of AWS yet, and nothing of
// S3 is loaded before it is needed.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { claimDelivery } from '../lib/aws/deliveries.ts';
import { readEnvironment, type Environment } from '../lib/aws/environment.ts';
import { PATIENCE } from '../lib/aws/patience.ts';
import { awsPorts, lazyVault, type BookParts, type Lent } from '../lib/aws/ports.ts';
import { dynamoTable } from '../lib/aws/table.ts';
import { telemetry, type Telemetry } from '../lib/aws/telemetry.ts';
import { timeStamper } from '../lib/client/time-stamper.ts';
import { assemble, type Core } from '../lib/core.ts';
import { DeskError } from '../lib/errors.ts';
import type { Ports, Vault } from '../lib/ports.ts';
import { AUTHORITIES, type Authority, type AuthorityName } from './authorities.ts';

export interface Started {
  readonly book: BookParts;
  readonly lent: Lent;
  readonly environment: Environment;
  readonly ports: Ports;
  readonly core: Core;
  readonly telemetry: Telemetry;
  /** Milliseconds that never run backwards. */
  readonly clock: () => number;
  /** Takes an event on, once. @throws DeskError state/exists */
  readonly claim: (event: string) => Promise<void>;
}

/** @param more what this lambda lends beyond what all do */
export function start(authority: AuthorityName, more: Partial<Pick<Lent, 'font' | 'recipients'>> = {}): Started {
  const environment = readEnvironment(process.env);
  const { parts, settings, tsa } = environment;
  const said = telemetry(authority, (line) => void process.stdout.write(`${line}\n`), Date.now);
  const patient = { requestHandler: PATIENCE };
  const dynamo = new DynamoDBClient(patient);
  const mayWrite = mayWriteBook(authority);
  const book = { ...parts, dynamo, kms: new KMSClient(patient), mayWrite };
  const lent: Lent = {
    font: () => Promise.reject(lendsNone('typeface')),
    scratch: { keep: () => Promise.reject(lendsNone('scratch room')) },
    alarm: (alarm) => {
      said.alarm(alarm);
      return Promise.resolve();
    },
    stamps: tsa === undefined ? [] : [timeStamper(tsa.url, tsa.certificates)],
    ...more,
  };
  const ports = awsPorts(
    book,
    lazyVault(() => openVault(environment)),
    lent,
  );
  return {
    book,
    lent,
    environment,
    ports,
    core: assemble(parts.desk, ports, settings),
    telemetry: said,
    clock: () => performance.now(),
    // who writes nothing has no effect to do twice
    claim: async (event) => {
      if (mayWrite) await claimDelivery(dynamoTable(dynamo, parts.bookTable), event, ports.now());
    },
  };
}

function mayWriteBook(authority: AuthorityName): boolean {
  const { grants }: Authority = AUTHORITIES[authority];
  return grants.some(({ on, actions }) => on === 'book' && actions.includes('dynamodb:PutItem'));
}

async function openVault({ parts: { evidenceBucket: bucket, ...parts } }: Environment): Promise<Required<Vault>> {
  const [{ awsS3 }, { s3Vault }] = await Promise.all([
    import('../lib/aws/s3-client.ts'),
    import('../lib/aws/vault.ts'),
  ]);
  return s3Vault({ s3: awsS3(), bucket, ...parts });
}

function lendsNone(what: string): DeskError {
  return new DeskError('internal', `This lambda lends no ${what}.`);
}
