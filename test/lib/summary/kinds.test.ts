// The summary's own table of what fields hold, held against the schema.
import { describe, expect, it } from '@jest/globals';
import { kindOf } from '../../../lib/summary/kinds.ts';
import { allFields, type FieldInfo } from '../../../schemas/index.ts';

/** As the schema has it. */
function declared({ type, values }: FieldInfo): string {
  if (type === 'dateTime' || type === 'timeOrUnknown') return 'time';
  return values === undefined ? 'other' : 'code';
}

describe('the kind of a field', () => {
  it('is what the schema declares, of every field', () => {
    const leaves = allFields().filter(({ type }) => type !== 'group');
    expect(leaves.filter((field) => kindOf(field.path) !== declared(field)).map(({ path }) => path)).toEqual([]);
    expect(new Set(leaves.map(declared))).toEqual(new Set(['time', 'code', 'other']));
  });

  it('is none of its own for a name that is in no field', () => {
    expect(['unknown', 'victim.unknown', ''].map(kindOf)).toEqual(['other', 'other', 'other']);
  });
});
