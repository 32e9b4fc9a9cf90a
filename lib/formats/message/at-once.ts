// A message of what is at hand whole, and back: the same bytes that `sealMessage` and `openMessage` make of it, without waiting anywhere.
import { damaged, FRAME_BYTES, type Drawn, type MessageKey } from './form.ts';
import { AROUND_FINAL, AROUND_FRAME, openFrameAtOnce, sealFrame } from './frames.ts';
import { deriveMessageKeys, headerSize, makeHeader, openHeader } from './header.ts';
import { frameStart, layOut } from './range.ts';
import { giveBack, givingBack } from '../used-up.ts';

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

/** @throws DeskError sealed/damaged, sealed/unsupported, as `openMessage` */
export function openAtOnce(opening: MessageKey, message: Buffer): Buffer {
  const headerBytes = headerSize(opening.context);
  if (message.length < headerBytes) throw damaged();
  const header = openHeader(opening, message.subarray(0, headerBytes));
  const layout = layOut(message.length, headerBytes, header.head.frameBytes);
  const plain = Buffer.allocUnsafe(layout.plaintextBytes);
  for (let frame = 1, filled = 0; frame <= layout.frames; frame++) {
    const isFinal = frame === layout.frames;
    const end = isFinal ? message.length : frameStart(layout, frame + 1);
    const opened = openFrameAtOnce(header, message.subarray(frameStart(layout, frame), end), frame, isFinal);
    filled += opened.copy(plain, filled);
    giveBack(opened);
  }
  return plain;
}
