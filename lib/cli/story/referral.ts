// The referral itself: what two charities would write about ten groups and twenty days.
// Always true: a desk takes it, and what an investigator would miss in it is what the charities could not know.
import type { Attachment, Message, Referral } from '../../../schemas/index.ts';
import type { Days } from './days.ts';
import type { PlannedFile } from './files.ts';
import type { Group } from './groups.ts';
import type { Written } from './messages.ts';
import { storyObservations, storyViews } from './observers.ts';
import type { Person } from './people.ts';
import { connectionOf, storyRoles } from './roles.ts';
import type { Extent } from './scale.ts';

export interface Story {
  readonly days: Days;
  readonly extent: Extent;
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  readonly written: readonly Written[];
  readonly files: readonly SealableFile[];
}

export interface SealableFile extends PlannedFile {
  readonly sha256: string;
}

export function storyReferral({ days, extent, people, groups, written, files }: Story): Referral {
  return {
    ...summary(groups, days),
    ...storyRoles(people, days),
    additionalInfo: 'All of this is invented: a demonstration of Referral Desk. Nobody in it exists.',
    times: storyTimes(days),
    attachments: files.map((file, n) => attachmentOf(file, n, extent)),
    viewEvents: storyViews(files, days),
    chatGroups: groups.map(({ chat }) => chat),
    messages: written.map((one) => withFiles(one, files)),
    observations: storyObservations(groups, days),
    ...places(people, groups, days),
  };
}

function summary(groups: readonly Group[], days: Days) {
  const rooms = groups.map(({ chat }) => ({
    chatImIncident: { chatClient: chat.platform, chatRoomName: chat.names?.at(-1)?.name ?? chat.id },
  }));
  return {
    incidentSummary: {
      incidentType: 'Misleading Words or Digital Images on the Internet' as const,
      platform: 'Example Chat',
      incidentDateTime: days.span.to,
      incidentDateTimeDescription: 'When the last day of watching ended; the five times stand apart.',
    },
    internetDetails: [...rooms, { webPageIncident: { url: ['https://invitations.example.org/umbrellas'] } }],
    reporter: {
      reportingPerson: { firstName: 'Noa', lastName: 'Example', email: [{ value: 'noa@charity.example.org' }] },
      contactPerson: { firstName: 'Ewa', lastName: 'Przykład', email: [{ value: 'ewa@another.example.org' }] },
    },
  };
}

function storyTimes(days: Days): NonNullable<Referral['times']> {
  const { span, now } = days;
  return {
    occurred: { ...span, source: 'platformServer', uncertaintySeconds: 60 },
    uploaded: { ...span, source: 'platformServer', uncertaintySeconds: 60 },
    detected: {
      at: days.at(0.1),
      source: 'observer',
      uncertaintySeconds: 600,
      note: 'When the first group was joined.',
    },
    viewed: { from: days.at(20.5), to: days.at(21.5), source: 'observer', uncertaintySeconds: 60 },
    reported: { at: now, source: 'observer', uncertaintySeconds: 60 },
  };
}

/** Nobody uploaded the written-out chats: they have no connection, and no time of upload. */
function attachmentOf(file: SealableFile, n: number, { exhibitEvery }: Extent): Attachment {
  const { path, sha256, sizeBytes, contentType, on } = file;
  return {
    path,
    sha256,
    sizeBytes,
    contentType,
    ...(n % exhibitEvery === 0 ? { exhibit: `A-${n / exhibitEvery + 1}` } : {}),
    fileDetails: {
      ...(on === undefined ? {} : uploadOf(file, on)),
      ...(file.kind === 'noise' ? { fileViewedByEsp: false } : {}),
      fileRelevance: on === undefined ? 'Supplemental Reported' : 'Reported',
    },
  };
}

function uploadOf({ path }: PlannedFile, { message: { sent, sender } }: Written) {
  return {
    originalFileName: path.slice(path.lastIndexOf('/') + 1),
    uploadedToEspTimestamp: sent.at,
    ipCaptureEvent: connectionOf(Number(sender.slice(1)) - 1, 'Upload', sent.at),
  };
}

function withFiles({ message, group }: Written, files: readonly SealableFile[]): Message {
  const own = files.filter(({ on }) => on?.message.id === message.id && on.group === group);
  return own.length === 0 ? message : { ...message, attachments: own.map(({ sha256, path }) => ({ sha256, path })) };
}

function places(people: readonly Person[], groups: readonly Group[], days: Days) {
  const byCountry = Map.groupBy(present(people, groups), ({ country }) => country);
  return {
    distributionLinks: [
      {
        kind: 'inviteAggregator' as const,
        url: 'https://invitations.example.org/umbrellas',
        seenAt: days.at(0.05),
        note: 'Lists the invitation links of all ten groups.',
      },
      { kind: 'appStoreListing' as const, url: 'https://apps.example.com/example-chat', seenAt: days.at(0.05) },
      { kind: 'searchResult' as const, url: 'https://search.example.com/?q=umbrellas', seenAt: days.at(3.2) },
    ],
    provenance: {
      detectionContext: 'observation' as const,
      url: 'https://invitations.example.org/umbrellas',
      crawledAt: days.at(0.05),
    },
    jurisdictionHints: [...byCountry].map(([country, { length, [0]: first }]) => ({
      country,
      basis: first?.phone === undefined ? ('account' as const) : ('phone' as const),
      note: `${length} members.`,
    })),
    linkedReferrals: [
      { externalReference: { system: 'Another Charity, case book', id: '0117' }, relation: 'sameGroup' as const },
    ],
    handling: {
      codes: [{ code: 'H3' as const, conditions: 'Ask Example Charity before the observers are named in public.' }],
      sourceEvaluation: 'A' as const,
      informationEvaluation: '2' as const,
    },
  };
}

/** Those of the people who are in a group, once each. */
export function present(people: readonly Person[], groups: readonly Group[]): Person[] {
  const members = new Set(groups.flatMap((group) => group.people));
  return people.filter((person) => members.has(person));
}
