// Checkpoints with more signatures than ours: witnesses may add theirs, and whoever does not know them reads on.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  checkpointText,
  noteKeyId,
  openCheckpoint,
  parseCheckpoint,
  signedNote,
} from '../../../lib/formats/checkpoint.ts';
import { readProof } from '../../../lib/index.ts';

const ORIGIN = 'referral-desk/0b5e55ed-0000-4000-8000-000000000001/1';
const checkpoint = { origin: ORIGIN, size: 7, root: randomBytes(32) };
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
const text = checkpointText(checkpoint);
const note = signedNote(text, ORIGIN, raw, sign(null, Buffer.from(text), privateKey));

/** A witness's line: C2SP tlog-cosignature has key id, a time of 8 bytes, and the signature. */
const cosignature = (name: string, bytes = 4 + 8 + 64): string =>
  `\u2014 ${name} ${randomBytes(bytes).toString('base64')}\n`;

describe('a checkpoint that witnesses cosigned', () => {
  it.each([1, 2, 15])('reads as before with %i signatures that nobody here knows', (count) => {
    const lines = Array.from({ length: count }, (_, n) => cosignature(`witness.example.org/${n}`)).join('');
    for (const cosigned of [note + lines, `${text}\n${lines}${note.slice(text.length + 1)}`]) {
      expect(openCheckpoint(cosigned, [raw])).toEqual(checkpoint);
      expect(parseCheckpoint(cosigned)).toEqual(checkpoint);
      expect(readProof(cosigned)).toEqual({ kind: 'checkpoint', note: cosigned }); // word for word: what is kept has them still
    }
  });

  it('may have signatures of other kinds and lengths, of the same name under another key too', () => {
    const lines = [cosignature('w.example.org', 4 + 2420), cosignature('w.example.org', 5), cosignature(ORIGIN)];
    expect(openCheckpoint(note + lines.join(''), [raw])).toEqual(checkpoint);
  });

  it('is none with more than sixteen, with those of others alone, or where our own does not hold', () => {
    const lines = (count: number): string => Array.from({ length: count }, () => cosignature('w.example.org')).join('');
    expect(openCheckpoint(note + lines(16), [raw])).toBeUndefined();
    expect(openCheckpoint(`${text}\n${lines(2)}`, [raw])).toBeUndefined();
    const forged = Buffer.concat([noteKeyId(ORIGIN, raw), randomBytes(64)]).toString('base64');
    expect(openCheckpoint(`${note}\u2014 ${ORIGIN} ${forged}\n`, [raw])).toBeUndefined();
  });

  it('is none when cut at any byte but between two signatures', () => {
    const cosigned = Buffer.from(note + cosignature('w.example.org'));
    const whole = new Set([Buffer.byteLength(note), cosigned.length]);
    for (let at = 0; at <= cosigned.length; at++) {
      const opened = openCheckpoint(cosigned.subarray(0, at).toString('utf8'), [raw]);
      expect({ at, isRead: opened !== undefined }).toEqual({ at, isRead: whole.has(at) });
    }
  });
});
