// What a desk costs: the counts behind it are those of the code, the sheet is the one in the README, and its arithmetic is that of an independent sum.
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import {
  ALARMS_MADE,
  costSheet,
  METRICS_MADE,
  monthUsd,
  packetUsd,
  requestsOf,
  requestsUsd,
} from '../../../lib/stack/cost.ts';
import { firstLimits, type Load } from '../../../lib/stack/limits.ts';
import OPERATIONS from '../../../lib/stack/operations.json' with { type: 'json' };
import PRICES from '../../../lib/stack/prices.json' with { type: 'json' };
import { LAMBDAS } from '../../../lib/stack/work.ts';
import { countOperations, isAsSaid, type Counted } from './count-operations.ts';
import { all, synthesized } from './synthesized.ts';

describe('operations.json', () => {
  it('says what lib/aws asks of S3, DynamoDB and KMS for a referral, give or take a tenth', async () => {
    const counted = await countOperations();
    const said: Counted = OPERATIONS.counted;
    expect(Object.keys(said).filter((phase) => phase !== 'direct file')).toEqual(Object.keys(counted)); // that one on the real parts alone
    for (const [phase, requests] of Object.entries(counted)) {
      expect([phase, Object.keys(said[phase] ?? {})]).toEqual([phase, Object.keys(requests)]);
      for (const [name, number] of Object.entries(requests)) {
        expect([phase, name, isAsSaid(phase, name, said[phase]?.[name], number)]).toEqual([phase, name, true]);
      }
    }
  });
});

describe('prices.json', () => {
  it('names for each price what it is for, and the page and the date it is from', () => {
    expect(PRICES.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    for (const { usd, what, page } of [...PRICES.perMillion, ...PRICES.perUnit]) {
      expect(usd).toBeGreaterThan(0);
      expect(what.length).toBeGreaterThan(8);
      expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9-]+\/pricing\//);
    }
  });

  it('prices everything that a referral asks for', () => {
    const names = PRICES.perMillion.map(({ name }) => name);
    expect(Object.keys(requestsOf('api')).sort()).toEqual([...names].sort());
  });
});

describe('the cost sheet', () => {
  it('stands in the README as it is computed', () => {
    const readme = readFileSync(new URL('../../../lib/stack/README.md', import.meta.url), 'utf8');
    const squeezed = (text: string): string => text.replace(/ {2,}/g, ' ').replace(/-{3,}/g, '---');
    expect(squeezed(readme)).toContain(squeezed(costSheet()));
  });

  it('adds up: writes of a referral by the API, by hand', () => {
    const { open, file, finish, 'log entry': entry } = OPERATIONS.counted;
    const units = 'dynamodb write units';
    const byHand = open[units] + 2.9 * file[units] + finish[units] + (2 + 2.9) * entry[units];
    expect(requestsOf('api')[units]).toBeCloseTo(byHand, 6);
    expect(requestsOf('api')['s3 put']).toBeCloseTo(open['s3 PutObject'] + 2.9, 6);
  });

  it('grows with the referrals, but for what stands still', () => {
    const [small, large] = [monthUsd(1000, 'api'), monthUsd(60_000, 'api')];
    for (const name of ['requests', 'storage', 'logs'])
      expect((large[name] ?? 0) / (small[name] ?? 1)).toBeCloseTo(60, 6);
    expect(large['standing costs']).toBe(small['standing costs']);
    expect(requestsUsd('direct')).toBeGreaterThan(requestsUsd('api'));
    expect(packetUsd()).toBeGreaterThan(0);
  });

  it('counts the alarms and metrics that the stack has', () => {
    expect(all(synthesized().resources(), 'AWS::CloudWatch::Alarm')).toHaveLength(ALARMS_MADE);
    expect(METRICS_MADE).toBe(5 * LAMBDAS.length);
  });
});

describe('the limits', () => {
  const load: Load = {
    perDay: 1000,
    entries: 5,
    bytes: 6e6,
    calls: 5,
    callSeconds: 0.1,
    symmetric: 10,
    signed: 2,
    shared: 8,
    written: 120,
    keptDays: 0,
  };

  it('come fullest first, and all of those that are broken', () => {
    const fullness = firstLimits({ ...load, perDay: 50_000_000 }).map(({ asked, most }) => asked / most);
    expect(fullness.length).toBeGreaterThan(3);
    expect(fullness).toEqual([...fullness].sort((a, b) => b - a));
    expect(fullness.at(-1)).toBeGreaterThan(1);
    expect(firstLimits(load)).toHaveLength(3);
  });
});
