// The book in DynamoDB keeps every promise of the port, on DynamoDB Local, Amazon's own.
import { dynamoLedger } from '../../../lib/aws/ledger.ts';
import { ledgerConformance } from '../../conformance/ledger.ts';
import { dynamoClient, makeTable, withParts } from './parts.ts';

withParts('the book in DynamoDB', () => {
  ledgerConformance('the book in DynamoDB', async () => {
    const dynamo = dynamoClient();
    const ledger = dynamoLedger(dynamo, await makeTable(dynamo));
    return {
      ledger,
      close: () => {
        dynamo.destroy();
      },
    };
  });
});
