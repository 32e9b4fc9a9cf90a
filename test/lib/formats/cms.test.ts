// CMS volumes: opened by openssl and joined they are the very bytes; and what no volume is encrypted to.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecipientCertificate } from '../../../lib/formats/cms/certificate.ts';
import { volumeBytes } from '../../../lib/formats/cms/volumes.ts';
import { readZip } from '../../../lib/formats/zip/read.ts';
import { volumesReadMe } from '../../../lib/packet/volumes-read-me.ts';
import { has } from '../../programs.ts';

const withOpenssl = has('openssl') ? describe : describe.skip; // the program openssl is missing

withOpenssl('volumes of CMS', () => {
  let dir: string;
  const openssl = (...args: string[]): number | null => spawnSync('openssl', args, { cwd: dir }).status;
  const certificate = (name: string, key: string, ...more: string[]): void => {
    const subject = ['-subj', '/CN=Example Agency', '-days', '30', '-nodes'];
    openssl(
      'req',
      '-x509',
      '-newkey',
      ...key.split(' '),
      ...subject,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      ...more,
    );
  };
  const read = async (name: string): Promise<string> => readFile(join(dir, name), 'utf8');

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'cms-'));
    certificate('cert', 'rsa:2048', '-addext', 'keyUsage=critical,keyEncipherment');
    certificate('sign', 'rsa:2048', '-addext', 'keyUsage=critical,digitalSignature');
    certificate('short', 'rsa:1024');
    certificate('curve', 'ec -pkeyopt ec_paramgen_curve:P-256');
  });
  afterAll(() => rm(dir, { recursive: true }));

  const plain = randomBytes(250_001);
  async function* pieces(size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < plain.length; at += size) yield await Promise.resolve(plain.subarray(at, at + size));
  }

  async function volumes(size: number, most: number): Promise<Map<string, Buffer>> {
    const to = readRecipientCertificate(await read('cert.pem'));
    const readMe = volumesReadMe('p.zip', to.fingerprint);
    const named = { name: 'p.zip', time: new Date(0), readMe, volumeBytes: most };
    const all: Uint8Array[] = [];
    const content = { sizeBytes: plain.length, bytes: () => pieces(size) };
    for await (const piece of volumeBytes(content, to, named)) all.push(Buffer.from(piece));
    const zip = Buffer.concat(all);
    const files = new Map<string, Buffer>();
    const source = {
      sizeBytes: zip.length,
      read: (at: number, n: number) => Promise.resolve(zip.subarray(at, at + n)),
    };
    const { findings } = await readZip(source, {
      onFile: async (name, bytes) => {
        const kept: Buffer[] = [];
        for await (const each of bytes) kept.push(Buffer.from(each));
        files.set(name, Buffer.concat(kept));
      },
    });
    expect(findings).toEqual([]);
    return files;
  }

  it.each([
    [1000, 100_000, 3],
    [70_000, 250_001, 1],
    [250_001, 125_000, 3],
    [7, 250_000, 2],
  ])(
    'from pieces of %i bytes, at most %i in each, are opened and joined as README.txt says',
    async (size, most, count) => {
      const files = await volumes(size, most);
      expect([...files.keys()]).toEqual([
        'README.txt',
        ...Array.from({ length: count }, (_, n) => `p.zip.00${n + 1}.p7m`),
      ]);
      spawnSync('sh', ['-c', 'rm -f p.zip*'], { cwd: dir });
      for (const [name, bytes] of files) await writeFile(join(dir, name), bytes);
      const script = (await read('README.txt'))
        .split('\n')
        .filter((line) => /^ {2,}(?:\( set|openssl|-recip|cat)/.test(line));
      const ran = spawnSync('sh', ['-c', script.join('\n')], { cwd: dir, env: { ...process.env, OPENSSL_CONF: '' } });
      expect(ran.status).not.toBe(0); // the key is not called key.pem here
      const again = spawnSync('sh', ['-c', script.join('\n').replace('key.pem', 'cert.key')], { cwd: dir });
      expect([again.status, (await readFile(join(dir, 'p.zip'))).equals(plain)]).toEqual([0, true]);
    },
  );

  it('are refused by openssl once a byte is another, and by another key', async () => {
    const [, [, volume = Buffer.alloc(0)] = []] = await volumes(1000, 300_000);
    const decrypt = ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', 'v.p7m', '-out', 'v'];
    for (const at of [100_000, volume.length - 1]) {
      const flipped = Buffer.from(volume);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      await writeFile(join(dir, 'v.p7m'), flipped);
      expect(openssl(...decrypt, '-recip', 'cert.pem', '-inkey', 'cert.key')).not.toBe(0);
    }
    await writeFile(join(dir, 'v.p7m'), volume);
    expect(openssl(...decrypt, '-recip', 'sign.pem', '-inkey', 'sign.key')).not.toBe(0);
    expect(openssl(...decrypt, '-recip', 'cert.pem', '-inkey', 'cert.key')).toBe(0);
  });

  it.each(['sign', 'short', 'curve'])('are not encrypted to a certificate that is not for it (%s)', async (name) => {
    const text = await read(`${name}.pem`);
    expect(() => readRecipientCertificate(text)).toThrow(expect.objectContaining({ code: 'input/invalid' }));
  });
});
