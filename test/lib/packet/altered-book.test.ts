// A thief who can write to the book, but has no key: whatever he changes before a packet is made, the desk makes none, and what it made
// before stays as it was.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DatabaseSync } from 'node:sqlite';
import { verifyPacket } from '../../../lib/index.ts';
import { freshDesk, noise, refer, referralBody, stream, type TestDesk } from '../../material.ts';
import { inLedger } from '../harmed-copy.ts';
import { report } from '../report/material.ts';
import { ORDER, pack, sourceOf, takeAll } from './material.ts';

let test: TestDesk;
let referralId = '';

const one = noise('one.jpg', 100);
const two = noise('two.jpg', 200);

beforeEach(async () => {
  test = await freshDesk();
  const { opened } = await refer(test, [one, two], { finish: false });
  referralId = opened.referralId;
  const reporter = await test.as('reporter');
  const look = { sha256: two.sha256, viewer: 'Noa', from: '2026-11-22T09:00:00Z' };
  await test.desk.recordView(reporter, referralId, { ...look, extent: 'thumbnail' });
  await test.desk.finish(reporter, referralId);
  await test.desk.recordView(reporter, referralId, { ...look, extent: 'full' });
  await test.desk.orderPacket(await test.as('supervisor'), referralId, ORDER);
  await test.desk.integrate();
});
afterEach(() => test.end());

/** Changes the book while nobody has it open, and tries to make the packet. */
async function madeAfter(change: (ledger: DatabaseSync) => void): Promise<'made' | 'refused'> {
  await test.local.close();
  inLedger(test.dir, change);
  test = await test.reopen();
  const made = await test.desk.freezePackets().catch(() => 0);
  return made === 1 ? 'made' : 'refused';
}

interface Beside {
  readonly n: number;
  readonly seq: number;
  readonly text: string;
  readonly objects: string;
}

function entriesOf(ledger: DatabaseSync, act: string): Beside[] {
  const all = ledger.prepare('SELECT n, seq, text, objects FROM entry WHERE chain = ? ORDER BY seq').all(referralId);
  return (all as unknown as Beside[]).filter(({ text }) => text.includes(`"act":"${act}"`));
}

function swapObjects(ledger: DatabaseSync, act: string): void {
  const [a, b] = entriesOf(ledger, act);
  const set = ledger.prepare('UPDATE entry SET objects = ? WHERE n = ?');
  set.run(b?.objects ?? '', a?.n ?? 0);
  set.run(a?.objects ?? '', b?.n ?? 0);
}

function changeRows(ledger: DatabaseSync, kind: string, change: (value: string) => string): number {
  const rows = ledger.prepare('SELECT id, value FROM row WHERE kind = ?').all(kind) as { id: string; value: string }[];
  const set = ledger.prepare('UPDATE row SET value = ? WHERE kind = ? AND id = ?');
  for (const { id, value } of rows) set.run(change(value), kind, id);
  return rows.length;
}

describe('a desk whose book was altered', () => {
  it('makes the packet where nothing was', async () => {
    expect(await madeAfter(() => undefined)).toBe('made');
  });

  it('makes no packet from looks that were exchanged, so that nothing counts as viewed that was not', async () => {
    expect(
      await madeAfter((ledger) => {
        swapObjects(ledger, 'view');
      }),
    ).toBe('refused');
  });

  it('makes none from attachments that were exchanged', async () => {
    expect(
      await madeAfter((ledger) => {
        swapObjects(ledger, 'attach');
      }),
    ).toBe('refused');
  });

  it('makes none from details of files that were exchanged', async () => {
    await test.desk.freezePackets();
    ({ referralId } = await report(test, [one, two]));
    await test.desk.orderPacket(await test.as('supervisor'), referralId, ORDER);
    await test.desk.integrate();
    expect(
      await madeAfter((ledger) => {
        swapObjects(ledger, 'describe-file');
      }),
    ).toBe('refused');
  });

  it('makes none from an entry that says something else', async () => {
    expect(
      await madeAfter((ledger) => {
        const [entry] = entriesOf(ledger, 'view');
        const text = (entry?.text ?? '').replace(/"actorId":"[^"]*"/, '"actorId":"desk"');
        ledger.prepare('UPDATE entry SET text = ? WHERE n = ?').run(text, entry?.n ?? 0);
      }),
    ).toBe('refused');
  });

  it('makes none from declared attachments in another order', async () => {
    const reversed = (value: string): string => {
      const { items } = JSON.parse(value) as { items: unknown[] };
      return JSON.stringify({ items: items.reverse() });
    };
    const change = (ledger: DatabaseSync): void => {
      expect(changeRows(ledger, 'declared', reversed)).toBe(1);
    };
    expect(await madeAfter(change)).toBe('refused');
  });

  it('makes none that calls those who acted by another role', async () => {
    const asAuditor = (value: string): string => value.replace('"role":"reporter"', '"role":"auditor"');
    expect(await madeAfter((ledger) => void changeRows(ledger, 'actor', asAuditor))).toBe('refused');
  });

  it.each([
    [
      'the declared attachments',
      `DELETE FROM row WHERE kind = 'declared'; DELETE FROM row_list WHERE list LIKE 'declared/%'`,
    ],
    ['those who acted', `DELETE FROM row WHERE kind = 'actor'`],
  ])('makes none that leaves out %s', async (_what, sql) => {
    const change = (ledger: DatabaseSync): void => {
      ledger.exec(sql);
    };
    expect(await madeAfter(change)).toBe('refused');
  });
});

describe('a referral in any spelling that the desk takes', () => {
  it('makes a packet that is authentic: with a byte order mark, blanks and escapes', async () => {
    const plain = referralBody([one]).toString('utf8');
    const spelt = plain.replace('"Ada"', String.raw`"\u0041da"`).replaceAll('":', '" :\n ');
    for (const text of [`\uFEFF${plain}`, `\uFEFF \n${spelt}\n`, spelt]) {
      const reporter = await test.as('reporter');
      const opened = await test.desk.open(reporter, Buffer.from(text, 'utf8'), `spelt ${text.length}`);
      const id = opened.attachments[0]?.id ?? '';
      const declared = { sha256: one.sha256, sizeBytes: one.bytes.length };
      await test.desk.attach(reporter, opened.referralId, id, declared, {}, stream(one.bytes));
      await test.desk.finish(reporter, opened.referralId);
      const bytes = await takeAll(test, await pack(test, opened.referralId));
      expect(await verifyPacket(sourceOf(bytes), { trust: test.trust })).toMatchObject({ ok: true, findings: [] });
    }
  });
});
