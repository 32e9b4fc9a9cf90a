// A time stamping authority made by openssl: keys and certificates invented on the spot, replies by `openssl ts`.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TimeStamper } from '../../lib/ports.ts';
import { readTimeStamp } from '../../lib/formats/time-stamp.ts';
import { readAuthorities } from '../../lib/formats/time-stamp-check.ts';

const CONFIG = `[ tsa ]
default_tsa = t
[ t ]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[ ext ]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[ ca ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
`;

export interface Authority {
  readonly dir: string;
  /** The certificate of its root, in PEM. */
  readonly pem: string;
  readonly authorities: readonly Buffer[];
  /** A TimeStampResp to a TimeStampReq, both DER. */
  reply(request: Uint8Array): Promise<Buffer>;
  /**
   * A reply as one makes it who keeps to no rules: the words of a reply, asked for once the certificate of these extensions is there, signed
   * by that.
   */
  forge(reply: () => Promise<Uint8Array>, extensions: string): Promise<Buffer>;
  /** As the desk's port has it. */
  stamper(name: string): TimeStamper;
  /** What `openssl ts -verify` says of a reply about this data. */
  verify(data: Uint8Array, reply: Uint8Array): Promise<boolean>;
  end(): Promise<void>;
}

type Kind = 'rsa' | 'ec';
const NEW_KEY: Readonly<Record<Kind, string[]>> = {
  rsa: ['-newkey', 'rsa:2048'],
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
};

/** @param between whether the signer's certificate comes from an authority that the root vouches for, and not from the root */
export async function makeAuthority(kind: Kind, between = false): Promise<Authority> {
  const dir = await mkdtemp(join(tmpdir(), 'referral-desk-tsa-'));
  const at = (name: string): string => join(dir, name);
  const openssl = (...args: string[]): Buffer =>
    execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
  await writeFile(at('tsa.cnf'), CONFIG);
  await writeFile(at('serial'), '01\n');
  const subject = (name: string): string[] => ['-subj', `/CN=Example ${name}`, '-nodes'];
  openssl('req', '-x509', ...NEW_KEY.ec, ...subject('root'), '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '3650');
  const issue = (name: string, by: string, ext: string, key: string[]): void => {
    openssl('req', ...key, ...subject(name), '-keyout', `${name}.key`, '-out', `${name}.csr`);
    const issuer = [
      '-CA',
      `${by}.crt`,
      '-CAkey',
      `${by}.key`,
      '-CAcreateserial',
      '-extfile',
      'tsa.cnf',
      '-extensions',
      ext,
    ];
    openssl('x509', '-req', '-in', `${name}.csr`, ...issuer, '-out', `${name}.crt`, '-days', '365');
  };
  if (between) issue('middle', 'ca', 'ca', NEW_KEY.ec);
  issue('tsa', between ? 'middle' : 'ca', 'ext', NEW_KEY[kind]);
  const chain = between ? ['-chain', 'middle.crt'] : [];
  const pem = await readFile(at('ca.crt'), 'utf8');
  const reply = async (request: Uint8Array): Promise<Buffer> => {
    await writeFile(at('q.tsq'), request);
    openssl(
      'ts',
      '-reply',
      '-config',
      'tsa.cnf',
      '-section',
      't',
      '-queryfile',
      'q.tsq',
      '-signer',
      'tsa.crt',
      '-inkey',
      'tsa.key',
      ...chain,
      '-out',
      'r.tsr',
    );
    return readFile(at('r.tsr'));
  };
  const authorities = readAuthorities(pem);
  return {
    dir,
    pem,
    authorities,
    reply,
    forge: async (make, extensions) => {
      const own = `[ forged ]\nkeyUsage = critical,digitalSignature\n${extensions}\n`;
      await writeFile(at('forged.cnf'), own);
      openssl('req', ...NEW_KEY.rsa, ...subject('forger'), '-keyout', 'f.key', '-out', 'f.csr');
      const issuer = [
        '-CA',
        'ca.crt',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-extfile',
        'forged.cnf',
        '-extensions',
        'forged',
      ];
      openssl('x509', '-req', '-in', 'f.csr', ...issuer, '-out', 'f.crt', '-days', '365');
      await writeFile(at('tst.der'), readTimeStamp(await make())?.content ?? Buffer.alloc(0));
      const type = ['-econtent_type', '1.2.840.113549.1.9.16.1.4', '-binary', '-nodetach', '-cades', '-md', 'sha256'];
      openssl(
        'cms',
        '-sign',
        '-in',
        'tst.der',
        ...type,
        '-signer',
        'f.crt',
        '-inkey',
        'f.key',
        '-outform',
        'DER',
        '-out',
        'token.der',
      );
      const granted = Buffer.from('3003020100', 'hex');
      return tagged(0x30, Buffer.concat([granted, await readFile(at('token.der'))]));
    },
    stamper: (name) => ({ name, authorities, stamp: reply }),
    verify: async (data, bytes) => {
      await writeFile(at('data'), data);
      await writeFile(at('given.tsr'), bytes);
      try {
        openssl('ts', '-verify', '-data', 'data', '-in', 'given.tsr', '-CAfile', 'ca.crt');
        return true;
      } catch {
        return false;
      }
    },
    end: () => rm(dir, { recursive: true, force: true }),
  };
}

/** An element in DER of 256 to 65,535 bytes. */
function tagged(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 255]), content]);
}
