// Packets under watch: one bit in what the book says of one, or in its sealed bytes, is found and named.
import type { DatabaseSync } from 'node:sqlite';
import { chmodSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseEntry } from '../../lib/custody.ts';
import { openLocalDesk } from '../../lib/local/open.ts';
import { fileIn } from '../../lib/local/vault.ts';
import { freshDesk, gather, noise, TestClock, type TestDesk } from '../material.ts';
import { flipBit, watchHarmed } from './harmed-copy.ts';
import { ORDER, packed } from './packet/material.ts';

let desk: TestDesk;
let packetId: string;
let referralId: string;
/** Ordered and not made. */
let orderedId: string;
/** The vault file and the id of the packet's sealed bytes. */
let object: { id: string; file: string };

beforeAll(async () => {
  desk = await freshDesk();
  ({ packetId, referralId } = await packed(desk, [noise('a.jpg', 1000)]));
  const supervisor = await desk.as('supervisor');
  await desk.desk.makeLink(supervisor, packetId);
  const { token } = await desk.desk.makeLink(supervisor, packetId);
  await gather((await desk.desk.takeByLink(token)).bytes);
  await desk.desk.acknowledge(await desk.as('investigator'), packetId, { answer: 'received', note: 'thanks' });
  ({ packetId: orderedId } = await desk.desk.orderPacket(supervisor, referralId, ORDER));
  await desk.desk.integrate();
  const entries = await desk.local.ports.ledger.entries(referralId, 0, 100);
  const frozen = entries.find(({ text }) => parseEntry(text).act === 'freeze-packet')?.objects[0];
  object = { id: frozen?.id ?? '', file: frozen?.place.name ?? '' };
  await desk.local.close();
});
afterAll(() => desk.end());

describe('watch over packets', () => {
  it('finds nothing in packets that were ordered, made, taken and answered', async () => {
    expect(await watchHarmed(desk, () => undefined)).toEqual([]);
  });

  it('finds one bit in any column of a packet’s row, and names the row', async () => {
    const named = `row packet/${packetId}`;
    for (const column of ['value', 'lists', 'label', 'chain', 'seq']) {
      const findings = await watchHarmed(desk, (ledger: DatabaseSync) => {
        const where = "kind = 'packet' AND id = ?";
        const cell: unknown = ledger.prepare(`SELECT ${column} AS cell FROM row WHERE ${where}`).get(packetId)?.[
          'cell'
        ];
        const flipped = typeof cell === 'number' ? cell ^ 1 : flipBit(Buffer.from(String(cell))).toString('latin1');
        ledger.prepare(`UPDATE row SET ${column} = ? WHERE ${where}`).run(flipped, packetId);
      });
      expect([column, findings.length > 0]).toEqual([column, true]);
      if (column === 'value') expect(findings.map(({ where }) => where).join()).toContain(packetId);
    }
    expect(named).toContain(packetId);
  });

  it.each([
    ['for another agency', '"agency":"europol"', '"agency":"ncmec"'],
    ['not made yet', '"state":"frozen"', '"state":"ordered"'],
    ['with a link that was not used', '"usedAt"', '"unused"'],
    ['with another answer', '"received"', '"triaged"'],
  ])('finds a packet said to be %s, and the desk does not act on it', async (_name, from, to) => {
    const harm = (ledger: DatabaseSync): void => {
      const { changes } = ledger
        .prepare("UPDATE row SET value = replace(value, ?, ?) WHERE kind = 'packet' AND id = ? AND instr(value, ?) > 0")
        .run(from, to, packetId, from);
      expect(changes).toBe(1);
    };
    const findings = await watchHarmed(desk, harm);
    expect(findings.map(({ code }) => code)).toContain('ledger/row-altered');
  });

  it('finds a packet that is gone from its agency’s list', async () => {
    const findings = await watchHarmed(desk, (ledger) => {
      const { changes } = ledger
        .prepare("DELETE FROM row_list WHERE list = 'agency-packets/europol' AND id = ?")
        .run(packetId);
      expect(changes).toBe(1);
    });
    expect(findings).not.toEqual([]);
  });

  it('finds what was ordered over an hour ago and is not made, unless its referral is being destroyed', async () => {
    const at = (minutes: number): { dir: string; clock: TestClock } => {
      const clock = new TestClock();
      clock.addDays(minutes / 1440);
      return { dir: desk.dir, clock };
    };
    expect(await watchHarmed(at(60), () => undefined)).toEqual([]);
    expect(await watchHarmed(at(61), () => undefined)).toEqual([
      { code: 'packet/not-made', where: `packet ${orderedId}` },
    ]);
    const destroying = await watchHarmed(at(61), (ledger) => {
      const { changes } = ledger
        .prepare(`UPDATE row SET value = replace(value, '"finished"', '"destroying"') WHERE kind = 'referral'`)
        .run();
      expect(changes).toBe(1);
    });
    expect(destroying.map(({ code }) => code)).not.toContain('packet/not-made');
  });

  it('finds one bit anywhere in a packet’s sealed bytes, and names the object', async () => {
    const path = fileIn(join(desk.dir, 'vault'), object.file);
    const whole = readFileSync(path);
    const until = desk.clock.now().getTime() / 1000 + 500 * 86_400;
    const put = (bytes: Uint8Array): void => {
      chmodSync(path, 0o644);
      writeFileSync(path, bytes);
      utimesSync(path, until, until);
    };
    for (const at of [0, 100, Math.floor(whole.length / 2), whole.length - 1]) {
      const harmed = Buffer.from(whole);
      harmed[at] = (harmed[at] ?? 0) ^ 1;
      put(harmed);
      const local = await openLocalDesk({ dir: desk.dir, now: desk.clock.now });
      const { findings } = await local.desk.watch();
      await local.close();
      expect(findings.map(({ code }) => code)).toEqual(['vault/damaged']);
      expect(findings[0]?.where).toContain(object.id);
    }
    put(whole);
  });
});
