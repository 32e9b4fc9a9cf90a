// Acts that a desk does beside the life of one referral: for the independent reader to find in the folder that make.ts makes.
import { generateKeyPairSync, sign } from 'node:crypto';
import type { Caller } from '../../lib/access.ts';
import { acknowledgementMessage } from '../../lib/acknowledge.ts';
import type { Desk } from '../../lib/desk.ts';
import { RECIPIENT } from './age.ts';
import { fileThem } from './make-filing.ts';
import { sendPast } from './make-uploads.ts';

export interface People {
  readonly reporter: Caller;
  readonly supervisor: Caller;
  readonly supervisor2: Caller;
  readonly auditor: Caller;
  readonly operator: Caller;
}

const WORDS = { reason: 'nothing is left to ask', legalBasis: 'an example act' };

/**
 * A referral that two persons destroy after its key was exported and its packet taken; a backup, an agency, an actor who leaves.
 * @returns the packet of the referral that is finished already
 */
export async function doTheRest(desk: Desk, people: People, original: Uint8Array, finished: string): Promise<Packed> {
  const { reporter, supervisor, supervisor2, auditor, operator } = people;
  await desk.recordBackup(operator, { id: 'backup-1', expiresAt: '2026-05-01T10:00:00.000Z' });
  const keys = generateKeyPairSync('ed25519');
  const signingKey = keys.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
  await desk.addAgency(operator, { id: 'example-police', name: 'Police of Example', country: 'US', signingKey });
  const { actorId } = await desk.addActor(operator, { role: 'auditor', name: 'Kim Example' });
  await desk.revokeActor(operator, actorId);
  const issuer = 'https://id.example/pool';
  await desk.addPerson(operator, { role: 'auditor', name: 'Noa Example' }, { issuer, subject: 'noa' });
  const leaving = await desk.addPerson(operator, { role: 'auditor', name: 'Lee Example' }, { issuer, subject: 'lee' });
  await desk.revokeActor(operator, leaving.actorId);
  await desk.rotateKey(operator, 'packets');
  const { referralId } = await desk.open(reporter, original, 'third call');
  const custody = await desk.custody(auditor, referralId);
  const first = JSON.parse(custody.entries[0] ?? '') as { readonly objects: readonly { readonly id: string }[] };
  await desk.exportKey(supervisor, first.objects[0]?.id ?? '', 'to open it elsewhere');
  const sentPast = await sendPast(desk, reporter, original);
  await desk.finish(reporter, referralId);
  const consent = { to: 'example-police', reason: 'asked for' };
  await desk.consent(reporter, referralId, consent);
  await desk.consent(reporter, referralId, { ...consent, end: true });
  await desk.orderFiling(supervisor, referralId, { to: 'busy' }); // and never begun
  await desk.assignRegime(supervisor, referralId, { regime: 'EU' });
  const gone = await packAndTake(desk, people, referralId);
  await clearAndTell(desk, supervisor, referralId);
  const { destructionId } = await desk.requestDestruction(supervisor, referralId, WORDS);
  await desk.approveDestruction(supervisor2, referralId, destructionId);
  await nameLaws(desk, supervisor, finished);
  const about = { about: '/attachments/0', finding: 'not-illegal' } as const;
  const { clearance } = await desk.clear(supervisor, finished, { ...FOUND, ...about });
  await desk.withdraw(supervisor, finished, { ...FOUND, clearance: clearance.seq });
  const packed = await packAndTake(desk, people, finished, 'US');
  await fileThem(desk, supervisor, finished);
  await desk.makeLink(supervisor, packed.packetId);
  await desk.orderPacket(supervisor, finished, { ...ORDER, purpose: 'one that is dropped' });
  await desk.clearPacket(packed.investigator, packed.packetId, { ...FOUND, finding: 'not-illegal', about: 'referral' });
  await clearAndTell(desk, supervisor, finished);
  const said = { answer: 'triaged', caseNumber: 'EX-7' } as const;
  const message = acknowledgementMessage(desk.id, packed.packetId, said);
  const signature = sign(null, message, keys.privateKey).toString('base64');
  await desk.acknowledge(supervisor, packed.packetId, { ...said, signature });
  await desk.changeAgencyKeys(operator, 'example-police', { ageRecipient: RECIPIENT });
  await desk.orderPacket(supervisor, finished, { agency: 'example-police', purpose: 'once more', legalBasis: 'a law' });
  await desk.integrate();
  await desk.freezePackets();
  const inForce = { agency: 'example-police', purpose: 'a second one', legalBasis: 'an example act' };
  await desk.orderPacket(supervisor, finished, inForce); // and never made
  return { ...packed, destroyed: gone.packetId, sentPast };
}

export interface Packed {
  readonly packetId: string;
  readonly bytes: Buffer;
  readonly investigator: Caller;
  /** The packet of the referral that was destroyed. */
  readonly destroyed: string;
  /** A referral that is open, whose files are sent past the desk. */
  readonly sentPast: string;
}

const FOUND = { reason: 'a court said so', decidedBy: 'Court of Example', reference: 'EX 12/26' } as const;
const ORDER = { agency: 'example-police', purpose: 'an inquiry', legalBasis: 'an example act' };

/** Rules of two regimes, one of them an order with a deadline; what another asks for is done by hand. */
async function nameLaws(desk: Desk, supervisor: Caller, referralId: string): Promise<void> {
  await desk.assignRegime(supervisor, referralId, { regime: 'US' });
  await desk.assignRegime(supervisor, referralId, { regime: 'CA', since: '2026-01-30T10:00:00+01:00' });
  const counted = { zone: 'Europe/Rome', holidays: ['2026-02-10'] };
  await desk.assignRegime(supervisor, referralId, { regime: 'EU', law: 'eu-epoc', ...counted });
  await desk.meetRegime(supervisor, referralId, { law: 'ca-mandatory-reporting', how: 'by telephone' });
}

/** A finding that ends what may be ended, and every notice acknowledged, one by one. */
async function clearAndTell(desk: Desk, supervisor: Caller, referralId: string): Promise<void> {
  await desk.clear(supervisor, referralId, { ...FOUND, finding: 'innocent', about: 'referral' });
  for (const { noticeId, referralId: of } of (await desk.notices(supervisor)).items)
    if (of === referralId) await desk.acknowledgeNotice(supervisor, noticeId, { note: 'told by letter' });
}

/** A packet that is ordered, made, taken whole, in part and by a link, and answered by its agency. */
async function packAndTake(
  desk: Desk,
  people: People,
  referralId: string,
  regime?: 'US',
): Promise<Omit<Packed, 'destroyed' | 'sentPast'>> {
  const { supervisor, operator } = people;
  const order = { ...ORDER, ...(regime === undefined ? {} : { regime }) };
  const { packetId } = await desk.orderPacket(supervisor, referralId, order);
  await desk.integrate();
  await desk.freezePackets();
  const { key } = await desk.addActor(operator, { role: 'investigator', name: 'Jo Example', agency: order.agency });
  const investigator = await desk.authenticate(key);
  const bytes = await whole((await desk.takePacket(investigator, packetId)).bytes);
  const part = await whole((await desk.takePacket(supervisor, packetId, () => ({ offset: 5, sizeBytes: 7 }))).bytes);
  if (!part.equals(bytes.subarray(5, 12))) throw new Error('a stretch of the packet is not a stretch of the packet');
  await desk.makeLink(supervisor, packetId);
  const { token } = await desk.makeLink(supervisor, packetId, { hours: 1 });
  await whole((await desk.takeByLink(token)).bytes);
  const { token: large } = await desk.makeLink(supervisor, packetId);
  const stretches = { taking: 'w'.repeat(43), choose: () => ({ offset: 0, sizeBytes: 7 }) };
  await whole((await desk.takeByLink(large, Infinity, stretches)).bytes); // ended below, before the rest of it was taken
  await desk.acknowledge(investigator, packetId, { answer: 'received' });
  await desk.acknowledge(investigator, packetId, { answer: 'outcome', reason: 'knownAlready', note: 'thank you' });
  await desk.endLinks(supervisor, packetId);
  await desk.summary(supervisor, referralId, 'to see what was sent');
  return { packetId, bytes, investigator };
}

export async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Looks: enough of them make the log need a second level of tiles. */
export async function lookOften(desk: Desk, reporter: Caller, referralId: string, times: number): Promise<void> {
  const look = { sha256: '0'.repeat(64), viewer: 'staff 7', from: '2026-01-30T10:00:00Z', extent: 'partial' } as const;
  for (let n = 0; n < times; n += 1) await desk.recordView(reporter, referralId, look);
}
