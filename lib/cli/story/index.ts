// The story's material for the demonstration: a referral about ten chat groups and lost umbrellas, and its files of noise and colour.
// Nobody in it exists; numbers, domains and addresses are those reserved for examples.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Referral } from '../../../schemas/index.ts';
import { daysBefore } from './days.ts';
import { planFiles } from './files.ts';
import { storyGroups } from './groups.ts';
import { storyMessages } from './messages.ts';
import { storyPeople } from './people.ts';
import { present, storyReferral, type SealableFile } from './referral.ts';
import { EXTENTS, sum, type Scale } from './scale.ts';
import { writeStoryFile } from './write.ts';

export { plainPng } from './png.ts';
export { EXTENTS, type Extent, type Scale } from './scale.ts';

export interface StoryOptions {
  readonly scale: Scale;
  /** When it is told; everything in it lies before. */
  readonly now: Date;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

export interface StoryMaterial {
  /** The referral's own file. */
  readonly referralFile: string;
  /** The folder whose files it declares. */
  readonly filesFolder: string;
  readonly files: readonly StoryFile[];
  readonly counts: StoryCounts;
}

export interface StoryFile {
  readonly path: string;
  readonly contentType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface StoryCounts {
  readonly groups: number;
  /** Somebody in two groups counts twice. */
  readonly memberships: number;
  readonly people: number;
  readonly countries: number;
  readonly messages: number;
  readonly observations: number;
  readonly files: number;
  readonly bytes: number;
}

/** Writes referral.json and its files beneath `folder`; what is there under the same names is replaced. */
export async function storyMaterial(folder: string, options: StoryOptions): Promise<StoryMaterial> {
  const filesFolder = join(folder, 'files');
  await mkdir(filesFolder, { recursive: true, mode: 0o700 });
  const extent = EXTENTS[options.scale];
  const days = daysBefore(options.now);
  const people = storyPeople();
  const groups = storyGroups(people, days);
  const written = storyMessages(groups, extent.messagesPerGroup, days);
  const files: SealableFile[] = [];
  let doneBytes = 0;
  for (const file of planFiles(groups, written, extent)) {
    const sha256 = await writeStoryFile(filesFolder, file, (count) => {
      doneBytes += count;
      options.onProgress?.(doneBytes, extent.totalBytes);
    });
    files.push({ ...file, sha256 });
  }
  const referral = storyReferral({ days, extent, people, groups, written, files });
  const referralFile = join(folder, 'referral.json');
  await writeFile(referralFile, `${JSON.stringify(referral, undefined, 2)}\n`, { mode: 0o600 });
  const shown = files.map(({ path, contentType, sha256, sizeBytes }) => ({ path, contentType, sha256, sizeBytes }));
  const inGroups = present(people, groups);
  const memberships = sum(groups.map((group) => group.people.length));
  const countries = new Set(inGroups.map(({ country }) => country)).size;
  const counts = { ...countsOf(referral, shown), memberships, people: inGroups.length, countries };
  return { referralFile, filesFolder, files: shown, counts };
}

function countsOf({ chatGroups = [], messages = [], observations = [] }: Referral, files: readonly StoryFile[]) {
  return {
    groups: chatGroups.length,
    messages: messages.length,
    observations: observations.length,
    files: files.length,
    bytes: sum(files.map(({ sizeBytes }) => sizeBytes)),
  };
}
