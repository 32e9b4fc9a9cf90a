import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { buildDecrypt } from '@aws-crypto/decrypt-node';
import { CommitmentPolicy } from '@aws-crypto/material-management-node';
import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/raw-aes-keyring-node';
import { cliDesk, twoFiles, type CliDesk } from './desk.ts';

const files = twoFiles();
const [one] = files;
let desk: CliDesk;
let id: string;
let attachment: string;

beforeAll(async () => {
  desk = await cliDesk();
  await desk.write('referral', files);
  const { json } = await desk.desk('submit', 'referral.json', 'files-referral');
  const submitted = json as { referralId: string; attachments: { id: string }[] };
  id = submitted.referralId;
  attachment = submitted.attachments[0]?.id ?? '';
});
afterAll(() => desk.end());

interface Exported {
  readonly entries: readonly string[];
}
const actsOf = (json: unknown): string[] =>
  (json as Exported).entries.map((text) => (JSON.parse(text) as { act: string }).act);

describe('view', () => {
  const span = ['--from', '2026-01-02T09:00:00Z', '--to', '2026-01-02T09:10:00Z'];
  const look = () => ['--sha256', one?.sha256 ?? '', '--viewer', 'Noa Example', ...span];

  it('enters who looked at which bytes, when and how much of them', async () => {
    const ran = await desk.desk('view', id, attachment, ...look(), '--extent', 'full');
    expect(ran).toMatchObject({ code: 0, json: { entry: { act: 'view' } } });
  });

  it('asks for all of a look, and refuses one that is yet to come', async () => {
    expect((await desk.desk('view', id, ...look())).code).toBe(2);
    const future = [...look().slice(0, 4), '--from', '2999-01-01T00:00:00Z', '--extent', 'full'];
    const ran = await desk.desk('view', id, ...future);
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'input/rule' } } });
  });

  it('reads an attachment out under its id, whatever the submitter called it, and enters the reading', async () => {
    const ran = await desk.desk('view', id, attachment, '--out', 'opened', '--purpose', 'order 7/26');
    expect(ran).toMatchObject({ code: 0, json: { file: desk.at(`opened/${attachment}.bin`) } });
    expect(await readdir(desk.at('opened'))).toEqual([`${attachment}.bin`]);
    expect((await readFile(desk.at(`opened/${attachment}.bin`))).equals(one?.bytes ?? Buffer.alloc(0))).toBe(true);
    expect(actsOf((await desk.desk('custody', id)).json)).toContain('read');
  });

  it('reads nothing without a purpose, and writes over nothing', async () => {
    expect((await desk.desk('view', id, attachment, '--out', 'opened')).code).toBe(2);
    const again = await desk.desk('view', id, attachment, '--out', 'opened', '--purpose', 'order 7/26');
    expect(again).toMatchObject({ code: 2, json: { error: { code: 'usage' } } });
  });
});

describe('hold', () => {
  it('keeps a referral until the hold is ended by an order of its own', async () => {
    const order = ['--reason', 'asked for by a court', '--legal-basis', 'order 8/26'];
    const held = await desk.desk('hold', id, ...order, '--until', '2030-01-01T00:00:00Z');
    const { holdId } = held.json as { holdId: string };
    expect((await desk.desk('status', id)).json).toMatchObject({ holds: [{ id: holdId }] });
    const ended = await desk.desk('hold', id, '--end', holdId, '--reason', 'order 9/26');
    expect([held.code, ended.code]).toEqual([0, 0]);
    expect((await desk.desk('status', id)).json).toMatchObject({ holds: [] });
  });

  it('asks for the legal basis of a new one', async () => {
    expect((await desk.desk('hold', id, '--reason', 'because')).code).toBe(2);
  });
});

describe('destroy', () => {
  const order = ['--reason', 'no longer needed', '--legal-basis', 'order 10/26'];

  it('asks for a key of a person, also from whoever sits at the machine', async () => {
    const ran = await desk.desk('destroy', id, ...order);
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'access/denied' } } });
    expect(ran.stderr).toMatch(/two persons/);
  });

  it('is refused while the law asks for the referral to be kept', async () => {
    const ran = await desk.desk('destroy', id, ...order, '--key', desk.keys.supervisor);
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'state/retained' } } });
  });

  it('is approved by nobody without a key, and not when it was not asked for', async () => {
    const nothing = '00000000-0000-4000-8000-000000000000';
    const house = await desk.desk('approve', id, nothing);
    expect(house).toMatchObject({ code: 1, json: { error: { code: 'access/denied' } } });
    const unasked = await desk.desk('approve', id, nothing, '--key', desk.keys.supervisor2);
    expect(unasked).toMatchObject({ code: 1, json: { error: { code: 'absent/destruction' } } });
  });
});

describe('keys export', () => {
  it('hands out what any AWS Encryption SDK opens one object with, and enters why', async () => {
    const custody = (await desk.desk('custody', id)).json as Exported;
    const attached = custody.entries.map((text) => JSON.parse(text) as { act: string; objects: { id: string }[] });
    const object = attached.find(({ act }) => act === 'attach')?.objects[0]?.id ?? '';
    const args = ['keys', 'export', object, '--purpose', 'order 11/26'];
    const { code, json } = await desk.desk(...args, '--out', 'object.sealed');
    expect(code).toBe(0);
    const exported = json as { key: string; keyName: string; keyNamespace: string; file: string };
    const keyring = new RawAesKeyringNode({
      keyName: exported.keyName,
      keyNamespace: exported.keyNamespace,
      unencryptedMasterKey: new Uint8Array(Buffer.from(exported.key, 'hex')),
      wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
    });
    const { decrypt } = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    const { plaintext } = await decrypt(keyring, await readFile(exported.file));
    expect(files.some(({ bytes }) => bytes.equals(plaintext))).toBe(true);
    expect(actsOf((await desk.desk('custody', id)).json)).toContain('export-key');
  });

  it('is refused without a purpose and to an operator', async () => {
    expect((await desk.desk('keys', 'export', attachment)).code).toBe(2);
    const args = ['keys', 'export', attachment, '--purpose', 'curious', '--key', desk.keys.operator];
    expect(await desk.desk(...args)).toMatchObject({ code: 1, json: { error: { code: 'access/denied' } } });
  });
});

describe('custody and log', () => {
  it('are checked without the desk: against a receipt, and against a checkpoint that was kept', async () => {
    await desk.desk('watch');
    const log = (await desk.desk('log')).json as { checkpoint: string; vkey: string; size: number };
    expect(log.vkey).toMatch(/^referral-desk\/[0-9a-f-]{36}\/1\+[0-9a-f]{8}\+/);
    const kept = await desk.deskIn({}, 'log', '--out', 'checkpoint.txt');
    expect(kept.code).toBe(0);
    await desk.desk('hold', id, '--reason', 'one more entry', '--legal-basis', 'order 12/26');
    await desk.desk('watch');
    const out = await desk.desk('custody', id, '--since', 'checkpoint.txt', '--out', 'custody.json');
    expect(out.code).toBe(0);
    const trust = ['--trust', 'desk-data/trust.json'];
    for (const against of ['checkpoint.txt', `${id}.receipt.json`]) {
      const ran = await desk.desk('verify', 'custody.json', ...trust, '--against', against);
      expect(ran).toMatchObject({ code: 0, json: { ok: true } });
    }
  });

  it("exports the desk's own chain too", async () => {
    const { code, json } = await desk.desk('custody', 'desk');
    expect(code).toBe(0);
    expect(actsOf(json).slice(0, 2)).toEqual(['init', 'add-agency']);
  });

  it('tells people where the export lies', async () => {
    const { stdout } = await desk.desk('custody', id, '--out', 'again.json');
    expect(stdout).toContain('again.json');
  });
});
