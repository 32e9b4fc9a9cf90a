// Time stamps over the log: asked for when they are due, entered, published, checked from the files alone; and never waited for.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkpointText, logOrigin, signedNote } from '../../lib/formats/checkpoint.ts';
import { tilePath, tilesOf } from '../../lib/formats/tiles.ts';
import { DeskError, verifyLog, type LogVerdict, type TimeStamper } from '../../lib/index.ts';
import { freshDesk, refer, type TestDesk } from '../material.ts';
import { flipBit, watchHarmed } from './harmed-copy.ts';
import { makeAuthority, type Authority } from './stamp-authority.ts';

let authority: Authority;
let other: Authority;
let desk: TestDesk;
/** What the authority does when it is asked; it answers by itself without it. */
let instead: TimeStamper['stamp'] | undefined;

beforeAll(async () => {
  authority = await makeAuthority('rsa');
  other = await makeAuthority('ec');
}, 60_000);
afterAll(() => Promise.all([authority.end(), other.end()]));
beforeEach(async () => {
  instead = undefined;
  const stamp: TimeStamper['stamp'] = (request) => (instead ?? authority.reply)(request);
  desk = await freshDesk({ stamps: [{ name: 'tsa.example.org', authorities: authority.authorities, stamp }] });
});
afterEach(() => desk.end());

const hour = 1 / 24;

async function stamped(): Promise<{ taken: number; failed: number }> {
  await desk.desk.integrate();
  const answer = await desk.desk.stampLog();
  await desk.desk.integrate();
  return answer;
}

async function file(path: string): Promise<Buffer> {
  return Buffer.from((await desk.desk.logFile(path))?.bytes ?? []);
}

describe('a desk that has its log stamped', () => {
  it('enters a stamp of the newest checkpoint, which OpenSSL holds too, and watch finds nothing amiss', async () => {
    expect(await stamped()).toEqual({ taken: 1, failed: 0 });
    const [line = ''] = (await file('stamp/list')).toString().trim().split('\n');
    const [note, reply] = [await file(`1/stamp/${line}.checkpoint`), await file(`1/stamp/${line}.tsr`)];
    expect(line).toMatch(/^\d+\/tsa\.example\.org$/);
    expect(await authority.verify(note, reply)).toBe(true);
    expect(await authority.verify(Buffer.concat([note, Buffer.from('x')]), reply)).toBe(false);
    expect((await desk.desk.watch()).findings).toEqual([]);
    expect(desk.alarms).toEqual([]);
  });

  it('has each stamp looked at by watch, which names one that was altered', async () => {
    await stamped();
    await desk.local.close();
    const findings = await watchHarmed(desk, (ledger) => {
      const found = ledger.prepare("SELECT id, value FROM row WHERE kind = 'stamp'").get() ?? {};
      const value = JSON.parse(String(found['value'])) as { reply: string };
      const reply = flipBit(Buffer.from(value.reply, 'base64')).toString('base64');
      ledger.prepare("UPDATE row SET value = ? WHERE kind = 'stamp'").run(JSON.stringify({ ...value, reply }));
    });
    expect(findings.some(({ code, where }) => code.startsWith('stamp/') && where.startsWith('stamp 1/'))).toBe(true);
  });

  it('asks no more than once an hour, and not where nothing but stamps came since', async () => {
    await stamped();
    desk.clock.addDays(3);
    expect(await stamped()).toEqual({ taken: 0, failed: 0 });
    await refer(desk, [], { finish: false });
    expect(await stamped()).toEqual({ taken: 1, failed: 0 });
    await refer(desk, [], { finish: false });
    expect(await stamped()).toEqual({ taken: 0, failed: 0 });
    desk.clock.addDays(hour);
    expect(await stamped()).toEqual({ taken: 1, failed: 0 });
    expect((await file('stamp/list')).toString().trim().split('\n')).toHaveLength(3);
  });

  it('takes referrals in and grows its log while the authority is silent, tells so once, and goes on when it speaks', async () => {
    instead = () => Promise.reject(new DeskError('stamp/failed', 'nobody there'));
    const before = (await desk.desk.integrate())?.size ?? 0;
    for (let n = 0; n < 3; n++) {
      await refer(desk, [], { finish: false });
      expect(await stamped()).toEqual({ taken: 0, failed: 1 });
    }
    expect((await desk.desk.logState())?.size).toBeGreaterThan(before + 2);
    expect(desk.alarms).toMatchObject([{ code: 'stamp/failed', where: 'authority tsa.example.org' }]);
    instead = undefined;
    expect(await stamped()).toEqual({ taken: 1, failed: 0 });
    expect(desk.alarms).toHaveLength(1);
  });

  it('enters nothing that is no stamp of its checkpoint by that authority, and tells so', async () => {
    const old: Buffer[] = [];
    const answers: TimeStamper['stamp'][] = [
      async (request) => (old.push(await authority.reply(request)), other.reply(request)),
      () => Promise.resolve(old[0] ?? Buffer.alloc(0)),
      () => Promise.resolve(Buffer.from('no stamp')),
      () => Promise.resolve(Buffer.alloc(100_000)),
    ];
    for (const answer of answers) {
      instead = answer;
      expect(await stamped()).toEqual({ taken: 0, failed: 1 });
    }
    expect(desk.alarms).toMatchObject([{ code: 'stamp/refused' }]);
    expect(await file('stamp/list')).toHaveLength(0);
  });

  it('keeps what it has over a restart', async () => {
    await stamped();
    const list = (await file('stamp/list')).toString();
    desk = await desk.reopen();
    expect((await file('stamp/list')).toString()).toBe(list);
    expect(await stamped()).toEqual({ taken: 0, failed: 0 });
  });

  it('names the authorities in its trust.json', async () => {
    const { tsa } = await desk.desk.trust();
    expect(tsa).toEqual(authority.authorities.map((der) => der.toString('base64')));
  });

  it('answers 404 to stamps that are not there', async () => {
    await stamped();
    for (const path of [
      'stamp',
      'stamp/',
      'stamp/1/tsa.example.org',
      'stamp/1/tsa.example.org.tsr',
      'stamp/x/y.tsr',
      'stamp/../checkpoint',
    ]) {
      expect(await desk.desk.logFile(path)).toBeUndefined();
    }
  });
});

describe('a stamped log, from its files alone', () => {
  type Files = Map<string, Buffer>;
  let files: Files;
  let at: string;

  beforeEach(async () => {
    await stamped();
    files = new Map();
    const take = async (path: string): Promise<void> => void files.set(path, await file(path));
    for (const path of ['checkpoint', '1/checkpoint', '1/stamp/list']) await take(path);
    const size = Number(files.get('checkpoint')?.toString().split('\n')[1]);
    for (const name of tilesOf(size)) await take(`1/${tilePath(name)}`);
    at = `1/stamp/${(files.get('1/stamp/list') ?? '').toString().trim()}`;
    await take(`${at}.tsr`);
    await take(`${at}.checkpoint`);
  });

  async function verified(harm: (copy: Files) => void = () => undefined, more: object = {}): Promise<LogVerdict> {
    const copy = new Map([...files].map(([path, bytes]) => [path, Buffer.from(bytes)]));
    harm(copy);
    const trust = await desk.desk.trust();
    return verifyLog({ read: (path) => Promise.resolve(copy.get(path)) }, { trust, ...more });
  }
  const codes = async (harm?: (copy: Files) => void, more?: object): Promise<string[]> =>
    (await verified(harm, more)).findings.map(({ code }) => code);

  it('says what stood in it when', async () => {
    const verdict = await verified();
    expect(verdict).toMatchObject({
      ok: true,
      logs: [{ stamps: [{ authority: 'tsa.example.org', accuracyMs: 1000 }] }],
    });
    expect(verdict.notes.join('\n')).toMatch(/were there at 20\d\d-/);
  });

  it('holds stamps against the authorities that are given, and says so where none is', async () => {
    const bare = { ...(await desk.desk.trust()), tsa: undefined };
    const { ok, notes } = await verified(undefined, { trust: bare });
    expect(ok).toBe(true);
    expect(notes.join('\n')).toMatch(/held against nobody/);
    expect(await codes(undefined, { trust: bare, authorities: authority.authorities })).toEqual([]);
    expect(await codes(undefined, { trust: bare, authorities: other.authorities })).toEqual([
      'stamp/unknown-authority',
    ]);
  });

  it('names a stamp of other data, of another authority, an altered one, one that is missing', async () => {
    const request = await import('../../lib/formats/time-stamp.ts');
    const { sha256 } = await import('../../lib/formats/canonical.ts');
    const put = (bytes: Buffer) => (copy: Files) => copy.set(`${at}.tsr`, bytes);
    const note = files.get(`${at}.checkpoint`) ?? Buffer.alloc(0);
    expect(await codes(put(await authority.reply(request.stampRequest(sha256('something else'), 1n))))).toEqual([
      'stamp/other-data',
    ]);
    expect(await codes(put(await other.reply(request.stampRequest(sha256(note), 1n))))).toEqual([
      'stamp/unknown-authority',
    ]);
    const altered = Buffer.from(files.get(`${at}.tsr`) ?? Buffer.alloc(0));
    altered[altered.length - 9] = (altered[altered.length - 9] ?? 0) ^ 1;
    expect(await codes(put(altered))).toEqual(['stamp/signature']);
    expect(await codes(put(Buffer.from('x')))).toEqual(['stamp/malformed']);
    expect(await codes((copy) => copy.delete(`${at}.tsr`))).toEqual(['stamp/missing']);
    expect(await codes((copy) => copy.delete(`${at}.checkpoint`))).toEqual(['stamp/missing']);
    expect(await codes((copy) => copy.set('1/stamp/list', Buffer.from('../x\n')))).toEqual(['stamp/malformed']);
  });

  it('names a checkpoint that was stamped long after its key was replaced', async () => {
    const trust = await desk.desk.trust();
    const ended = (to: string) => ({
      ...trust,
      keys: trust.keys.map((key) => (key.purpose === 'log' ? { ...key, to } : key)),
    });
    expect(await codes(undefined, { trust: ended('2001-01-01T00:00:00.000Z') })).toEqual(['stamp/key']);
    const { ok, notes } = await verified(undefined, { trust: ended(new Date().toISOString()) });
    expect(ok).toBe(true);
    expect(notes.join('\n')).toMatch(/signed by a key that was replaced/);
  });

  it('names a stamped checkpoint that the log did not grow out of', async () => {
    const size = Number(at.split('/')[2]);
    const text = checkpointText({ origin: logOrigin(desk.desk.id, 1), size, root: Buffer.alloc(32, 7) });
    const { signature } = await desk.local.ports.keys.sign('log', Buffer.from(text));
    const key = desk.trust.keys.find(({ purpose }) => purpose === 'log')?.publicKey ?? '';
    const note = signedNote(text, logOrigin(desk.desk.id, 1), Buffer.from(key, 'base64'), signature);
    const { stampRequest } = await import('../../lib/formats/time-stamp.ts');
    const { sha256 } = await import('../../lib/formats/canonical.ts');
    const reply = await authority.reply(stampRequest(sha256(note), 1n));
    const put = (copy: Files): void => {
      copy.set(`${at}.checkpoint`, Buffer.from(note));
      copy.set(`${at}.tsr`, reply);
    };
    expect(await codes(put)).toEqual(['stamp/checkpoint']);
  });
});
