// Checkpoints of the log: a C2SP tlog-checkpoint (origin, size, root) inside a C2SP signed note with one Ed25519 signature.
// A note is read as bytes that were signed: nothing about it is trusted before its signature holds.
import { createPublicKey, verify } from 'node:crypto';
import { sha256 } from './canonical.ts';

export interface Checkpoint {
  /** The log's name: `referral-desk/<desk>/<log>`. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The name of a desk's log number `log`; also the key name in its notes. */
export function logOrigin(desk: string, log: number): string {
  return `referral-desk/${desk}/${log}`;
}

/** The text that is signed: three lines. */
export function checkpointText(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${Buffer.from(checkpoint.root).toString('base64')}\n`;
}

/** SHA-256(name || 0x0A || 0x01 || public key), first 4 bytes (C2SP signed-note, Ed25519). */
export function noteKeyId(name: string, publicKey: Uint8Array): Buffer {
  return sha256(Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Uint8Array.of(1), publicKey])).subarray(0, 4);
}

/** The note's verifier key as other C2SP tools take it: name+id+key. */
export function verifierKey(name: string, publicKey: Uint8Array): string {
  const typed = Buffer.concat([Uint8Array.of(1), publicKey]);
  return `${name}+${noteKeyId(name, publicKey).toString('hex')}+${typed.toString('base64')}`;
}

/** Puts text and signature together. */
export function signedNote(text: string, name: string, publicKey: Uint8Array, signature: Uint8Array): string {
  const signed = Buffer.concat([noteKeyId(name, publicKey), signature]).toString('base64');
  return `${text}\n\u2014 ${name} ${signed}\n`;
}

/** Whether an Ed25519 (RFC 8032) signature holds. `publicKey` is the raw 32 bytes. */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
}

/**
 * Reads a note signed by one of these keys; undefined when it is malformed, when none of the keys signed it, or when the
 * signature of a key that is named does not hold.
 */
export function openCheckpoint(note: string, publicKeys: readonly Uint8Array[]): Checkpoint | undefined {
  const { text, checkpoint, signatures } = partsOf(note) ?? {};
  if (text === undefined || checkpoint === undefined || signatures === undefined) return undefined;
  const verdicts = signatures.flatMap((line) =>
    publicKeys.flatMap((key) => verdict(line, text, checkpoint.origin, key)),
  );
  return verdicts.length === 0 || verdicts.includes(false) ? undefined : checkpoint;
}

/** What a note says, whoever signed it; undefined when it is malformed. Nothing about it is to be trusted. */
export function parseCheckpoint(note: string): Checkpoint | undefined {
  return partsOf(note)?.checkpoint;
}

function partsOf(note: string): { text: string; checkpoint: Checkpoint; signatures: string[] } | undefined {
  const parts =
    /^(([^\n]+)\n(0|[1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\n)\n((?:\u2014 [^\n ]+ [A-Za-z0-9+/=]+\n){1,16})$/.exec(note);
  if (parts === null) return undefined;
  const [, text = '', origin = '', size = '', root = '', lines = ''] = parts;
  const checkpoint = { origin, size: Number(size), root: Buffer.from(root, 'base64') };
  return { text, checkpoint, signatures: lines.trimEnd().split('\n') };
}

/** [] when the line is not this key's. */
function verdict(line: string, text: string, origin: string, publicKey: Uint8Array): boolean[] {
  const [, name = '', base64 = ''] = line.split(' ');
  const signed = Buffer.from(base64, 'base64');
  if (name !== origin || !signed.subarray(0, 4).equals(noteKeyId(name, publicKey))) return [];
  return [isSignedBy(publicKey, Buffer.from(text, 'utf8'), signed.subarray(4))];
}
