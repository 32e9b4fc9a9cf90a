// What `take` says while it waits: a packet whose SHA-256 the desk does not know yet.
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packetName, takeInto } from '../../../lib/cli/take-packet.ts';
import type { DeskClient } from '../../../lib/client/index.ts';
import { noise } from '../../material.ts';

const ID = '0b5e55ed-0000-4000-8000-000000000001';
const { bytes, sha256 } = noise('packet.zip', 1000);
const packet = { packetId: ID, sizeBytes: bytes.length, encryption: 'none' } as const;

let out = '';
let said = '';

beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'referral-desk-'));
  await writeFile(packetName(out, ID), bytes);
  said = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(out, { recursive: true, force: true });
});

/** A desk that knows the SHA-256 when it is asked for it this often. */
function knowsAt(asked: number): DeskClient {
  let times = 0;
  const status = { state: 'frozen', sizeBytes: bytes.length };
  const client: Partial<DeskClient> = {
    packet: () =>
      Promise.resolve({ ...status, ...(++times < asked ? {} : { sha256 }) }) as ReturnType<DeskClient['packet']>,
  };
  return client as DeskClient;
}

const pause = (): Promise<void> => Promise.resolve();

it('says once that the desk still reads the packet, where that takes long', async () => {
  expect(await takeInto(knowsAt(9), packet, out, { pause })).toMatchObject({ isNew: false, sha256 });
  expect(said.split('still reads the packet')).toHaveLength(2);
});

it('says nothing where the SHA-256 is there soon', async () => {
  expect(await takeInto(knowsAt(4), packet, out, { pause })).toMatchObject({ isNew: false, sha256 });
  expect(said).not.toContain('still reads');
});
