// What a stack stands on, handed from file to file: keys, buckets, tables, and a role for each authority.
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Buckets } from './buckets.ts';
import type { Keys } from './keys.ts';
import type { Tables } from './tables.ts';
import type { Deployed } from './work.ts';

export interface Parts {
  readonly keys: Keys;
  readonly buckets: Buckets;
  readonly tables: Tables;
  readonly roles: Readonly<Record<Deployed, Role>>;
}
