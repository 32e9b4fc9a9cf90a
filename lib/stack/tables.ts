// The two tables: the book, and the secrets of owners with what is known of signing keys. Always true: both can be brought back to any second of the last
// 35 days, and neither goes with the stack. What was destroyed is gone from backups when those 35 days are over.
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Keys } from './keys.ts';
import type { Settings } from './settings.ts';

export interface Tables {
  readonly book: Table;
  readonly secrets: Table;
}

/** How long DynamoDB can bring a table back: what a certificate of destruction says of secrets. */
export const RECOVERY_DAYS = 35;

export function makeTables(scope: Construct, keys: Keys, { isTrial }: Settings): Tables {
  const make = (id: string, more: Partial<TableProps> = {}): Table =>
    new Table(scope, `${id}-table`, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: keys.storage,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: RECOVERY_DAYS },
      deletionProtection: !isTrial,
      removalPolicy: isTrial ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      ...more,
    });
  // what guards against a second delivery of one event goes by itself; nothing else in the book has that attribute
  return { book: make('book', { timeToLiveAttribute: 'expires' }), secrets: make('secrets') };
}
