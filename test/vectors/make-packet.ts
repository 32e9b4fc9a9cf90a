// Vectors of the packet: its container, its signature as a desk made it, a link's token, an agency's answer, cells of its tables.
import { createPublicKey, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { acknowledgementMessage } from '../../lib/acknowledge.ts';
import { sha256Hex } from '../../lib/formats/canonical.ts';
import { safeCell } from '../../lib/formats/csv.ts';
import { layZip, zipBytes } from '../../lib/formats/zip/write.ts';
import { privateKeyOf } from '../../lib/local/signing-key.ts';
import { readLink } from '../../lib/packet/link.ts';
import type { Json } from '../../lib/ports.ts';
import { makePacket } from '../independent/make-packet.ts';
import { whole } from '../independent/make-acts.ts';
import { unpacked } from '../independent/packet.ts';
import { readZip } from '../independent/zip.ts';

const PACKET = '00000000-0000-4000-8000-00000000000d';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export async function makePacketVectors(
  desk: string,
  fixed: (name: string) => Buffer,
): Promise<Readonly<Record<string, Json>>> {
  return {
    'packet-signature': await signature(),
    'packet-zip': await container(),
    'packet-link': link(fixed('secret half of a link')),
    'packet-answer': answer(desk, fixed('seed of the key of an agency').toString('base64')),
    'csv-cells': cells(),
  };
}

async function signature(): Promise<Json> {
  const parent = mkdtempSync(join(tmpdir(), 'vectors-'));
  try {
    const { bytes, trust, orderedAt } = await makePacket(parent);
    const { files } = unpacked(readZip(bytes));
    const fileOf = (path: string): Buffer => files.get(path) ?? Buffer.alloc(0);
    const signed = JSON.parse(fileOf('signature.json').toString('utf8')) as Json;
    return {
      orderedAt,
      trust: trust,
      tagManifest: base64(fileOf('tagmanifest-sha256.txt')),
      signature: signed,
    };
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

async function container(): Promise<Json> {
  const files = [
    { name: 'folder/README.txt', text: 'read this first\n' },
    { name: 'folder/data/empty.bin', text: '' },
  ];
  const time = '2026-11-22T10:00:01.999Z';
  const contents = files.map(({ text }) => Buffer.from(text));
  const entries = files.map(({ name }, n) => {
    const bytes = contents[n] ?? Buffer.alloc(0);
    return { name, sizeBytes: bytes.length, crc32: crc32(bytes).toString(16).padStart(8, '0') };
  });
  const archive = await whole(zipBytes(layZip(entries, new Date(time)), (_, n) => contents.slice(n, n + 1)));
  return { time, files, archive: base64(archive) };
}

function link(secret: Buffer): Json {
  const token = `rdl_${PACKET.replaceAll('-', '')}_${secret.toString('base64url')}`;
  const read = readLink(token);
  if (read.packetId !== PACKET || read.sha256 !== sha256Hex(secret)) throw new Error('the token is read otherwise');
  return { packet: PACKET, secret: secret.toString('hex'), token, sha256: read.sha256 };
}

function answer(desk: string, seed: string): Json {
  const key = privateKeyOf({ seed });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const all = [
    { answer: 'received' },
    { answer: 'triaged', caseNumber: 'EX-7' },
    { answer: 'outcome', reason: 'inquiryOpened', caseNumber: 'EX-7', note: 'Many thanks, é.' },
  ] as const;
  const cases = all.map((said) => {
    const message = acknowledgementMessage(desk, PACKET, said);
    return { said, message: base64(message), signature: base64(sign(null, message, key)) };
  });
  return { desk, packet: PACKET, seed, publicKey: base64(publicKey), cases };
}

function cells(): Json {
  const texts = ['plain', '=1+1', ' "=1', "'tis", '\t', '\r=', '\uFF0B1', '\u2212x', 'a=1', '', '\u200B@x', '\0-1'];
  return { cases: texts.map((text) => ({ text, cell: safeCell(text) })) };
}
