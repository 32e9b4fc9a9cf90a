// How often one may ask, and what is said when the desk itself fails.
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Desk } from '../../lib/desk.ts';
import { DeskError } from '../../lib/errors.ts';
import { byKeyOrHouse, createApi } from '../../lib/http/index.ts';
import { openDoor, readAnswer, text, toRequest, type Answer, type Door } from './http-door.ts';

let door: Door | undefined;
afterEach(async () => {
  await door?.end();
  door = undefined;
});

describe('who asks too often', () => {
  const limits = { perSecond: 2, burst: 3, failuresPerSecond: 1, failureBurst: 2 };

  it('is told when to come again, by key and not together with others', async () => {
    let ms = 0;
    const { ask } = (door = await openDoor({ limits, clock: () => ms }));
    const status = async (actor: 'auditor' | 'supervisor'): Promise<number> =>
      (await ask(actor, 'GET', '/v1/referrals')).status;
    for (let n = 0; n < 3; n++) expect(await status('auditor')).toBe(200);
    const refused = await ask('auditor', 'GET', '/v1/referrals');
    expect([refused.status, text(refused.json, 'code')]).toEqual([429, 'access/too-many-requests']);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await status('supervisor')).toBe(200);
    ms += 499;
    expect(await status('auditor')).toBe(429);
    ms += 1;
    expect(await status('auditor')).toBe(200);
    expect(await status('auditor')).toBe(429);
    ms += 3_600_000;
    for (let n = 0; n < 3; n++) expect(await status('auditor')).toBe(200);
    expect(await status('auditor')).toBe(429);
  });

  it('with keys that are none does not stand in the way of those with one', async () => {
    const { ask, api } = (door = await openDoor({ limits, clock: () => 0 }));
    const guess = async (): Promise<number> =>
      (await api.fetch(toRequest('rdk_nonsense', 'GET', '/v1/referrals'))).status;
    expect([await guess(), await guess(), await guess()]).toEqual([401, 401, 429]);
    expect((await ask('auditor', 'GET', '/v1/referrals')).status).toBe(200);
    expect((await ask(undefined, 'GET', '/healthz')).status).toBe(200);
  });

  it('with links that are none is told so too, by the page and by the button', async () => {
    const { api } = (door = await openDoor({ limits, clock: () => 0 }));
    const guess = async (method: string): Promise<number> =>
      (await api.fetch(toRequest(undefined, method, `/v1/links/rdl_${'0'.repeat(32)}_${'A'.repeat(43)}`))).status;
    expect([await guess('GET'), await guess('POST'), await guess('GET'), await guess('POST')]).toEqual([
      410, 410, 429, 429,
    ]);
  });

  it('at the machine itself is the house, and is not counted', async () => {
    door = await openDoor();
    const { desk } = door.test;
    const api = createApi(desk, { limits, clock: () => 0, authenticate: byKeyOrHouse(desk) });
    const asked = { headers: { 'Desk-House-Role': 'auditor' } };
    for (let n = 0; n < 10; n++) {
      expect((await api.fetch(toRequest(undefined, 'GET', '/v1/referrals', asked))).status).toBe(200);
    }
  });

  it('is never told so by default within what a busy platform does', async () => {
    const { ask } = (door = await openDoor({ clock: () => 0 }));
    for (let n = 0; n < 200; n++) expect((await ask('auditor', 'GET', '/v1/referrals')).status).toBe(200);
  });
});

describe('a house role', () => {
  it.each([
    ['supervisor', 200],
    ['reporter', 200],
    ['investigator', 401],
    ['admin', 401],
    ['', 401],
  ])('of "%s" at the machine itself answers %d', async (role, status) => {
    door = await openDoor();
    const { desk } = door.test;
    const api = createApi(desk, { authenticate: byKeyOrHouse(desk) });
    const answer = await api.fetch(
      toRequest(undefined, 'GET', '/v1/referrals', { headers: { 'Desk-House-Role': role } }),
    );
    expect(answer.status).toBe(status);
  });

  it('does not mend a key that is shown and wrong', async () => {
    door = await openDoor();
    const { desk } = door.test;
    const api = createApi(desk, { authenticate: byKeyOrHouse(desk) });
    const asked = toRequest('rdk_wrong', 'GET', '/v1/referrals', { headers: { 'Desk-House-Role': 'supervisor' } });
    expect((await api.fetch(asked)).status).toBe(401);
  });
});

describe('a desk that fails', () => {
  /** Fails with anything at all, as foreign code may. */
  function failing(error: unknown): () => Promise<never> {
    return async () => {
      await Promise.resolve();
      throw error;
    };
  }

  async function askFailing(error: unknown): Promise<{ answer: Answer; faults: [unknown, string][] }> {
    door = await openDoor();
    const desk: Desk = { ...door.test.desk, trust: failing(error) };
    const faults: [unknown, string][] = [];
    const api = createApi(desk, { onFault: (...fault) => faults.push(fault) });
    const answer = await readAnswer(await api.fetch(toRequest(undefined, 'GET', '/v1/trust')));
    return { answer, faults };
  }

  it('says nothing of why, and its operator hears of it', async () => {
    const error = new TypeError('secret: Ada Example');
    const { answer, faults } = await askFailing(error);
    expect([answer.status, text(answer.json, 'code')]).toEqual([500, 'internal']);
    expect(answer.bytes.toString()).not.toMatch(/secret|Ada|TypeError|\.ts/);
    expect(faults).toEqual([[error, answer.headers.get('request-id')]]);
  });

  it('says what it knows by a code of its own', async () => {
    const { answer, faults } = await askFailing(new DeskError('vault/full', 'The disk is full.', { cause: 'secret' }));
    expect([answer.status, text(answer.json, 'code')]).toEqual([507, 'vault/full']);
    expect(answer.bytes.toString()).not.toContain('secret');
    expect(faults).toHaveLength(1);
  });

  it('asks to be asked again where too much came at once', async () => {
    const { answer } = await askFailing(new DeskError('state/contended', 'Try again.'));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  });

  it('fails the same for what is thrown and is no error', async () => {
    const { answer } = await askFailing('secret');
    expect([answer.status, text(answer.json, 'code')]).toEqual([500, 'internal']);
    expect(answer.bytes.toString()).not.toContain('secret');
  });
});
