// Which files there are: noise, plain colours, and each group's chat written out; on three devices, in folders by group.
// Always true: sizes add up to the scale's total exactly, and the same scale gives the same bytes but for the times in the chats.
import type { Group } from './groups.ts';
import { isCarrier, writtenOut, type Written } from './messages.ts';
import { plainPng } from './png.ts';
import { mixed, spreadSizes, sum, type Extent } from './scale.ts';

export interface PlannedFile {
  readonly path: string;
  readonly kind: 'chat' | 'picture' | 'noise';
  readonly contentType: string;
  readonly group: Group;
  readonly sizeBytes: number;
  /** Undefined: noise, made while it is written. */
  readonly bytes?: Buffer;
  /** The message it hung on. */
  readonly on?: Written;
}

/** Everything but noise is held in memory until it is written: a few hundred kilobytes. */
export function planFiles(groups: readonly Group[], written: readonly Written[], extent: Extent): PlannedFile[] {
  const chats = groups.map((group) => chatFile(group, written));
  const pictures = groups.flatMap((group, n) =>
    Array.from({ length: extent.picturesPerGroup }, (_, k) => pictureFile(group, n, k)),
  );
  const rest = extent.totalBytes - sum([...chats, ...pictures].map(({ sizeBytes }) => sizeBytes));
  const sizes = spreadSizes(extent.noiseFiles, rest, extent.noiseBytes);
  const noise = sizes.flatMap((sizeBytes, n) => {
    const group = groups[n % groups.length];
    return group === undefined ? [] : [noiseFile(group, n, sizeBytes)];
  });
  return groups.flatMap((group) => {
    const isOwn = (file: PlannedFile): boolean => file.group === group;
    return [...chats.filter(isOwn), ...hung([...pictures, ...noise].filter(isOwn), group, written)];
  });
}

function chatFile(group: Group, written: readonly Written[]): PlannedFile {
  const bytes = Buffer.from(writtenOut(group, written), 'utf8');
  const path = `${deviceOf(group)}/${group.id}/chat.txt`;
  return { path, kind: 'chat', contentType: 'text/plain', group, sizeBytes: bytes.length, bytes };
}

const PICTURES = ['umbrella', 'ομπρέλα', 'מטרייה', 'مظلة', 'парасолька'];

function pictureFile(group: Group, n: number, k: number): PlannedFile {
  const colour = [(n * 24 + k) % 256, (k * 53 + 40) % 256, (n * 25 + 20) % 256] as const;
  const bytes = plainPng(64 + 4 * n, 48 + 2 * k, colour);
  const path = `${deviceOf(group)}/${group.id}/${PICTURES[n % PICTURES.length] ?? ''}-${counted(k)}.png`;
  return { path, kind: 'picture', contentType: 'image/png', group, sizeBytes: bytes.length, bytes };
}

function noiseFile(group: Group, n: number, sizeBytes: number): PlannedFile {
  const path = `${deviceOf(group)}/${group.id}/noise-${counted(n)}.bin`;
  return { path, kind: 'noise', contentType: 'application/octet-stream', group, sizeBytes };
}

const counted = (n: number): string => String(n + 1).padStart(3, '0');

function deviceOf({ id }: Group): string {
  return `device-${(Number(id.slice(1)) % 3) + 1}`;
}

/** A group's files, dealt out to those of its messages that carry files. */
function hung(files: readonly PlannedFile[], group: Group, written: readonly Written[]): PlannedFile[] {
  const carriers = written.filter((one) => one.group === group && isCarrier(one));
  return mixed(files).map((file, n) => {
    const on = carriers[n % carriers.length];
    return on === undefined ? file : { ...file, on };
  });
}
