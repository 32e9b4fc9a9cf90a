// Handing a packet over: in stretches, by an agency's key, by a link that works once; each taking an entry before the bytes leave.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseEntry } from '../../lib/custody.ts';
import { readRange } from '../../lib/http/range.ts';
import { DeskError, openDesk, verifyCustody, type Caller, type Release } from '../../lib/index.ts';
import { openDoor, readAnswer, text, toRequest, type Answer, type Door } from './http-door.ts';
import { gather, noise, type TestDesk } from '../material.ts';
import { pack, packed } from './packet/material.ts';

let door: Door;
let test: TestDesk;
let referralId: string;
let packetId: string;
let whole: Buffer;

beforeAll(async () => {
  door = await openDoor();
  ({ test } = door);
  ({ referralId, packetId, bytes: whole } = await packed(test, [noise('a.mp4', 2_500_000), noise('b.jpg', 0)]));
});
afterAll(() => door.end());

const take = (headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  door.ask('investigator', 'GET', `/v1/packets/${packetId}`, { headers });

async function releases(id: string = packetId): Promise<readonly Release[]> {
  return (await test.desk.packet(await test.as('auditor'), id)).releases;
}

const MIB = 1_048_576;

describe('a stretch of a packet', () => {
  const cases: readonly [string, (total: number) => string, (total: number) => [number, number]][] = [
    ['the first byte', () => 'bytes=0-0', () => [0, 1]],
    ['the last byte', (total) => `bytes=${total - 1}-${total - 1}`, (total) => [total - 1, 1]],
    ['across a frame of what is sealed', () => `bytes=${MIB - 3}-${MIB + 2}`, () => [MIB - 3, 6]],
    ['a whole frame', () => `bytes=${MIB}-${2 * MIB - 1}`, () => [MIB, MIB]],
    ['across two frames', () => `bytes=${MIB - 1}-${2 * MIB}`, () => [MIB - 1, MIB + 2]],
    ['the last so many', () => 'bytes=-100', (total) => [total - 100, 100]],
    ['from there on', (total) => `bytes=${total - 7}-`, (total) => [total - 7, 7]],
    ['further than it reaches', (total) => `bytes=${total - 7}-${total + 1000}`, (total) => [total - 7, 7]],
    ['further than any number reaches', (total) => `bytes=${total - 7}-${'9'.repeat(40)}`, (total) => [total - 7, 7]],
    ['in capitals', () => 'Bytes=5-9', () => [5, 5]],
  ];

  it.each(cases)('is handed out and entered: %s', async (_name, range, stretch) => {
    const before = await releases();
    const [offset, sizeBytes] = stretch(whole.length);
    const answer = await take({ Range: range(whole.length) });
    const contentRange = `bytes ${offset}-${offset + sizeBytes - 1}/${whole.length}`;
    expect([answer.status, answer.headers.get('content-range')]).toEqual([206, contentRange]);
    expect(answer.headers.get('content-length')).toBe(String(sizeBytes));
    expect(answer.bytes.equals(whole.subarray(offset, offset + sizeBytes))).toBe(true);
    const { actorId } = await test.as('investigator');
    expect((await releases()).slice(before.length)).toMatchObject([{ offset, sizeBytes, actorId, byLink: false }]);
  });

  it.each([
    ['nothing said', {}],
    ['all of it asked for', { Range: 'bytes=0-' }],
    ['more than all of it asked for from the end', { Range: 'bytes=-99999999' }],
    ['more asked for from the end than any number reaches', { Range: `bytes=-${'9'.repeat(400)}` }],
    ['another unit', { Range: 'frames=0-0' }],
    ['another packet resumed', { Range: 'bytes=5-', 'If-Range': '"00000000-0000-4000-8000-000000000000"' }],
    ['one resumed by a weak name', { Range: 'bytes=5-', 'If-Range': 'W/"x"' }],
    ['one resumed by a date', { Range: 'bytes=5-', 'If-Range': 'Sun, 22 Nov 2026 10:00:00 GMT' }],
  ])('is all of it with %s', async (_name, headers) => {
    const before = (await releases()).length;
    const answer = await take(headers);
    expect([answer.status, answer.bytes.equals(whole)]).toEqual([200, true]);
    expect(answer.headers.get('content-range')).toBe(null);
    expect((await releases()).slice(before)).toMatchObject([{ offset: 0, sizeBytes: whole.length }]);
  });

  it('goes on where it was cut, given the name of its bytes', async () => {
    const { headers } = await take({ Range: 'bytes=0-9' });
    expect(headers.get('accept-ranges')).toBe('bytes');
    const rest = await take({ Range: 'bytes=10-', 'If-Range': headers.get('etag') ?? '' });
    expect([rest.status, rest.bytes.equals(whole.subarray(10))]).toEqual([206, true]);
  });

  it.each(['bytes=99999999-', 'bytes=99999999-999999999', 'bytes=-0', 'bytes=99999999999999999999-'])(
    'that is not there is refused, with how many bytes there are, and not entered: %s',
    async (range) => {
      const before = await releases();
      const answer = await take({ Range: range });
      expect([answer.status, text(answer.json, 'code')]).toEqual([416, 'input/range']);
      expect(answer.headers.get('content-range')).toBe(`bytes */${whole.length}`);
      expect(await releases()).toEqual(before);
    },
  );

  it.each([
    'bytes=5-4',
    'bytes=-',
    'bytes=',
    'bytes=a-b',
    'bytes=0-1,3-4',
    'bytes=0-1, 3-4',
    'bytes=-1-2',
    'bytes=1.5-2',
    'bytes=0x0-0x1',
    'bytes=0-1,',
  ])('that cannot be read, or is several, is as if it were not asked for: %s', async (range) => {
    const answer = await take({ Range: range });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([200, null]);
    expect(answer.bytes.equals(whole)).toBe(true);
  });

  it('carries a name of just these bytes, which no other packet of the same order would have', async () => {
    const { headers } = await take({ Range: 'bytes=0-0' });
    const entries = await test.local.ports.ledger.entries(referralId, 0, 500);
    const frozen = entries.map(({ text: each }) => parseEntry(each)).find(({ act }) => act === 'freeze-packet');
    expect(headers.get('etag')).toBe(`"${frozen?.objects[0]?.sealed.slice(0, 32)}"`);
    const another = await take({ Range: 'bytes=5-', 'If-Range': `"${packetId}"` });
    expect([another.status, another.bytes.length]).toEqual([200, whole.length]);
  });

  it('is not asked for by HEAD, which would be a taking without bytes', async () => {
    const before = await releases();
    expect((await door.ask('investigator', 'HEAD', `/v1/packets/${packetId}`)).status).toBe(405);
    expect(await releases()).toEqual(before);
  });

  it('is one of a whole number of bytes, whoever calls', async () => {
    const caller = await test.as('investigator');
    for (const range of [
      { offset: -1, sizeBytes: 5 },
      { offset: 0.5, sizeBytes: 5 },
      { offset: 0, sizeBytes: 0 },
      { offset: NaN, sizeBytes: 1 },
      { offset: whole.length, sizeBytes: 1 },
      { offset: 0, sizeBytes: Infinity },
    ]) {
      await expect(test.desk.takePacket(caller, packetId, () => range)).rejects.toMatchObject({ code: 'input/range' });
    }
  });

  it('is the same as of the whole, for any two numbers', () => {
    const asked = (range: string, total: number): unknown => readRange(new Headers({ Range: range }), '"x"', total);
    for (const total of [1, 2, 5]) {
      for (let first = 0; first < 7; first++) {
        for (let last = first; last < 7; last++) {
          const range = `bytes=${first}-${last}`;
          if (first >= total) expect(() => asked(range, total)).toThrow();
          else expect(asked(range, total)).toEqual({ offset: first, sizeBytes: Math.min(last, total - 1) - first + 1 });
        }
      }
    }
  });
});

describe('a taking', () => {
  it('is entered before the first byte leaves, and though the connection is cut at once', async () => {
    const before = await releases();
    const { bytes } = await test.desk.takePacket(await test.as('investigator'), packetId);
    expect((await releases()).length).toBe(before.length + 1); // nothing was read yet
    for await (const piece of bytes) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    const response = await door.api.fetch(toRequest(test.keys.investigator, 'GET', `/v1/packets/${packetId}`));
    await response.body?.cancel();
    const after = await releases();
    expect(after.slice(before.length)).toMatchObject([{ sizeBytes: whole.length }, { sizeBytes: whole.length }]);
  });

  it('is each an entry, many at once too, in order and at a time', async () => {
    const before = await releases();
    const all = await Promise.all([1, 2, 3, 4, 5].map((n) => take({ Range: `bytes=0-${n}` })));
    expect(all.map(({ bytes }) => bytes.length)).toEqual([2, 3, 4, 5, 6]);
    const after = (await releases()).slice(before.length);
    expect(after.map(({ sizeBytes }) => sizeBytes).sort()).toEqual([2, 3, 4, 5, 6]);
    expect(new Set(after.map(({ seq }) => seq)).size).toBe(5);
    expect(after.every(({ at }) => at === test.clock.now().toISOString())).toBe(true);
  });

  it('leaves a chain that verifies', async () => {
    await take();
    await test.desk.integrate();
    const custody = await test.desk.custody(await test.as('auditor'), referralId);
    expect(verifyCustody(custody, { trust: test.trust }).findings).toEqual([]);
  });

  it.each(['reporter', 'operator', 'auditor'] as const)('is not for a %s', async (actor) => {
    const before = await releases();
    await expect(test.desk.takePacket(await test.as(actor), packetId)).rejects.toMatchObject({ code: 'access/denied' });
    expect(await releases()).toEqual(before);
  });

  it('is of its own packet only', async () => {
    const other = await pack(test, referralId);
    expect(await releases(other)).toEqual([]);
    await gather((await test.desk.takePacket(await test.as('supervisor'), other)).bytes);
    expect(await releases(other)).toHaveLength(1);
  });
});

describe('another agency', () => {
  it('sees nothing of a packet: not in lists, not its state, not its bytes, and cannot answer it', async () => {
    const operator = await test.as('operator');
    await test.desk.addAgency(operator, { id: 'de-bka', name: 'BKA' });
    const { key } = await test.desk.addActor(operator, { role: 'investigator', name: 'Noa', agency: 'de-bka' });
    const caller = await test.desk.authenticate(key);
    const before = await releases();
    expect(await test.desk.packets(caller)).toEqual({ items: [] });
    const refused = [
      test.desk.packet(caller, packetId),
      test.desk.takePacket(caller, packetId),
      test.desk.acknowledge(caller, packetId, { answer: 'received' }),
    ];
    for (const each of refused) await expect(each).rejects.toMatchObject({ code: 'absent/packet' });
    await expect(test.desk.makeLink(caller, packetId)).rejects.toMatchObject({ code: 'access/denied' });
    const nobodys: Caller = { actorId: caller.actorId, role: 'investigator', isHouse: false };
    await expect(test.desk.takePacket(nobodys, packetId)).rejects.toMatchObject({ code: 'absent/packet' });
    expect(await releases()).toEqual(before);
    const { items } = await test.desk.packets(await test.as('auditor'));
    expect(items.map((each) => each.packetId)).toContain(packetId);
  });

  it('does not get at another’s by the cursor of a page', async () => {
    const { next } = await test.desk.packets(await test.as('auditor'), { limit: 1 });
    const { key } = await test.desk.addActor(await test.as('operator'), {
      role: 'investigator',
      name: 'Kim',
      agency: 'ncmec',
    });
    const caller = await test.desk.authenticate(key);
    expect(await test.desk.packets(caller, { after: next })).toEqual({ items: [] });
    for (const limit of [0, 201, 1.5, NaN])
      await expect(test.desk.packets(caller, { limit })).rejects.toMatchObject({ code: 'input/invalid' });
  });
});

describe('a link', () => {
  const supervisor = (): Promise<Caller> => test.as('supervisor');
  const link = async (hours?: number) =>
    test.desk.makeLink(await supervisor(), packetId, hours === undefined ? {} : { hours });
  const post = async (token: string, headers: Record<string, string> = {}): Promise<Answer> =>
    readAnswer(await door.api.fetch(toRequest(undefined, 'POST', `/v1/links/${token}`, { headers })));
  const look = (token: string): Promise<Answer> => door.ask(undefined, 'GET', `/v1/links/${token}`);

  it('hands out the whole packet, once, and is entered as who made it', async () => {
    const before = await releases();
    const { token } = await link();
    const taken = await post(token);
    expect([taken.status, taken.bytes.equals(whole)]).toEqual([200, true]);
    const { actorId } = await supervisor();
    const added = (await releases()).slice(before.length);
    expect(added).toMatchObject([{ offset: 0, sizeBytes: whole.length, actorId, byLink: true }]);
    expect(await post(token)).toMatchObject({ status: 410, json: { code: 'absent/link' } });
    expect(await releases()).toHaveLength(before.length + 1);
  });

  it('shows a page however often, which does not use it up', async () => {
    const { token } = await link();
    const before = await releases();
    for (let n = 0; n < 3; n++) expect((await look(token)).status).toBe(200);
    const { bytes } = await look(token);
    expect(bytes.toString('utf8')).not.toContain(token);
    expect(await releases()).toEqual(before);
    expect((await post(token)).status).toBe(200);
  });

  it('is used by the button of its page, as a browser sends it', async () => {
    const { token } = await link();
    const headers = {
      'Content-Type': 'application/x-www-form-urlencoded',
      Accept: 'text/html,*/*;q=0.8',
      Origin: 'null',
      'Sec-Fetch-Mode': 'navigate',
    };
    expect((await post(token, headers)).status).toBe(200);
  });

  it('taken twice at once is one taking', async () => {
    const { token } = await link();
    const before = await releases();
    const all = await Promise.all([post(token), post(token), post(token)]);
    expect(all.map(({ status }) => status).sort()).toEqual([200, 410, 410]);
    expect(await releases()).toHaveLength(before.length + 1);
  });

  it('ends with its hours', async () => {
    const { token, expiresAt } = await link(1);
    expect(Date.parse(expiresAt) - test.clock.now().getTime()).toBe(3_600_000);
    test.clock.addDays(1 / 24 - 1 / 86_400_000);
    expect((await look(token)).status).toBe(200);
    test.clock.addDays(1 / 86_400_000);
    expect((await look(token)).json).toMatchObject({ code: 'absent/link' });
    expect((await post(token)).json).toMatchObject({ code: 'absent/link' });
  });

  it.each([0, -1, 721, 1.5, NaN, Infinity, '24'])('lasts no %s hours', async (hours) => {
    const asked = test.desk.makeLink(await supervisor(), packetId, { hours: hours as number });
    await expect(asked).rejects.toMatchObject({ code: 'input/invalid' });
  });

  it('is known by all of its token, and answers alike whatever is wrong with one', async () => {
    const { token } = await link();
    const other = await link();
    const wrong = [
      token.slice(0, -1),
      `${token}A`,
      `${token.slice(0, -3)}${token.endsWith('AAA') ? 'BBB' : 'AAA'}`,
      token.toUpperCase(),
      token.replace(/^rdl_.{8}/, 'rdl_00000000'),
      `${token.slice(0, 37)}${'A'.repeat(43)}`,
      token.slice(0, 36),
      'x',
      encodeURIComponent('../../healthz'),
      `${token}%00`,
    ];
    const answers = await Promise.all(wrong.flatMap((each) => [look(each), post(each)]));
    for (const { status, json } of answers) expect([status, text(json, 'code')]).toEqual([410, 'absent/link']);
    expect([(await post(token)).status, (await post(other.token)).status]).toEqual([200, 200]);
  });

  it('is made by a supervisor only', async () => {
    for (const actor of ['reporter', 'investigator', 'auditor', 'operator'] as const)
      await expect(test.desk.makeLink(await test.as(actor), packetId)).rejects.toMatchObject({ code: 'access/denied' });
  });

  it('leaves no trace of its secret half in any file of the desk', async () => {
    const { token } = await link();
    const secret = token.slice(-43);
    const raw = Buffer.from(secret, 'base64url');
    const files = await readdir(test.dir, { recursive: true, withFileTypes: true });
    const all = files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name)));
    const bytes = Buffer.concat(await Promise.all(all));
    const forms = [secret, raw, raw.toString('hex'), raw.toString('base64')];
    expect(forms.map((form) => bytes.includes(form))).toEqual([false, false, false, false]);
    const { sha256, ...status } = await test.desk.packet(await test.as('auditor'), packetId);
    expect(sha256).toBe(createHash('sha256').update(whole).digest('hex'));
    const shown = JSON.stringify(status);
    expect(shown).not.toMatch(/[0-9a-f]{64}/);
  });

  it('is one of a hundred to one packet at most', async () => {
    const id = await pack(test, referralId);
    for (let n = 0; n < 100; n++) await test.desk.makeLink(await supervisor(), id);
    await expect(test.desk.makeLink(await supervisor(), id)).rejects.toMatchObject({ code: 'input/invalid' });
  });

  it('is shown to have been made and used, by time alone', async () => {
    const id = await pack(test, referralId);
    const { token, expiresAt } = await test.desk.makeLink(await supervisor(), id, { hours: 2 });
    const linksNow = async () => (await test.desk.packet(await test.as('investigator'), id)).links;
    expect(await linksNow()).toEqual([{ expiresAt }]);
    await gather((await test.desk.takeByLink(token)).bytes);
    expect(await linksNow()).toEqual([{ expiresAt, usedAt: test.clock.now().toISOString() }]);
  });

  it('says on its page that it cannot be resumed, and cannot', async () => {
    const { token } = await link();
    expect((await look(token)).bytes.toString('utf8')).toContain('cannot be resumed');
    const taken = await post(token, { Range: 'bytes=5-' });
    expect([taken.status, taken.headers.get('accept-ranges')]).toEqual([200, 'none']);
  });

  it('is not used up where the packet cannot be opened', async () => {
    const { token } = await link();
    const before = await releases();
    const { ports } = test.local;
    const get: typeof ports.vault.get = () => {
      throw new DeskError('vault/absent', 'gone');
    };
    const broken = openDesk(test.desk.id, { ...ports, vault: { ...ports.vault, get } });
    // what is sealed beside the entry lies in the vault too, so that only the packet's own file is missing
    const mended = openDesk(test.desk.id, {
      ...ports,
      vault: {
        ...ports.vault,
        get: (name, range) => (name === packetFile ? get(name, range) : ports.vault.get(name, range)),
      },
    });
    const entries = await ports.ledger.entries(referralId, 0, 500);
    const packetFile = entries.find((each) => parseEntry(each.text).act === 'freeze-packet')?.objects[0]?.place.name;
    for (const desk of [broken, mended])
      await expect(desk.takeByLink(token)).rejects.toMatchObject({ code: 'vault/absent' });
    expect(await releases()).toEqual(before);
    expect((await post(token)).status).toBe(200);
  });

  it('dies with the key of whoever made it', async () => {
    const operator = await test.as('operator');
    const { key, actorId } = await test.desk.addActor(operator, { role: 'supervisor', name: 'Leaves soon' });
    const { token } = await test.desk.makeLink(await test.desk.authenticate(key), packetId);
    expect((await look(token)).status).toBe(200);
    await test.desk.revokeActor(operator, actorId);
    for (const answer of [await look(token), await post(token)])
      expect(answer.json).toMatchObject({ code: 'absent/link' });
  });

  it('is ended with all others that were not used, by a supervisor', async () => {
    const id = await pack(test, referralId);
    const made = await Promise.all([1, 2, 3].map(async () => test.desk.makeLink(await supervisor(), id)));
    const [used, ...others] = made.map(({ token }) => token);
    await gather((await test.desk.takeByLink(used ?? '')).bytes);
    for (const actor of ['reporter', 'investigator', 'auditor', 'operator'] as const)
      await expect(test.desk.endLinks(await test.as(actor), id)).rejects.toMatchObject({ code: 'access/denied' });
    expect((await door.ask('supervisor', 'DELETE', `/v1/packets/${id}/links`)).json).toEqual({ ended: 2 });
    for (const token of others) expect((await post(token)).json).toMatchObject({ code: 'absent/link' });
    const endedAt = test.clock.now().toISOString();
    const { links } = await test.desk.packet(await test.as('auditor'), id);
    expect(links).toMatchObject([{ usedAt: endedAt }, { endedAt }, { endedAt }]);
    const entries = await test.local.ports.ledger.entries(referralId, 0, 500);
    const { actorId } = await supervisor();
    expect(parseEntry(entries.at(-1)?.text ?? '')).toMatchObject({ act: 'end-links', actorId });
    expect(await test.desk.endLinks(await supervisor(), id)).toEqual({ ended: 0 });
    expect(await test.local.ports.ledger.entries(referralId, 0, 500)).toHaveLength(entries.length);
    expect((await test.desk.makeLink(await supervisor(), id)).token).toMatch(/^rdl_/);
    await expect(test.desk.endLinks(await supervisor(), referralId)).rejects.toMatchObject({ code: 'absent/packet' });
  });

  // The last of this file: the referral is gone after it.
  it('dies with its referral, and so does the packet', async () => {
    const { token } = await link(720);
    const { key } = await test.desk.addActor(await test.as('operator'), { role: 'supervisor', name: 'Third' });
    test.clock.addDays(400);
    const again = await test.desk.makeLink(await supervisor(), packetId, { hours: 720 });
    const law = { reason: 'over', legalBasis: 'order 3' };
    const { destructionId } = await test.desk.requestDestruction(await supervisor(), referralId, law);
    await test.desk.approveDestruction(await test.desk.authenticate(key), referralId, destructionId);
    for (const each of [token, again.token]) {
      expect((await look(each)).json).toMatchObject({ code: 'absent/link' });
      expect((await post(each)).json).toMatchObject({ code: 'absent/link' });
    }
    expect(await take()).toMatchObject({ status: 410, json: { code: 'absent/destroyed' } });
    await expect(link()).rejects.toMatchObject({ code: 'absent/destroyed' });
  });
});
