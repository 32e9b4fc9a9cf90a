// Synthetic material for tests: a fresh desk in a folder of its own, an invented referral, noise files. Nothing here is about anyone.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller, Desk, Opened, Receipt, Settings, Trust } from '../lib/index.ts';
import type { FirstActor } from '../lib/house.ts';
import { initLocalDesk, openLocalDesk, type LocalDesk } from '../lib/local/open.ts';
import type { Alarm, Recipient, TimeStamper } from '../lib/ports.ts';

/** A clock that stands still until it is moved. */
export class TestClock {
  #now = Date.parse('2026-11-22T10:00:00.000Z');
  readonly now = (): Date => new Date(this.#now);

  addDays(days: number): void {
    this.#now += days * 86_400_000;
  }
}

export interface TestDesk {
  readonly local: LocalDesk;
  readonly desk: Desk;
  readonly dir: string;
  readonly keys: Readonly<Record<FirstActor, string>>;
  readonly trust: Trust;
  readonly clock: TestClock;
  readonly alarms: Alarm[];
  readonly as: (actor: FirstActor) => Promise<Caller>;
  /** Closes the desk and opens it again, as after a restart. */
  reopen(): Promise<TestDesk>;
  end(): Promise<void>;
}

export interface FreshOptions {
  readonly settings?: Settings;
  readonly stamps?: readonly TimeStamper[];
  /** With whom the desk can file, on its clock. */
  readonly recipients?: (now: () => Date) => readonly Recipient[];
}

/** A new desk in a temporary folder, on a clock that stands still. */
export async function freshDesk({ settings, stamps = [], recipients: making }: FreshOptions = {}): Promise<TestDesk> {
  const options = { stamps, ...(settings === undefined ? {} : { settings }) };
  const root = await mkdtemp(join(tmpdir(), 'referral-desk-'));
  const dir = join(root, 'desk');
  const clock = new TestClock();
  const { keys, trust } = await initLocalDesk({ dir, now: clock.now, ...options });
  const recipients = making?.(clock.now) ?? [];
  const alarms: Alarm[] = [];
  const alarm = (each: Alarm): Promise<void> => Promise.resolve(void alarms.push(each));
  const open = async (): Promise<TestDesk> => {
    const local = await openLocalDesk({ dir, now: clock.now, alarm, recipients, ...options });
    return {
      local,
      desk: local.desk,
      dir,
      keys,
      trust,
      clock,
      alarms,
      as: (actor) => local.desk.authenticate(keys[actor]),
      reopen: async () => {
        await local.close();
        return open();
      },
      end: async () => {
        await local.close();
        await rm(root, { recursive: true, force: true });
      },
    };
  };
  return open();
}

export interface NoiseFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

export function noise(path: string, sizeBytes: number): NoiseFile {
  const bytes = randomBytes(sizeBytes);
  return { path, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** A small valid referral, as JSON bytes, that declares these files. */
export function referralBody(files: readonly NoiseFile[] = [], more: object = {}): Buffer {
  const referral = {
    incidentSummary: {
      incidentType: 'Online Enticement of Children for Sexual Acts',
      incidentDateTime: '2026-01-01T10:00:00+01:00',
    },
    reporter: {
      reportingPerson: {
        firstName: 'Ada',
        lastName: 'Example',
        email: [{ value: 'ada@example.org' }],
        phone: [{ value: '+1 202 555 0101' }],
      },
    },
    ...(files.length === 0
      ? {}
      : { attachments: files.map(({ path, bytes, sha256 }) => ({ path, sha256, sizeBytes: bytes.length })) }),
    ...more,
  };
  return Buffer.from(JSON.stringify(referral));
}

/** Bytes as a stream of chunks. */
export async function* stream(bytes: Uint8Array, chunkBytes = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes)
    yield await Promise.resolve(bytes.subarray(at, at + chunkBytes));
}

/** All of a stream, copied chunk by chunk: some streams take a chunk back when the next is asked for. */
export async function gather(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Opens a referral with these files declared, and sends them. */
export async function refer(
  { desk, as }: TestDesk,
  files: readonly NoiseFile[],
  options: { finish?: boolean; key?: string; more?: object } = {},
): Promise<{ opened: Opened; body: Buffer; receipt: Receipt }> {
  const reporter = await as('reporter');
  const body = referralBody(files, options.more);
  const opened = await desk.open(reporter, body, options.key ?? randomBytes(8).toString('hex'));
  for (const [n, file] of files.entries()) {
    const id = opened.attachments[n]?.id ?? '';
    const declared = { sha256: file.sha256, sizeBytes: file.bytes.length };
    await desk.attach(reporter, opened.referralId, id, declared, { name: file.path }, stream(file.bytes));
  }
  const receipt = options.finish === false ? opened.receipt : await desk.finish(reporter, opened.referralId);
  return { opened, body, receipt };
}
