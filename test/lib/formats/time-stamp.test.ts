// RFC 3161 time stamps, held against OpenSSL both ways: it reads what is asked, and what it answers is read here; altered ones are found.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stampRequest, readTimeStamp } from '../../../lib/formats/time-stamp.ts';
import { checkTimeStamp, readAuthorities } from '../../../lib/formats/time-stamp-check.ts';
import { makeAuthority, type Authority } from '../stamp-authority.ts';

const DATA = Buffer.from('referral-desk/example/1\n1\n…\n');
const digest = createHash('sha256').update(DATA).digest();
const nonce = 0xfedc_ba98_7654_3210n;
let rsa: Authority;
let ec: Authority;
let reply: Buffer;

beforeAll(async () => {
  rsa = await makeAuthority('rsa');
  ec = await makeAuthority('ec', true);
  reply = await rsa.reply(stampRequest(digest, nonce));
}, 60_000);
afterAll(() => Promise.all([rsa.end(), ec.end()]));

const wrong = (bytes: Uint8Array, more: object = {}): readonly string[] =>
  checkTimeStamp(bytes, { digest, nonce, authorities: rsa.authorities, ...more }).wrong;

describe('a request', () => {
  it('is read by OpenSSL as it was meant', async () => {
    await writeFile(join(rsa.dir, 'ours.tsq'), stampRequest(digest, nonce));
    const text = execFileSync('openssl', ['ts', '-query', '-in', 'ours.tsq', '-text'], { cwd: rsa.dir }).toString();
    expect(text).toMatch(/Hash Algorithm: sha256/);
    expect(text).toMatch(/Nonce: 0xFEDCBA9876543210/);
    expect(text).toMatch(/Certificate required: yes/);
  });

  it.each([0n, 1n, 127n, 128n, 255n, 256n, 2n ** 63n, 2n ** 64n - 1n])('has its nonce %d answered', async (each) => {
    const answer = await rsa.reply(stampRequest(digest, each));
    expect(readTimeStamp(answer)?.nonce).toBe(each);
  });
});

describe('a time stamp', () => {
  it('holds, by RSA and by ECDSA, straight from the authority or through another, and says when', async () => {
    expect(wrong(reply)).toEqual([]);
    const other = await ec.reply(stampRequest(digest, nonce));
    const checked = checkTimeStamp(other, { digest, nonce, authorities: ec.authorities });
    expect(checked).toMatchObject({ wrong: [], accuracyMs: 1000 });
    expect(Math.abs((checked.time?.getTime() ?? 0) - Date.now())).toBeLessThan(120_000);
    expect(await rsa.verify(DATA, reply)).toBe(true);
  });

  it.each<[string, string, () => object]>([
    ['of other data', 'stamp/other-data', () => ({ digest: createHash('sha256').update('x').digest() })],
    ['that answers another request', 'stamp/nonce', () => ({ nonce: 1n })],
    ['of another authority', 'stamp/unknown-authority', () => ({ authorities: ec.authorities })],
    ['where nobody is trusted', 'stamp/unknown-authority', () => ({ authorities: [] })],
  ])('%s does not hold: %s', (_title, code, more) => {
    expect(wrong(reply, more())).toEqual([code]);
  });

  it('holds against nobody where no authority is named', () => {
    expect(wrong(reply, { authorities: undefined })).toEqual([]);
  });

  it.each<[string, string]>([
    ['extendedKeyUsage = critical,timeStamping', ''],
    ['extendedKeyUsage = timeStamping', 'stamp/signer'],
    ['extendedKeyUsage = critical,timeStamping,clientAuth', 'stamp/signer'],
    ['extendedKeyUsage = critical,clientAuth', 'stamp/signer'],
    ['subjectKeyIdentifier = hash', 'stamp/signer'],
  ])('signed by a certificate of %s: %s', async (extensions, code) => {
    const forged = await rsa.forge(() => rsa.reply(stampRequest(digest, nonce)), extensions);
    expect(wrong(forged)).toEqual(code === '' ? [] : [code]);
  });

  it('does not hold where its signer was not yet one at that time', async () => {
    const forged = await rsa.forge(() => Promise.resolve(reply), 'extendedKeyUsage = critical,timeStamping');
    expect(wrong(forged)).toEqual(['stamp/signer']);
  });

  it('is refused where the authority refuses', async () => {
    const bad = stampRequest(digest, nonce);
    bad[bad.indexOf(Buffer.from('0609608648016503040201', 'hex')) + 10] = 9; // no digest that anybody knows
    expect(wrong(await rsa.reply(bad))).toEqual(['stamp/refused']);
  });

  it('is found altered at every byte but where nothing is said', () => {
    const unnoticed: number[] = [];
    for (let at = 0; at < reply.length; at++) {
      const copy = Buffer.from(reply);
      copy[at] = (copy[at] ?? 0) ^ 1;
      if (wrong(copy).length === 0) unnoticed.push(at);
    }
    // granted or granted with modifications; the absent parameters of three algorithms, which nothing reads
    expect(unnoticed.length).toBeLessThanOrEqual(4);
    expect(unnoticed[0]).toBe(8);
  }, 120_000);

  it('is none when cut anywhere, lengthened, or of any other bytes', () => {
    for (let at = 0; at < reply.length; at++) expect(wrong(reply.subarray(0, at))).toEqual(['stamp/malformed']);
    expect(wrong(Buffer.concat([reply, Buffer.alloc(1)]))).toEqual(['stamp/malformed']);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(wrong(bytes).length).toBeGreaterThan(0);
      }),
      { seed: 3161 },
    );
  });
});

describe('the certificates of authorities', () => {
  it('are read out of PEM, several from one file', () => {
    expect(readAuthorities(`words before\n${rsa.pem}\n${ec.pem}`)).toHaveLength(2);
  });

  it.each(['', 'nothing', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])('are not %j', (pem) => {
    expect(() => readAuthorities(pem)).toThrow(expect.objectContaining({ code: 'proof/malformed' }));
  });
});
