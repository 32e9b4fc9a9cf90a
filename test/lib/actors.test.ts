import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ActorRecord } from '../../lib/actors.ts';
import { sha256Hex } from '../../lib/formats/canonical.ts';
import { freshDesk, type TestDesk } from '../material.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await freshDesk();
});
afterEach(() => desk.end());

const refused = { code: 'access/unauthenticated' };

/** Writes into the book past the desk. */
async function alter(change: (book: DatabaseSync) => void): Promise<void> {
  await desk.local.close();
  const book = new DatabaseSync(join(desk.dir, 'ledger.db'));
  change(book);
  book.close();
  desk = await desk.reopen();
}

const actorOf = async (key: 'reporter' | 'operator'): Promise<ActorRecord> => {
  const { actorId } = await desk.as(key);
  const row = await desk.local.ports.ledger.row({ kind: 'actor', id: actorId });
  return row?.value as unknown as ActorRecord;
};

describe('an actor', () => {
  it('is known by her key, until it is revoked', async () => {
    const operator = await desk.as('operator');
    const { actorId, key } = await desk.desk.addActor(operator, { role: 'auditor', name: 'looks' });
    expect(await desk.desk.authenticate(key)).toEqual({ actorId, role: 'auditor', isHouse: false });
    await desk.desk.revokeActor(operator, actorId);
    await expect(desk.desk.authenticate(key)).rejects.toMatchObject(refused);
    await desk.desk.revokeActor(operator, actorId);
    const all = await desk.desk.listActors(operator);
    expect(all.find(({ id }) => id === actorId)?.revokedAt).toBe(desk.clock.now().toISOString());
    expect((await desk.desk.watch()).findings).toEqual([]);
  });

  it('is revoked in the list of the destroyed, so that an older row put back revives nothing', async () => {
    const operator = await desk.as('operator');
    const { actorId, key } = await desk.desk.addActor(operator, { role: 'auditor', name: 'looks' });
    const before = await desk.local.ports.ledger.row({ kind: 'actor', id: actorId });
    await desk.desk.revokeActor(operator, actorId);
    expect(await desk.local.ports.keys.isDestroyed(`revoked:${actorId}`)).toBe(true);
    await alter((book) => {
      const put = book.prepare("UPDATE row SET value = ?, seq = ? WHERE kind = 'actor' AND id = ?");
      expect(put.run(JSON.stringify(before?.value), before?.seq ?? 0, actorId).changes).toBe(1);
    });
    await expect(desk.desk.authenticate(key)).rejects.toMatchObject(refused);
  });

  it('that nobody added cannot be revoked, and leaves nothing in the list of the destroyed', async () => {
    const nobody = 'nobody';
    const revoked = desk.desk.revokeActor(await desk.as('operator'), nobody);
    await expect(revoked).rejects.toMatchObject({ code: 'absent/actor' });
    expect(await desk.local.ports.keys.isDestroyed(`revoked:${nobody}`)).toBe(false);
  });

  it('is nobody when her row was altered past the desk', async () => {
    const record = await actorOf('reporter');
    await alter((book) => {
      const put = book.prepare("UPDATE row SET value = ? WHERE kind = 'actor' AND id = ?");
      expect(put.run(JSON.stringify({ ...record, role: 'operator' }), record.id).changes).toBe(1);
    });
    await expect(desk.as('reporter')).rejects.toMatchObject(refused);
    expect(await desk.as('operator')).toMatchObject({ role: 'operator' });
  });

  it.each([
    ['the place of another row', ''],
    ['a place that is no entry', ', seq = 1000000'],
    ['a chain that is nobody’s', ", chain = 'nobody'"],
  ])('is nobody when her row was put in past the desk, at %s', async (_, where) => {
    const { id, ...record } = await actorOf('operator');
    const forgedId = '00000000-0000-4000-8000-000000000000';
    const secret = randomBytes(32);
    await alter((book) => {
      book.exec(
        `INSERT INTO row SELECT kind, '${forgedId}', 'row:actor/${forgedId}', chain, seq, value, lists FROM row
         WHERE kind = 'actor' AND id = '${id}'`,
      );
      const value = JSON.stringify({ ...record, id: forgedId, keySha256: sha256Hex(secret) });
      book.prepare(`UPDATE row SET value = ?${where} WHERE id = '${forgedId}'`).run(value);
    });
    const key = `rdk_${forgedId.replaceAll('-', '')}_${secret.toString('base64url')}`;
    await expect(desk.desk.authenticate(key)).rejects.toMatchObject(refused);
  });

  it('of the house is nobody when its row was altered past the desk', async () => {
    expect(await desk.desk.houseCaller('auditor')).toMatchObject({ role: 'auditor', isHouse: true });
    await alter((book) => {
      book.exec(
        `UPDATE row SET value = json_set(value, '$.role', 'auditor') WHERE kind = 'actor'
         AND json_extract(value, '$.keySha256') IS NULL`,
      );
    });
    await expect(desk.desk.houseCaller('operator')).rejects.toMatchObject({ code: 'absent/actor' });
  });
});
