// Row 5. A packet verified offline, against a loop that takes as many digests of as many bytes.
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { fileSource } from '../../lib/cli/file-source.ts';
import { verifyPacket } from '../../lib/index.ts';
import { localBeside } from '../../lib/local/beside.ts';
import { deskNames } from './desk.ts';
import { megabytesPerSecond, type Figures, type Place } from './measured.ts';
import { eachChunk } from './noise.ts';
import { packetIn } from './packet.ts';

/** As the command line verifies it, with what the desk is trusted by. */
export async function verify({ prepared }: Place): Promise<Figures> {
  const { trust } = deskNames(prepared);
  const handle = await open(packetIn(prepared), 'r');
  const beside = localBeside();
  const source = await fileSource(handle);
  const started = performance.now();
  const { ok } = await verifyPacket(source, { trust, digestsBeside: beside.digestsBeside });
  const rate = megabytesPerSecond(source.sizeBytes, started);
  beside.close();
  await handle.close();
  if (!ok) throw new Error('the packet does not hold');
  return { rate };
}

/** SHA-256, SHA-1, MD5 and CRC-32 of the same file, and nothing else. */
export function hashInLoop({ prepared }: Place): Figures {
  const { size } = statSync(packetIn(prepared));
  const started = performance.now();
  const hashes = ['sha256', 'sha1', 'md5'].map((name) => createHash(name));
  let crc = 0;
  eachChunk(packetIn(prepared), (chunk) => {
    for (const hash of hashes) hash.update(chunk);
    crc = crc32(chunk, crc);
  });
  return { rate: megabytesPerSecond(size, started) };
}
