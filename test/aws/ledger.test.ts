// The book in DynamoDB keeps every promise of the port, on DynamoDB Local, Amazon's own.
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import { dynamoLedger } from '../../lib/aws/ledger.ts';
import { ledgerConformance } from '../conformance/ledger.ts';

const endpoint = process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? 'http://127.0.0.1:8123';

ledgerConformance('the book in DynamoDB', async () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const dynamo = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  const TableName = `book-${randomUUID()}`;
  const [AttributeDefinitions, KeySchema] = [
    ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    [
      { AttributeName: 'pk', KeyType: 'HASH' as const },
      { AttributeName: 'sk', KeyType: 'RANGE' as const },
    ],
  ];
  await dynamo.send(
    new CreateTableCommand({ TableName, AttributeDefinitions, KeySchema, BillingMode: 'PAY_PER_REQUEST' }),
  );
  return {
    ledger: dynamoLedger(dynamo, TableName),
    close: () => {
      dynamo.destroy();
    },
  };
});
