// One referral from opening to its end, in a process that is killed (SIGKILL) at a given durable step. What was acknowledged is
// written to a file of its own, line by line, before the next step begins. Run again, it goes on where it stopped.
//   node crash-child.ts <data folder> <acknowledgements> <kill at step, 0 for never> <keys.json> <start | packet | destroy>
// start: until it is finished and in the log; packet: then packed, taken and answered; destroy: then destroyed.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { isCode } from '../../lib/index.ts';
import { openLocalDesk } from '../../lib/local/open.ts';

const [dir = '', acknowledgements = '', killAt = '0', keysFile = '', part = 'start'] = process.argv.slice(2);
const keys = JSON.parse(readFileSync(keysFile, 'utf8')) as Record<string, string>;
const done = new Map(
  existsSync(acknowledgements)
    ? readFileSync(acknowledgements, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as [string, unknown])
    : [],
);

let steps = 0;
let days = 0;
const local = await openLocalDesk({
  dir,
  now: () => new Date(Date.parse('2026-11-22T10:00:00.000Z') + days * 86_400_000),
  probe: () => {
    steps++;
    if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  },
});
const { desk } = local;

async function step(name: string, work: () => Promise<unknown>): Promise<void> {
  if (done.has(name)) return;
  const value = await work().catch((error: unknown) => {
    // what a killed run had done without being able to say so
    if (isCode(error, 'state/already-finished') || isCode(error, 'state/exists')) return null;
    throw error;
  });
  done.set(name, value);
  appendFileSync(acknowledgements, `${JSON.stringify([name, value])}\n`);
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

const reporter = await desk.authenticate(keys['reporter'] ?? '');
let referralId = '';
await step('open', async () => {
  const { referralId: id, receipt, attachments } = await desk.open(reporter, body, 'crash');
  return { id, receipt, attachments };
});
const opened = done.get('open') as { id: string; attachments: { id: string }[] };
referralId = opened.id;
const ids = [...opened.attachments.map(({ id }) => id), '11111111-1111-4111-8111-111111111111'];
for (const [n, file] of files.entries()) {
  const declared = { sha256: sha256(file), sizeBytes: file.length };
  await step(`attach ${n}`, async () => {
    const { entry } = await desk.attach(reporter, referralId, ids[n] ?? '', declared, { name: `file ${n}` }, one(file));
    return { seq: entry.seq };
  });
}
await step('finish', () => desk.finish(reporter, referralId));
await step('integrate', () => desk.integrate());
const supervisor = await desk.authenticate(keys['supervisor'] ?? '');
if (part === 'packet') await pack();
if (part === 'destroy') await destroy();
await local.close();
process.stdout.write(`${JSON.stringify({ steps })}\n`);

async function pack(): Promise<void> {
  const investigator = await desk.authenticate(keys['investigator'] ?? '');
  const packetId = '22222222-2222-4222-8222-222222222222';
  const asked = { agency: 'europol', purpose: 'a purpose', legalBasis: 'a law' };
  await step('order', () => desk.orderPacket(supervisor, referralId, asked, packetId));
  await step('log the order', () => desk.integrate());
  await step('freeze', () => desk.freezePackets());
  await step('take', async () => {
    const hash = createHash('sha256');
    for await (const piece of (await desk.takePacket(investigator, packetId)).bytes) hash.update(piece);
    return hash.digest('hex');
  });
  await step('link', () => desk.makeLink(supervisor, packetId));
  const { token } = done.get('link') as { token: string };
  await step('take by link', () =>
    desk.takeByLink(token).then(
      () => true,
      (error: unknown) => {
        if (isCode(error, 'absent/link')) return false; // a killed run had used it up: an entry too many, never one too few
        throw error;
      },
    ),
  );
  await step('acknowledge', () => desk.acknowledge(investigator, packetId, { answer: 'received' }));
  await step('log the rest', () => desk.integrate());
}

async function destroy(): Promise<void> {
  days = 366;
  const second = await desk.authenticate(keys['supervisor2'] ?? '');
  const order = { reason: 'an order', legalBasis: 'a law' };
  await step('request', () => desk.requestDestruction(supervisor, referralId, order));
  await step('approve', async () => {
    const { destruction, state } = await desk.status(supervisor, referralId);
    if (state === 'destroyed') return desk.certificate(supervisor, referralId);
    return desk.approveDestruction(second, referralId, destruction?.id ?? '');
  });
}
