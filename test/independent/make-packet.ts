// Makes a packet for the independent reader: a real desk's, of a referral with messages, looks and exhibits of every claim.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PacketRequest } from '../../schemas/index.ts';
import type { Caller } from '../../lib/access.ts';
import type { Desk } from '../../lib/desk.ts';
import { initLocalDesk, openLocalDesk } from '../../lib/local/open.ts';
import type { Json } from './json.ts';
import { whole } from './make-acts.ts';
import { report } from './make-report.ts';

export interface MadePacket {
  readonly bytes: Buffer;
  readonly trust: Json;
  /** The packets key by which it was signed: with it a desk that lies can be played. */
  readonly key: { readonly id: string; readonly seed: Buffer };
  readonly orderedAt: string;
}

interface Exhibit {
  readonly name: string;
  readonly text: string;
  readonly declared: object | undefined;
}

const EXHIBITS: readonly Exhibit[] = [
  { name: 'looked at.JPG', text: 'looked at in full', declared: { exhibit: 'A-1' } },
  { name: 'stated.exe', text: 'stated to be looked at', declared: { fileDetails: { fileViewedByEsp: true } } },
  { name: 'in part.mp4', text: 'looked at in part', declared: {} },
  { name: 'not.png', text: 'not looked at', declared: { fileDetails: { fileViewedByEsp: false } } },
  { name: 'late', text: 'looked at too late', declared: undefined },
  { name: 'again.txt', text: 'looked at in full', declared: undefined },
];

/** Which of them is sent without a name, and which under another than the referral has for it. */
const [LATE, NOT] = [4, 3];

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const AT = { at: '2026-01-20T09:30:00Z', clockSource: 'device' };

const REFERRAL = {
  incidentSummary: {
    incidentType: 'Online Enticement of Children for Sexual Acts',
    incidentDateTime: '2026-01-20T09:30:00Z',
  },
  reporter: { reportingPerson: { email: [{ value: 'desk@example.org' }], phone: [{ value: '+1 202 555 0142' }] } },
  attachments: EXHIBITS.filter(({ declared }) => declared !== undefined).map(({ name, text, declared }) => {
    return { path: name, sha256: sha256Of(text), sizeBytes: text.length, ...declared };
  }),
  victim: [{ victimPerson: { firstName: 'Umbrellina' }, screenName: 'm1-shadow' }],
  viewEvents: [
    { sha256: sha256Of('looked at in part'), viewer: 'staff 9', extent: 'thumbnail', from: '2026-01-21T09:30:00Z' },
    { sha256: '0'.repeat(64), viewer: 'staff 9', extent: 'none' },
  ],
  chatGroups: [
    {
      id: 'g1',
      platform: 'Example Chat',
      names: [{ name: 'Bicycles' }, { name: '=Bells' }],
      members: [
        { id: 'm1', displayName: '+Ola', role: 'member', phone: { value: '+1 202 555 0143' } },
        { id: 'm1', displayName: '"Ola"', role: 'owner' },
      ],
    },
  ],
  messages: [
    { id: '1', chatGroup: 'g1', sender: 'm1', sent: AT, text: ' =1+1\nand "more", é' },
    {
      id: '2',
      chatGroup: 'g1',
      sender: 'm1',
      sent: AT,
      replyTo: '1',
      text: "'tis",
      edited: AT,
      recipients: ['a', '-b'],
    },
    { id: '3', sender: 'Jo', sent: AT, deleted: AT, attachments: [{ path: 'not.png' }, { path: 'stated.exe' }] },
    { id: '4', sender: '@x', sent: AT, attachments: [{ sha256: sha256Of('looked at in full') }] },
  ],
};

async function* inOnePiece(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

function clock(): () => Date {
  let ms = Date.parse('2026-02-01T10:00:00.000Z');
  return () => new Date((ms += 1013));
}

/** The same of a CyberTipline report. */
export function makeReportPacket(parent: string): Promise<MadePacket> {
  return makePacket(parent, async (desk, reporter) => (await report(desk, reporter)).referralId, {});
}

/** The same with two of the files, without the first message and what says who looked in part. */
export function makePartPacket(parent: string): Promise<MadePacket> {
  const selection = { files: ['E0001', 'E0005'], leaveOut: ['/messages/0', '/viewEvents'] };
  return makePacket(parent, referAll, { selection });
}

/** The same for triage. */
export function makeTriagePacket(parent: string): Promise<MadePacket> {
  return makePacket(parent, referAll, { role: 'triage' });
}

/** The same of a CyberTipline report, with one of its files. */
export function makeReportPart(parent: string): Promise<MadePacket> {
  const refer = async (desk: Desk, reporter: Caller): Promise<string> => (await report(desk, reporter)).referralId;
  return makePacket(parent, refer, { selection: { files: ['E0001'] } });
}

/** Founds a desk in `parent`, refers, orders twice, and takes the second packet. */
export async function makePacket(
  parent: string,
  refer = referAll,
  more: Partial<PacketRequest> = { profile: 'e-evidence' },
): Promise<MadePacket> {
  const options = { dir: join(parent, 'desk'), now: clock(), alarm: () => Promise.resolve() };
  const { keys, folder } = await initLocalDesk(options);
  const local = await openLocalDesk(options);
  const { desk } = local;
  try {
    const [reporter, supervisor, operator] = await Promise.all(
      [keys.reporter, keys.supervisor, keys.operator].map((key) => desk.authenticate(key)),
    );
    if (reporter === undefined || supervisor === undefined || operator === undefined) throw new Error('nobody came');
    await desk.addAgency(operator, { id: 'example-police', name: 'Police of Example', country: 'US' });
    await desk.rotateKey(operator, 'packets');
    const referralId = await refer(desk, reporter);
    const order = { agency: 'example-police', purpose: 'an inquiry', legalBasis: 'an example act' };
    await desk.orderPacket(supervisor, referralId, order);
    await desk.hold(supervisor, referralId, { reason: 'court order', legalBasis: 'an example act' });
    const { packetId, entry } = await desk.orderPacket(supervisor, referralId, {
      ...order,
      purpose: 'another one',
      ...more,
    });
    await desk.integrate();
    await look(desk, reporter, referralId, 'stated to be looked at', 'full'); // after the order: in no packet
    await desk.integrate();
    await desk.freezePackets();
    const bytes = await whole((await desk.takePacket(supervisor, packetId)).bytes);
    const key = signingKey(folder.keyFile);
    await desk.rotateKey(operator, 'packets');
    return { bytes, trust: JSON.parse(JSON.stringify(await desk.trust())) as Json, key, orderedAt: entry.time };
  } finally {
    await local.close();
  }
}

async function look(
  desk: Desk,
  reporter: Caller,
  referralId: string,
  text: string,
  extent: 'full' | 'none',
): Promise<void> {
  const from = '2026-01-30T10:00:00Z';
  await desk.recordView(reporter, referralId, { sha256: sha256Of(text), viewer: 'staff 7', from, extent });
}

async function referAll(desk: Desk, reporter: Caller): Promise<string> {
  const { referralId, attachments } = await desk.open(reporter, Buffer.from(JSON.stringify(REFERRAL)), 'a call');
  for (const [index, { name, text }] of [...EXHIBITS.entries()].reverse()) {
    const id =
      attachments.find(({ declared }) => declared === index)?.id ?? `0b5e55ed-0000-4000-8000-00000000000${index}`;
    const said = index === LATE ? {} : { name: index === NOT ? 'sent as.png' : name };
    await desk.attach(reporter, referralId, id, { sha256: sha256Of(text) }, said, inOnePiece(text));
  }
  await look(desk, reporter, referralId, 'looked at in full', 'full');
  await look(desk, reporter, referralId, 'not looked at', 'none');
  await desk.finish(reporter, referralId);
  await look(desk, reporter, referralId, 'looked at too late', 'full');
  return referralId;
}

interface KeyFile {
  readonly keys: {
    readonly signing: readonly { readonly purpose: string; readonly id: string; readonly seed: string }[];
  };
}

function signingKey(file: string): MadePacket['key'] {
  const { keys } = JSON.parse(readFileSync(file, 'utf8')) as KeyFile;
  const last = keys.signing.findLast(({ purpose }) => purpose === 'packets');
  if (last === undefined) throw new Error('there is no packets key');
  return { id: last.id, seed: Buffer.from(last.seed, 'base64') };
}
