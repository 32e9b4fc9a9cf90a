// A desk is carried from one machine to AWS: what it gave out before still holds, what it held still opens, and it goes on. Cut short, it is begun again.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrivingDesk } from '../../../lib/aws/arrive.ts';
import { moveToAws, openAwsDesk, type AwsParts, type Lent } from '../../../lib/aws/open.ts';
import { SETTINGS } from '../../../lib/core.ts';
import { verifyCustody, verifyPacket, verifyReceipt, type Receipt } from '../../../lib/index.ts';
import { markMoved } from '../../../lib/local/folder.ts';
import { localFont } from '../../../lib/local/fonts.ts';
import { initLocalDesk, openLocalDesk, type LocalDesk } from '../../../lib/local/open.ts';
import { localScratch } from '../../../lib/local/scratch.ts';
import { moveDesk } from '../../../lib/move.ts';
import { gather, noise, referralBody, stream } from '../../material.ts';
import { startKms, type KmsEndpoint } from './kms-endpoint.ts';
import { withParts } from './parts.ts';
import { freshParts } from './stack.ts';

const ORDER = { agency: 'europol', purpose: 'an inquiry', legalBasis: 'an example act' };
const files = [noise('a.jpg', 1000), noise('b.mp4', 3_000_000)];

let endpoint: KmsEndpoint;
let dir: string;
let founded: Awaited<ReturnType<typeof initLocalDesk>>;
let local: LocalDesk;
let parts: AwsParts;
let lent: Lent;
const made = { referralId: '', packetId: '', destroyed: '', receipt: undefined as Receipt | undefined };

withParts('moving a desk to AWS', () => {
  beforeAll(async () => {
    endpoint = await startKms();
    dir = await mkdtemp(join(tmpdir(), 'referral-desk-'));
    founded = await initLocalDesk({ dir: join(dir, 'desk') });
    local = await openLocalDesk({ dir: join(dir, 'desk'), alarm: () => Promise.resolve() });
    await fill(local);
    parts = await freshParts(endpoint, founded.desk);
    lent = { font: localFont, scratch: localScratch(join(dir, 'scratch')), alarm: () => Promise.resolve() };
  });
  afterAll(async () => {
    for (const client of [parts.s3, parts.dynamo, parts.kms]) client.destroy();
    await local.close();
    await endpoint.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('carries everything, also when it was cut short before, and what is there verifies', async () => {
    const { ports } = openAwsDesk(parts, lent);
    for (const stopAfter of [1, 20, 33]) await expect(cutShort(ports, stopAfter)).rejects.toThrow('cut short');
    const done: string[] = [];
    const { moved, trust } = await moveToAws(local.ports, parts, lent, { onProgress: (what) => done.push(what) });
    expect(moved).toMatchObject({ lookups: 2 });
    expect(new Set(done)).toEqual(new Set(['secrets', 'sealed files', 'entries']));
    const { desk } = openAwsDesk(parts, lent);
    expect(await desk.watch()).toMatchObject({ findings: [] });
    expect(await moveToAws(local.ports, parts, lent)).toMatchObject({ moved: { logSize: moved.logSize } });
    expect(trust.keys.filter(({ endorsement }) => endorsement !== undefined)).toHaveLength(3);
  });

  it('keeps what was given out before: the receipt, a packet, the key, the answer to a repeated call', async () => {
    const { desk } = openAwsDesk(parts, lent);
    const { receipt, referralId, packetId } = made;
    const reporter = await desk.authenticate(founded.keys.reporter);
    const supervisor = await desk.authenticate(founded.keys.supervisor);
    const custody = await desk.custody(supervisor, referralId);
    const trust = await desk.trust();
    if (receipt === undefined) throw new Error('no receipt');
    expect(verifyReceipt(receipt, { trust: founded.trust })).toMatchObject({ ok: true });
    expect(verifyCustody(custody, { trust, against: receipt })).toMatchObject({ ok: true, findings: [] });
    const again = await desk.open(reporter, referralBody(files), 'once');
    expect(again).toMatchObject({ referralId, isNew: false });
    const packet = await gather((await desk.takePacket(await investigator(), packetId)).bytes);
    expect(await verifyPacket(sourceOf(packet), { trust: founded.trust })).toMatchObject({ ok: true, findings: [] });
  });

  it('goes on there: a packet of what came before, signed with the new key, verifies by the new trust.json', async () => {
    const { desk } = openAwsDesk(parts, lent);
    const supervisor = await desk.authenticate(founded.keys.supervisor);
    const { packetId } = await desk.orderPacket(supervisor, made.referralId, ORDER);
    await desk.integrate();
    expect(await desk.freezePackets()).toBe(1);
    const packet = await gather((await desk.takePacket(await investigator(), packetId)).bytes);
    expect(packet.includes(files[1]?.bytes ?? '')).toBe(true);
    expect(await verifyPacket(sourceOf(packet), { trust: await desk.trust() })).toMatchObject({
      ok: true,
      findings: [],
    });
  });

  it('brings nothing back that was destroyed, and ends the old place', async () => {
    const { ports } = openAwsDesk(parts, lent);
    expect(await local.ports.keys.isDestroyed(made.destroyed)).toBe(true);
    await expect(ports.keys.readSecret(made.destroyed)).rejects.toMatchObject({ code: 'keys/absent' });
    await local.close();
    await markMoved(local.folder, 'aws');
    await expect(openLocalDesk({ dir: local.folder.dir })).rejects.toMatchObject({ code: 'desk/moved' });
    expect(JSON.parse(await readFile(local.folder.deskFile, 'utf8'))).toMatchObject({ version: 2, movedTo: 'aws' });
  });

  it('goes to no place where another desk is', async () => {
    const other = { ...parts, ...(await freshParts(endpoint, parts.desk)), secretsTable: parts.secretsTable };
    const { ports } = openAwsDesk(other, lent);
    const stranger = await initLocalDesk({ dir: join(dir, 'stranger') });
    const open = await openLocalDesk({ dir: join(dir, 'stranger') });
    const options = { desk: stranger.desk, settings: SETTINGS, to: 'aws' };
    await expect(moveDesk(open.ports, arrivingDesk(ports, other), options)).rejects.toMatchObject({
      code: expect.stringMatching(/^(state\/exists|keys\/refused)$/),
    });
    await open.close();
  });

  async function fill({ desk }: LocalDesk): Promise<void> {
    const reporter = await desk.authenticate(founded.keys.reporter);
    const opened = await desk.open(reporter, referralBody(files), 'once');
    for (const [n, file] of files.entries()) {
      const declared = { sha256: file.sha256, sizeBytes: file.bytes.length };
      await desk.attach(reporter, opened.referralId, opened.attachments[n]?.id ?? '', declared, {}, stream(file.bytes));
      await desk.integrate();
    }
    made.referralId = opened.referralId;
    made.receipt = await desk.finish(reporter, opened.referralId);
    const gone = await desk.open(reporter, referralBody([]), 'gone');
    made.destroyed = gone.referralId;
    await desk.retract(reporter, gone.referralId);
    await desk.tick();
    await desk.open(reporter, referralBody([]), 'open still');
    const supervisor = await desk.authenticate(founded.keys.supervisor);
    made.packetId = (await desk.orderPacket(supervisor, opened.referralId, ORDER)).packetId;
    await desk.integrate();
    await desk.freezePackets();
  }

  /** A move that stops with the so-many-th thing that it carries. */
  function cutShort(ports: ReturnType<typeof openAwsDesk>['ports'], stopAfter: number): Promise<unknown> {
    let carried = 0;
    const onProgress = (): void => {
      if (++carried > stopAfter) throw new Error('cut short');
    };
    return moveDesk(local.ports, arrivingDesk(ports, parts), {
      desk: parts.desk,
      settings: SETTINGS,
      to: 'aws',
      onProgress,
    });
  }

  const investigator = () => openAwsDesk(parts, lent).desk.authenticate(founded.keys.investigator);
});

function sourceOf(bytes: Buffer): { sizeBytes: number; read(offset: number, sizeBytes: number): Promise<Buffer> } {
  return {
    sizeBytes: bytes.length,
    read: (offset, sizeBytes) => Promise.resolve(bytes.subarray(offset, offset + sizeBytes)),
  };
}
