// The JSON Schema says the same as the parser, and the committed copy says the same as the code.
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import * as fc from 'fast-check';
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { checkRules, parseReferral, referralJsonSchema } from '../../schemas/index.ts';
import { draftOf, withValue } from './drafts.ts';
import { ALL, full, NOW } from './fixtures.ts';
import { RULE_FIXTURES } from './rule-fixtures.ts';

const COMMITTED = new URL('../../schemas/referral.schema.json', import.meta.url);
const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: false });
formats.default(ajv);
const accepts = ajv.compile(referralJsonSchema());

describe('the JSON Schema of a referral', () => {
  it('is the committed one; rewrite it with: UPDATE=1 npm test -- test/schemas/json-schema.test.ts', async () => {
    const options = await resolveConfig(COMMITTED);
    const current = await format(JSON.stringify(referralJsonSchema()), { ...options, parser: 'json' });
    if (process.env['UPDATE'] === '1') writeFileSync(COMMITTED, current);
    expect(readFileSync(COMMITTED, 'utf8')).toBe(current);
  });

  it.each(Object.keys(ALL) as (keyof typeof ALL)[])('accepts the %s referral', (name) => {
    expect(accepts(draftOf(name))).toBe(true);
  });

  it.each(RULE_FIXTURES.map((fixture) => [fixture.rule, fixture.path, fixture] as const))(
    'accepts a referral that breaks %s at %s, unless it is too long',
    (rule, _path, { base, change }) => {
      expect(accepts(draftOf(base, change))).toBe(rule !== 'max-length');
    },
  );

  it('gives the verdict of the parser at any place, whatever stands there', () => {
    const values = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom(...TELLING), fc.constant(undefined));
    fc.assert(
      fc.property(fc.constantFrom(...pointersIn(full, '')), values, (pointer, value) => {
        const draft = withValue(draftOf('full'), pointer, value);
        const parsed = parseReferral(draft);
        const isTooLong =
          parsed.ok && checkRules(parsed.referral, { now: NOW }).some(({ rule }) => rule === 'max-length');
        expect([pointer, value, accepts(draft)]).toEqual([pointer, value, parsed.ok && !isTooLong]);
      }),
      { seed: 20261122, numRuns: 1000 },
    );
  });

  it('refuses an unknown key in every object', () => {
    for (const pointer of [
      '',
      '/incidentSummary',
      '/victim/0',
      '/messages/0/sent',
      '/internetDetails/3/chatImIncident',
    ]) {
      expect(accepts(withValue(draftOf('full'), `${pointer}/noSuchField`, 1))).toBe(false);
    }
  });

  it('has an entry for each group, with a title and a description for each field', () => {
    const groups = Object.values(referralJsonSchema().$defs ?? {});
    expect(groups.length).toBeGreaterThan(50);
    for (const { properties = {} } of groups) {
      for (const field of Object.values(properties)) {
        expect(field).toMatchObject({ title: expect.any(String), description: expect.any(String) });
      }
    }
  });
});

/** Values that are right at some places and wrong at others. */
const TELLING: readonly unknown[] = [
  ...[true, false, 0, 1, -1, 1.5, 2 ** 31, 2 ** 53, '', 'unknown', 'US', 'XK', 'MA', 'Other', 'H0', '2'],
  ...['2026-11-20T10:00:00Z', '2026-11-20T10:00:00', '2026-11-20', '2026-02-30', '17', '-9223372036854775808', 'NaN'],
  ...['f'.repeat(64), 'F'.repeat(64), 'x'.repeat(300), 'https://example.com', 'https://exa mple.com', '+44'],
  ...[
    {},
    [],
    [{}],
    ['a'],
    { value: 'a' },
    { value: true },
    { emailIncident: {} },
    { at: 'unknown', clockSource: 'device' },
  ],
  '019ab0c4-7a1c-7d21-8f7e-1f4c5a6b7c8d',
];

function pointersIn(value: unknown, pointer: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    `${pointer}/${key}`,
    ...pointersIn(child, `${pointer}/${key}`),
  ]);
}
