// A referral with a file of two parts that goes past the desk, sent by the real client in the desk's own process, which is killed (SIGKILL) at a
// given durable step of the desk. Run again, it goes on where it stopped.
//   node crash-uploads-child.ts <data folder> <folder for slots> <kill at step, 0 for never> <keys.json>
import { readFileSync } from 'node:fs';
import { folderKeeper } from '../../lib/cli/slots.ts';
import { deskClient, submitReferral } from '../../lib/client/index.ts';
import { createApi } from '../../lib/http/index.ts';
import { openLocalDesk } from '../../lib/local/open.ts';

const [dir = '', slots = '', killAt = '0', keysFile = ''] = process.argv.slice(2);
const keys = JSON.parse(readFileSync(keysFile, 'utf8')) as Record<string, string>;
const now = (): Date => new Date('2026-11-22T10:00:00.000Z');
const bytes = Buffer.alloc(16 * 1024 * 1024 + 70_000, 'large');
const referral = Buffer.from(
  JSON.stringify({
    incidentSummary: { incidentType: 'Child Sex Tourism', incidentDateTime: '2026-01-01T10:00:00Z' },
    reporter: { reportingPerson: { email: [{ value: 'ada@example.org' }] } },
    attachments: [{ path: 'large.mp4' }],
  }),
);

let steps = 0;
const local = await openLocalDesk({
  dir,
  now,
  probe: () => {
    steps++;
    if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  },
});
const api = createApi(local.desk);
let parts = 0;
const client = deskClient({
  key: keys['reporter'],
  fetch: async (request) => {
    if (request.method === 'PUT') parts++;
    if (request.method === 'GET') await local.desk.inspect();
    return api.fetch(request);
  },
});

async function* open(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1_000_000) yield await Promise.resolve(bytes.subarray(at, at + 1_000_000));
}

const { isFinished, referralId, files } = await submitReferral(client, {
  referral,
  files: [{ path: 'large.mp4', sizeBytes: bytes.length, open }],
  slots: folderKeeper('secret', slots, now()),
});
await local.close();
process.stdout.write(`${JSON.stringify({ steps, parts, isFinished, referralId, id: files[0]?.attachmentId })}\n`);
