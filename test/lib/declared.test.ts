// What a referral declares is looked up for each of its files: the list is read once, and must be vouched for.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDesk } from '../../lib/index.ts';
import type { Ledger, Ports } from '../../lib/ports.ts';
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
  return { ports: { ...ports, ledger: { ...ports.ledger, list } }, asked };
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

  it('must be those that the first entry vouches for, or no file is taken', async () => {
    const reporter = await test.as('reporter');
    const [file] = [noise('one.jpg', 100)];
    const { referralId, attachments } = await test.desk.open(reporter, referralBody([file]), 'altered');
    const { ports } = test.local;
    let isHarmed = true;
    const list: Ledger['list'] = async (name, page) => {
      const found = await ports.ledger.list(name, page);
      if (!isHarmed || !name.startsWith('declared/')) return found;
      const items = found.items.map((row) => ({ ...row, value: { items: [{ id: attachments[0]?.id ?? '' }] } }));
      return { ...found, items };
    };
    const desk = openDesk(test.desk.id, { ...ports, ledger: { ...ports.ledger, list } });
    const attach = (): Promise<unknown> => {
      const declared = { sha256: file.sha256, sizeBytes: file.bytes.length };
      return desk.attach(reporter, referralId, attachments[0]?.id ?? '', declared, {}, stream(file.bytes));
    };
    await expect(attach()).rejects.toMatchObject({ code: 'ledger/failed' });
    isHarmed = false;
    expect(await attach()).toMatchObject({ isNew: true });
  });
});
