// The whole life of a referral through the lambdas, by the client's own verbs, on the real parts. Each lambda stands behind a guard that grants what
// its row of the table says and nothing else: what passes here, the table suffices for.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUTHORITIES, type Authority, type AuthorityName } from '../../lambdas/authorities.ts';
import { bundle } from '../../lambdas/bundle.ts';
import { deskClient, submitReferral, takeWhole, waitForPacket, type DeskClient } from '../../lib/client/index.ts';
import type { Role } from '../../lib/access.ts';
import type { FirstActor } from '../../lib/house.ts';
import { verifyPacket, verifyReceipt } from '../../lib/index.ts';
import { withParts } from '../lib/aws/parts.ts';
import { pressed } from '../lib/link-page.ts';
import { gather, noise, referralBody, stream } from '../material.ts';
import { startCloud, variablesOf, type Cloud } from './cloud.ts';
import { guard } from './guard.ts';
import { jsonOf } from './event.ts';
import { runLambda } from './runtime.ts';

const MIB = 1024 * 1024;
const MARK = 'Zaphod-Mark';

/** Granted for what this story does not meet. */
const SELDOM = new Set([
  'dynamodb:ConditionCheckItem on book', // a row is to go that is not there
  'dynamodb:BatchGetItem on book', // a list or a log is read; not by downloads here
  'dynamodb:DeleteItem on book', // a row leaves a list; not by downloads and reading here
  'dynamodb:BatchGetItem on secrets', // two make one secret at once
  's3:GetObject on evidence', // intake: a retry recognises its own write
  's3:GetObjectVersion on evidence', // a reading goes on after its connection was cut
  's3:AbortMultipartUpload on evidence', // an upload fails half-way
  's3:ListMultipartUploadParts on evidence', // a part is announced again, or its tag is not said
  's3:GetObjectRetention on evidence', // intake: radosgw 16 forgets the lock of what comes in parts, so that there is none to be told
  's3:ListBucket on evidence', // intake: after a completion that failed, whether the file is there
  'kms:Decrypt on data key (direct)', // reading: a file that was sent directly is read
  'kms:Decrypt on data key (packet)', // reading: the key of a packet is exported
]);

withParts('the lambdas on the real parts', () => {
  let folder: string;
  let cloud: Cloud;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'referral-desk-'));
    // every finished referral's locks are due at once
    cloud = await startCloud(folder, { DESK_SETTINGS: '{"lockDays":2,"lockMarginDays":3}', NODE_OPTIONS: '' });
  });
  afterAll(async () => {
    await cloud.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const as = (actor: FirstActor): DeskClient =>
    deskClient({ fetch: cloud.fetch, key: cloud.founded.keys[actor], tries: 1 });
  const order = { agency: 'europol', purpose: `an inquiry of ${MARK}`, legalBasis: 'an example act' };

  async function submitted(files = [noise(`${MARK}.bin`, 1000)], isFinished = true): Promise<string> {
    const referral = Buffer.from(referralBody(files).toString().replaceAll('Ada', MARK));
    const sent = files.map(({ path, bytes }) => ({ path, sizeBytes: bytes.length, open: () => stream(bytes) }));
    if (isFinished)
      return (await whileInspecting(submitReferral(as('reporter'), { referral, files: sent }))).referralId;
    return (await as('reporter').open(referral, crypto.randomUUID())).referralId;
  }

  /** What is large goes past the desk, and counts once it was looked at: what EventBridge asks for every minute, without the minutes. */
  async function whileInspecting<T>(sending: Promise<T>): Promise<T> {
    const state = { isSent: false };
    const ended = sending.finally(() => (state.isSent = true));
    ended.catch(() => undefined);
    while (!state.isSent) await done('inspect');
    return ended;
  }

  async function done(authority: AuthorityName): Promise<Record<string, unknown>> {
    const outcome = await cloud.schedule(authority);
    expect({ authority, kind: outcome.kind, payload: outcome.payload }).toMatchObject({ kind: 'response' });
    const line = cloud.lines().findLast((each) => each.includes(`"authority":"${authority}"`));
    return JSON.parse(line ?? '{}') as Record<string, unknown>;
  }

  async function made(
    referralId: string,
    supervisor = as('supervisor'),
  ): Promise<{ packetId: string; sizeBytes: number }> {
    const { packetId } = await supervisor.orderPacket(referralId, order);
    expect(Number((await done('log'))['logFiles'])).toBeGreaterThan(0);
    expect(await done('packets')).toMatchObject({ code: 'done', packetsMade: 1 });
    const { sizeBytes } = await waitForPacket(as('investigator'), packetId, { withinMs: 0 });
    return { packetId, sizeBytes };
  }

  describe('the lambdas on the real parts', () => {
    it('refuse who shows no key of the desk', async () => {
      const stranger = deskClient({ fetch: cloud.fetch, key: `rdk_${'0'.repeat(32)}_${'A'.repeat(43)}`, tries: 1 });
      await expect(stranger.list()).rejects.toMatchObject({ code: 'access/unauthenticated' });
    });

    it('take a referral with its files in, log it, pack it, hand it over, and the packet verifies', async () => {
      const files = Array.from({ length: 5 }, (_, n) => noise(`${MARK}-${n}.bin`, 4_000_000 - 2 + n));
      const referralId = await submitted(files);
      const { packetId, sizeBytes } = await made(referralId);
      expect(sizeBytes).toBeGreaterThan(16 * MIB); // sealed in parts
      const options = { stretchBytes: 3 * MIB };
      const bytes = await gather(takeWhole(as('investigator'), packetId, sizeBytes, options)); // lent, and opened here
      const read = (offset: number, size: number) => Promise.resolve(bytes.subarray(offset, offset + size));
      const verified = await verifyPacket({ sizeBytes, read }, { trust: cloud.founded.trust });
      expect(verified).toMatchObject({ ok: true, findings: [] });
      await as('investigator').acknowledge(packetId, { answer: 'received' });
      const { releases } = await as('supervisor').packet(packetId);
      expect(releases).toMatchObject([{ offset: 0, sizeBytes }]); // one entry, however many stretches
      await refusesToCarry(referralId, packetId);
    });

    async function refusesToCarry(referralId: string, packetId: string): Promise<void> {
      const before = (await as('auditor').custody(referralId)).entries.length;
      const headers = { Authorization: `Bearer ${cloud.founded.keys.investigator}` };
      const answer = await cloud.fetch(new Request(`https://desk.local/v1/packets/${packetId}`, { headers }));
      expect(await answer.json()).toMatchObject({ code: 'desk/answer-too-large' });
      expect((await as('auditor').custody(referralId)).entries).toHaveLength(before); // nothing was entered for it
    }

    it('answer the other routes, each from the lambda that may', async () => {
      const referralId = await submitted();
      const [reporter, supervisor, auditor, operator] = [
        as('reporter'),
        as('supervisor'),
        as('auditor'),
        as('operator'),
      ];
      const look = { sha256: 'ab'.repeat(32), viewer: MARK, from: '2026-11-21T10:00:00Z', extent: 'full' } as const;
      await reporter.recordView(referralId, look);
      expect((await supervisor.views(referralId)).views).toHaveLength(1);
      expect(verifyReceipt(await reporter.receipt(referralId), { trust: cloud.founded.trust }).ok).toBe(true);
      expect((await reporter.list()).items.length).toBeGreaterThan(1);
      const { attachments } = await reporter.status(referralId);
      const attached = await supervisor.readAttachment(referralId, attachments[0]?.id ?? '', MARK);
      expect((await gather(attached.bytes)).length).toBe(1000);
      expect((await gather(await supervisor.summary(referralId, MARK))).subarray(0, 5).toString()).toBe('%PDF-');
      expect((await auditor.custody(referralId)).entries.length).toBeGreaterThan(3);
      const { holdId } = await supervisor.hold(referralId, { reason: MARK, legalBasis: MARK });
      await supervisor.endHold(referralId, holdId, MARK);
      await supervisor.assignRegime(referralId, { regime: 'US' });
      expect((await operator.listActors()).some(({ name }) => name === 'first reporter')).toBe(true);
      await operator.addAgency({ id: 'marked', name: MARK });
      expect((await auditor.deskCustody()).entries.length).toBeGreaterThan(3);
      expect(await supervisor.filings(referralId)).toEqual([]);
      expect((await as('reporter').trust()).fingerprint).toBe(cloud.founded.trust.fingerprint);
      const checkpoint = await cloud.fetch(new Request('https://desk.local/v1/log/checkpoint'));
      expect(await checkpoint.text()).toContain('\n');
    });

    it('hand a packet out by a link, once', async () => {
      const { packetId, sizeBytes } = await made(await submitted([]));
      const { path } = await as('supervisor').makeLink(packetId);
      const at = `https://desk.local${path}`;
      expect(await (await cloud.fetch(new Request(at))).text()).toContain('A packet for you');
      expect((await (await cloud.fetch(new Request(at, { method: 'POST' }))).arrayBuffer()).byteLength).toBe(sizeBytes);
      expect((await cloud.fetch(new Request(at, { method: 'POST' }))).status).toBe(410);
      expect(await as('supervisor').endLinks(packetId)).toEqual({ ended: 0 });
    });

    it('hand a packet out by a link that one answer does not carry, in stretches put together by the page', async () => {
      const { packetId, sizeBytes } = await made(await submitted([noise(`${MARK}.large`, 9 * MIB)]));
      const { path } = await as('supervisor').makeLink(packetId);
      const at = `https://desk.local${path}`;
      const html = await (await cloud.fetch(new Request(at))).text();
      let asked = 0;
      const { bytes } = await pressed(html, (init) => {
        asked++;
        return cloud.fetch(new Request(at, { ...init, body: null }));
      });
      expect([bytes.length, asked]).toEqual([sizeBytes, 3]);
      const source = {
        sizeBytes,
        read: (offset: number, count: number) => Promise.resolve(bytes.subarray(offset, offset + count)),
      };
      expect(await verifyPacket(source, { trust: await as('auditor').trust() })).toMatchObject({ ok: true });
      expect((await cloud.fetch(new Request(at, { method: 'POST' }))).status).toBe(410);
    });

    it('do nothing a second time when an event is delivered twice', async () => {
      const referralId = await submitted();
      const { packetId } = await made(referralId);
      const entries = async (): Promise<number> => (await as('auditor').custody(referralId)).entries.length;
      const once = async (ask: () => Promise<unknown>): Promise<void> => {
        await ask();
        const before = cloud.again;
        const second = await before();
        expect(jsonOf(second)['code']).toBe('state/exists');
      };
      const began = await entries();
      await once(() => as('investigator').takePacket(packetId, { offset: 0, sizeBytes: 10 }));
      await once(() => as('investigator').acknowledge(packetId, { answer: 'received' }));
      await once(() => as('supervisor').hold(referralId, { reason: MARK, legalBasis: MARK }));
      expect(await entries()).toBe(began + 3);
      expect(await done('packets')).toMatchObject({ packetsMade: 0 });
    });

    it('clear, notify and take the answer in', async () => {
      const referralId = await submitted();
      const { packetId } = await made(referralId);
      await gather((await as('investigator').takePacket(packetId)).bytes);
      const finding = {
        finding: 'not-illegal',
        about: 'referral',
        reason: 'seen again',
        decidedBy: 'the desk',
      } as const;
      const { notices } = await as('supervisor').clear(referralId, finding);
      const noticeId = notices[0]?.noticeId ?? '';
      expect((await as('investigator').notice(noticeId)).finding).toBe('not-illegal');
      await as('investigator').acknowledgeNotice(noticeId);
    });

    it('file a finished referral with a recipient, once', async () => {
      const referralId = await submitted();
      await as('supervisor').orderFiling(referralId, { to: 'ncmec' });
      for (let n = 0; n < 10; n++) await done('courier');
      expect((await as('reporter').filings(referralId)).map(({ state }) => state)).toEqual(['delivered']);
      expect([...cloud.ncmec.reports.values()].map(({ state }) => state)).toEqual(['finished']);
    });

    it('extend locks by the clock, and destroy what was taken back by destroy alone', async () => {
      const referralId = await submitted([], false);
      await as('reporter').retract(referralId, MARK);
      expect(await done('clock')).toMatchObject({ code: 'done', destroyed: 0 });
      expect((await as('reporter').status(referralId)).state).toBe('retracted');
      expect(await done('destroy')).toMatchObject({ code: 'done', destroyed: 1 });
      const { requestedBy } = await as('auditor').certificate(referralId);
      expect(requestedBy).toBe('desk');
      expect(Number((await done('clock'))['locksExtended'])).toBeGreaterThan(0);
    });

    it('hold destruction of what is finished, whoever approves', async () => {
      const referralId = await submitted();
      const asked = as('supervisor').requestDestruction(referralId, { reason: MARK, legalBasis: MARK });
      await expect(asked).rejects.toMatchObject({ code: 'state/retained' });
    });

    it('end a key at once', async () => {
      const { actorId, key } = await as('operator').addActor({ role: 'auditor', name: MARK });
      const client = deskClient({ fetch: cloud.fetch, key, tries: 1 });
      await client.deskCustody();
      await as('operator').revokeActor(actorId);
      await expect(client.deskCustody()).rejects.toMatchObject({ code: 'access/unauthenticated' });
    });

    it('know a person by what a checked token calls her, in every lambda that her role asks, until she is revoked', async () => {
      const [iss, operator] = ['https://id.example/pool', as('operator')];
      const signsIn = async (role: Role, more: object = {}) => {
        const sub = `${MARK}-${role}`;
        const { actorId } = await operator.addPerson({ role, name: MARK, ...more }, { issuer: iss, subject: sub });
        return { actorId, client: deskClient({ fetch: cloud.fetchAs({ iss, sub }), tries: 1 }) };
      };
      const referralId = await submitted();
      const supervisor = await signsIn('supervisor');
      expect((await supervisor.client.status(referralId)).state).toBe('finished'); // intake
      expect((await supervisor.client.views(referralId)).views).toEqual([]); // reading
      const { packetId } = await made(referralId, supervisor.client);
      const investigator = await signsIn('investigator', { agency: 'europol' });
      await gather((await investigator.client.takePacket(packetId)).bytes); // downloads
      const auditor = await signsIn('auditor');
      expect((await auditor.client.watch()).findings).toEqual([]);
      const person = await signsIn('operator');
      await person.client.revokeActor(supervisor.actorId); // destroy
      await person.client.rotateKey('log'); // rotate
      await cloud.learnKeys();
      await expect(supervisor.client.status(referralId)).rejects.toMatchObject({ code: 'access/unauthenticated' });
      const stranger = deskClient({
        fetch: cloud.fetchAs({ iss, sub: 'x' }),
        key: cloud.founded.keys.operator,
        tries: 1,
      });
      await expect(stranger.listActors()).rejects.toMatchObject({ code: 'access/unauthenticated' });
    });

    it('replace a signing key, with which the others then sign', async () => {
      for (const purpose of ['receipts', 'log', 'packets'] as const) await as('operator').rotateKey(purpose);
      await cloud.learnKeys();
      const referralId = await submitted();
      const trust = await as('reporter').trust();
      expect(verifyReceipt(await as('reporter').receipt(referralId), { trust }).ok).toBe(true);
      await made(referralId);
    });

    it('find nothing amiss when all of it is read again', async () => {
      expect(await done('watch')).toMatchObject({ code: 'done', findings: 0 });
      expect((await as('auditor').watch()).findings).toEqual([]);
    });

    it('asked for nothing that the table does not grant, and for all that it grants but what this story does not reach', () => {
      const refused = [...cloud.guards].flatMap(([name, each]) => [...each.refused].map((need) => `${name}: ${need}`));
      expect(refused).toEqual([]);
      const unused = [...cloud.guards].flatMap(([name, { used }]) =>
        grantsOf(name).flatMap((need) => (used.has(need) || SELDOM.has(need) ? [] : [`${name}: ${need}`])),
      );
      expect(unused).toEqual([]);
    });

    it('write lines of JSON, and nothing in them that came in', () => {
      const lines = cloud.lines();
      expect(lines.length).toBeGreaterThan(100);
      for (const said of [MARK, 'Bearer', 'rdk_', 'ada@example.org', 'rgwtest', 'an inquiry', 'id.example'])
        expect(lines.filter((line) => line.includes(said))).toEqual([]);
      for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
    });

    it('are refused when they do what is not theirs', async () => {
      const { folder: bundled } = await bundle('packets', join(folder, 'packets'));
      const stack = { bookTable: cloud.parts.bookTable, logBucket: cloud.parts.logBucket, keys: new Map() };
      const standing = await guard('log', stack, {
        s3: '',
        dynamo: process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
        kms: '',
      });
      const lambda = await runLambda(bundled, { ...variablesOf(cloud.parts), ...standing.endpoints });
      await as('supervisor').orderPacket(await submitted(), order);
      expect((await lambda.invoke({}, 60_000)).kind).not.toBe('timeout');
      expect([...standing.refused]).toContain('dynamodb:GetItem on secrets');
      await lambda.stop();
      await standing.close();
    });
  });

  function grantsOf(name: AuthorityName): string[] {
    const { grants }: Authority = AUTHORITIES[name];
    return grants.flatMap(({ on, actions, kinds = [undefined] }) =>
      actions.flatMap((action) => kinds.map((kind) => `${action} on ${on}${kind === undefined ? '' : ` (${kind})`}`)),
    );
  }
});
