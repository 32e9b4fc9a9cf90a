// What a referral declares is looked up for each of its files: the list is read once, and no more of such lists is kept than has room.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assemble, SETTINGS, type Core } from '../../lib/core.ts';
import { findDeclared, type DeclaredAttachment } from '../../lib/declared.ts';
import { openDesk } from '../../lib/index.ts';
import type { Ledger, Ports, StoredRow } from '../../lib/ports.ts';
import { freshDesk, noise, referralBody, stream, type TestDesk } from '../material.ts';

let test: TestDesk;
beforeAll(async () => {
  test = await freshDesk();
});
afterAll(() => test.end());

/** The same book, which counts how often each list was asked for. */
function counting(ports: Ports): { readonly ports: Ports; readonly asked: Map<string, number> } {
  const asked = new Map<string, number>();
  const list: Ledger['list'] = (name, page) => {
    asked.set(name, (asked.get(name) ?? 0) + 1);
    return ports.ledger.list(name, page);
  };
  return { ports: { ...ports, vault: { ...ports.vault }, ledger: { ...ports.ledger, list } }, asked };
}

describe('the declared attachments', () => {
  it('are read once for all files of a referral, and each is held against its own', async () => {
    const { ports, asked } = counting(test.local.ports);
    const desk = openDesk(test.desk.id, ports);
    const reporter = await test.as('reporter');
    const files = Array.from({ length: 40 }, (_, n) => noise(`${n}.jpg`, 100 + n));
    const { referralId, attachments } = await desk.open(reporter, referralBody(files), 'one');
    const before = asked.get(`declared/${referralId}`) ?? 0;
    for (const [n, { bytes, sha256 }] of files.entries()) {
      const id = attachments[n]?.id ?? '';
      const other = noise('other.jpg', 50);
      const asOther = { sha256: other.sha256, sizeBytes: other.bytes.length };
      await expect(desk.attach(reporter, referralId, id, asOther, {}, stream(other.bytes))).rejects.toMatchObject({
        code: 'attachment/not-as-declared',
      });
      await desk.attach(reporter, referralId, id, { sha256, sizeBytes: bytes.length }, {}, stream(bytes));
    }
    expect((asked.get(`declared/${referralId}`) ?? 0) - before).toBe(1);
    expect(await desk.finish(reporter, referralId)).toBeDefined();
  });

  it('of the latest referrals are kept, up to a bound over all of them', async () => {
    const sizes = new Map([
      ['large', 60_000],
      ['small', 10],
      ['larger', 60_000],
    ]);
    const asked: string[] = [];
    const ledger = { ...test.local.ports.ledger, list: (name: string) => Promise.resolve(rowsOf(name)) };
    const rowsOf = (name: string): { items: StoredRow[] } => {
      const referral = name.slice('declared/'.length);
      asked.push(referral);
      const items = Array.from({ length: sizes.get(referral) ?? 0 }, (_, n) => ({ id: `${referral} ${n}` }));
      return { items: [{ value: { items } } as unknown as StoredRow] };
    };
    const core: Core = assemble(
      test.desk.id,
      { ...test.local.ports, vault: { ...test.local.ports.vault }, ledger },
      SETTINGS,
    );
    const find = async (referral: string): Promise<DeclaredAttachment | undefined> =>
      findDeclared(core, referral, `${referral} 7`);
    for (const referral of ['large', 'small', 'large', 'small', 'larger', 'small', 'larger', 'large'])
      expect(await find(referral)).toEqual({ id: `${referral} 7` });
    expect(asked).toEqual(['large', 'small', 'larger', 'large']);
    expect(await findDeclared(core, 'small', 'small 10')).toBeUndefined();
  });
});
