// Makes what the independent reader then reads: a data folder with everything in it that a desk does, and the receipts it gave.
// Of this folder, only the files named make use the product (and test/older-form.ts, for what it entered before).
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Caller } from '../../lib/access.ts';
import { SETTINGS } from '../../lib/core.ts';
import type { Desk } from '../../lib/desk.ts';
import { initLocalDesk, openLocalDesk } from '../../lib/local/open.ts';
import { openInOlderForm } from '../older-form.ts';
import type { Files } from './receipt.ts';
import type { Json } from './json.ts';
import { examplesOfNcmec } from './make-filing.ts';
import { doTheRest, lookOften, type Packed, type People } from './make-acts.ts';
import { report, type MadeReport } from './make-report.ts';

export interface Made {
  readonly dir: string;
  readonly trust: Json;
  /** Exported custody of the first referral since 13 leaves, and of the desk's own chain. */
  readonly custody: Json;
  readonly deskCustody: Json;
  /** What opening answered, and the files of that moment. */
  readonly opened: { readonly receipt: Json; readonly files: Files };
  /** What finishing answered, and all files. */
  readonly finished: { readonly receipt: Json; readonly files: Files };
  readonly referralId: string;
  readonly destroyedId: string;
  /** One as desks entered it until 2026-11-28. */
  readonly older: string;
  readonly packed: Packed;
  /** A CyberTipline report that was finished, and one that was not. */
  readonly report: MadeReport;
  readonly open: MadeReport;
}

interface Upload {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isDeclared: boolean;
  readonly id: string;
}

const MIB = 1_048_576;

/** Bytes that repeat nowhere near each other and mean nothing. */
function filler(sizeBytes: number): Uint8Array {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0, n = 0; at < sizeBytes; at += 32, n += 1) {
    createHash('sha256').update(`filler ${n}`).digest().copy(bytes, at);
  }
  return bytes;
}

function upload(n: number, sizeBytes: number, isDeclared: boolean): Upload {
  const id = `0b5e55ed-0000-4000-8000-00000000000${n}`;
  return { name: `file-${n}.bin`, bytes: filler(sizeBytes), isDeclared, id };
}

const UPLOADS: readonly Upload[] = [
  upload(1, 0, true),
  upload(2, 1, true),
  upload(3, MIB, true),
  upload(4, 2.5 * MIB, true),
  upload(5, 0, false),
  upload(6, 1, false),
  upload(7, MIB, false),
  upload(8, 2.5 * MIB, false),
];

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function referralOf(uploads: readonly Upload[]): Uint8Array {
  const referral = {
    incidentSummary: {
      incidentType: 'Online Enticement of Children for Sexual Acts',
      incidentDateTime: '2026-01-20T09:30:00Z',
    },
    reporter: { reportingPerson: { email: [{ value: 'desk@example.org' }], phone: [{ value: '+1 202 555 0142' }] } },
    attachments: uploads
      .filter(({ isDeclared }) => isDeclared)
      .map(({ name, bytes }) => ({ path: name, sha256: sha256Of(bytes), sizeBytes: bytes.length })),
  };
  return Buffer.from(`${JSON.stringify(referral, null, 2)}\n`);
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 300_000) yield await Promise.resolve(bytes.subarray(at, at + 300_000));
}

/** A clock that runs as fast as it is asked. */
function clock(): () => Date {
  let ms = Date.parse('2026-02-01T10:00:00.000Z');
  return () => {
    ms += 7;
    return new Date(ms);
  };
}

/** Founds a desk in `parent`, leads one referral to its end and another to its destruction, and closes the folder. */
export async function makeFolder(
  parent: string,
  { passphrase, looks = 0 }: { readonly passphrase?: string | undefined; readonly looks?: number } = {},
): Promise<Made> {
  const settings = { ...SETTINGS, retentionDays: 0 };
  const options = { dir: join(parent, 'desk'), passphrase, settings, now: clock(), alarm: () => Promise.resolve() };
  const { desk: name, keys } = await initLocalDesk(options);
  const local = await openLocalDesk({ ...options, recipients: examplesOfNcmec(options.now) });
  const { desk } = local;
  try {
    const people = {
      reporter: await desk.authenticate(keys.reporter),
      supervisor: await desk.authenticate(keys.supervisor),
      supervisor2: await desk.authenticate(keys.supervisor2),
      auditor: await desk.authenticate(keys.auditor),
      operator: await desk.authenticate(keys.operator),
    };
    const made = await fill(desk, people, options.dir, looks);
    const older = await openInOlderForm(name, local.ports, people.reporter, referralOf([]), 'older call');
    await desk.integrate();
    return { ...made, older };
  } finally {
    await local.close();
  }
}

async function fill(desk: Desk, people: People, dir: string, looks: number): Promise<Omit<Made, 'older'>> {
  const original = referralOf(UPLOADS);
  const document = plain((await desk.check(original)).referral);
  const opened = await desk.open(people.reporter, original, 'first call');
  const { referralId } = opened;
  const destroyedId = await openAndRetract(desk, people.reporter);
  await desk.integrate();
  const attachments = await attachAll(desk, people.reporter, referralId, opened.attachments);
  await lookAndHold(desk, people, referralId, attachments);
  await desk.rotateKey(people.operator, 'receipts');
  await desk.rotateKey(people.operator, 'log');
  const finished = await desk.finish(people.reporter, referralId);
  const reports = { report: await report(desk, people.reporter), open: await report(desk, people.reporter, false) };
  const packed = await doTheRest(desk, people, referralOf([]), referralId);
  await desk.tick();
  await lookOften(desk, people.reporter, referralId, looks);
  await desk.integrate();
  await desk.integrate();
  writeFileSync(join(dir, 'trust.json'), JSON.stringify(await desk.trust()));
  return {
    dir,
    referralId,
    destroyedId,
    packed,
    ...reports,
    trust: plain(await desk.trust()),
    custody: plain(await desk.custody(people.auditor, referralId, 13)),
    deskCustody: plain(await desk.deskCustody(people.auditor)),
    opened: { receipt: plain(opened.receipt), files: { original, document, attachments: new Map() } },
    finished: { receipt: plain(finished), files: { original, document, attachments } },
  };
}

/** As it is after a journey through a file. */
function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

async function openAndRetract(desk: Desk, reporter: Caller): Promise<string> {
  const { referralId } = await desk.open(reporter, referralOf([]), 'second call');
  const { id, bytes } = upload(9, 5000, false);
  await desk.attach(reporter, referralId, id, { sha256: sha256Of(bytes) }, {}, inPieces(bytes));
  await desk.retract(reporter, referralId);
  return referralId;
}

async function attachAll(
  desk: Desk,
  reporter: Caller,
  referralId: string,
  declared: readonly { readonly id: string; readonly declared: number }[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const [index, { id, name, bytes, isDeclared }] of UPLOADS.entries()) {
    const named = isDeclared ? (declared.find((each) => each.declared === index)?.id ?? '') : id;
    const said = { sha256: sha256Of(bytes), sizeBytes: bytes.length };
    await desk.attach(reporter, referralId, named, said, { name, contentType: 'image/png' }, inPieces(bytes));
    files.set(named, bytes);
  }
  return files;
}

async function lookAndHold(
  desk: Desk,
  { reporter, supervisor }: People,
  referralId: string,
  attachments: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const [[attachment, bytes] = ['', new Uint8Array()]] = attachments;
  const from = '2026-01-30T10:00:00Z';
  const look = { sha256: sha256Of(bytes), viewer: 'staff 7', from, extent: 'full', attachment } as const;
  await desk.recordView(reporter, referralId, look);
  const words = { reason: 'court order', legalBasis: 'an example act' };
  const { holdId } = await desk.hold(supervisor, referralId, { ...words, until: '2027-01-30T10:00:00Z' });
  await desk.endHold(supervisor, referralId, holdId, 'order lifted');
  await desk.hold(supervisor, referralId, words);
  const read = await desk.readAttachment(supervisor, referralId, attachment, 'to see that it opens');
  for await (const piece of read.bytes) if (piece.length > 0) break;
}
