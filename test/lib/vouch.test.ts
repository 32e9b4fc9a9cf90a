// Whether the book vouches for a row: once found it is not reckoned again, and nothing that was altered since is taken for what was found.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StoredEntry, StoredRow } from '../../lib/ports.ts';
import { isVouched } from '../../lib/vouch.ts';
import { freshDesk, type TestDesk } from '../material.ts';

let test: TestDesk;
let row: StoredRow;
let reads: number;
let alter: (entry: StoredEntry) => StoredEntry;

beforeEach(async () => {
  test = await freshDesk();
  const { actorId } = await test.as('reporter');
  row = (await test.local.ports.ledger.row({ kind: 'actor', id: actorId })) as StoredRow;
  reads = 0;
  alter = (entry) => entry;
});
afterEach(() => test.end());

/** The book and its keys; what they are asked for is counted, and what they answer can be altered. */
function book(): Parameters<typeof isVouched>[0] {
  const { ledger, keys } = test.local.ports;
  return {
    ledger: {
      ...ledger,
      entries: async (...asked) => (await ledger.entries(...asked)).map((entry) => alter(entry)),
    },
    keys: {
      ...keys,
      readSecret: (owner) => {
        reads++;
        return keys.readSecret(owner);
      },
    },
  };
}

describe('a row that was found to be vouched for', () => {
  it('is so again, without its secret being read', async () => {
    const core = book();
    expect([await isVouched(core, row), await isVouched(core, structuredClone(row))]).toEqual([true, true]);
    expect(reads).toBe(1);
  });

  it.each<[string, Partial<StoredRow>]>([
    ['another value', { value: { role: 'operator' } }],
    ['another list', { lists: [{ list: 'elsewhere', sort: '0' }] }],
    ['another id', { id: 'another' }],
    ['another label', { label: 'row:actor/another' }],
    ['another place', { seq: 1_000_000 }],
    ['another chain', { chain: 'another' }],
  ])('is not with %s', async (_, altered) => {
    const core = book();
    expect(await isVouched(core, row)).toBe(true);
    expect(await isVouched(core, { ...row, ...altered })).toBe(false);
    expect(await isVouched(core, row)).toBe(true);
  });

  it('is not once its entry says otherwise', async () => {
    const core = book();
    expect(await isVouched(core, row)).toBe(true);
    alter = (entry) => ({ ...entry, text: entry.text.replace(/("row:actor[^"]+":")./, '$1-') });
    expect(await isVouched(core, row)).toBe(false);
  });

  it('is not once the secret of its chain is destroyed', async () => {
    const core = book();
    expect(await isVouched(core, row)).toBe(true);
    await test.local.ports.keys.destroySecret(row.chain);
    expect(await isVouched(core, row)).toBe(false);
  });
});
