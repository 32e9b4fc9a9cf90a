// The manifest that goes with an answer under the e-Evidence regulation: made again from the case manifest and the files.
import type { Files } from './bag.ts';
import { demand, digestOf } from './bytes.ts';
import { canonical, Fields, isObject, type Json } from './json.ts';

const PATH = 'data/e-evidence-manifest.json';
const DAY = 86_400_000;

export function demandSent(files: Files, manifest: Fields): void {
  const [packet, referral] = [manifest.map('packet'), manifest.map('referral')];
  const textIn = (from: { readonly [name: string]: Json }, name: string): string => {
    const value = from[name];
    return typeof value === 'string' ? value : '';
  };
  const terms = packet['terms'] ?? null;
  const isAsked = isObject(terms) && terms['profile'] === 'e-evidence';
  demand(files.has(PATH) === isAsked, 'the e-Evidence manifest: not just where it is asked for');
  if (!isAsked) return;
  const orderedAt = textIn(packet, 'orderedAt');
  const last = new Date(Date.parse(orderedAt) + 45 * DAY).toISOString().slice(0, 10);
  const until = [`${last}T23:59:59.999Z`, textIn(referral, 'keepUntil')].sort()[0] ?? '';
  const named = (from: { readonly [name: string]: Json }, name: string): Json => from[name] ?? null;
  const sent = [...files].filter(([path]) => path.startsWith('data/') && path !== PATH);
  const again: Json = {
    version: 1,
    regulation: '(EU) 2023/1543',
    sender: { desk: manifest.id('desk'), organisation: named(referral, 'reporter') },
    recipient: named(packet, 'agency'),
    order: {
      packet: named(packet, 'id'),
      referral: named(referral, 'id'),
      orderedBy: named(packet, 'orderedBy'),
      purpose: named(packet, 'purpose'),
      legalBasis: named(packet, 'legalBasis'),
    },
    dateTime: orderedAt,
    means: 'retrieval from the desk over HTTPS, by key or by a link that works once',
    archive: `referral-desk-packet-${textIn(packet, 'id')}.zip`,
    availableUntil: until,
    hashAlgorithm: 'SHA-512',
    files: sent.map(([name, bytes]) => ({ name, sizeBytes: bytes.length, hash: digestOf('sha512', bytes) })),
  };
  demand(files.get(PATH)?.toString('utf8') === canonical(again), 'the e-Evidence manifest: another');
}
