// Unwrapping by AES-256-KWP (RFC 5649), from the block cipher up.
import { createDecipheriv } from 'node:crypto';
import { demand } from './bytes.ts';

const AIV = 0xa65959a6;

/** The bytes that were wrapped; refuses whatever was changed or belongs to another key. */
export function unwrap(key: Uint8Array, wrapped: Uint8Array): Buffer {
  demand(wrapped.length >= 16 && wrapped.length % 8 === 0, 'a wrapped key of an impossible length');
  const block = decipherBlock(key);
  const blocks = wrapped.length / 8 - 1;
  const state = Buffer.from(wrapped);
  if (blocks === 1) block(state).copy(state);
  else unwrapSteps(block, state, blocks);
  return unpad(state);
}

/** RFC 3394 section 2.2.2, the index-based form. */
function unwrapSteps(block: (input: Buffer) => Buffer, state: Buffer, blocks: number): void {
  for (let j = 5; j >= 0; j -= 1) {
    for (let i = blocks; i >= 1; i -= 1) {
      const step = BigInt(blocks * j + i);
      const input = Buffer.alloc(16);
      input.writeBigUInt64BE(state.readBigUInt64BE(0) ^ step, 0);
      state.copy(input, 8, 8 * i, 8 * i + 8);
      const output = block(input);
      output.copy(state, 0, 0, 8);
      output.copy(state, 8 * i, 8, 16);
    }
  }
}

function unpad(state: Buffer): Buffer {
  const length = state.readUInt32BE(4);
  const padded = state.subarray(8);
  demand(state.readUInt32BE(0) === AIV, 'the wrapped key does not open under this secret');
  demand(length > padded.length - 8 && length <= padded.length, 'the wrapped key has a wrong length inside');
  demand(
    padded.subarray(length).every((byte) => byte === 0),
    'the wrapped key has a wrong end inside',
  );
  return padded.subarray(0, length);
}

function decipherBlock(key: Uint8Array): (input: Buffer) => Buffer {
  return (input) => {
    const decipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
    return Buffer.concat([decipher.update(input), decipher.final()]);
  };
}
