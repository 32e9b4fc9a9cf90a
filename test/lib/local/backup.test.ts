import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyCustody, verifyReceipt } from '../../../lib/index.ts';
import { makeBackup, restoreBackup, type RestoreOptions } from '../../../lib/local/backup.ts';
import { openLocalDesk } from '../../../lib/local/open.ts';
import { freshDesk, gather, noise, refer, type TestDesk } from '../../material.ts';

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
});
