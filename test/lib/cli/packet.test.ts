import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { PacketStatus } from '../../../lib/index.ts';
import { acknowledgementMessage } from '../../../lib/index.ts';
import { noise } from '../../material.ts';
import { catalogueOf } from '../../../lib/summary/language/index.ts';
import { read as readPdf } from '../summary/read.ts';
import { signingKey, unpack } from '../packet/material.ts';
import { run, serve, type Ran } from './command-line.ts';
import { cliDesk, twoFiles, type CliDesk } from './desk.ts';

const LAW = ['--purpose', 'an inquiry', '--legal-basis', 'Europol Regulation, Art. 26'];
const EUROPOL = ['--agency', 'europol', ...LAW];

const files = [...twoFiles(), noise('nothing.bin', 0)];

let desk: CliDesk;
let referralId: string;
let packetId: string;
let file: string;
let bytes: Buffer;

beforeAll(async () => {
  desk = await cliDesk();
  await desk.write('referral', files);
  ({ referralId } = (await desk.desk('submit', 'referral.json', 'files-referral')).json as { referralId: string });
  await desk.desk('trust', '--out', 'trust.json');
  const ran = await desk.desk('packet', referralId, ...EUROPOL, '--out', 'packets');
  expect(ran).toMatchObject({ code: 0, json: { referralId, agency: 'europol' } });
  ({ packetId, file } = ran.json as { packetId: string; file: string });
  bytes = await readFile(file);
});
afterAll(() => desk.end());

const codesOf = ({ json }: Ran): string[] =>
  (json as { findings: { code: string }[] }).findings.map(({ code }) => code);

async function packetsNow(): Promise<{ packetId: string; state: string; sizeBytes: number; answers: object[] }[]> {
  return ((await desk.desk('packets')).json as { items: [] }).items;
}

async function releasesOf(id: string): Promise<PacketStatus['releases']> {
  const served = await serve([], { cwd: desk.dir });
  try {
    const headers = { Authorization: `Bearer ${desk.keys.auditor}` };
    const answer = await fetch(`${served.url}/v1/packets/${id}/status`, { headers });
    return ((await answer.json()) as PacketStatus).releases;
  } finally {
    await served.stop();
  }
}

/** As unzip does. */
async function unpackTo(zip: Buffer, folder: string): Promise<void> {
  for (const [path, content] of await unpack(zip)) {
    await mkdir(dirname(`${folder}/${path}`), { recursive: true });
    await writeFile(`${folder}/${path}`, content);
  }
}

describe('packet', () => {
  it('writes the packet to the folder, for its owner alone, and says how large it is', async () => {
    const { mode, size } = await stat(file);
    expect([mode & 0o777, file]).toEqual([0o600, desk.at(`packets/referral-desk-packet-${packetId}.zip`)]);
    expect(await packetsNow()).toMatchObject([{ packetId, state: 'frozen', sizeBytes: size, answers: [] }]);
    expect(await releasesOf(packetId)).toMatchObject([{ offset: 0, sizeBytes: size, byLink: false }]);
  });

  it.each([
    ['no purpose', ['--agency', 'europol', '--legal-basis', 'law']],
    ['no legal basis', ['--agency', 'europol', '--purpose', 'inquiry']],
    ['no agency', LAW],
    ['an id that is none', [...EUROPOL, '--packet', 'mine']],
  ])('ends with 2 on %s, and orders nothing', async (_name, args) => {
    const before = (await packetsNow()).length;
    const ran = await desk.desk('packet', referralId, ...args, '--out', 'none');
    expect(ran).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
    expect(await packetsNow()).toHaveLength(before);
    await expect(stat(desk.at('none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    ['an agency nobody knows', ['--agency', 'nobody', ...LAW], 'input/invalid'],
    ['a blank purpose', ['--agency', 'europol', '--purpose', ' ', '--legal-basis', 'law'], 'input/invalid'],
  ])('ends with 1 on %s', async (_name, args, code) => {
    const ran = await desk.desk('packet', referralId, ...args);
    expect(ran).toMatchObject({ code: 1, json: { error: { code } } });
  });

  it('orders nothing where it could not write it', async () => {
    const before = (await packetsNow()).length;
    await writeFile(desk.at('in-the-way'), '');
    expect(await desk.desk('packet', referralId, ...EUROPOL, '--out', 'in-the-way')).toMatchObject({ code: 2 });
    expect(await packetsNow()).toHaveLength(before);
  });

  it('goes on with an order that was given before, and refuses another under its name', async () => {
    const again = await desk.desk('packet', referralId, ...EUROPOL, '--packet', packetId, '--out', 'again');
    expect(again).toMatchObject({ code: 0, json: { packetId } });
    expect((await readFile((again.json as { file: string }).file)).equals(bytes)).toBe(true);
    const other = ['--agency', 'europol', '--purpose', 'another', '--legal-basis', 'law', '--packet', packetId];
    const refused = await desk.desk('packet', referralId, ...other);
    expect(refused).toMatchObject({ code: 1, json: { error: { code: 'state/key-reused' } } });
  });

  it('names the order when something fails after it, so that the same command goes on with it', async () => {
    const id = randomUUID();
    await mkdir(desk.at('failing'));
    await writeFile(desk.at(`failing/referral-desk-packet-${id}.zip`), 'something else');
    const ran = await desk.desk('packet', referralId, ...EUROPOL, '--packet', id, '--out', 'failing');
    expect(ran).toMatchObject({ code: 2, json: { error: { message: expect.stringContaining(`--packet ${id}`) } } });
    const again = await desk.desk('packet', referralId, ...EUROPOL, '--packet', id, '--out', 'mended');
    expect(again).toMatchObject({ code: 0, json: { packetId: id } });
    const refused = await desk.desk('packet', referralId, '--agency', 'nobody', ...LAW, '--out', 'none');
    expect(JSON.stringify(refused.json)).not.toContain('--packet');
  });

  it('makes it without writing it anywhere, for the agency to take', async () => {
    const ran = await desk.desk('packet', referralId, ...EUROPOL, '--packet', randomUUID());
    expect(ran.code).toBe(0);
    expect(ran.json).not.toHaveProperty('file');
  });

  it('is not for an auditor', async () => {
    const ran = await desk.desk('packet', referralId, ...EUROPOL, '--key', desk.keys.auditor);
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'access/denied' } } });
  });
});

describe('take', () => {
  const name = (folder: string): string => desk.at(`${folder}/referral-desk-packet-${packetId}.zip`);
  const take = (...args: string[]): Promise<Ran> => desk.desk('take', packetId, ...args);

  it('takes what one’s agency may take, with its key, from a desk that serves', async () => {
    const served = await serve([], { cwd: desk.dir });
    try {
      const ran = await take('--out', 'taken', '--desk', served.url, '--key', desk.keys.investigator);
      expect(ran).toMatchObject({ code: 0, json: { packetId, sizeBytes: bytes.length, file: name('taken') } });
      expect((await readFile(name('taken'))).equals(bytes)).toBe(true);
    } finally {
      await served.stop();
    }
  });

  it('goes on where an earlier try was cut off, and takes nothing that is there', async () => {
    const before = (await releasesOf(packetId)).length;
    await take('--out', 'parts');
    await copyFile(name('parts'), `${name('parts')}.part`);
    await unlink(name('parts'));
    await truncate(`${name('parts')}.part`, 1000);
    expect(await take('--out', 'parts')).toMatchObject({ code: 0 });
    expect((await readFile(name('parts'))).equals(bytes)).toBe(true);
    await expect(stat(`${name('parts')}.part`)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await take('--out', 'parts')).toMatchObject({ code: 0 });
    const offsets = (await releasesOf(packetId)).slice(before).map(({ offset }) => offset);
    expect(offsets).toEqual([0, 1000]);
  });

  it('begins anew where what an earlier try left is longer than the packet', async () => {
    await writeFile(`${name('parts')}.part`, Buffer.concat([bytes, Buffer.from('more')]));
    await unlink(name('parts'));
    expect(await take('--out', 'parts')).toMatchObject({ code: 0 });
    expect((await readFile(name('parts'))).equals(bytes)).toBe(true);
  });

  const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
  const left = async (folder: string): Promise<string[]> => (await readdir(desk.at(folder))).sort();

  /** A folder with something in it that stands where the packet goes. */
  async function before(folder: string, make: (at: string) => Promise<unknown>): Promise<string> {
    await mkdir(desk.at(folder));
    await make(name(folder));
    return name(folder);
  }

  it('does not call what it finds there the packet, nor writes over it, whatever it is', async () => {
    const rubbish = randomBytes(bytes.length);
    const foreign = Buffer.from('my own notes');
    for (const [folder, content] of [
      ['rubbish', rubbish],
      ['foreign', foreign],
    ] as const) {
      const path = await before(folder, (at) => writeFile(at, content));
      expect(await take('--out', folder)).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
      expect(digestOf(await readFile(path))).toBe(digestOf(content));
    }
    const linked = await before('linked', async (at) => {
      await writeFile(`${at}.elsewhere`, bytes);
      await symlink(`${at}.elsewhere`, at);
    });
    expect(await take('--out', 'linked')).toMatchObject({ code: 2 });
    expect((await lstat(linked)).isSymbolicLink()).toBe(true);
    const releasesBefore = (await releasesOf(packetId)).length;
    const same = await before('same', (at) => writeFile(at, bytes));
    expect(await take('--out', 'same')).toMatchObject({ code: 0, json: { file: same } });
    expect(await releasesOf(packetId)).toHaveLength(releasesBefore);
  });

  it('does not go on with what was tampered with, but takes all of it anew', async () => {
    const tampered = Buffer.from(bytes.subarray(0, 1000));
    tampered[500] = (tampered[500] ?? 0) ^ 1;
    const whole = Buffer.from(bytes);
    whole[500] = (whole[500] ?? 0) ^ 1;
    for (const [folder, content, offsets] of [
      ['tampered', tampered, [1000, 0]],
      ['tampered-whole', whole, [0]],
    ] as const) {
      const count = (await releasesOf(packetId)).length;
      const path = await before(folder, (at) => writeFile(`${at}.part`, content));
      expect(await take('--out', folder)).toMatchObject({ code: 0 });
      expect(digestOf(await readFile(path))).toBe(digestOf(bytes));
      expect(await left(folder)).toEqual([basename(path)]);
      expect((await releasesOf(packetId)).slice(count).map(({ offset }) => offset)).toEqual(offsets);
    }
  });

  it('goes on only with a file that is nothing else, and makes it its owner’s alone', async () => {
    for (const [folder, lay] of [
      ['through-a-link', symlink],
      ['under-two-names', link],
    ] as const) {
      const other = desk.at(`${folder}.txt`);
      await writeFile(other, bytes.subarray(0, 500), { mode: 0o644 });
      const path = await before(folder, (at) => lay(other, `${at}.part`));
      expect(await take('--out', folder)).toMatchObject({ code: 0 });
      expect([(await stat(other)).size, (await stat(other)).mode & 0o777]).toEqual([500, 0o644]);
      expect([digestOf(await readFile(path)), (await lstat(path)).mode & 0o777]).toEqual([digestOf(bytes), 0o600]);
    }
    const open = await before('open-to-all', (at) => writeFile(`${at}.part`, bytes.subarray(0, 500), { mode: 0o644 }));
    expect(await take('--out', 'open-to-all')).toMatchObject({ code: 0 });
    expect((await stat(open)).mode & 0o777).toBe(0o600);
    const pipe = await before('a-pipe', (at) => Promise.resolve(execFileSync('mkfifo', [`${at}.part`])));
    expect(await take('--out', 'a-pipe')).toMatchObject({ code: 0 });
    expect(digestOf(await readFile(pipe))).toBe(digestOf(bytes));
  });

  it('is one at a time to one place, and takes over what a dead one left', async () => {
    const path = await before('locked', (at) => writeFile(`${at}.lock`, `${process.pid}\n`));
    expect(await take('--out', 'locked')).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
    expect(await left('locked')).toEqual([`${basename(path)}.lock`]);
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    await writeFile(`${path}.lock`, `${dead}\n`);
    expect(await take('--out', 'locked')).toMatchObject({ code: 0 });
    expect(await left('locked')).toEqual([basename(path)]);
    const all = await Promise.all([1, 2, 3].map(() => take('--out', 'at-once')));
    expect(all.filter(({ code }) => code === 0).length).toBeGreaterThan(0);
    expect(all.every(({ code }) => code === 0 || code === 2)).toBe(true);
    expect(digestOf(await readFile(name('at-once')))).toBe(digestOf(bytes));
    expect(await left('at-once')).toEqual([basename(path)]);
  });

  it('ends with 1 on a packet that there is not, and with 2 on an id that is none', async () => {
    const absent = await desk.desk('take', randomUUID(), '--out', 'none');
    expect(absent).toMatchObject({ code: 1, json: { error: { code: 'absent/packet' } } });
    expect(await desk.desk('take', 'mine', '--out', 'none')).toMatchObject({ code: 2 });
    expect(await desk.desk('take', packetId)).toMatchObject({ code: 2 });
  });
});

describe('link', () => {
  it('answers a path by which the packet is taken once', async () => {
    const made = await desk.desk('link', packetId, '--hours', '1');
    expect(made).toMatchObject({ code: 0, json: { packetId } });
    const { path } = made.json as { path: string };
    const served = await serve([], { cwd: desk.dir });
    try {
      const page = await fetch(`${served.url}${path}`);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      const taken = await fetch(`${served.url}${path}`, { method: 'POST' });
      expect(Buffer.from(await taken.arrayBuffer()).equals(bytes)).toBe(true);
      expect((await fetch(`${served.url}${path}`, { method: 'POST' })).status).toBe(410);
    } finally {
      await served.stop();
    }
  });

  it('is ended with all others that were not used', async () => {
    const { path } = (await desk.desk('link', packetId)).json as { path: string };
    expect(await desk.desk('link', packetId, '--end')).toMatchObject({ code: 0, json: { packetId, ended: 1 } });
    expect(await desk.desk('link', packetId, '--end')).toMatchObject({ code: 0, json: { ended: 0 } });
    expect(await desk.desk('link', packetId, '--end', '--hours', '1')).toMatchObject({ code: 2 });
    const served = await serve([], { cwd: desk.dir });
    try {
      expect((await fetch(`${served.url}${path}`, { method: 'POST' })).status).toBe(410);
    } finally {
      await served.stop();
    }
  });

  it.each(['0', '721', '1.5', 'x'])('ends with 2 on %s hours', async (hours) => {
    expect(await desk.desk('link', packetId, '--hours', hours)).toMatchObject({ code: 2 });
  });
});

describe('acknowledge', () => {
  it('records the answer of the agency’s investigator, which the reporter sees in status', async () => {
    const answer = ['--answer', 'outcome', '--reason', 'inquiryOpened', '--case-number', '12/26', '--note', 'thanks'];
    const ran = await desk.desk('acknowledge', packetId, ...answer, '--key', desk.keys.investigator);
    expect(ran).toMatchObject({ code: 0, json: { entry: { act: 'acknowledge' } } });
    const status = await desk.desk('status', referralId, '--key', desk.keys.reporter);
    const { packets } = status.json as { packets: { packetId: string; answers: object[] }[] };
    const found = packets.find((each) => each.packetId === packetId);
    expect(found?.answers).toMatchObject([{ answer: 'outcome', reason: 'inquiryOpened' }]);
    const words = await run(['status', referralId, '--key', desk.keys.reporter], { cwd: desk.dir });
    expect(words.stdout).toContain('inquiryOpened');
  });

  it('takes the agency’s signature from a supervisor, and nothing without one', async () => {
    const key = signingKey();
    const agency = ['--id', 'de-bka', '--name', 'BKA', '--signing-key', key.publicKey];
    expect(await desk.desk('agency', 'add', ...agency)).toMatchObject({ code: 0 });
    const made = await desk.desk('packet', referralId, '--agency', 'de-bka', ...LAW);
    const { packetId: id } = made.json as { packetId: string };
    const { desk: deskId } = (await desk.readJson('trust.json')) as { desk: string };
    const without = await desk.desk('acknowledge', id, '--answer', 'received');
    expect(without).toMatchObject({ code: 1, json: { error: { code: 'access/signature' } } });
    const signature = key.sign(acknowledgementMessage(deskId, id, { answer: 'received' }));
    const signed = await desk.desk('acknowledge', id, '--answer', 'received', '--signature', signature);
    expect(signed).toMatchObject({ code: 0 });
  });

  it.each([
    ['no answer', []],
    ['an answer that is none', ['--answer', 'lost']],
    ['a reason that is none', ['--answer', 'outcome', '--reason', 'bored']],
  ])('ends with 2 on %s', async (_name, args) => {
    expect(await desk.desk('acknowledge', packetId, ...args)).toMatchObject({ code: 2 });
  });
});

describe('summary', () => {
  it('writes the PDF, and enters the reading with its purpose', async () => {
    const ran = await desk.desk('summary', referralId, '--purpose', 'first look', '--out', 'summary.pdf');
    expect(ran).toMatchObject({ code: 0, json: { referralId, file: desk.at('summary.pdf') } });
    expect((await readFile(desk.at('summary.pdf'))).subarray(0, 5).toString()).toBe('%PDF-');
    const custody = (await desk.desk('custody', referralId)).json as { entries: string[] };
    expect(custody.entries.at(-1)).toContain('"act":"read"');
  });

  it('says it in another of the six languages, and in none that there is not', async () => {
    const args = ['summary', referralId, '--purpose', 'first look', '--out', 'summary-fr.pdf', '--language'];
    expect(await desk.desk(...args, 'fr')).toMatchObject({ code: 0 });
    expect(readPdf(await readFile(desk.at('summary-fr.pdf'))).pages[0]).toContain(
      (await catalogueOf('fr')).cover.titleOfCopy,
    );
    expect(await desk.desk(...args, 'xx')).toMatchObject({ code: 2 });
  });

  it('ends with 2 without a purpose', async () => {
    expect(await desk.desk('summary', referralId, '--out', 'none.pdf')).toMatchObject({ code: 2 });
  });
});

describe('verify of a packet', () => {
  const verify = (path: string, ...more: string[]): Promise<Ran> => desk.desk('verify', path, ...more);
  const trust = ['--trust', 'trust.json'];

  it('says that it is authentic, and of what it is', async () => {
    const ran = await verify(file, ...trust);
    expect(ran).toMatchObject({
      code: 0,
      json: { ok: true, findings: [], packet: { id: packetId, agency: 'europol' } },
    });
  });

  const hasUnzip = spawnSync('unzip', ['-v']).status === 0;
  const withUnzip = hasUnzip ? it : it.skip; // unzip is not installed

  withUnzip('says the same of the folder it was unpacked into, and of the folder in that', async () => {
    execFileSync('unzip', ['-q', file, '-d', desk.at('unpacked')]);
    for (const path of ['unpacked', `unpacked/referral-desk-packet-${packetId}`])
      expect(await verify(path, ...trust)).toMatchObject({ code: 0, json: { ok: true } });
    await writeFile(desk.at(`unpacked/referral-desk-packet-${packetId}/data/media/E0002.bin`), 'other');
    const changed = await verify('unpacked', ...trust);
    expect([changed.code, [...new Set(codesOf(changed))].sort()]).toEqual([
      1,
      ['bag/digest', 'bag/oxum', 'packet/exhibit', 'packet/file'],
    ]);
  });

  it('says without trust.json that it is consistent and its signer unknown, and ends with 1', async () => {
    const ran = await verify(file);
    expect([ran.code, codesOf(ran)]).toEqual([1, ['trust/unknown-signer']]);
    const words = await run(['verify', file], { cwd: desk.dir });
    expect([words.code, words.stdout.split(':')[0]]).toEqual([1, 'CONSISTENT, SIGNER UNKNOWN']);
  });

  it('names what is wrong, and where, with a code and a place for each', async () => {
    const changed = Buffer.from(bytes);
    const at = changed.indexOf(files[0]?.bytes.subarray(0, 64) ?? '');
    expect(at).toBeGreaterThan(0);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await writeFile(desk.at('changed.zip'), changed);
    const ran = await verify('changed.zip', ...trust);
    expect(ran.code).toBe(1);
    const { ok, findings } = ran.json as { ok: boolean; findings: { code: string; where: string }[] };
    expect(ok).toBe(false);
    expect(findings).toContainEqual({ code: 'packet/exhibit', where: 'data/media/E0001.bin' });
    for (const { code, where } of findings)
      expect([/^[a-z]+\/[a-z-]+$/.test(code), where !== '']).toEqual([true, true]);
  });

  it.each<[string, (whole: Buffer) => Buffer]>([
    ['whose first byte is wrong', (whole) => Buffer.concat([Buffer.from('X'), whole.subarray(1)])],
    ['that is cut off', (whole) => whole.subarray(0, 5000)],
    ['that has bytes behind it', (whole) => Buffer.concat([whole, Buffer.from('x')])],
    ['that has bytes before it', (whole) => Buffer.concat([Buffer.from('x'), whole])],
    ['of which only the end is there', (whole) => whole.subarray(-500)],
    ['of which nothing is there', () => Buffer.alloc(0)],
    ['that is zeros', (whole) => Buffer.alloc(whole.length)],
  ])('finds a packet %s', async (_name, harm) => {
    await writeFile(desk.at('harmed.zip'), harm(bytes));
    const ran = await verify('harmed.zip', ...trust);
    expect(ran).toMatchObject({ code: 1, json: { ok: false } });
    expect(codesOf(ran).some((code) => code.startsWith('zip/'))).toBe(true);
  });

  it('finds what is no file in an unpacked packet, and waits for no pipe', async () => {
    const root = desk.at('no-file');
    await unpackTo(bytes, root);
    expect(await verify('no-file', ...trust)).toMatchObject({ code: 0, json: { ok: true } });
    const empty = `${root}/data/media/E0003.bin`;
    expect((await stat(empty)).size).toBe(0);
    await unlink(empty);
    await symlink('/dev/null', empty);
    const linked = await verify('no-file', ...trust);
    expect([linked.code, codesOf(linked).includes('packet/no-file')]).toEqual([1, true]);
    await unlink(empty);
    await writeFile(empty, '');
    execFileSync('mkfifo', [`${root}/more`]);
    const piped = await verify('no-file', ...trust);
    expect([piped.code, codesOf(piped)]).toEqual([1, ['packet/no-file']]);
    expect(await verify('no-file/more', ...trust)).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
  });

  it('takes no files and nothing to hold it against', async () => {
    expect(await verify(file, 'files-referral')).toMatchObject({ code: 2 });
    expect(await verify('absent.zip')).toMatchObject({ code: 2 });
  });

  it('is refused by the trust.json of another desk', async () => {
    const other = await cliDesk();
    try {
      await other.desk('trust', '--out', 'trust.json');
      const ran = await verify(file, '--trust', other.at('trust.json'));
      expect([ran.code, new Set(codesOf(ran))]).toEqual([1, new Set(['trust/other-desk'])]);
    } finally {
      await other.end();
    }
  });
});
