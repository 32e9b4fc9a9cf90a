// A packet by the machine's own clock, which no test moves: ordered, made, taken by key and by link, verified by a stranger.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { deskClient, takeWhole, waitForDigest, waitForPacket } from '../../../lib/client/index.ts';
import { createApi } from '../../../lib/http/index.ts';
import { verifyPacket } from '../../../lib/index.ts';
import { startPulse } from '../../../lib/local/pulse.ts';
import { initLocalDesk, openLocalDesk } from '../../../lib/local/open.ts';
import { gather, noise, referralBody, stream } from '../../material.ts';
import { ORDER, sourceOf } from './material.ts';

it('is authentic, and its times lie where they were taken', async () => {
  const root = await mkdtemp(join(tmpdir(), 'referral-desk-clock-'));
  const dir = join(root, 'desk');
  const began = new Date().toISOString();
  const { keys, trust } = await initLocalDesk({ dir });
  const local = await openLocalDesk({ dir, alarm: (alarm) => Promise.reject(new Error(alarm.code)) });
  const faults: unknown[] = [];
  const pulse = startPulse(local.desk, (error) => faults.push(error));
  try {
    const as = (key: string) => deskClient({ fetch: createApi(local.desk).fetch, key });
    const reporter = as(keys.reporter);
    const file = noise('a.mp4', 1_500_000);
    const { referralId, attachments } = await reporter.open(referralBody([file]), 'a call');
    const sent = { sha256: file.sha256, sizeBytes: file.bytes.length, open: () => stream(file.bytes) };
    await reporter.attach(referralId, attachments[0]?.id ?? '', sent);
    await reporter.finish(referralId);
    const supervisor = as(keys.supervisor);
    const { packetId, entry } = await supervisor.orderPacket(referralId, ORDER);
    const investigator = as(keys.investigator);
    const { sizeBytes, frozenAt = '' } = await waitForPacket(investigator, packetId);
    const bytes = await gather(takeWhole(investigator, packetId, sizeBytes, { stretchBytes: 700_000 }));
    const verdict = await verifyPacket(sourceOf(bytes), { trust });
    expect([verdict.findings, verdict.ok]).toEqual([[], true]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(await waitForDigest(investigator, packetId, { withinMs: 60_000 })).toBe(sha256); // nobody has taken it whole: the desk reads it
    const { path } = await supervisor.makeLink(packetId, { hours: 1 });
    const taken = await createApi(local.desk).fetch(new Request(`http://desk.local${path}`, { method: 'POST' }));
    expect(Buffer.from(await taken.arrayBuffer()).equals(bytes)).toBe(true);
    const { releases, links } = await investigator.packet(packetId);
    const times = [began, entry.time, frozenAt, ...releases.map(({ at }) => at), new Date().toISOString()];
    expect(times).toEqual([...times].sort());
    expect([releases.length, links[0]?.usedAt]).toEqual([4, releases.at(-1)?.at]);
    expect([(await local.desk.watch()).findings, faults]).toEqual([[], []]);
  } finally {
    await pulse.stop();
    await local.close();
    await rm(root, { recursive: true, force: true });
  }
});
