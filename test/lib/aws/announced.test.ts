// Which parts were announced before, on DynamoDB Local: S3 is asked for the parts of a slot only where some may be there.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { announcedIn, type IsFirst } from '../../../lib/aws/announced.ts';
import { dynamoTable } from '../../../lib/aws/table.ts';
import { dynamoClient, makeTable, withParts } from './parts.ts';

withParts('parts that were announced', () => {
  let dynamo: DynamoDBClient;
  let isFirst: IsFirst;
  const until = new Date('2031-03-04T05:06:07Z');

  beforeAll(async () => {
    dynamo = dynamoClient();
    isFirst = announcedIn(dynamoTable(dynamo, await makeTable(dynamo)));
  });
  afterAll(() => {
    dynamo.destroy();
  });

  describe('parts that were announced, on DynamoDB Local', () => {
    it('are known for each slot by itself, and one of them is enough', async () => {
      const [one, other] = [
        { name: 'one', store: '1' },
        { name: 'other', store: '2' },
      ];
      expect(await isFirst(one, [1, 2], until)).toBe(true);
      expect(await isFirst(other, [1], until)).toBe(true);
      expect(await isFirst(one, [2, 3], until)).toBe(false);
      expect(await isFirst(one, [1], until)).toBe(false);
      expect(
        await isFirst(
          one,
          Array.from({ length: 100 }, (_, n) => n + 3),
          until,
        ),
      ).toBe(true);
    });

    it('are told to be the first to one of many who ask at once', async () => {
      const slot = { name: 'at once', store: '3' };
      const told = await Promise.all(Array.from({ length: 8 }, () => isFirst(slot, [1], until)));
      expect(told.filter(Boolean).length).toBeLessThanOrEqual(1);
      expect(await isFirst(slot, [1], until)).toBe(false);
    });
  });
});
