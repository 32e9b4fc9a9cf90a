// A link to a packet that one answer does not carry: its page takes the packet in stretches, all of them one taking, of one browser.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createApi, type Api } from '../../lib/http/index.ts';
import { openDoor, readAnswer, toRequest, type Answer, type Door } from './http-door.ts';
import { mayRun, pressed } from './link-page.ts';
import { noise } from '../material.ts';
import { packed } from './packet/material.ts';

const MOST = 100_000;
let door: Door;
let small: Api;
let packetId: string;
let whole: Buffer;

beforeAll(async () => {
  door = await openDoor();
  ({ packetId, bytes: whole } = await packed(door.test, [noise('a.mp4', 500_000)]));
  small = createApi(door.test.desk, { limits: { answerBytes: MOST } });
});
afterAll(() => door.end());

const link = async (): Promise<string> =>
  (await door.test.desk.makeLink(await door.test.as('supervisor'), packetId)).token;
const word = (): string => randomBytes(32).toString('base64url');

function post(token: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return small.fetch(toRequest(undefined, 'POST', `/v1/links/${token}`, { headers }));
}

async function stretch(token: string, Taking: string, first: number, last: number): Promise<Answer> {
  return readAnswer(await post(token, { Taking, Range: `bytes=${first}-${last}` }));
}

async function look(token: string): Promise<Response> {
  return small.fetch(toRequest(undefined, 'GET', `/v1/links/${token}`));
}

async function releases(): Promise<readonly object[]> {
  return (await door.test.desk.packet(await door.test.as('auditor'), packetId)).releases;
}

describe('the page of a link to a large packet', () => {
  it('takes it in stretches and puts it together: one taking, one entry', async () => {
    const [token, before] = [await link(), await releases()];
    const page = await look(token);
    const html = await page.text();
    expect(html).not.toContain(token);
    expect(mayRun(html, page.headers.get('content-security-policy'))).toBe(true);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+'; connect-src 'self'$/); // prettier-ignore
    const { bytes, name, said } = await pressed(html, (init) => post(token, init.headers as Record<string, string>));
    expect(bytes.equals(whole)).toBe(true);
    expect([name, said]).toEqual([expect.stringContaining(packetId), expect.stringMatching(/^The packet is whole/)]);
    const added = (await releases()).slice(before.length);
    expect(added).toMatchObject([{ offset: 0, sizeBytes: whole.length, byLink: true }]);
    expect((await look(token)).status).toBe(410);
  });

  it('asks again for what was refused, cut or lost on the way, the first stretch too', async () => {
    const [token, before] = [await link(), await releases()];
    let n = 0;
    const { bytes } = await pressed(await (await look(token)).text(), async (init) => {
      const answer = await post(token, init.headers as Record<string, string>);
      n++;
      if (n % 4 === 1 || n % 4 === 2) await answer.body?.cancel();
      if (n % 4 === 1) throw new TypeError('the answer was lost');
      if (n % 4 === 2) return new Response(null, { status: 503 });
      if (n % 4 === 3) return new Response((await answer.arrayBuffer()).slice(0, 10), { status: 206 });
      return answer;
    });
    expect(bytes.equals(whole)).toBe(true);
    expect(await releases()).toHaveLength(before.length + 1);
  });

  it('says that the link was used, and does not ask on', async () => {
    const token = await link();
    const html = await (await look(token)).text();
    expect((await stretch(token, word(), 0, 9)).status).toBe(206);
    let asked = 0;
    const { said, bytes } = await pressed(html, (init) => {
      asked++;
      return post(token, init.headers as Record<string, string>);
    });
    expect([asked, bytes.length]).toEqual([1, 0]);
    expect(said).toMatch(/used or has ended/);
  });

  it('has no script where one answer carries the packet', async () => {
    const { headers, bytes } = await door.ask(undefined, 'GET', `/v1/links/${await link()}`);
    expect(bytes.toString()).not.toContain('<script');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'");
  });
});

describe('stretches by a link', () => {
  it('are refused to who says no word or another, once the first was taken', async () => {
    const [token, taking] = [await link(), word()];
    expect((await stretch(token, taking, 0, 99)).bytes).toEqual(whole.subarray(0, 100));
    for (const headers of [{}, { Taking: word(), Range: 'bytes=0-9' }, { Taking: word() }])
      expect((await readAnswer(await post(token, headers))).json).toMatchObject({ code: 'absent/link' });
    expect((await stretch(token, taking, 100, 199)).bytes).toEqual(whole.subarray(100, 200));
    expect((await readAnswer(await post(token, { Taking: 'short' }))).json).toMatchObject({ code: 'input/malformed' });
  });

  it('larger than one answer use nothing up', async () => {
    const token = await link();
    for (const headers of [{}, { Taking: word() }, { Taking: word(), Range: `bytes=0-${MOST}` }])
      expect((await readAnswer(await post(token, headers))).json).toMatchObject({ code: 'desk/answer-too-large' });
    expect((await look(token)).status).toBe(200);
  });

  it('that come first at once are one taking of one word', async () => {
    const [token, before, taking] = [await link(), await releases(), word()];
    const own = await Promise.all([0, 1, 2].map((n) => stretch(token, taking, n * 10, n * 10 + 9)));
    expect(own.map(({ status }) => status)).toEqual([206, 206, 206]);
    expect(await releases()).toHaveLength(before.length + 1);
    const other = await link();
    const strangers = await Promise.all([word(), word()].map((each) => stretch(other, each, 0, 9)));
    expect(strangers.map(({ status }) => status).sort()).toEqual([206, 410]);
  });

  it('end twelve hours after the first', async () => {
    const [token, taking] = [await link(), word()];
    expect((await stretch(token, taking, 0, 9)).status).toBe(206);
    door.test.clock.addDays(0.499);
    expect((await stretch(token, taking, 10, 19)).status).toBe(206);
    door.test.clock.addDays(0.002);
    expect((await stretch(token, taking, 20, 29)).json).toMatchObject({ code: 'absent/link' });
  });

  it('end when the links are ended, which counts them; what is over by itself is not counted', async () => {
    const [token, taking] = [await link(), word()];
    expect((await stretch(token, taking, 0, 9)).status).toBe(206);
    const end = async () => door.test.desk.endLinks(await door.test.as('supervisor'), packetId);
    expect((await end()).ended).toBeGreaterThan(0);
    expect((await stretch(token, taking, 10, 19)).json).toMatchObject({ code: 'absent/link' });
    expect(await end()).toEqual({ ended: 0 });
  });

  it('end when a finding clears', async () => {
    const { referralId, packetId: own } = await packed(door.test, [noise('b.mp4', 200_000)]);
    const supervisor = await door.test.as('supervisor');
    const { token } = await door.test.desk.makeLink(supervisor, own);
    const taking = word();
    expect((await stretch(token, taking, 0, 9)).status).toBe(206);
    const finding = { finding: 'not-illegal', about: 'referral', reason: 'a mistake', decidedBy: 'a court' } as const;
    await door.test.desk.clear(supervisor, referralId, finding);
    expect((await stretch(token, taking, 10, 19)).json).toMatchObject({ code: 'absent/link' });
  });
});
