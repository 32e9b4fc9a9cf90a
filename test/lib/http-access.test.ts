// Who may do what over the API: every route, every role, one's own and another's, decided by the table of grants and by nothing else.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GRANTS, ROLES, type Action, type Role } from '../../lib/access.ts';
import { ROUTES } from '../../lib/http/all-routes.ts';
import type { Route } from '../../lib/http/index.ts';
import {
  digest,
  noise,
  openDoor,
  openOver,
  readAnswer,
  referralBody,
  text,
  toRequest,
  type Answer,
  type Asking,
  type Door,
} from './http-door.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const file = noise('file.bin', 10);
const law = { reason: 'Order', legalBasis: 'Example Act' };
const look = { viewer: 'Noa', from: '2026-11-20T10:00:00Z', to: '2026-11-20T10:05:00Z', extent: 'full' };

const FOUND = { finding: 'not-illegal', about: 'referral', reason: 'Seen', decidedBy: 'Court of Example' };

/** Something well-formed to ask each route with; what it does when it is allowed is another test's. */
const ASKED: Readonly<Record<string, Asking>> = {
  openReferral: { body: {}, headers: { 'Idempotency-Key': 'k' } },
  recordView: { body: { ...look, sha256: file.sha256 } },
  attach: { body: file.bytes, headers: { 'Content-Digest': digest(file) } },
  openUpload: { body: { attachmentId: UNKNOWN, sizeBytes: 10 } },
  announceParts: { body: { parts: [{ number: 1, sizeBytes: 10, sha256: file.sha256, md5: '0'.repeat(32) }] } },
  completeUpload: { body: { sha256: file.sha256, sizeBytes: 10 } },
  readAttachment: { headers: { Purpose: 'test' } },
  orderHold: { body: law },
  endHold: { body: { reason: 'Over' } },
  requestDestruction: { body: law },
  addActor: { body: { role: 'auditor', name: 'Kim' } },
  addAgency: { body: { id: 'de-bka', name: 'BKA' } },
  changeAgencyKeys: { body: {} },
  exportKey: { body: { purpose: 'test' } },
  readSummary: { headers: { Purpose: 'test' } },
  orderPacket: { body: { agency: 'europol', purpose: 'Inquiry', legalBasis: 'Example Act' } },
  orderFiling: { body: { to: 'ncmec' } },
  acknowledge: { body: { answer: 'received' } },
  makeLink: { body: {} },
  assignRegime: { body: { regime: 'US' } },
  meetRegime: { body: { law: 'us-2258a', how: 'By hand' } },
  consent: { body: { to: 'europol', reason: 'Asked for' } },
  clear: { body: FOUND },
  clearPacket: { body: FOUND },
  withdraw: { body: { clearance: 1, reason: 'It was not so', decidedBy: 'Court of Example' } },
  withdrawPacket: { body: { clearance: 1, reason: 'It was not so', decidedBy: 'Court of Example' } },
  acknowledgeNotice: { body: { note: 'Told by telephone' } },
};

const GUARDED = ROUTES.flatMap((route) => (route.action === undefined ? [] : [{ ...route, action: route.action }]));
const PUBLIC = ROUTES.filter(({ action }) => action === undefined);

type Guarded = Route & { readonly action: Action };
type Owner = 'own' | 'another’s' | 'no one’s';

/** Routes about one thing, which is somebody's: a referral its reporter's, a packet and a notice its agency's. */
const OWNED = ['/v1/referrals/{id}', '/v1/packets/{id}', '/v1/notices/{id}'];

function isOwned({ path }: Pick<Route, 'path'>): boolean {
  return OWNED.some((start) => path.startsWith(start));
}

/** What the table of grants says must come of it. */
function expected({ action, path }: Guarded, role: Role, owner: Owner): 'denied' | 'absent' | 'allowed' {
  const reach = GRANTS[role][action];
  if (reach === undefined) return 'denied';
  if (!isOwned({ path })) return 'allowed';
  return owner === 'no one’s' || (reach === 'own' && owner === 'another’s') ? 'absent' : 'allowed';
}

function outcome({ status, json }: Answer): string {
  const code = status >= 400 ? text(json, 'code') : '';
  const outcomes: Record<string, string> = {
    'access/unauthenticated': 'unknown',
    'access/denied': 'denied',
    'absent/referral': 'absent',
    'absent/packet': 'absent',
    'absent/notice': 'absent',
  };
  return outcomes[code] ?? (status < 500 ? 'allowed' : `failed with ${code}`);
}

describe('who may do what', () => {
  let door: Door;
  let owned = { id: '', attachments: [''] };
  let otherKey = '';
  let otherAgencyKey = '';
  let packet = '';
  let notice = '';

  beforeAll(async () => {
    door = await openDoor();
    owned = await openOver(door, [file]);
    const added = await door.ask('operator', 'POST', '/v1/actors', { body: { role: 'reporter', name: 'Another' } });
    otherKey = text(added.json, 'key');
    await door.ask('operator', 'POST', '/v1/agencies', { body: { id: 'de-bka', name: 'BKA' } });
    const body = { role: 'investigator', name: 'Of another agency', agency: 'de-bka' };
    otherAgencyKey = text((await door.ask('operator', 'POST', '/v1/actors', { body })).json, 'key');
    const packed = await openOver(door, [], 'packed');
    await door.ask('reporter', 'POST', `/v1/referrals/${packed.id}/finish`);
    const ordered = await door.ask('supervisor', 'POST', `/v1/referrals/${packed.id}/packets`, ASKED['orderPacket']);
    packet = text(ordered.json, 'packetId');
    await door.test.desk.integrate();
    await door.test.desk.freezePackets();
    const cleared = await door.ask('supervisor', 'POST', `/v1/referrals/${packed.id}/clearances`, { body: FOUND });
    notice = text(cleared.json, 'notices', 0, 'noticeId');
  });
  afterAll(() => door.end());

  /** The key of `role`; to whom something is another's, she belongs to another organisation, or agency. */
  function keyFor(role: Role, owner: Owner): string {
    const others: Partial<Record<Role, string>> = { reporter: otherKey, investigator: otherAgencyKey };
    return (owner === 'another’s' ? others[role] : undefined) ?? door.test.keys[role];
  }

  function idFor({ path }: Route): string {
    if (path.startsWith('/v1/notices/')) return notice;
    return path.startsWith('/v1/packets/') ? packet : owned.id;
  }

  async function token(): Promise<string> {
    const { json } = await door.ask('supervisor', 'POST', `/v1/packets/${packet}/links`, { body: {} });
    return text(json, 'path').replace('/v1/links/', '');
  }

  async function ask(route: Route, key: string | undefined, owner: Owner): Promise<Answer> {
    const ids = {
      id: owner === 'no one’s' ? UNKNOWN : idFor(route),
      a: owned.attachments[0] ?? '',
      h: UNKNOWN,
      d: UNKNOWN,
      u: UNKNOWN,
      agency: 'europol',
      purpose: 'receipts',
      path: '1/checkpoint',
      token: route.path.includes('{token}') ? await token() : '',
    };
    const path = route.path.replaceAll(/\{([a-z]+)\}/g, (_, name: keyof typeof ids) => ids[name]);
    return readAnswer(await door.api.fetch(toRequest(key, route.method, path, ASKED[route.operation])));
  }

  const cases = GUARDED.flatMap((route) =>
    ROLES.flatMap((role) =>
      (['own', 'another’s', 'no one’s'] as const).map((owner) => ({ route, role, owner, name: route.operation })),
    ),
  );

  it.each(cases)('$name by a $role on $owner is as the grants say', async ({ route, role, owner }) => {
    const answer = await ask(route, keyFor(role, owner), owner);
    expect(outcome(answer)).toBe(expected(route, role, owner));
  });

  it.each(GUARDED)('$operation without a key is asked for one', async (route) => {
    const answer = await ask(route, undefined, 'own');
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  it.each(GUARDED)('$operation does not listen to a house role where a key is needed', async (route) => {
    const asking = { ...ASKED[route.operation], headers: { 'Desk-House-Role': 'supervisor' } };
    const path = route.path.replaceAll(/\{[a-z]+\}/g, UNKNOWN);
    const answer = await readAnswer(await door.api.fetch(toRequest(undefined, route.method, path, asking)));
    expect(answer.status).toBe(401);
  });

  it.each(PUBLIC)('$operation is for anyone', async (route) => {
    const { status, json } = await ask(route, undefined, 'own');
    if (route.operation === 'putPart')
      expect(text(json, 'code')).toBe('access/address'); // whoever holds an address: that is its key
    else expect(status).toBe(200);
  });

  it('lets an investigator see packets and notices, take and answer them, and nothing else', () => {
    const allowed = GUARDED.filter((route) => expected(route, 'investigator', 'own') !== 'denied');
    const names = allowed.map(({ operation }) => operation).sort();
    expect(names).toEqual([
      'acknowledge',
      'acknowledgeNotice',
      'clearPacket',
      'listNotices',
      'listPackets',
      'readNotice',
      'readPacket',
      'takePacket',
      'withdrawPacket',
    ]);
  });

  it.each(GUARDED.filter(isOwned))(
    '$operation says of another’s referral or packet exactly what it says of none',
    async (route) => {
      for (const key of [otherKey, otherAgencyKey]) {
        const [others, none] = [await ask(route, key, 'own'), await ask(route, key, 'no one’s')];
        expect([others.status, others.json]).toEqual([none.status, none.json]);
      }
    },
  );

  it("lists an agency's own packets, and none of another's", async () => {
    const own = await door.ask('investigator', 'GET', '/v1/packets');
    expect(own.json).toMatchObject({ items: [{ packetId: packet, agency: 'europol' }] });
    const others = await readAnswer(await door.api.fetch(toRequest(otherAgencyKey, 'GET', '/v1/packets')));
    expect(others.json).toEqual({ items: [] });
  });

  it("does not list another's referrals, nor take another's call for one made before", async () => {
    const list = async (): Promise<Answer> =>
      readAnswer(await door.api.fetch(toRequest(otherKey, 'GET', '/v1/referrals')));
    expect((await list()).json).toEqual({ items: [] });
    const headers = { 'Idempotency-Key': 'key-1', 'Content-Type': 'application/json' };
    const asking = { headers, body: referralBody([file]) };
    const opened = await readAnswer(await door.api.fetch(toRequest(otherKey, 'POST', '/v1/referrals', asking)));
    expect([opened.status, text(opened.json, 'referralId') === owned.id]).toEqual([201, false]);
    expect((await list()).json).toMatchObject({ items: [{ id: text(opened.json, 'referralId') }] });
  });

  it.each([
    ['a key cut short', (key: string) => key.slice(0, -1)],
    ['a key with another secret', (key: string) => `${key.slice(0, -3)}AAA`],
    ['no key at all', () => 'x'],
    ['two keys', (key: string) => `${key}, Bearer ${key}`],
  ])('does not know %s', async (_name, change) => {
    const answer = await readAnswer(
      await door.api.fetch(toRequest(change(door.test.keys.auditor), 'GET', '/v1/referrals')),
    );
    expect([answer.status, text(answer.json, 'code')]).toEqual([401, 'access/unauthenticated']);
  });

  it('does not know a key that was revoked', async () => {
    const added = await door.ask('operator', 'POST', '/v1/actors', { body: { role: 'auditor', name: 'Kim' } });
    const key = text(added.json, 'key');
    const list = async (): Promise<number> => (await door.api.fetch(toRequest(key, 'GET', '/v1/referrals'))).status;
    expect(await list()).toBe(200);
    await door.ask('operator', 'DELETE', `/v1/actors/${text(added.json, 'actorId')}`);
    expect(await list()).toBe(401);
  });
});
