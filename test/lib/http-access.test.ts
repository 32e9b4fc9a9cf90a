// Who may do what over the API: every route, every role, one's own and another's, decided by the table of grants and by nothing else.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GRANTS, ROLES, type Action, type Role } from '../../lib/access.ts';
import { ROUTES, type Route } from '../../lib/http/index.ts';
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

/** Something well-formed to ask each route with; what it does when it is allowed is another test's. */
const ASKED: Readonly<Record<string, Asking>> = {
  openReferral: { body: {}, headers: { 'Idempotency-Key': 'k' } },
  recordView: { body: { ...look, sha256: file.sha256 } },
  attach: { body: file.bytes, headers: { 'Content-Digest': digest(file) } },
  readAttachment: { headers: { Purpose: 'test' } },
  orderHold: { body: law },
  endHold: { body: { reason: 'Over' } },
  requestDestruction: { body: law },
  addActor: { body: { role: 'auditor', name: 'Kim' } },
  addAgency: { body: { id: 'de-bka', name: 'BKA' } },
  exportKey: { body: { purpose: 'test' } },
};

const GUARDED = ROUTES.flatMap((route) => (route.action === undefined ? [] : [{ ...route, action: route.action }]));
const PUBLIC = ROUTES.filter(({ action }) => action === undefined);

type Guarded = Route & { readonly action: Action };
type Owner = 'own' | 'another’s' | 'no one’s';

/** What the table of grants says must come of it. */
function expected({ action, path }: Guarded, role: Role, owner: Owner): 'denied' | 'absent' | 'allowed' {
  const reach = GRANTS[role][action];
  if (reach === undefined) return 'denied';
  if (!path.startsWith('/v1/referrals/{id}')) return 'allowed';
  return owner === 'no one’s' || (reach === 'own' && owner === 'another’s') ? 'absent' : 'allowed';
}

function outcome({ status, json }: Answer): string {
  const code = status >= 400 ? text(json, 'code') : '';
  const outcomes: Record<string, string> = {
    'access/unauthenticated': 'unknown',
    'access/denied': 'denied',
    'absent/referral': 'absent',
  };
  return outcomes[code] ?? (status < 500 ? 'allowed' : `failed with ${code}`);
}

describe('who may do what', () => {
  let door: Door;
  let owned = { id: '', attachments: [''] };
  let otherKey = '';

  beforeAll(async () => {
    door = await openDoor();
    owned = await openOver(door, [file]);
    const added = await door.ask('operator', 'POST', '/v1/actors', { body: { role: 'reporter', name: 'Another' } });
    otherKey = text(added.json, 'key');
  });
  afterAll(() => door.end());

  /** The key of `role`; a reporter to whom the referral is another's belongs to another organisation. */
  function keyFor(role: Role, owner: Owner): string {
    return role === 'reporter' && owner === 'another’s' ? otherKey : door.test.keys[role];
  }

  async function ask(route: Route, key: string | undefined, owner: Owner): Promise<Answer> {
    const ids = {
      id: owner === 'no one’s' ? UNKNOWN : owned.id,
      a: owned.attachments[0] ?? '',
      h: UNKNOWN,
      d: UNKNOWN,
      purpose: 'receipts',
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
    expect((await ask(route, undefined, 'own')).status).toBe(200);
  });

  it('refuses an investigator everywhere', () => {
    expect(GUARDED.filter((route) => expected(route, 'investigator', 'own') !== 'denied')).toEqual([]);
  });

  it.each(GUARDED.filter(({ path }) => path.startsWith('/v1/referrals/{id}')))(
    "$operation says of another's referral exactly what it says of none",
    async (route) => {
      const [others, none] = [await ask(route, otherKey, 'own'), await ask(route, otherKey, 'no one’s')];
      expect([others.status, others.json]).toEqual([none.status, none.json]);
    },
  );

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
