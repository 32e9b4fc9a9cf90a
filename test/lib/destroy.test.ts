import type { DatabaseSync } from 'node:sqlite';
import { createPublicKey, verify } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { assemble, SETTINGS } from '../../lib/core.ts';
import { parseEntry } from '../../lib/custody.ts';
import { certificateMessage, type Certificate } from '../../lib/destroy.ts';
import { sha256Hex } from '../../lib/formats/canonical.ts';
import { DeskError, openDesk, verifyCustody, type WatchFinding } from '../../lib/index.ts';
import { openSealedRange } from '../../lib/seal.ts';
import { freshDesk, gather, noise, refer, type TestDesk } from '../material.ts';
import { watchHarmed } from './harmed-copy.ts';
import { packed } from './packet/material.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await freshDesk();
});
afterEach(() => desk.end());

const REQUEST = { reason: 'order of a court', legalBasis: '18 USC 2258B(c)' };

/** A finished referral whose retention is over. */
async function oldReferral(): Promise<string> {
  const { opened } = await refer(desk, [noise('a', 1000)], { key: 'old' });
  desk.clock.addDays(366);
  return opened.referralId;
}

async function destroy(id: string): Promise<Certificate> {
  const { destructionId } = await desk.desk.requestDestruction(await desk.as('supervisor'), id, REQUEST);
  return desk.desk.approveDestruction(await desk.as('supervisor2'), id, destructionId);
}

/** What watch finds once the log is up to date. */
async function findings(): Promise<readonly WatchFinding[]> {
  await desk.desk.integrate();
  return (await desk.desk.watch()).findings;
}

async function allBytes(dir: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) chunks.push(await readFile(join(entry.parentPath, entry.name)));
  }
  return Buffer.concat(chunks);
}

describe('destruction', () => {
  it('waits until retention is over', async () => {
    const { opened } = await refer(desk, []);
    desk.clock.addDays(364);
    await expect(
      desk.desk.requestDestruction(await desk.as('supervisor'), opened.referralId, REQUEST),
    ).rejects.toMatchObject({ code: 'state/retained' });
  });

  it('takes two different persons, each with a key of her own', async () => {
    const id = await oldReferral();
    const first = await desk.as('supervisor');
    const { destructionId } = await desk.desk.requestDestruction(first, id, REQUEST);
    await expect(desk.desk.approveDestruction(first, id, destructionId)).rejects.toMatchObject({
      code: 'access/same-person',
    });
    const house = await desk.desk.houseCaller('supervisor');
    await expect(desk.desk.approveDestruction(house, id, destructionId)).rejects.toMatchObject({
      code: 'access/denied',
    });
    await expect(desk.desk.requestDestruction(house, id, REQUEST)).rejects.toMatchObject({ code: 'access/denied' });
    const certificate = await desk.desk.approveDestruction(await desk.as('supervisor2'), id, destructionId);
    expect(certificate).toMatchObject({ referralId: id, requestedBy: first.actorId });
  });

  it('leaves a signed certificate, a chain that verifies, and nothing that opens', async () => {
    const id = await oldReferral();
    const supervisor = await desk.as('supervisor');
    const status = await desk.desk.status(supervisor, id);
    const certificate = await destroy(id);
    const { signature, ...unsigned } = certificate;
    const key = desk.trust.keys.find((each) => each.id === certificate.keyId);
    const der = Buffer.concat([
      Buffer.from('302a300506032b6570032100', 'hex'),
      Buffer.from(key?.publicKey ?? '', 'base64'),
    ]);
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
    expect(key?.purpose).toBe('packets');
    expect(verify(null, certificateMessage(unsigned), publicKey, Buffer.from(signature, 'base64'))).toBe(true);
    const attachment = status.attachments[0]?.id ?? '';
    await expect(desk.desk.readAttachment(supervisor, id, attachment, 'to see')).rejects.toMatchObject({
      code: 'absent/destroyed',
    });
    expect(await desk.desk.status(supervisor, id)).toMatchObject({ state: 'destroyed' });
    await desk.desk.integrate();
    const custody = await desk.desk.custody(await desk.as('auditor'), id);
    expect(verifyCustody(custody, { trust: desk.trust }).findings).toEqual([]);
    expect(await findings()).toEqual([]);
    expect(await desk.desk.certificate(supervisor, id)).toEqual(certificate);
  });

  it('ends a packet with its referral: its bytes open no more, and the certificate names every copy that was taken', async () => {
    const { referralId, packetId } = await packed(desk, [noise('a', 1000)]);
    const supervisor = await desk.as('supervisor');
    const investigator = await desk.as('investigator');
    const { token } = await desk.desk.makeLink(supervisor, packetId);
    await gather((await desk.desk.takeByLink(token)).bytes);
    await desk.desk.acknowledge(investigator, packetId, { answer: 'received' });
    const entries = await desk.local.ports.ledger.entries(referralId, 0, 100);
    const frozen = entries.find(({ text }) => parseEntry(text).act === 'freeze-packet');
    const object = frozen?.objects[0];
    if (object === undefined) throw new Error('no packet was frozen');
    desk.clock.addDays(366);
    const certificate = await destroy(referralId);
    expect(certificate.copies).toMatchObject([
      { act: 'release', actorId: investigator.actorId },
      { act: 'release', actorId: supervisor.actorId },
    ]);
    for (const take of [
      desk.desk.takePacket(investigator, packetId),
      desk.desk.packet(supervisor, packetId),
      desk.desk.makeLink(supervisor, packetId),
      desk.desk.summary(supervisor, referralId, 'to see'),
      desk.desk.views(supervisor, referralId),
      desk.desk.orderPacket(supervisor, referralId, { agency: 'europol', purpose: 'p', legalBasis: 'l' }, packetId),
      desk.desk.exportKey(supervisor, object.id, 'to see'),
    ])
      await expect(take).rejects.toMatchObject({ code: 'absent/destroyed' });
    const core = assemble(desk.desk.id, desk.local.ports, SETTINGS);
    await expect(gather(openSealedRange(core, object, { offset: 0, sizeBytes: 1 }))).rejects.toBeInstanceOf(DeskError);
    const { items } = await desk.desk.packets(investigator);
    expect(items).toMatchObject([{ packetId, answers: [{ answer: 'received' }] }]);
    expect(await findings()).toEqual([]);
  });

  it('vouches for what remains of packets: a row that is altered afterwards is found', async () => {
    const { referralId, packetId } = await packed(desk, []);
    desk.clock.addDays(366);
    await destroy(referralId);
    await desk.desk.integrate();
    await desk.local.close();
    const alter = (find: string, by: string) => (ledger: DatabaseSync) => {
      const { changes } = ledger
        .prepare("UPDATE row SET value = replace(value, ?, ?) WHERE kind = 'packet' AND id = ?")
        .run(find, by, packetId);
      expect(changes).toBe(1);
    };
    expect(await watchHarmed(desk, alter('europol', 'europoI'))).not.toEqual([]);
    const gone = await watchHarmed(desk, (ledger) => {
      ledger.prepare("DELETE FROM row WHERE kind = 'packet'").run();
      ledger.prepare('DELETE FROM row_list WHERE id = ?').run(packetId);
    });
    expect(gone).toContainEqual({ code: 'ledger/row-altered', where: `remains of referral ${referralId}` });
    expect(await watchHarmed(desk, () => undefined)).toEqual([]);
  });

  it('leaves no byte of the secret or of the lookup row in any file', async () => {
    const id = await oldReferral();
    const secret = Buffer.from(await desk.local.ports.keys.readSecret(id));
    const lookup = await desk.local.ports.ledger.list(`lookups/${id}`, { limit: 1 });
    const hmac = lookup.items[0]?.id ?? 'none';
    await destroy(id);
    for (const moment of ['while open', 'after a restart']) {
      const bytes = await allBytes(desk.dir);
      expect([moment, bytes.includes(secret), bytes.includes(hmac)]).toEqual([moment, false, false]);
      if (moment === 'while open') desk = await desk.reopen();
    }
  });

  it('lets the same call open a new referral afterwards', async () => {
    const { opened, body } = await refer(desk, [], { key: 'again' });
    desk.clock.addDays(366);
    await destroy(opened.referralId);
    const anew = await desk.desk.open(await desk.as('reporter'), body, 'again');
    expect(anew.isNew).toBe(true);
    expect(anew.referralId).not.toBe(opened.referralId);
  });

  it('is stopped by a hold, which ends only by an order of its own', async () => {
    const id = await oldReferral();
    const supervisor = await desk.as('supervisor');
    const order = { reason: 'a case is open', legalBasis: 'order 7', until: '2026-12-01T00:00:00Z' };
    const { holdId } = await desk.desk.hold(supervisor, id, order);
    desk.clock.addDays(100);
    await expect(desk.desk.requestDestruction(supervisor, id, REQUEST)).rejects.toMatchObject({ code: 'state/held' });
    await desk.desk.endHold(supervisor, id, holdId, 'the case is closed');
    await expect(desk.desk.endHold(supervisor, id, holdId, 'again')).rejects.toMatchObject({ code: 'absent/hold' });
    const { destructionId } = await desk.desk.requestDestruction(supervisor, id, REQUEST);
    await desk.desk.hold(supervisor, id, order);
    await expect(desk.desk.approveDestruction(await desk.as('supervisor2'), id, destructionId)).rejects.toMatchObject({
      code: 'state/held',
    });
  });

  it('is certified once, however many approve at the same moment, and nothing follows it in the chain', async () => {
    const id = await oldReferral();
    const [first, second] = [await desk.as('supervisor'), await desk.as('supervisor2')];
    const { destructionId } = await desk.desk.requestDestruction(first, id, REQUEST);
    const view = { sha256: 'a'.repeat(64), viewer: 'x', from: '2026-11-22T09:00:00Z', extent: 'full' as const };
    const [one, two] = await Promise.all([
      desk.desk.approveDestruction(second, id, destructionId),
      desk.desk.approveDestruction(second, id, destructionId),
      desk.desk.recordView(first, id, view).catch(() => undefined),
      desk.desk.recordView(first, id, view).catch(() => undefined),
    ]);
    expect(one).toEqual(two);
    expect(await desk.desk.certificate(first, id)).toEqual(one);
    const last = (await desk.local.ports.ledger.head(id))?.text ?? '';
    expect([last.includes('"act":"destroy"'), sha256Hex(last)]).toEqual([true, one.chainHead]);
    await expect(desk.desk.recordView(first, id, view)).rejects.toMatchObject({ code: 'absent/destroyed' });
  });

  it('is not brought forward by a clock that was set back', async () => {
    const { opened } = await refer(desk, [], { finish: false });
    desk.clock.addDays(-3000);
    await desk.desk.finish(await desk.as('reporter'), opened.referralId);
    const status = await desk.desk.status(await desk.as('supervisor'), opened.referralId);
    expect(status.closedAt).toBe(status.openedAt);
    desk.clock.addDays(3000);
    await expect(
      desk.desk.requestDestruction(await desk.as('supervisor'), opened.referralId, REQUEST),
    ).rejects.toMatchObject({ code: 'state/retained' });
  });

  it('is finished by the clock when it was cut short after the secret, or before it', async () => {
    const { keys } = desk.local.ports;
    for (const cut of ['before', 'after'] as const) {
      const { opened } = await refer(desk, []);
      desk.clock.addDays(366);
      const id = opened.referralId;
      const failing = {
        ...desk.local.ports,
        keys: {
          ...keys,
          destroySecret: async (owner: string) => {
            if (cut === 'after') await keys.destroySecret(owner);
            throw new Error('the power went');
          },
        },
      };
      const broken = openDesk(desk.desk.id, failing);
      const { destructionId } = await broken.requestDestruction(await desk.as('supervisor'), id, REQUEST);
      await expect(broken.approveDestruction(await desk.as('supervisor2'), id, destructionId)).rejects.toThrow('power');
      expect(await findings()).toEqual(
        cut === 'before' ? [] : [{ code: 'destroy/uncertified', where: `referral ${id}` }],
      );
      expect(await desk.desk.tick()).toMatchObject({ destroyed: 1 });
      expect(await findings()).toEqual([]);
      expect(await desk.desk.certificate(await desk.as('supervisor'), id)).toMatchObject({ referralId: id });
    }
  });
});

describe('the clock', () => {
  it('warns before an unfinished referral expires, then destroys it, once', async () => {
    const { opened } = await refer(desk, [noise('a', 10)], { finish: false });
    expect(await desk.desk.tick()).toEqual({
      warned: 0,
      expired: 0,
      destroyed: 0,
      locksExtended: 0,
      reminded: 0,
      uploadsEnded: 0,
    });
    desk.clock.addDays(28);
    expect(await desk.desk.tick()).toMatchObject({ warned: 1, expired: 0 });
    expect(await desk.desk.tick()).toMatchObject({ warned: 0 });
    expect(desk.alarms.map(({ code }) => code)).toEqual(['referral/expires']);
    desk.clock.addDays(7);
    expect(await desk.desk.tick()).toMatchObject({ expired: 1 });
    const supervisor = await desk.as('supervisor');
    expect(await desk.desk.status(supervisor, opened.referralId)).toMatchObject({ state: 'destroyed' });
    expect(await desk.desk.tick()).toEqual({
      warned: 0,
      expired: 0,
      destroyed: 0,
      locksExtended: 0,
      reminded: 0,
      uploadsEnded: 0,
    });
    expect(await findings()).toEqual([]);
  });

  it('never destroys an unfinished referral before somebody had the whole time of a warning', async () => {
    const { opened } = await refer(desk, [], { finish: false });
    desk.clock.addDays(60); // the machine was off
    expect(await desk.desk.tick()).toMatchObject({ warned: 1, expired: 0 });
    desk.clock.addDays(6);
    expect(await desk.desk.tick()).toMatchObject({ expired: 0 });
    expect(await desk.desk.status(await desk.as('reporter'), opened.referralId)).toMatchObject({ state: 'open' });
    desk.clock.addDays(1);
    expect(await desk.desk.tick()).toMatchObject({ expired: 1 });
  });

  it('warns again until somebody hears it, and lets no deaf ear stop the others', async () => {
    await refer(desk, [], { finish: false });
    await refer(desk, [], { finish: false });
    const retracted = await refer(desk, [], { finish: false });
    const reporter = await desk.as('reporter');
    await desk.desk.retract(reporter, retracted.opened.referralId);
    desk.clock.addDays(28);
    const deaf = openDesk(desk.desk.id, {
      ...desk.local.ports,
      alarm: () => Promise.reject(new Error('no one there')),
    });
    await expect(deaf.tick()).rejects.toMatchObject({ code: 'alarm/failed' });
    expect(await desk.desk.status(reporter, retracted.opened.referralId)).toMatchObject({ state: 'destroyed' });
    expect(await desk.desk.tick()).toMatchObject({ warned: 2 });
    expect(desk.alarms).toHaveLength(2);
  });

  it('destroys what was retracted, unless a hold stands on it', async () => {
    const reporter = await desk.as('reporter');
    const free = await refer(desk, [], { finish: false });
    const held = await refer(desk, [], { finish: false });
    const order = { reason: 'a case', legalBasis: 'order 9' };
    const { holdId } = await desk.desk.hold(await desk.as('supervisor'), held.opened.referralId, order);
    await desk.desk.retract(reporter, free.opened.referralId);
    await desk.desk.retract(reporter, held.opened.referralId);
    expect(await desk.desk.tick()).toMatchObject({ destroyed: 1 });
    expect(await desk.desk.status(reporter, held.opened.referralId)).toMatchObject({ state: 'retracted' });
    await desk.desk.endHold(await desk.as('supervisor'), held.opened.referralId, holdId, 'over');
    expect(await desk.desk.tick()).toMatchObject({ destroyed: 1 });
  });

  it('keeps locks from running out while something must be kept', async () => {
    const { opened } = await refer(desk, [noise('a', 10)]);
    const lockOf = async (): Promise<number> => {
      const [entry] = await desk.local.ports.ledger.entries(opened.referralId, 1, 1);
      const file = await desk.local.ports.vault.stat(entry?.objects[0]?.place.name ?? '');
      return file?.lockedUntil.getTime() ?? 0;
    };
    const before = await lockOf();
    desk.clock.addDays(SETTINGS.lockDays - SETTINGS.lockMarginDays + 1);
    expect(await desk.desk.tick()).toMatchObject({ locksExtended: 1 });
    expect(await lockOf()).toBeGreaterThan(before + 300 * 86_400_000);
    expect(await desk.desk.tick()).toMatchObject({ locksExtended: 0 });
    expect(await findings()).toEqual([]);
  });

  it('raises an alarm for a referral it cannot attend to, and goes on with the others', async () => {
    const broken = await refer(desk, [], { finish: false });
    const fine = await refer(desk, [], { finish: false });
    const reporter = await desk.as('reporter');
    await desk.desk.retract(reporter, broken.opened.referralId);
    await desk.desk.retract(reporter, fine.opened.referralId);
    const { keys } = desk.local.ports;
    const failing = openDesk(desk.desk.id, {
      ...desk.local.ports,
      keys: {
        ...keys,
        destroySecret: (owner) =>
          owner === broken.opened.referralId ? Promise.reject(new Error('stuck')) : keys.destroySecret(owner),
      },
    });
    expect(await failing.tick()).toMatchObject({ destroyed: 1 });
    expect(desk.alarms).toEqual([expect.objectContaining({ where: `referral ${broken.opened.referralId}` })]);
  });
});
