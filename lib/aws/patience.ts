// How long AWS may be silent before a call counts as lost and is made again. Always true: three tries of DynamoDB or KMS fit into what API Gateway waits; of S3 one does.

/** For calls that take milliseconds: DynamoDB, KMS. */
export const PATIENCE = { connectionTimeout: 3000, requestTimeout: 5000, throwOnRequestTimeout: true } as const;

/** For bytes, which may be many on a slow line: nothing at all was heard for so long. */
export const PATIENCE_WITH_BYTES = { connectionTimeout: 3000, socketTimeout: 20_000 } as const;
