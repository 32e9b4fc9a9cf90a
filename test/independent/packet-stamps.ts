// The time stamps in a packet: where they lie, and that each is over the packet's checkpoint. Who signed them is left to OpenSSL.
import { demand, sha256 } from './bytes.ts';
import type { Files } from './bag.ts';
import { Fields, isList, isObject, type Json } from './json.ts';

function stampsOf(log: Json): Fields[] {
  if (!isObject(log) || log['stamps'] === undefined) return [];
  const stamps = log['stamps'];
  demand(isList(stamps) && stamps.length > 0, 'stamps: a list of none');
  return isList(stamps) ? stamps.map((each) => new Fields(each, 'stamp', ['authority', 'time'])) : [];
}

export function stampPaths(log: Json): string[] {
  return stampsOf(log).map((stamp) => `custody/stamps/${stamp.text('authority')}.tsr`);
}

export function demandStamps(files: Files, log: Json, checkpoint: string): void {
  const names = stampsOf(log).map((stamp) => stamp.text('authority'));
  demand(JSON.stringify(names) === JSON.stringify([...new Set(names)].sort()), 'stamps: not by their names, each once');
  for (const path of stampPaths(log)) {
    const reply = files.get(path);
    demand(reply?.includes(sha256(checkpoint)) === true, `${path}: not of this checkpoint`);
  }
  for (const stamp of stampsOf(log)) stamp.time('time');
}
