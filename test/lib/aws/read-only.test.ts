// The book for who only reads: nothing is written, not even what tidies up; a step of the log that was cut short is waited for.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STATE } from '../../../lib/aws/layout.ts';
import { dynamoLedger } from '../../../lib/aws/ledger.ts';
import { dynamoTable } from '../../../lib/aws/table.ts';
import { commitOf } from '../../conformance/ledger-makers.ts';
import { dynamoClient, makeTable, withParts } from './parts.ts';

withParts('the book for who only reads', () => {
  let dynamo: DynamoDBClient;
  let name: string;

  beforeAll(async () => {
    dynamo = dynamoClient();
    name = await makeTable(dynamo);
  });
  afterAll(() => {
    dynamo.destroy();
  });

  describe('the book for who only reads', () => {
    it('waits for a step of the log that was cut short, and reads once it was made up for', async () => {
      const [writer, reader] = [dynamoLedger(dynamo, name), dynamoLedger(dynamo, name, false)];
      await writer.commit([commitOf('chain', 0)]);
      const leaves = await writer.pending(10);
      expect(await reader.pending(10)).toEqual(leaves);
      await writer.integrate({ after: undefined, state: { log: 1, size: 1, checkpoint: 'signed' }, leaves, tiles: [] });
      await unsettle();
      await expect(reader.pending(10)).rejects.toMatchObject({ code: 'ledger/failed' });
      expect(await writer.pending(10)).toEqual([]);
      expect(await reader.pending(10)).toEqual([]);
    });
  });

  /** As if the integrator had been stopped right after its transaction. */
  async function unsettle(): Promise<void> {
    const table = dynamoTable(dynamo, name);
    const state = JSON.parse((await table.get(STATE))?.v ?? '') as object;
    await table.writeEach([{ key: STATE, item: { ...STATE, v: JSON.stringify({ ...state, settled: 0 }), rev: 'x' } }]);
  }
});
