// The PDF's own signature: what it shows where the PDF travels alone, to our program and to openssl, and that a packet holds to it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256Hex } from '../../../lib/formats/canonical.ts';
import { verifyPacket, verifySummary, type Trust } from '../../../lib/index.ts';
import { SUMMARY_SIGNATURE, summaryMessage, type SummarySignature } from '../../../lib/packet/verify-pdf.ts';
import { run } from '../cli/command-line.ts';
import { freshDesk, noise, type TestDesk } from '../../material.ts';
import { deskSigner, forge, jsonIn, packed, sourceOf, strangerSigner, unpack, type Files } from './material.ts';

let test: TestDesk;
let files: Files;
let trust: Trust;
let folder: string;

beforeAll(async () => {
  test = await freshDesk();
  trust = await test.desk.trust();
  files = await unpack((await packed(test, [noise('a.jpg', 10)])).bytes);
  folder = mkdtempSync(join(tmpdir(), 'summary-'));
  for (const path of ['data/summary.pdf', SUMMARY_SIGNATURE, 'signature.json'])
    writeFileSync(at(path.replace('data/', '')), fileOf(path));
  writeFileSync(at('trust.json'), JSON.stringify(trust));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await test.end();
});

const at = (name: string): string => join(folder, name);
const fileOf = (path: string): Buffer => files.get(path) ?? Buffer.alloc(0);
const signed = (): SummarySignature => jsonIn(files, SUMMARY_SIGNATURE) as SummarySignature;
const codesOf = (pdf: Buffer, signature: Uint8Array, by?: Trust): string[] =>
  verifySummary(sha256Hex(pdf), signature, by).findings.map(({ code }) => code);

describe('a PDF that travels alone', () => {
  it('is the one that the desk signed, with the packet and the digest it belongs to', () => {
    const verdict = verifySummary(sha256Hex(fileOf('data/summary.pdf')), fileOf(SUMMARY_SIGNATURE), trust);
    const caseSha256 = sha256Hex(fileOf('data/case.json'));
    expect(verdict).toMatchObject({ ok: true, findings: [], summary: { desk: trust.desk, caseSha256 } });
  });

  it('is none where a byte of it, or of what was signed, is another', () => {
    const [pdf, signature] = [fileOf('data/summary.pdf'), fileOf(SUMMARY_SIGNATURE)];
    expect(codesOf(Buffer.concat([pdf, Buffer.from('\n')]), signature, trust)).toEqual(['packet/summary']);
    const other = signed().caseSha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    const elsewhere = Buffer.from(signature.toString().replace(signed().caseSha256, other));
    expect(codesOf(pdf, elsewhere, trust)).toEqual(['packet/summary']);
    expect(codesOf(pdf, Buffer.from(`${signature.toString()}\n`), trust)).toEqual(['packet/malformed']);
    expect(codesOf(pdf, fileOf('signature.json'), trust)).toEqual(['packet/malformed']);
  });

  it('is by nobody known where trust.json is missing, or names another key', () => {
    const [pdf, signature] = [fileOf('data/summary.pdf'), fileOf(SUMMARY_SIGNATURE)];
    expect(codesOf(pdf, signature)).toEqual(['trust/unknown-signer']);
    expect(codesOf(pdf, signature, strangerSigner(trust.desk).trust)).toContain('trust/unknown-signer');
  });

  it('is told of by the program, with what that does not show', async () => {
    const args = ['verify', at('summary.pdf'), '--signature', at(SUMMARY_SIGNATURE)];
    const ran = await run([...args, '--trust', at('trust.json')]);
    expect([ran.code, ran.stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(/^AUTHENTIC SUMMARY: /)]);
    expect(ran.stdout).toContain('exhibits, custody chain and log were not looked at');
    const { code, json } = await run([...args, '--json']);
    expect([code, json]).toMatchObject([1, { ok: false, findings: [{ code: 'trust/unknown-signer' }] }]);
    expect((await run([...args, '--against', at('trust.json')])).code).toBe(2);
  });
});

const openssl = spawnSync('openssl', ['version']).error === undefined;
(openssl ? describe : describe.skip)('openssl (skipped where it is not installed)', () => {
  /** The commands of lib/README, with what stands in trust.json and summary-signature.json. */
  const verifies = (message: Buffer): boolean => {
    const { keyId, signature } = signed();
    const { publicKey = '' } = trust.keys.find(({ id }) => id === keyId) ?? {};
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(publicKey, 'base64')]);
    writeFileSync(at('key.der'), der);
    writeFileSync(at('message'), message);
    writeFileSync(at('sig'), Buffer.from(signature, 'base64'));
    const key = ['-pubin', '-keyform', 'DER', '-inkey', at('key.der')];
    const ran = spawnSync('openssl', [
      'pkeyutl',
      '-verify',
      ...key,
      '-rawin',
      '-in',
      at('message'),
      '-sigfile',
      at('sig'),
    ]);
    return ran.status === 0;
  };

  it('checks it without us, and refuses it for another PDF', () => {
    const caseSha256 = sha256Hex(fileOf('data/case.json'));
    const message = (pdf: Buffer): Buffer => summaryMessage({ sha256: sha256Hex(pdf), caseSha256 });
    expect(verifies(message(fileOf('data/summary.pdf')))).toBe(true);
    expect(verifies(message(fileOf('data/case.json')))).toBe(false);
  });
});

describe('a packet', () => {
  const verify = async (change: Parameters<typeof forge>[1]): Promise<string[]> => {
    const { bytes } = await forge(files, change);
    return (await verifyPacket(sourceOf(bytes), { trust })).findings.map(({ code }) => code);
  };

  it('is not authentic with the PDF of another one, though the desk signed both', async () => {
    const { bytes } = await packed(test, [noise('b.jpg', 20)]);
    const other = await unpack(bytes);
    const swap = (paths: readonly string[]) => (held: Files) => {
      for (const path of paths) held.set(path, other.get(path) ?? Buffer.alloc(0));
    };
    const signer = deskSigner(test);
    expect(await verify({ signer })).toEqual([]);
    for (const paths of [['data/summary.pdf'], [SUMMARY_SIGNATURE], ['data/summary.pdf', SUMMARY_SIGNATURE]])
      expect(await verify({ signer, keepsSummary: true, files: swap(paths) })).toEqual(['packet/summary']);
  });

  it('is not without the signature of its PDF', async () => {
    const gone = (held: Files): void => void held.delete(SUMMARY_SIGNATURE);
    expect(await verify({ files: gone, signer: deskSigner(test) })).toContain('packet/missing');
  });
});
