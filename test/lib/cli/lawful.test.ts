import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cliDesk, type CliDesk } from './desk.ts';

let desk: CliDesk;
let id: string;

beforeAll(async () => {
  desk = await cliDesk();
  await desk.write('referral', []);
  const { json } = await desk.desk('submit', 'referral.json');
  id = (json as { referralId: string }).referralId;
});
afterAll(() => desk.end());

describe('regimes', () => {
  it('says of a day what the law asks, with its sources, and needs no desk', async () => {
    const ran = await desk.desk('regimes', '--on', '2026-11-26', '--regime', 'EU');
    const { items } = ran.json as { items: { id: string; source: string; certainty: string }[] };
    expect(ran.code).toBe(0);
    expect(items.map((each) => each.id)).toContain('eu-epoc');
    expect(items.map((each) => each.id)).not.toContain('eu-2021-1232');
    expect(items.every(({ source, certainty }) => source !== '' && certainty !== '')).toBe(true);
    expect((await desk.desk('regimes', '--on', 'tomorrow')).code).toBe(2);
  });

  it('names one for a referral, and enters that it was done by hand', async () => {
    const days = ['--holiday', '2026-12-25', '--holiday', '2026-12-28'];
    const order = ['--law', 'eu-epoc', '--since', '2026-01-01T10:00:00Z', '--zone', 'Europe/Rome', ...days];
    const named = await desk.desk('regime', id, '--add', 'EU', ...order);
    expect(named).toMatchObject({ code: 0, json: { regimes: [{ law: 'eu-epoc', standing: 'late' }] } });
    expect((await desk.desk('regime', id, '--add', 'EU', ...order)).code).toBe(1);
    expect((await desk.desk('regime', id)).code).toBe(2);
    expect((await desk.desk('regime', id, '--met', 'eu-epoc')).code).toBe(2);
    expect((await desk.desk('regime', id, '--met', 'eu-epoc', '--how', 'by hand')).code).toBe(0);
  });
});

describe('consent', () => {
  it('is entered with the reporter’s key, is seen in status, and is ended', async () => {
    const said = ['--to', 'europol', '--reason', 'asked for'];
    expect((await desk.desk('consent', id, '--to', 'europol')).code).toBe(2);
    expect((await desk.desk('consent', id, ...said)).code).toBe(0);
    expect((await desk.desk('status', id)).json).toMatchObject({ consents: [{ to: 'europol' }] });
    expect((await desk.desk('consent', id, ...said, '--end')).code).toBe(0);
    expect((await desk.desk('consent', id, ...said, '--end')).code).toBe(1);
  });
});

describe('clear', () => {
  it('enters a finding; its notice is a file that verify checks, and is acknowledged', async () => {
    const order = ['--agency', 'europol', '--purpose', 'inquiry', '--legal-basis', 'Example Act'];
    expect((await desk.desk('packet', id, ...order)).code).toBe(0);
    const said = ['--reason', 'An umbrella.', '--decided-by', 'Court of Example'];
    expect((await desk.desk('clear', id, '--finding', 'guilty', ...said)).code).toBe(2);
    const cleared = await desk.desk('clear', id, '--finding', 'not-illegal', ...said);
    const { notices } = cleared.json as { notices: { noticeId: string; agency: string }[] };
    expect(notices).toMatchObject([{ agency: 'europol' }]);
    const notice = notices[0]?.noticeId ?? '';
    await desk.desk('notice', notice, '--out', 'notice.json');
    await desk.desk('trust', '--out', 'trust.json');
    const verified = await desk.desk('verify', 'notice.json', '--trust', 'trust.json');
    expect(verified).toMatchObject({ code: 0, json: { ok: true } });
    const { seq } = (cleared.json as { clearance: { seq: number } }).clearance;
    const end = ['withdraw', id, '--clearance', String(seq), ...said];
    expect((await desk.desk('withdraw', id, '--clearance', 'x', ...said)).code).toBe(2);
    expect((await desk.desk(...end)).json).toMatchObject({ notices: [{ agency: 'europol', withdraws: seq }] });
    expect((await desk.desk(...end)).code).toBe(1);
    expect((await desk.desk('acknowledge-notice', notice)).code).toBe(1);
    expect((await desk.desk('acknowledge-notice', notice, '--note', 'by telephone')).code).toBe(0);
    expect((await desk.desk('notices')).json).toMatchObject({
      items: [{ acknowledged: { isByHand: true } }, { withdraws: seq }],
    });
  });
});
