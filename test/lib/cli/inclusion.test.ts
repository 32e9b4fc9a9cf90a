// `log inclusion` and `verify` of a packet with what was kept elsewhere, by the command itself.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tilePath, tilesOf } from '../../../lib/formats/tiles.ts';
import { freshDesk, noise, refer, type TestDesk } from '../../material.ts';
import { pack, takeAll } from '../packet/material.ts';
import { run, scratch, type Ran } from './command-line.ts';

let folder: Awaited<ReturnType<typeof scratch>>;
let desk: TestDesk;
let referralId: string;

async function put(name: string, content: Uint8Array | object): Promise<void> {
  await mkdir(dirname(folder.at(name)), { recursive: true });
  await writeFile(folder.at(name), content instanceof Uint8Array ? content : JSON.stringify(content));
}

beforeAll(async () => {
  folder = await scratch();
  desk = await freshDesk();
  const { opened, receipt } = await refer(desk, [noise('one.jpg', 500)]);
  ({ referralId } = opened);
  await put('packet.zip', await takeAll(desk, await pack(desk, referralId)));
  await put('receipt.json', receipt);
  await put('trust.json', desk.trust);
  const take = async (path: string): Promise<Buffer> => {
    const bytes = Buffer.from((await desk.desk.logFile(path))?.bytes ?? []);
    await put(`log/${path}`, bytes);
    return bytes;
  };
  await desk.desk.integrate();
  const note = (await take('1/checkpoint')).toString();
  for (const name of tilesOf(Number(note.split('\n')[1]))) await take(`1/${tilePath(name)}`);
  await take('checkpoint');
  await desk.desk.recordView(await desk.as('reporter'), referralId, {
    sha256: '0'.repeat(64),
    viewer: 'Noa',
    from: '2026-11-22T09:00:00Z',
    extent: 'none',
  });
  await put('now.json', await desk.desk.receipt(await desk.as('reporter'), referralId));
}, 120_000);
afterAll(async () => {
  await desk.end();
  await folder.end();
});

const cli = (...args: string[]): Promise<Ran> => run([...args, '--json'], { cwd: folder.dir });
const codes = ({ json }: Ran): string[] => (json as { findings: { code: string }[] }).findings.map(({ code }) => code);

describe('log inclusion', () => {
  it('proves a receipt’s entry from the files of the log, and holds that proof again', async () => {
    const trust = ['--trust', 'trust.json'];
    const made = await cli('log', 'inclusion', 'receipt.json', '--from', 'log', ...trust, '--out', 'entry.tlog-proof');
    expect(made).toMatchObject({ code: 0, json: { ok: true } });
    const again = await cli('log', 'inclusion', 'receipt.json', '--proof', 'entry.tlog-proof', ...trust);
    expect(again).toMatchObject({ code: 0, json: { ok: true } });
    const other = await cli('log', 'inclusion', 'now.json', '--proof', 'entry.tlog-proof', ...trust);
    expect([other.code, codes(other)]).toEqual([1, ['log/inclusion']]);
    expect(await cli('log', 'inclusion', 'receipt.json', ...trust)).toMatchObject({ code: 2 });
  });
});

describe('verify of a packet, asked for more', () => {
  const verify = (...more: string[]): Promise<Ran> => cli('verify', 'packet.zip', '--trust', 'trust.json', ...more);

  it('holds against the log, and writes its report', async () => {
    const ran = await verify('--against', 'log', '--referral', referralId, '--out', 'report.txt');
    expect(ran).toMatchObject({ code: 0, json: { ok: true, steps: expect.arrayContaining([]) } });
  });

  it('names another referral, and later acts', async () => {
    expect(codes(await verify('--referral', 'another'))).toEqual(['packet/other-referral']);
    expect(codes(await verify('--against', 'now.json'))).toEqual(['against/stale']);
  });
});
