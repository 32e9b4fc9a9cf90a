// A desk is carried from one machine to AWS: what it gave out before still holds, what it held still opens, and it goes on. Cut short, it is begun again.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
import { openInOlderForm } from '../../older-form.ts';
import { reportBody } from '../report/material.ts';
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
const kim = { issuer: 'https://id.example/pool', subject: 'kim' };
const leaver = { ...kim, subject: 'leaver' };
const made = {
  referralId: '',
  packetId: '',
  destroyed: '',
  older: '',
  reportId: '',
  person: '',
  revoked: '',
  receipt: undefined as Receipt | undefined,
};

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
    expect(moved).toMatchObject({ lookups: 4, persons: 1 });
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
    const older = await desk.open(reporter, referralBody([]), 'older');
    expect(older).toMatchObject({ referralId: made.older, isNew: false });
    expect(await desk.finishReport(reporter, made.reportId)).toMatchObject({ reportId: made.reportId });
    const taking = async () => desk.takePacket(await investigator(), packetId);
    await expect(taking()).rejects.toMatchObject({ code: 'state/not-frozen' }); // kept in parts, until it is made whole
    expect(await desk.freezePackets()).toBe(1);
    const packet = await gather((await taking()).bytes);
    expect(await verifyPacket(sourceOf(packet), { trust: founded.trust })).toMatchObject({ ok: true, findings: [] });
  });

  it('knows a person as it did before, once, and nobody who was revoked', async () => {
    const { desk, ports } = openAwsDesk(parts, lent);
    expect(await desk.authenticatePerson(kim)).toMatchObject({ actorId: made.person, role: 'auditor' });
    const { items } = await ports.ledger.list(`lookups/${made.person}`, { limit: 9 });
    const { items: before } = await local.ports.ledger.list(`lookups/${made.person}`, { limit: 9 });
    expect(items).toHaveLength(1);
    expect(items[0]?.id).not.toBe(before[0]?.id); // made of another key
    await expect(desk.authenticatePerson(leaver)).rejects.toMatchObject({ code: 'access/unauthenticated' });
    expect(await ports.keys.isDestroyed(`revoked:${made.revoked}`)).toBe(true);
    const operator = await desk.authenticate(founded.keys.operator);
    await expect(desk.addPerson(operator, { role: 'auditor', name: 'Kim' }, kim)).rejects.toMatchObject({
      code: 'state/exists',
    });
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

  it('is one command, which says what it did, and after which the folder is no desk', async () => {
    const data = join(dir, 'small');
    const small = await initLocalDesk({ dir: data });
    const stack = await freshParts(endpoint, small.desk);
    const file = join(dir, 'stack.json');
    await writeFile(file, JSON.stringify(variablesOf(stack)));
    const wrong = join(dir, 'wrong.json');
    await writeFile(wrong, JSON.stringify({ ...variablesOf(stack), DESK_NAME: parts.desk }));
    expect(await runMove(data, wrong)).toMatchObject({ status: 1, answer: { error: { code: 'state/exists' } } });
    const moved = await runMove(data, file);
    expect(moved).toMatchObject({ status: 0, answer: { ok: true, desk: small.desk } });
    expect(await openAwsDesk(stack, lent).desk.watch()).toMatchObject({ findings: [] });
    expect(await runMove(data, file)).toMatchObject({ answer: { error: { code: 'desk/moved' } } });
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
    made.reportId = (await desk.submitReport(reporter, reportBody())).reportId;
    made.older = await openInOlderForm(founded.desk, local.ports, reporter, referralBody([]), 'older');
    const operator = await desk.authenticate(founded.keys.operator);
    made.person = (await desk.addPerson(operator, { role: 'auditor', name: 'Kim' }, kim)).actorId;
    made.revoked = (await desk.addPerson(operator, { role: 'auditor', name: 'Lee' }, leaver)).actorId;
    await desk.revokeActor(operator, made.revoked);
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

function variablesOf(stack: AwsParts): Record<string, string> {
  return {
    DESK_NAME: stack.desk,
    EVIDENCE_BUCKET: stack.evidenceBucket,
    BOOK_TABLE: stack.bookTable,
    SECRETS_TABLE: stack.secretsTable,
    DATA_KEY_ID: stack.dataKeyId,
    STORAGE_KEY_ID: stack.storageKeyId,
    LOOKUP_KEY_ID: stack.lookupKeyId,
    RECEIPTS_KEY_ID: stack.firstKeys.receipts,
    LOG_KEY_ID: stack.firstKeys.log,
    PACKETS_KEY_ID: stack.firstKeys.packets,
  };
}

async function runMove(data: string, stack: string): Promise<{ status: number; answer: object }> {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    AWS_ENDPOINT_URL_KMS: endpoint.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'rgwtestaccess',
    AWS_SECRET_ACCESS_KEY: 'rgwtestsecret',
  };
  const cli = join(import.meta.dirname, '../../../lib/cli/index.ts');
  const argv = [cli, 'move', '--to', 'aws', '--stack', stack, '--data', data, '--json'];
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const out = await gather(child.stdout);
  const [status] = child.exitCode === null ? ((await once(child, 'exit')) as [number]) : [child.exitCode];
  return { status, answer: JSON.parse(out.toString('utf8').trim().split('\n').at(-1) ?? '') as object };
}

function sourceOf(bytes: Buffer): { sizeBytes: number; read(offset: number, sizeBytes: number): Promise<Buffer> } {
  return {
    sizeBytes: bytes.length,
    read: (offset, sizeBytes) => Promise.resolve(bytes.subarray(offset, offset + sizeBytes)),
  };
}
