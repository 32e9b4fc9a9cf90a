// Rules about what refers to what: files, views, groups, messages, observations, and the five times.
// Always true: whatever is pointed at is there, or somebody is told.
import type { Message } from '../chat.ts';
import { msOf } from '../instant.ts';
import type { Referral } from '../referral.ts';
import type { KnownTime } from '../times.ts';
import type { Inspection } from './table.ts';

export function checkEvidence(referral: Referral, inspection: Inspection): void {
  checkAttachments(referral, inspection);
  checkViews(referral, inspection);
  checkGroups(referral, inspection);
  checkMessages(referral, inspection);
  checkPossession(referral, inspection);
  checkTimes(referral, inspection);
}

function checkAttachments({ attachments = [] }: Referral, { report }: Inspection): void {
  const paths = new Set<string>();
  const sizes = new Map<string, number>();
  attachments.forEach(({ path, sha256, sizeBytes }, index) => {
    if (paths.has(path)) report('attachment-path-unique', `/attachments/${index}/path`);
    paths.add(path);
    if (sha256 === undefined || sizeBytes === undefined) return;
    const size = sizes.get(sha256) ?? sizeBytes;
    if (size !== sizeBytes) report('same-hash-same-size', `/attachments/${index}/sizeBytes`);
    sizes.set(sha256, size);
  });
}

function checkViews({ attachments = [], viewEvents = [] }: Referral, { report }: Inspection): void {
  const files = new Set(attachments.map(({ sha256 }) => sha256));
  viewEvents.forEach(({ sha256 }, index) => {
    if (!files.has(sha256)) report('view-of-known-file', `/viewEvents/${index}/sha256`);
  });
  const viewed = new Map<string, boolean>();
  for (const { sha256, extent } of viewEvents) viewed.set(sha256, viewed.get(sha256) === true || extent === 'full');
  attachments.forEach(({ sha256, fileDetails }, index) => {
    const claim = fileDetails?.fileViewedByEsp;
    const inFull = sha256 === undefined ? undefined : viewed.get(sha256);
    if (claim !== undefined && inFull !== undefined && claim !== inFull) {
      report('viewed-claim-agrees', `/attachments/${index}/fileDetails/fileViewedByEsp`);
    }
  });
}

function checkGroups({ chatGroups = [], attachments = [], observations = [] }: Referral, { report }: Inspection): void {
  const files = new Set(attachments.map(({ sha256 }) => sha256));
  const ids = new Set<string>();
  chatGroups.forEach(({ id, photos = [] }, index) => {
    if (ids.has(id)) report('group-id-unique', `/chatGroups/${index}/id`);
    ids.add(id);
    photos.forEach(({ sha256 }, at) => {
      const path = `/chatGroups/${index}/photos/${at}/sha256`;
      if (sha256 !== undefined && !files.has(sha256)) report('photo-known', path);
    });
  });
  observations.forEach((observation, index) => {
    (observation.chatGroups ?? []).forEach((id, at) => {
      if (!ids.has(id)) report('observed-group-known', `/observations/${index}/chatGroups/${at}`);
    });
  });
}

function checkMessages({ messages = [], chatGroups = [], attachments = [] }: Referral, { report }: Inspection): void {
  const groups = new Set(chatGroups.map(({ id }) => id));
  const files = new Set(attachments.map(({ sha256 }) => sha256));
  const paths = new Set(attachments.map(({ path }) => path));
  const known = new Set(messages.map(nameOf));
  const seen = new Set<string>();
  messages.forEach((message, index) => {
    const { chatGroup, replyTo, attachments: named = [] } = message;
    if (seen.has(nameOf(message))) report('message-id-unique', `/messages/${index}/id`);
    seen.add(nameOf(message));
    if (chatGroup !== undefined && !groups.has(chatGroup))
      report('message-group-known', `/messages/${index}/chatGroup`);
    if (replyTo !== undefined && !known.has(nameOf({ chatGroup, id: replyTo }))) {
      report('reply-known', `/messages/${index}/replyTo`);
    }
    named.forEach(({ sha256, path }, at) => {
      const isLost = (sha256 !== undefined && !files.has(sha256)) || (path !== undefined && !paths.has(path));
      if (isLost) report('message-attachment-known', `/messages/${index}/attachments/${at}`);
    });
  });
}

/** A message's name: its id is its own within its group only. */
function nameOf({ chatGroup, id }: Pick<Message, 'chatGroup' | 'id'>): string {
  return JSON.stringify([chatGroup ?? null, id]);
}

function checkPossession(referral: Referral, { report }: Inspection): void {
  if (referral.possession !== 'none') return;
  if ((referral.attachments ?? []).length > 0) report('no-possession-no-files', '/attachments');
  if (referral.possessionStatement === undefined) report('no-possession-needs-statement', '');
}

/** Each time with those it should follow. Viewing may come before or after detection. */
const FOLLOWS = {
  uploaded: ['occurred'],
  detected: ['occurred', 'uploaded'],
  viewed: ['occurred', 'uploaded'],
  reported: ['occurred', 'uploaded', 'detected', 'viewed'],
} as const;

function checkTimes({ times = {} }: Referral, { report }: Inspection): void {
  for (const later of ['uploaded', 'detected', 'viewed', 'reported'] as const) {
    const latest = latestOf(times[later]);
    const isEarly = FOLLOWS[later].some((earlier) => earliestOf(times[earlier]) > latest);
    if (isEarly) report('times-in-order', `/times/${later}`);
  }
}

/** The earliest moment it may have been; an unknown time comes before every other. */
function earliestOf(time: KnownTime | undefined): number {
  const ms = msOf(time?.at) ?? msOf(time?.from);
  return ms === undefined ? -Infinity : ms - doubtMs(time);
}

/** The latest moment it may have been; an unknown time comes after every other. */
function latestOf(time: KnownTime | undefined): number {
  const ms = msOf(time?.at) ?? msOf(time?.to);
  return ms === undefined ? Infinity : ms + doubtMs(time);
}

function doubtMs(time: KnownTime | undefined): number {
  return typeof time?.uncertaintySeconds === 'number' ? time.uncertaintySeconds * 1000 : 0;
}
