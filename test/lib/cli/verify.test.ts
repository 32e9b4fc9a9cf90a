import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Custody, Receipt } from '../../../lib/index.ts';
import { freshDesk, noise, refer, type TestDesk } from '../../material.ts';
import { run, scratch, type Ran } from './command-line.ts';

let folder: Awaited<ReturnType<typeof scratch>>;
let desk: TestDesk;
let receipt: Receipt;
let custody: Custody;

beforeAll(async () => {
  folder = await scratch();
  desk = await freshDesk();
  const other = await freshDesk();
  const files = [noise('chat/one.bin', 5000), noise('two.bin', 70_000)];
  const { body, opened, receipt: finished } = await refer(desk, files);
  await desk.desk.integrate();
  receipt = finished;
  custody = await desk.desk.custody(await desk.as('auditor'), opened.referralId);
  for (const { path, bytes } of files) await put(`files/${path}`, bytes);
  await put('referral.json', body);
  await put('receipt.json', receipt);
  await put('first.json', opened.receipt);
  await put('custody.json', custody);
  await put('checkpoint.txt', custody.checkpoint ?? '');
  await put('trust.json', desk.trust);
  await put('foreign.json', other.trust);
  await other.end();
});
afterAll(async () => {
  await desk.end();
  await folder.end();
});

async function put(name: string, content: Buffer | string | object): Promise<void> {
  await mkdir(dirname(folder.at(name)), { recursive: true });
  const isRaw = Buffer.isBuffer(content) || typeof content === 'string';
  await writeFile(folder.at(name), isRaw ? content : JSON.stringify(content));
}

const verify = (...args: string[]): Promise<Ran> => run(['verify', ...args, '--json'], { cwd: folder.dir });
const codes = ({ json }: Ran): string[] => (json as { findings: { code: string }[] }).findings.map(({ code }) => code);

describe('verify', () => {
  it('holds a receipt, and the sender sees that his files and his referral are what was sealed', async () => {
    const ran = await verify('receipt.json', 'files', 'referral.json', '--trust', 'trust.json');
    expect(ran.json).toMatchObject({ ok: true, findings: [] });
    expect(ran.code).toBe(0);
  });

  it('holds exported custody, also against a receipt with files and against a checkpoint', async () => {
    const both = await verify('custody.json', 'files', '--trust', 'trust.json', '--against', 'receipt.json');
    const older = await verify('custody.json', '--trust', 'trust.json', '--against', 'first.json');
    const checkpoint = await verify('custody.json', '--trust', 'trust.json', '--against', 'checkpoint.txt');
    for (const ran of [both, older, checkpoint]) expect(ran).toMatchObject({ code: 0, json: { ok: true } });
  });

  it('asks for the receipt where files are to be held against custody, which names none', async () => {
    for (const against of [[], ['--against', 'checkpoint.txt']]) {
      const ran = await verify('custody.json', 'files', '--trust', 'trust.json', ...against);
      expect(ran).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
      expect(ran.stderr).toMatch(/receipt/);
    }
  });

  it('names a file that was changed by so much as a byte', async () => {
    await put('changed/two.bin', noise('two.bin', 70_000).bytes);
    const ran = await verify('receipt.json', 'changed', '--trust', 'trust.json');
    expect(ran.json).toMatchObject({ ok: false, findings: [{ code: 'file/unknown', where: 'two.bin' }] });
    expect(ran.code).toBe(1);
  });

  it('finds an edited receipt', async () => {
    await put('edited.json', { ...receipt, entry: { ...receipt.entry, time: '2026-11-22T09:00:00.000Z' } });
    const ran = await verify('edited.json', '--trust', 'trust.json');
    expect(codes(ran)).toContain('receipt/signature');
    expect(ran.code).toBe(1);
  });

  it('finds edited custody', async () => {
    const entries = custody.entries.map((text, n) => (n === 1 ? text.replace('"act":"attach"', '"act":"view"') : text));
    await put('edited-custody.json', { ...custody, entries });
    const ran = await verify('edited-custody.json', '--trust', 'trust.json');
    expect(codes(ran)).toContain('custody/link');
    expect(ran.code).toBe(1);
  });

  it('finds custody cut off at its end, given a receipt that was kept', async () => {
    await put('cut.json', { ...custody, entries: custody.entries.slice(0, -1) });
    const ran = await verify('cut.json', '--trust', 'trust.json', '--against', 'receipt.json');
    expect(codes(ran)).toContain('against/cut-off');
    expect(ran.code).toBe(1);
  });

  it('believes nobody without trust.json, and not the trust.json of another desk', async () => {
    const without = await verify('receipt.json');
    expect([without.code, codes(without)]).toEqual([1, ['trust/unknown-signer']]);
    const foreign = await verify('custody.json', '--trust', 'foreign.json');
    expect([foreign.code, codes(foreign)]).toEqual([1, ['trust/other-desk']]);
  });

  it('tells people in words what holds, what does not, and what was not checked', async () => {
    const good = await run(['verify', 'receipt.json', '--trust', 'trust.json'], { cwd: folder.dir });
    expect(good.stdout).toMatch(/^HOLDS/);
    expect(good.stdout).toMatch(/nothing to hold it against/);
    expect(good.stdout).toContain(desk.trust.fingerprint);
    const bad = await run(['verify', 'edited.json', '--trust', 'trust.json'], { cwd: folder.dir });
    expect(bad.stdout).toMatch(/^DOES NOT HOLD/);
  });

  it('refuses what is no proof', async () => {
    const ran = await verify('referral.json', '--trust', 'trust.json');
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'proof/malformed' } } });
  });
});
