// A message of what is at hand whole: the same bytes that `sealMessage` makes of it, without waiting anywhere.
import { FRAME_BYTES, type Drawn, type MessageKey } from './form.ts';
import { AROUND_FINAL, AROUND_FRAME, sealFrame } from './frames.ts';
import { deriveMessageKeys, makeHeader } from './header.ts';
import { givingBack } from '../used-up.ts';

/** @param drawn as for `sealMessage` */
export function sealAtOnce(sealing: MessageKey, plaintext: Uint8Array, drawn: Drawn, frameBytes = FRAME_BYTES): Buffer {
  const keys = deriveMessageKeys(drawn.dataKey, drawn.messageId);
  const header = makeHeader(sealing, drawn, keys, frameBytes);
  const frames = Math.max(1, Math.ceil(plaintext.length / frameBytes));
  const plain = Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.length);
  const message = Buffer.allocUnsafe(header.length + plain.length + (frames - 1) * AROUND_FRAME + AROUND_FINAL);
  message.set(header);
  let filled = header.length;
  for (let frame = 1; frame <= frames; frame++) {
    const bytes = plain.subarray((frame - 1) * frameBytes, frame * frameBytes);
    const isFinal = frame === frames;
    for (const piece of givingBack(sealFrame(keys.encryption, drawn.messageId, frame, bytes, isFinal))) {
      message.set(piece, filled);
      filled += piece.length;
    }
  }
  return message;
}
