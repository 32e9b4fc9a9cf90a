// Who watched: four invented people of two invented charities, with three devices, each with a clock that is off by its own amount.
// Always true: every group was watched on every day by somebody.
import type { Observation, ViewEvent } from '../../../schemas/index.ts';
import type { Days } from './days.ts';
import type { PlannedFile } from './files.ts';
import type { Group } from './groups.ts';

const OBSERVERS = [
  { name: 'Noa Example', role: 'analyst', organisation: 'Example Charity' },
  { name: 'Ilse Beispiel', role: 'volunteer', organisation: 'Example Charity' },
  { name: 'Tomás Ejemplo', role: 'analyst', organisation: 'Another Charity' },
  { name: 'Ewa Przykład', role: 'head of research', organisation: 'Another Charity' },
] as const;

const DEVICES = [
  { make: 'Example', model: 'One', serial: 'EX-0001', clockOffsetSeconds: 1.5 },
  { make: 'Example', model: 'One', serial: 'EX-0002', clockOffsetSeconds: -42 },
  { make: 'Sample', model: 'Tablet 3', serial: 'SA-0117', clockOffsetSeconds: 310 },
] as const;

const PLACES = ['Dublin, Ireland', 'Berlin, Germany'] as const;

/** From day, to day, observer, device. */
const STRETCHES = [
  [0, 7, 0, 0],
  [0, 7, 1, 1],
  [0, 6, 2, 2],
  [6, 13, 3, 2],
  [7, 14, 0, 1],
  [7, 14, 1, 0],
  [13, 20, 2, 2],
  [14, 20, 0, 0],
  [14, 20, 1, 1],
] as const;

export function storyObservations(groups: readonly Group[], days: Days): Observation[] {
  return STRETCHES.map(([from, to, who, what]) => ({
    observer: OBSERVERS[who],
    device: DEVICES[what],
    window: { from: days.at(from), to: days.at(to) },
    done: 'Joined by the public link, read along, wrote nothing, saved what was sent, wrote the chat out at the end.',
    where: who < 2 ? PLACES[0] : PLACES[1],
    chatGroups: groups.filter((_, n) => (n + 1) % 3 === what).map(({ id }) => id),
  }));
}

/** What the reporter states about looking: chats were read in full, pictures more or less, noise not at all. */
export function storyViews(files: readonly (PlannedFile & { readonly sha256: string })[], days: Days): ViewEvent[] {
  return files
    .filter(({ kind }) => kind !== 'noise')
    .map(({ kind, sha256 }, n) => {
      const [from, to] = [days.at(20.5 + n / 1440), days.at(20.5 + (n + 0.5) / 1440)];
      const viewer = OBSERVERS[n % OBSERVERS.length]?.name ?? '';
      return { sha256, viewer, from, to, extent: kind === 'chat' ? 'full' : extentOf(n) };
    });
}

function extentOf(n: number): ViewEvent['extent'] {
  if (n % 5 === 3) return 'thumbnail';
  return n % 5 === 4 ? 'partial' : 'full';
}
