// What the demonstration refers: an invented chat group about lost umbrellas, and a handful of files of noise and plain colour.
// Nobody in it exists; numbers, domains and addresses are those reserved for examples.
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import type { Referral } from '../../schemas/index.ts';

export interface DemoMaterial {
  /** The referral's own file. */
  readonly referralFile: string;
  /** The folder whose files it declares. */
  readonly filesFolder: string;
  readonly files: readonly DemoFile[];
}

export interface DemoFile {
  readonly path: string;
  readonly contentType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Writes the referral and its files beneath `folder`. */
export async function demoMaterial(folder: string, now: Date): Promise<DemoMaterial> {
  const filesFolder = join(folder, 'files');
  const files: DemoFile[] = [];
  for (const { path, contentType, bytes } of demoFiles()) {
    await mkdir(dirname(join(filesFolder, path)), { recursive: true, mode: 0o700 });
    await writeFile(join(filesFolder, path), bytes, { mode: 0o600 });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    files.push({ path, contentType, sha256, sizeBytes: bytes.length });
  }
  const referralFile = join(folder, 'referral.json');
  await writeFile(referralFile, `${JSON.stringify(demoReferral(files, now), undefined, 2)}\n`, { mode: 0o600 });
  return { referralFile, filesFolder, files };
}

function demoFiles(): { path: string; contentType: string; bytes: Buffer }[] {
  return [
    { path: 'pictures/green.png', contentType: 'image/png', bytes: plainPng(320, 200, [40, 140, 80]) },
    { path: 'pictures/orange.png', contentType: 'image/png', bytes: plainPng(200, 320, [230, 130, 20]) },
    { path: 'clips/noise-1.bin', contentType: 'application/octet-stream', bytes: randomBytes(5_000_000) },
    { path: 'clips/noise-2.bin', contentType: 'application/octet-stream', bytes: randomBytes(2_500_000) },
    { path: 'clips/noise-3.bin', contentType: 'application/octet-stream', bytes: randomBytes(1_000_000) },
    { path: 'chat.txt', contentType: 'text/plain', bytes: Buffer.from(`${CHAT.join('\n')}\n`, 'utf8') },
  ];
}

const CHAT = ['Has anybody seen a grey umbrella?', 'Ask at the bakery.', 'It was a blue one. Thank you.'];

/** A picture of one colour. */
export function plainPng(width: number, height: number, [red, green, blue]: readonly [number, number, number]): Buffer {
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(width * 3, Buffer.of(red, green, blue))]);
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2, 0, 0, 0], 8); // 8 bits a channel, RGB
  const rows = Buffer.concat(Array.from({ length: height }, () => row));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, pngChunk('IHDR', size), pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND')]);
}

function pngChunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

function demoReferral(files: readonly DemoFile[], now: Date): Referral {
  const ago = (hours: number): string => new Date(now.getTime() - hours * 3_600_000).toISOString();
  const span = { from: ago(480), to: ago(24) };
  return {
    incidentSummary: {
      incidentType: 'Misleading Words or Digital Images on the Internet',
      platform: 'Example Chat',
      incidentDateTime: ago(48),
      incidentDateTimeDescription: 'When the last of the files was sent in the group.',
    },
    internetDetails: [{ chatImIncident: { chatClient: 'Example Chat', chatRoomName: 'Umbrellas 7' } }],
    reporter: {
      reportingPerson: {
        firstName: 'Noa',
        lastName: 'Example',
        email: [{ value: 'noa@charity.example.org' }],
      },
    },
    personOrUserReported: [{ ...OWNER, ipCaptureEvent: [connection(ago(48))] }],
    times: {
      occurred: { ...span, source: 'observer', uncertaintySeconds: 60 },
      detected: { at: ago(24), source: 'observer', uncertaintySeconds: 60 },
    },
    attachments: files.map((file) => ({
      ...file,
      fileDetails: { uploadedToEspTimestamp: ago(48), ipCaptureEvent: connection(ago(48)) },
    })),
    chatGroups: [chatGroup(span)],
    messages: CHAT.map((text, n) => ({
      id: `m${n + 1}`,
      chatGroup: 'g1',
      sender: n === 1 ? 'p2' : 'p1',
      sent: { at: ago(50 - n), clockSource: 'platformServer' },
      text,
    })),
    observations: [
      {
        observer: { name: 'Noa Example', role: 'analyst', organisation: 'Example Charity' },
        device: { make: 'Example', model: 'One', clockOffsetSeconds: 1.5 },
        window: span,
        done: 'Joined by the public link and read along.',
        chatGroups: ['g1'],
      },
    ],
    jurisdictionHints: [{ country: 'US', basis: 'phone' }],
    handling: { codes: [{ code: 'H1' }], sourceEvaluation: 'A', informationEvaluation: '2' },
  };
}

const OWNER = {
  espIdentifier: '1000001',
  screenName: 'kim_example',
  personOrUserReportedPerson: { phone: [{ value: '+1 202 555 0142' }] },
};

function connection(dateTime: string) {
  return { ipAddress: '192.0.2.17', eventName: 'Upload' as const, dateTime, port: 51234 };
}

function chatGroup(span: { readonly from: string; readonly to: string }): NonNullable<Referral['chatGroups']>[number] {
  return {
    id: 'g1',
    platform: 'Example Chat',
    names: [{ name: 'Umbrellas 7', ...span }],
    inviteLinks: ['https://chat.example.com/join/umbrellas-7'],
    members: [
      { id: 'p1', phone: { value: '+1 202 555 0142' }, displayName: 'Kim', role: 'owner', ...span },
      { id: 'p2', phone: { value: '+1 202 555 0177' }, displayName: 'Sam', role: 'member', ...span },
    ],
  };
}
