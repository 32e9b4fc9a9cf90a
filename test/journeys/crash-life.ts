// One referral from opening to its end on a desk in a folder. What was acknowledged is written to a file of its own, line by line, before the next step
// begins. Lived again, it goes on where it stopped.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { isCode, type Desk } from '../../lib/index.ts';
import { openLocalDesk } from '../../lib/local/open.ts';

/** start: until it is finished and in the log; packet: then packed, taken and answered; destroy: then destroyed. */
export type Part = 'start' | 'packet' | 'destroy';

export interface Life {
  /** The data folder. */
  readonly dir: string;
  /** The file of what was acknowledged, where there is any. */
  readonly acknowledgements: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly part: Part;
  /** Called at each durable step. */
  readonly probe?: () => void;
}

/** What was acknowledged, by the name of its step. */
export function acknowledged(file: string): Map<string, unknown> {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line) as [string, unknown]));
}

type Step = (name: string, work: () => Promise<unknown>) => Promise<void>;

/** What one run knows. */
interface Run {
  readonly desk: Desk;
  readonly keys: Life['keys'];
  readonly done: Map<string, unknown>;
  readonly step: Step;
}

/** The same, once the referral is there. */
type Sent = Run & { readonly referralId: string };

export async function live({ dir, acknowledgements, keys, part, probe }: Life): Promise<void> {
  const done = acknowledged(acknowledgements);
  let days = 0;
  const local = await openLocalDesk({
    dir,
    now: () => new Date(Date.parse('2026-11-22T10:00:00.000Z') + days * 86_400_000),
    ...(probe === undefined ? {} : { probe }),
  });
  const step: Step = async (name, work) => {
    if (done.has(name)) return;
    const value = await work().catch((error: unknown) => {
      // what a killed run had done without being able to say so
      if (isCode(error, 'state/already-finished') || isCode(error, 'state/exists')) return null;
      throw error;
    });
    done.set(name, value);
    appendFileSync(acknowledgements, `${JSON.stringify([name, value])}\n`);
  };
  try {
    const run: Run = { desk: local.desk, keys, done, step };
    const sent: Sent = { ...run, referralId: await send(run) };
    if (part === 'packet') await pack(sent);
    if (part === 'destroy') {
      days = 366;
      await destroy(sent);
    }
  } finally {
    await local.close();
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const files = [Buffer.alloc(0), Buffer.alloc(1_500_000, 7), Buffer.from('a few words')];
const body = Buffer.from(
  JSON.stringify({
    incidentSummary: { incidentType: 'Child Sex Tourism', incidentDateTime: '2026-01-01T10:00:00Z' },
    reporter: { reportingPerson: { email: [{ value: 'ada@example.org' }] } },
    attachments: files
      .slice(0, 2)
      .map((file, n) => ({ path: `file ${n}`, sha256: sha256(file), sizeBytes: file.length })),
  }),
);

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** Opens, sends its files, finishes. @returns the referral's id */
async function send({ desk, keys, done, step }: Run): Promise<string> {
  const reporter = await desk.authenticate(keys['reporter'] ?? '');
  await step('open', async () => {
    const { referralId: id, receipt, attachments } = await desk.open(reporter, body, 'crash');
    return { id, receipt, attachments };
  });
  const opened = done.get('open') as { id: string; attachments: { id: string }[] };
  const ids = [...opened.attachments.map(({ id }) => id), '11111111-1111-4111-8111-111111111111'];
  for (const [n, file] of files.entries()) {
    const declared = { sha256: sha256(file), sizeBytes: file.length };
    await step(`attach ${n}`, async () => {
      const words = { name: `file ${n}` };
      const { entry } = await desk.attach(reporter, opened.id, ids[n] ?? '', declared, words, one(file));
      return { seq: entry.seq };
    });
  }
  await step('finish', () => desk.finish(reporter, opened.id));
  await step('integrate', () => desk.integrate());
  return opened.id;
}

async function pack({ desk, keys, done, step, referralId }: Sent): Promise<void> {
  const supervisor = await desk.authenticate(keys['supervisor'] ?? '');
  const investigator = await desk.authenticate(keys['investigator'] ?? '');
  const packetId = '22222222-2222-4222-8222-222222222222';
  const asked = { agency: 'europol', purpose: 'a purpose', legalBasis: 'a law' };
  await step('order', () => desk.orderPacket(supervisor, referralId, asked, packetId));
  await step('log the order', () => desk.integrate());
  await step('freeze', () => desk.freezePackets());
  await step('take', async () => hashOf((await desk.takePacket(investigator, packetId)).bytes));
  await step('link', () => desk.makeLink(supervisor, packetId));
  const { token } = done.get('link') as { token: string };
  await step('take by link', () =>
    desk.takeByLink(token).then(
      ({ bytes }) => hashOf(bytes),
      (error: unknown) => {
        if (isCode(error, 'absent/link')) return false; // a killed run had used it up: an entry too many, never one too few
        throw error;
      },
    ),
  );
  await step('acknowledge', () => desk.acknowledge(investigator, packetId, { answer: 'received' }));
  await step('log the rest', () => desk.integrate());
}

async function hashOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of bytes) hash.update(piece);
  return hash.digest('hex');
}

async function destroy({ desk, keys, step, referralId }: Sent): Promise<void> {
  const supervisor = await desk.authenticate(keys['supervisor'] ?? '');
  const second = await desk.authenticate(keys['supervisor2'] ?? '');
  const order = { reason: 'an order', legalBasis: 'a law' };
  await step('request', () => desk.requestDestruction(supervisor, referralId, order));
  await step('approve', async () => {
    const { destruction, state } = await desk.status(supervisor, referralId);
    if (state === 'destroyed') return desk.certificate(supervisor, referralId);
    return desk.approveDestruction(second, referralId, destruction?.id ?? '');
  });
}
