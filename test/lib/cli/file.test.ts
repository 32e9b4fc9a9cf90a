// `file` as a user types it: one desk files into another's CyberTipline door, over HTTP, each a process of its own.
import { chmod, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run, serve, type Ran, type Serving } from './command-line.ts';
import { cliDesk, twoFiles, type CliDesk } from './desk.ts';

let desk: CliDesk;
let ncmec: CliDesk;
let door: Serving;
let url = '';

beforeAll(async () => {
  [desk, ncmec] = [await cliDesk(), await cliDesk()];
  door = await serve([], { cwd: ncmec.dir });
  url = `${door.url}/ispws`;
  await credentials('ncmec.json', { user: 'example-esp', password: ncmec.keys.reporter });
});
afterAll(async () => {
  await door.stop();
  await Promise.all([desk.end(), ncmec.end()]);
});

async function credentials(name: string, value: unknown, mode = 0o600): Promise<string> {
  const path = desk.at(name);
  await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value), { mode });
  await chmod(path, mode);
  return path;
}

async function refer(): Promise<string> {
  const name = randomUUID();
  await desk.write(name, twoFiles());
  const submitted = await desk.desk('submit', `${name}.json`, `files-${name}`);
  return (submitted.json as { referralId: string }).referralId;
}

const TO = ['--to', 'ncmec'];

function file(referral: string, ...more: string[]): Promise<Ran> {
  return desk.desk('file', referral, ...TO, '--ncmec-url', url, '--ncmec-credentials', 'ncmec.json', ...more);
}

/** What the other desk took in. */
async function taken(): Promise<{ id: string; state: string }[]> {
  const { json } = await ncmec.desk('list', '--limit', '200');
  return (json as { items: { id: string; state: string }[] }).items;
}

describe('file', () => {
  it('files a referral once, says its number and where the receipt is, and says the same when it is run again', async () => {
    const before = (await taken()).length;
    const referral = await refer();
    const ran = await file(referral);
    expect(ran).toMatchObject({ code: 0, json: { referralId: referral, state: 'delivered', orphans: 0, reports: 1 } });
    const { reportId, receipt } = ran.json as { reportId: string; receipt: { answer: string } };
    expect(reportId).toMatch(/^[0-9]{16}$/);
    expect(Buffer.from(receipt.answer, 'base64').toString()).toContain(`<reportId>${reportId}</reportId>`);
    expect(await file(referral)).toMatchObject({ code: 0, json: { state: 'delivered', reportId } });
    const received = (await taken()).slice(before);
    expect(received).toMatchObject([{ state: 'finished' }]);
    const words = await run(['status', referral], { cwd: desk.dir });
    expect(words.stdout).toMatch(/filing .* with ncmec \(http.*\): delivered/);
    for (const [each, id] of [
      [desk, referral],
      [ncmec, received[0]?.id ?? ''],
    ] as const) {
      await each.desk('custody', id, '--out', `${id}.custody`);
      await each.desk('trust', '--out', `${id}.trust`);
      expect(await each.desk('verify', `${id}.custody`, '--trust', `${id}.trust`)).toMatchObject({ code: 0 });
      expect(await each.desk('watch')).toMatchObject({ code: 0, json: { findings: [] } });
    }
  });

  it('is delivered by a serve that runs on the folder, with what that was given', async () => {
    const referral = await refer();
    const env = { REFERRAL_DESK_NCMEC_URL: url, REFERRAL_DESK_NCMEC_CREDENTIALS: desk.at('ncmec.json') };
    const served = await serve([], { cwd: desk.dir, env });
    try {
      const ordered = await desk.desk('file', referral, ...TO, '--no-wait');
      expect(ordered).toMatchObject({ code: 0, json: { state: 'ordered', isNew: true } });
      expect(await desk.desk('file', referral, ...TO)).toMatchObject({
        code: 0,
        json: { state: 'delivered', reports: 1 },
      });
      const shown = await desk.desk('status', referral, '--key', desk.keys.reporter);
      expect(shown.json).toMatchObject({ filings: [{ to: 'ncmec', state: 'delivered' }] });
    } finally {
      await served.stop();
    }
  });

  it('ends with 1 when the credentials are refused, says so in status, and goes on once they are right', async () => {
    const referral = await refer();
    await credentials('wrong.json', { user: 'example-esp', password: 'rdk_wrong' });
    const refused = await file(referral, '--ncmec-credentials', 'wrong.json');
    expect(refused).toMatchObject({ code: 1, json: { state: 'refused', failure: { code: 'recipient/credentials' } } });
    expect(refused.stderr).toContain('filing/refused');
    const { refusal } = refused.json as { refusal: { status: number; answer: string } };
    expect([refusal.status, Buffer.from(refusal.answer, 'base64').toString()]).toEqual([
      401,
      expect.stringContaining('<responseCode>2000</responseCode>'),
    ]);
    const wrong = ['--ncmec-url', url, '--ncmec-credentials', 'wrong.json'];
    const said = await run(['file', referral, ...TO, ...wrong], { cwd: desk.dir });
    expect(said.stdout).toMatch(/What it answered \(HTTP 401\) is sealed word for word as entry [0-9]+/);
    const words = await run(['status', referral], { cwd: desk.dir });
    expect(words.stdout).toMatch(/filing .* with ncmec \(http.*\): refused .*recipient\/credentials/);
    expect(await file(referral)).toMatchObject({ code: 0, json: { state: 'delivered' } });
  });

  it('names what the recipient has no place for', async () => {
    const referral = await refer();
    const ran = await run(['file', referral, ...TO, '--ncmec-url', url, '--ncmec-credentials', 'ncmec.json'], {
      cwd: desk.dir,
    });
    expect([ran.code, ran.stdout.includes(`is filed with ncmec (${url}): report `)]).toEqual([0, true]);
    expect(ran.stdout).toMatch(/sealed word for word as entry [0-9]+/);
  });

  it('ends with 1 where the desk knows nobody to file with', async () => {
    const ran = await desk.desk('file', await refer(), ...TO);
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'absent/recipient' } } });
  });

  it('takes no credentials that others can read', async () => {
    await credentials('open.json', { user: 'a', password: 'b' }, 0o644);
    const ran = await file(randomUUID(), '--ncmec-credentials', 'open.json');
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'desk/readable-by-others' } } });
  });

  it.each([
    ['only a URL', ['--ncmec-url', 'test']],
    ['only credentials', ['--ncmec-credentials', 'ncmec.json']],
    ['a URL that is none', ['--ncmec-url', 'nonsense', '--ncmec-credentials', 'ncmec.json']],
    [
      'a URL that would send the password in clear',
      ['--ncmec-url', 'http://example.org', '--ncmec-credentials', 'ncmec.json'],
    ],
    ['credentials that are not there', ['--ncmec-url', 'test', '--ncmec-credentials', 'absent.json']],
    ['credentials that are none', ['--ncmec-url', 'test', '--ncmec-credentials', 'broken.json']],
    ['another schema', ['--ncmec-url', 'test', '--ncmec-credentials', 'ncmec.json', '--ncmec-schema', '2024']],
  ])('ends with 2 on %s', async (_name, args) => {
    await credentials('broken.json', '{"user": "secret');
    const ran = await desk.desk('file', randomUUID(), ...TO, ...args);
    expect(ran).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
    expect(ran.stderr + ran.stdout).not.toContain('secret');
  });

  it('ends with 2 without a recipient, and with 1 on a referral that there is not', async () => {
    expect(await desk.desk('file', randomUUID())).toMatchObject({ code: 2 });
    expect(await file(randomUUID())).toMatchObject({ code: 1, json: { error: { code: 'absent/referral' } } });
  });
});
