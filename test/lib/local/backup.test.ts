import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyCustody, verifyReceipt } from '../../../lib/index.ts';
import { makeBackup, restoreBackup, type RestoreOptions } from '../../../lib/local/backup.ts';
import { createFolder } from '../../../lib/local/folder.ts';
import { localKeys } from '../../../lib/local/keys.ts';
import { openLocalDesk, type LocalDesk } from '../../../lib/local/open.ts';
import { checkTrust, makeTrust } from '../../../lib/trust.ts';
import { freshDesk, gather, noise, refer, type TestDesk } from '../../material.ts';
import { ORDER, pack, packed } from '../packet/material.ts';

let desk: TestDesk;
let root: string;
beforeEach(async () => {
  desk = await freshDesk();
  root = mkdtempSync(join(tmpdir(), 'referral-desk-backup-'));
});
afterEach(async () => {
  await desk.end();
  rmSync(root, { recursive: true, force: true });
});

const out = (): string => join(root, 'data');
const secretsOut = (): string => join(root, 'secrets');
const backUp = async (): Promise<{ id: string; expiresAt: string }> =>
  makeBackup(desk.local, await desk.as('operator'), { out: out(), secretsOut: secretsOut(), keepDays: 30 });
const restore = (more: Partial<RestoreOptions> = {}) =>
  restoreBackup({ from: out(), secrets: secretsOut(), dir: join(root, 'restored'), now: desk.clock.now, ...more });

async function destroy(id: string): Promise<void> {
  const request = { reason: 'an order', legalBasis: 'a law' };
  const { destructionId } = await desk.desk.requestDestruction(await desk.as('supervisor'), id, request);
  await desk.desk.approveDestruction(await desk.as('supervisor2'), id, destructionId);
}

const restored = (): Promise<LocalDesk> => openLocalDesk({ dir: join(root, 'restored'), now: desk.clock.now });
const newestCheckpoint = async (): Promise<string> => (await desk.desk.integrate())?.checkpoint ?? '';

/** A probe that cuts the work off when it comes to a step for the n-th time. */
function cutAt(step: string, n: number): (at: string) => void {
  let times = 0;
  return (at) => {
    if (at === step && ++times === n) throw new Error('cut off');
  };
}

/** Adds a reporter whose key is revoked again, with a backup in between. */
async function revokeAfterBackup(): Promise<{ actorId: string; key: string }> {
  const operator = await desk.as('operator');
  const added = await desk.desk.addActor(operator, { role: 'reporter', name: 'leaves soon' });
  await backUp();
  await desk.desk.revokeActor(operator, added.actorId);
  return added;
}

describe('a backup', () => {
  it('brings the whole desk back: files open, receipts hold, watch finds nothing', async () => {
    const file = noise('a', 2_000_000);
    const { opened, receipt } = await refer(desk, [file]);
    await backUp();
    expect(await restore()).toMatchObject({ log: 'unchecked', destroyedSince: 0, findings: [] });
    const local = await openLocalDesk({ dir: join(root, 'restored'), now: desk.clock.now });
    const supervisor = await local.desk.authenticate(desk.keys.supervisor);
    const { bytes } = await local.desk.readAttachment(
      supervisor,
      opened.referralId,
      opened.attachments[0]?.id ?? '',
      'to see',
    );
    expect((await gather(bytes)).equals(file.bytes)).toBe(true);
    await local.desk.integrate();
    const custody = await local.desk.custody(supervisor, opened.referralId);
    await local.close();
    expect(verifyCustody(custody, { trust: desk.trust, against: receipt }).findings).toEqual([]);
  });

  it('keeps what opens apart from what is opened', async () => {
    const { opened } = await refer(desk, [noise('a', 10)]);
    await backUp();
    const secret = Buffer.from(await desk.local.ports.keys.readSecret(opened.referralId));
    expect(readdirSync(out()).sort()).toEqual(['backup.json', 'ledger.db', 'vault']);
    expect(readdirSync(secretsOut()).sort()).toEqual(['backup.json', 'desk.key', 'destroyed.txt', 'secrets.db']);
    expect(readFileSync(join(out(), 'ledger.db')).includes(secret)).toBe(false);
    const together = makeBackup(desk.local, await desk.as('operator'), {
      out: join(root, 'x'),
      secretsOut: join(root, 'x/y'),
    });
    await expect(together).rejects.toMatchObject({ code: 'input/invalid' });
  });

  it('is refused into a folder that holds something, and by anyone but the operator', async () => {
    await backUp();
    await expect(backUp()).rejects.toMatchObject({ code: 'desk/exists' });
    await expect(restore({ dir: desk.dir })).rejects.toMatchObject({ code: 'desk/exists' });
    const reporter = await desk.as('reporter');
    const asReporter = makeBackup(desk.local, reporter, { out: join(root, 'p'), secretsOut: join(root, 'q') });
    await expect(asReporter).rejects.toMatchObject({ code: 'access/denied' });
  });

  it('is named, with the day it must be gone, by certificates of later destructions', async () => {
    const { opened } = await refer(desk, []);
    const { id, expiresAt } = await backUp();
    desk.clock.addDays(366);
    await destroy(opened.referralId);
    const certificate = await desk.desk.certificate(await desk.as('supervisor'), opened.referralId);
    expect(certificate.backups).toEqual([expect.objectContaining({ id, expiresAt })]);
  });

  it('does not bring back what was destroyed after it, when the keys folder survived', async () => {
    const { opened } = await refer(desk, [noise('a', 10)]);
    await backUp();
    desk.clock.addDays(366);
    await destroy(opened.referralId);
    await desk.local.close();
    const restored = await restore({ keys: join(desk.dir, 'keys') });
    expect(restored).toMatchObject({ destroyedSince: 1, findings: [] });
    const local = await openLocalDesk({ dir: join(root, 'restored'), now: desk.clock.now });
    const supervisor = await local.desk.authenticate(desk.keys.supervisor);
    expect(await local.desk.status(supervisor, opened.referralId)).toMatchObject({ state: 'destroyed' });
    await expect(local.ports.keys.readSecret(opened.referralId)).rejects.toMatchObject({ code: 'keys/absent' });
    await local.close();
  });

  it('begins a new log that names the old one, when entries after it are lost', async () => {
    await backUp();
    const lost = await refer(desk, []);
    await desk.desk.integrate();
    const newest = (await desk.desk.logState())?.checkpoint ?? '';
    expect(await restore({ checkpoint: newest })).toMatchObject({ log: 'behind', findings: [] });
    const local = await openLocalDesk({ dir: join(root, 'restored'), now: desk.clock.now });
    const state = await local.desk.logState();
    expect(state?.checkpoint.startsWith(`referral-desk/${local.desk.id}/2\n`)).toBe(true);
    const auditor = await local.desk.authenticate(desk.keys.auditor);
    const house = await local.desk.deskCustody(auditor);
    expect(verifyCustody(house, { trust: desk.trust }).findings).toEqual([]);
    expect(verifyCustody(house, { trust: desk.trust, against: newest }).findings).toEqual([
      expect.objectContaining({ code: 'against/other-log' }),
    ]);
    expect(verifyReceipt(lost.receipt, { trust: desk.trust }).ok).toBe(true);
    await local.close();
  });

  it('goes on with its log when it holds the newest checkpoint, and is refused when it is another log', async () => {
    await refer(desk, []);
    await backUp();
    const newest = (await desk.desk.logState())?.checkpoint ?? '';
    expect(await restore({ checkpoint: newest })).toMatchObject({ log: 'held', findings: [] });
    const stranger = await freshDesk();
    const foreign = (await stranger.desk.logState())?.checkpoint ?? '';
    await stranger.end();
    await expect(restore({ dir: join(root, 'third'), checkpoint: foreign })).rejects.toMatchObject({
      code: 'proof/malformed',
    });
  });

  it('leaves no desk when its checkpoint is refused, says what to do, and comes back in a fresh folder', async () => {
    await refer(desk, []);
    await backUp();
    const newest = await newestCheckpoint();
    const malformed = restore({ checkpoint: newest.replace('\n\u2014', '\n\n\u2014') });
    await expect(malformed).rejects.toMatchObject({
      code: 'proof/malformed',
      message: expect.stringContaining('remove the folder and try again'),
    });
    await expect(restored()).rejects.toMatchObject({ code: 'desk/absent' });
    await expect(restore()).rejects.toMatchObject({ code: 'desk/exists' });
    expect(await restore({ dir: join(root, 'fresh'), checkpoint: newest })).toMatchObject({ findings: [] });
  });

  it.each([1, 2])(
    'leaves no desk when its restore is cut short at commit %i, and comes back in a fresh folder',
    async (n) => {
      const { opened } = await refer(desk, []);
      await backUp();
      desk.clock.addDays(366);
      await destroy(opened.referralId);
      await desk.local.close();
      const keys = join(desk.dir, 'keys');
      const cut = restore({ keys, probe: cutAt('ledger.commit:before-commit', n) });
      await expect(cut).rejects.toMatchObject({ code: 'ledger/failed' });
      await expect(restored()).rejects.toMatchObject({ code: 'desk/absent' });
      expect(await restore({ keys, dir: join(root, 'fresh') })).toMatchObject({ destroyedSince: 1, findings: [] });
    },
  );

  it('is compared with the very log a checkpoint is of, when others were begun since', async () => {
    await backUp();
    const held = await newestCheckpoint();
    await refer(desk, []);
    const lost = await newestCheckpoint();
    const foreign = (await restore({ checkpoint: lost })).log;
    const local = await restored();
    const [out2, secretsOut2] = [join(root, 'data2'), join(root, 'secrets2')];
    const operator = await local.desk.authenticate(desk.keys.operator);
    await makeBackup(local, operator, { out: out2, secretsOut: secretsOut2 });
    await local.close();
    const again = (name: string, checkpoint: string) =>
      restore({ from: out2, secrets: secretsOut2, dir: join(root, name), checkpoint });
    expect(foreign).toBe('behind');
    expect(await again('held', held)).toMatchObject({ log: 'held', findings: [] });
    expect(await again('behind', lost)).toMatchObject({ log: 'behind', findings: [] });
  });

  it('is refused when an older log in it is not the one a checkpoint is of', async () => {
    await backUp();
    const held = await newestCheckpoint();
    await refer(desk, []);
    await restore({ checkpoint: await newestCheckpoint() });
    const local = await restored();
    const [out2, secretsOut2] = [join(root, 'data2'), join(root, 'secrets2')];
    await makeBackup(local, await local.desk.authenticate(desk.keys.operator), { out: out2, secretsOut: secretsOut2 });
    await local.close();
    const book = new DatabaseSync(join(out2, 'ledger.db'));
    book.exec('UPDATE tile SET bytes = zeroblob(length(bytes)) WHERE log = 1');
    book.close();
    const altered = restore({ from: out2, secrets: secretsOut2, dir: join(root, 'altered'), checkpoint: held });
    await expect(altered).rejects.toMatchObject({ code: 'desk/damaged' });
    expect(existsSync(join(root, 'altered', 'desk.json'))).toBe(false);
  });

  it('is compared with a checkpoint that a newer key signed, when the newest trust.json is given', async () => {
    await backUp();
    const before = await newestCheckpoint();
    await desk.desk.rotateKey(await desk.as('operator'), 'log');
    const checkpoint = await newestCheckpoint();
    const trust = await desk.desk.trust();
    await expect(restore({ checkpoint })).rejects.toMatchObject({
      code: 'proof/malformed',
      message: expect.stringContaining('--trust'),
    });
    const behind = await restore({ dir: join(root, 'behind'), checkpoint, trust });
    expect(behind).toMatchObject({ log: 'behind', findings: [] });
    expect(behind.notes.join()).toContain('Signing keys');
    expect(await restore({ dir: join(root, 'held'), checkpoint: before, trust })).toMatchObject({ log: 'held' });
    await desk.local.close();
    const survived = { checkpoint, trust, keys: join(desk.dir, 'keys') };
    expect(await restore({ dir: join(root, 'survived'), ...survived })).toMatchObject({ log: 'behind', notes: [] });
  });

  it('takes no trust.json of another desk, none with other first keys, and none that contradicts itself', async () => {
    await backUp();
    const checkpoint = await newestCheckpoint();
    const stranger = await freshDesk();
    await stranger.end();
    const folder = await createFolder({ dir: join(root, 'other'), desk: desk.trust.desk, now: desk.clock.now() });
    const otherKeys = await localKeys(folder);
    const strange = makeTrust(desk.trust.desk, await otherKeys.publicKeys());
    otherKeys.close();
    expect(checkTrust(strange)).toEqual([]);
    const keys = desk.trust.keys.map((key) => (key.purpose === 'log' ? { ...key, id: '0'.repeat(32) } : key));
    for (const [n, trust] of [stranger.trust, strange, { ...desk.trust, keys }].entries()) {
      const refused = restore({ dir: join(root, `${n}`), checkpoint, trust });
      await expect(refused).rejects.toMatchObject({ code: 'proof/malformed' });
    }
  });

  it('does not bring back a key that was revoked after it, when the keys folder survived', async () => {
    const { actorId, key } = await revokeAfterBackup();
    await desk.local.close();
    const result = await restore({ keys: join(desk.dir, 'keys') });
    expect(result).toMatchObject({ revokedSince: 1, findings: [], notes: [] });
    const local = await restored();
    await expect(local.desk.authenticate(key)).rejects.toMatchObject({ code: 'access/unauthenticated' });
    const all = await local.desk.listActors(await local.desk.authenticate(desk.keys.operator));
    expect(all.filter(({ revokedAt }) => revokedAt !== undefined).map(({ id }) => id)).toEqual([actorId]);
    await local.close();
  });

  it('brings persons back, but for who was revoked after it', async () => {
    const operator = await desk.as('operator');
    const stays = { issuer: 'https://id.example', subject: 'stays' };
    const leaves = { ...stays, subject: 'leaves' };
    const { actorId } = await desk.desk.addPerson(operator, { role: 'auditor', name: 'stays' }, stays);
    const left = await desk.desk.addPerson(operator, { role: 'auditor', name: 'leaves' }, leaves);
    await backUp();
    await desk.desk.revokeActor(operator, left.actorId);
    await desk.local.close();
    expect(await restore({ keys: join(desk.dir, 'keys') })).toMatchObject({ revokedSince: 1, findings: [] });
    const local = await restored();
    expect(await local.desk.authenticatePerson(stays)).toMatchObject({ actorId });
    await expect(local.desk.authenticatePerson(leaves)).rejects.toMatchObject({ code: 'access/unauthenticated' });
    const { items } = await local.ports.ledger.list(`lookups/${left.actorId}`, { limit: 1 });
    expect(items).toEqual([]);
    await local.close();
  });

  it('says that keys revoked after it work again, when the keys folder is lost', async () => {
    const { key } = await revokeAfterBackup();
    const result = await restore();
    expect(result.revokedSince).toBe(0);
    expect(result.notes).toEqual([expect.stringContaining('revoke them anew')]);
    const local = await restored();
    expect(await local.desk.authenticate(key)).toMatchObject({ role: 'reporter' });
    await local.close();
  });

  it('ends every link that was not used when it was made: it may have been since', async () => {
    const { packetId } = await packed(desk, [noise('a', 10)]);
    const supervisor = await desk.as('supervisor');
    const [early, used, open] = await Promise.all([1, 2, 3].map(() => desk.desk.makeLink(supervisor, packetId)));
    await gather((await desk.desk.takeByLink(early?.token ?? '')).bytes);
    const { opened } = await refer(desk, []);
    const gone = await pack(desk, opened.referralId);
    await desk.desk.makeLink(supervisor, gone);
    await backUp();
    await gather((await desk.desk.takeByLink(used?.token ?? '')).bytes);
    desk.clock.addDays(366);
    await destroy(opened.referralId);
    await desk.local.close();
    expect(await restore({ keys: join(desk.dir, 'keys') })).toMatchObject({ linksEnded: 2, findings: [] });
    const local = await restored();
    for (const each of [early, used, open])
      await expect(local.desk.takeByLink(each?.token ?? '')).rejects.toMatchObject({ code: 'absent/link' });
    const { links } = await local.desk.packet(await local.desk.authenticate(desk.keys.auditor), packetId);
    expect(links.map(({ usedAt, endedAt }) => [usedAt !== undefined, endedAt !== undefined])).toEqual([
      [true, false],
      [false, true],
      [false, true],
    ]);
    const { token } = await local.desk.makeLink(await local.desk.authenticate(desk.keys.supervisor), packetId);
    expect((await gather((await local.desk.takeByLink(token)).bytes)).length).toBeGreaterThan(0);
    await local.close();
  });

  it('has an hour to make what was ordered before it, and is found not to have', async () => {
    const { opened } = await refer(desk, []);
    const supervisor = await desk.as('supervisor');
    const { packetId } = await desk.desk.orderPacket(supervisor, opened.referralId, ORDER);
    await desk.desk.integrate();
    await backUp();
    desk.clock.addDays(1);
    expect(await restore()).toMatchObject({ findings: [] });
    desk.clock.addDays(1 / 23);
    const local = await restored();
    const found = { code: 'packet/not-made', where: `packet ${packetId}` };
    expect((await local.desk.watch()).findings).toEqual([found]);
    expect(await local.desk.freezePackets()).toBe(1);
    expect((await local.desk.watch()).findings).toEqual([]);
    await local.close();
  });

  it('comes back also where the row of a packet in it was altered, whose links lead nowhere', async () => {
    const { packetId } = await packed(desk, []);
    const { token } = await desk.desk.makeLink(await desk.as('supervisor'), packetId);
    await backUp();
    const book = new DatabaseSync(join(out(), 'ledger.db'));
    book.exec(`UPDATE row SET value = replace(value, '"europol"', '"ncmec"') WHERE kind = 'packet'`);
    book.close();
    const result = await restore();
    expect([result.linksEnded, result.findings.length > 0]).toEqual([0, true]);
    const local = await restored();
    await expect(local.desk.takeByLink(token)).rejects.toMatchObject({ code: 'ledger/failed' });
    await local.close();
  });

  it('is refused when its backup.json is damaged, or was written by a newer program', async () => {
    await backUp();
    const file = join(out(), 'backup.json');
    const text = readFileSync(file, 'utf8');
    const damaged = ['', '{', 'null', text.slice(0, -3), text.replace('"version": 1', '"version": 0')];
    for (const each of damaged) {
      writeFileSync(file, each);
      await expect(restore()).rejects.toMatchObject({ code: 'desk/damaged' });
    }
    writeFileSync(file, text.replace('"version": 1', '"version": 2'));
    await expect(restore()).rejects.toMatchObject({ code: 'desk/newer' });
    expect(existsSync(join(root, 'restored'))).toBe(false);
  });
});
