// Packets encrypted to an agency's key, from the command that makes the key known to the agency's own tool opening what was taken.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, truncate, unlink, writeFile } from 'node:fs/promises';
import type { PacketStatus } from '../../../lib/index.ts';
import { has } from '../../programs.ts';
import { serve } from './command-line.ts';
import { cliDesk, twoFiles, type CliDesk } from './desk.ts';

const LAW = ['--purpose', 'an inquiry', '--legal-basis', 'Example Act'];

let desk: CliDesk;
let referralId: string;

beforeAll(async () => {
  desk = await cliDesk();
  await desk.write('referral', twoFiles());
  ({ referralId } = (await desk.desk('submit', 'referral.json', 'files-referral')).json as { referralId: string });
  await desk.desk('trust', '--out', 'trust.json');
});
afterAll(() => desk.end());

/** Another's program, where the desk lies. */
function tool(name: string, ...args: string[]): { code: number | null; out: string } {
  const { status, stdout, stderr } = spawnSync(name, args, { cwd: desk.dir, encoding: 'utf8' });
  return { code: status, out: `${stdout}${stderr}` };
}

interface Ordered {
  readonly packetId: string;
  readonly file: string;
}

async function order(agency: string, ...more: string[]): Promise<Ordered> {
  const ran = await desk.desk('packet', referralId, '--agency', agency, ...LAW, '--out', 'packets', ...more);
  expect(ran).toMatchObject({ code: 0 });
  return ran.json as Ordered;
}

async function statusOf(packetId: string): Promise<PacketStatus> {
  const served = await serve([], { cwd: desk.dir });
  try {
    const headers = { Authorization: `Bearer ${desk.keys.auditor}` };
    return (await (await fetch(`${served.url}/v1/packets/${packetId}/status`, { headers })).json()) as PacketStatus;
  } finally {
    await served.stop();
  }
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What the tool made of it is the very packet that the desk says is inside, and a stranger finds it authentic. */
async function expectPacket(name: string, packetId: string, sealed: string): Promise<void> {
  const [plain, delivered] = [await readFile(desk.at(name)), await readFile(sealed)];
  expect(await statusOf(packetId)).toMatchObject({
    sizeBytes: delivered.length,
    sha256: sha256Of(delivered),
    plain: { sizeBytes: plain.length, sha256: sha256Of(plain) },
  });
  const verified = await desk.desk('verify', name, '--trust', 'trust.json');
  expect(verified).toMatchObject({ code: 0, json: { ok: true, packet: { id: packetId } } });
}

/** Without the agency's key nobody verifies it, and verify says how it is opened. */
async function expectClosed(sealed: string, how: string): Promise<void> {
  const ran = await desk.desk('verify', sealed, '--trust', 'trust.json');
  expect([ran.code, JSON.stringify(ran.json)]).toEqual([2, expect.stringContaining(how)]);
}

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(desk.at('flipped'), bytes);
}

const withAge = has('age') ? describe : describe.skip; // the program age is missing: apt-get install age

withAge('a packet to a recipient of age', () => {
  let recipient: string;
  let taken: Ordered;

  beforeAll(async () => {
    tool('age-keygen', '-o', 'key.txt');
    tool('age-keygen', '-o', 'other.txt');
    recipient = tool('age-keygen', '-y', 'key.txt').out.trim();
    const added = await desk.desk('agency', 'add', '--id', 'age-police', '--name', 'A', '--age-recipient', recipient);
    expect(added).toMatchObject({ json: { packetKeys: [{ method: 'age', fingerprint: recipient }] } });
    taken = await order('age-police');
  });

  it('is opened by age with the agency’s identity, and is authentic then', async () => {
    expect(taken).toMatchObject({ encryption: { method: 'age', recipient } });
    expect(taken.file).toBe(desk.at(`packets/referral-desk-packet-${taken.packetId}.zip.age`));
    expect(tool('age', '-d', '-i', 'key.txt', '-o', 'age.zip', taken.file)).toMatchObject({ code: 0 });
    await expectPacket('age.zip', taken.packetId, taken.file);
    await expectClosed(taken.file, 'age -d -i');
  });

  it('is opened by no other identity, and not once a byte of it is another', async () => {
    expect(tool('age', '-d', '-i', 'other.txt', '-o', 'none.zip', taken.file).code).not.toBe(0);
    for (const at of [10, 200, 100_000]) {
      await flip(taken.file, at);
      expect(tool('age', '-d', '-i', 'key.txt', '-o', 'none.zip', 'flipped').code).not.toBe(0);
    }
  });

  it('says what lies inside, on its cover sheets, to whom it was encrypted', async () => {
    const { json } = await desk.desk('verify', 'age.zip', '--trust', 'trust.json');
    expect(json).toMatchObject({ packet: { encryption: { method: 'age', recipient } } });
  });

  it('goes on where a taking was cut off, to the byte', async () => {
    const before = await readFile(taken.file);
    await writeFile(`${taken.file}.part`, before);
    await truncate(`${taken.file}.part`, 70_000);
    await unlink(taken.file);
    expect(await desk.desk('take', taken.packetId, '--out', 'packets')).toMatchObject({ code: 0 });
    expect((await readFile(taken.file)).equals(before)).toBe(true);
    expect((await statusOf(taken.packetId)).releases.at(-1)).toMatchObject({ offset: 70_000 });
  });

  it('is the same order when it is given again, whatever key the agency has by then', async () => {
    const second = tool('age-keygen', '-y', 'other.txt').out.trim();
    expect(await desk.desk('agency', 'keys', 'age-police', '--age-recipient', second)).toMatchObject({ code: 0 });
    expect(await order('age-police', '--packet', taken.packetId)).toMatchObject({
      encryption: { method: 'age', recipient },
    });
    expect(await order('age-police')).toMatchObject({ encryption: { method: 'age', recipient: second } });
  });

  it('is signed only where the order says so, or the agency has no key any more', async () => {
    expect(await order('age-police', '--no-encryption')).toMatchObject({ encryption: 'none' });
    expect(await desk.desk('agency', 'keys', 'age-police', '--no-age-recipient')).toMatchObject({ code: 0 });
    expect(await order('age-police')).toMatchObject({ encryption: 'none' });
    const asked = ['packet', referralId, '--agency', 'age-police', ...LAW, '--encryption', 'age'];
    expect(await desk.desk(...asked)).toMatchObject({ json: { error: { code: 'input/invalid' } } });
  });
});

const withOpenssl = has('openssl') && has('unzip') ? describe : describe.skip; // openssl or unzip is missing

withOpenssl('a packet to an X.509 certificate', () => {
  it('is a ZIP of volumes that openssl opens, and is authentic then', async () => {
    const made = [
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'key.pem',
      '-out',
      'cert.pem',
      '-subj',
      '/CN=A',
      '-days',
      '9',
    ];
    tool('openssl', 'req', '-x509', ...made);
    const added = await desk.desk('agency', 'add', '--id', 'cms-police', '--name', 'C', '--certificate', 'cert.pem');
    expect(added).toMatchObject({ code: 0, json: { packetKeys: [{ method: 'cms' }] } });
    const taken = await order('cms-police');
    expect(taken.file).toBe(desk.at(`packets/referral-desk-packet-${taken.packetId}-cms.zip`));
    expect(tool('unzip', '-o', taken.file).code).toBe(0);
    const volume = `referral-desk-packet-${taken.packetId}.zip.001.p7m`;
    const to = ['-recip', 'cert.pem', '-inkey', 'key.pem'];
    const opened = tool(
      'openssl',
      'cms',
      '-decrypt',
      '-binary',
      '-inform',
      'DER',
      '-in',
      volume,
      '-out',
      'cms.zip',
      ...to,
    );
    expect(opened).toMatchObject({ code: 0 });
    await expectPacket('cms.zip', taken.packetId, taken.file);
    await expectClosed(taken.file, 'README.txt');
  });
});

const withGpg = has('gpg') ? describe : describe.skip; // the program gpg is missing: apt-get install gnupg

withGpg('a packet to an OpenPGP key', () => {
  const home = ['--homedir', 'gpg', '--batch', '--pinentry-mode', 'loopback', '--passphrase', ''];

  it('is opened by gpg, and is authentic then; not once a byte of it is another', async () => {
    tool('mkdir', '-m', '700', 'gpg');
    expect(tool('gpg', ...home, '--quick-gen-key', 'Agency <a@example.org>', 'rsa2048', 'default', '1d').code).toBe(0);
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(tool('gpg', ...home, '--with-colons', '-k').out)?.[1];
    tool('gpg', ...home, '--quick-add-key', fingerprint ?? '', 'rsa2048', 'encr', '1d');
    await writeFile(desk.at('key.asc'), tool('gpg', '--homedir', 'gpg', '--armor', '--export').out);
    const added = await desk.desk('agency', 'add', '--id', 'pgp-police', '--name', 'P', '--openpgp-key', 'key.asc');
    expect(added).toMatchObject({
      json: { packetKeys: [{ method: 'openpgp', fingerprint: fingerprint?.toLowerCase() }] },
    });
    const taken = await order('pgp-police');
    expect(taken.file).toBe(desk.at(`packets/referral-desk-packet-${taken.packetId}.zip.gpg`));
    expect(tool('gpg', ...home, '-o', 'gpg.zip', '-d', taken.file)).toMatchObject({ code: 0 });
    await expectPacket('gpg.zip', taken.packetId, taken.file);
    await expectClosed(taken.file, 'gpg -o');
    await flip(taken.file, 100_000);
    expect(tool('gpg', ...home, '-o', 'none.zip', '-d', 'flipped').code).not.toBe(0);
    tool('gpgconf', '--homedir', 'gpg', '--kill', 'all');
  });
});

describe('the key of an agency', () => {
  it.each([
    ['a recipient with a wrong letter', 'age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqsqqqqqq'],
    ['a hybrid recipient', `age1pq1${'q'.repeat(100)}`],
    ['an identity', `AGE-SECRET-KEY-1${'Q'.repeat(58)}`],
  ])('is not %s', async (_what, recipient) => {
    const ran = await desk.desk('agency', 'add', '--id', 'no-police', '--name', 'N', '--age-recipient', recipient);
    expect(ran).toMatchObject({ json: { error: { code: 'input/invalid' } } });
    expect(JSON.stringify(ran)).not.toContain(recipient.slice(8));
  });
});
