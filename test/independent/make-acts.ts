// Acts that a desk does beside the life of one referral: for the independent reader to find in the folder that make.ts makes.
import type { Caller } from '../../lib/access.ts';
import type { Desk } from '../../lib/desk.ts';

export interface People {
  readonly reporter: Caller;
  readonly supervisor: Caller;
  readonly supervisor2: Caller;
  readonly auditor: Caller;
  readonly operator: Caller;
}

const WORDS = { reason: 'nothing is left to ask', legalBasis: 'an example act' };

/** A referral that two persons destroy after its key was exported; a backup, an agency, an actor who leaves. */
export async function doTheRest(desk: Desk, people: People, original: Uint8Array): Promise<void> {
  const { reporter, supervisor, supervisor2, auditor, operator } = people;
  await desk.recordBackup(operator, { id: 'backup-1', expiresAt: '2026-05-01T10:00:00.000Z' });
  await desk.addAgency(operator, { id: 'example-police', name: 'Police of Example', country: 'US' });
  const { actorId } = await desk.addActor(operator, { role: 'auditor', name: 'Kim Example' });
  await desk.revokeActor(operator, actorId);
  await desk.rotateKey(operator, 'packets');
  const { referralId } = await desk.open(reporter, original, 'third call');
  const custody = await desk.custody(auditor, referralId);
  const first = JSON.parse(custody.entries[0] ?? '') as { readonly objects: readonly { readonly id: string }[] };
  await desk.exportKey(supervisor, first.objects[0]?.id ?? '', 'to open it elsewhere');
  await desk.finish(reporter, referralId);
  const { destructionId } = await desk.requestDestruction(supervisor, referralId, WORDS);
  await desk.approveDestruction(supervisor2, referralId, destructionId);
}

/** Looks: enough of them make the log need a second level of tiles. */
export async function lookOften(desk: Desk, reporter: Caller, referralId: string, times: number): Promise<void> {
  const look = { sha256: '0'.repeat(64), viewer: 'staff 7', from: '2026-01-30T10:00:00Z', extent: 'partial' } as const;
  for (let n = 0; n < times; n += 1) await desk.recordView(reporter, referralId, look);
}
