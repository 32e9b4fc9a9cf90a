// What an investigator will miss in a referral that is otherwise in order, and where to add it.
// Always true: a gap never refuses; each name appears at most once, with its first place and how many there are.
import { findScanWithoutSource } from './actionable.ts';
import type { Attachment } from './attachments.ts';
import type { ChatGroup, Message } from './chat.ts';
import type { Observation } from './observations.ts';
import type { Referral } from './referral.ts';
import {
  connectionsOf,
  findContent,
  findPlace,
  findUser,
  hasCountry,
  isPlaced,
  isSaid,
  isTraceable,
  victimsOf,
} from './signs.ts';

/** What an investigator may miss, by name: what to add, and why. */
export const GAPS = {
  'no-user-identifier':
    'Add an id, handle, phone number or e-mail address of the user: without one nobody can be asked.',
  'no-content': 'Add the file, the messages or the address of the page: a summary alone is seldom enough to act.',
  'no-file': 'Attach the file if you may: a hash or a description seldom convinces a judge.',
  'no-location':
    'Add a connection with time, a country, an address or a phone number: otherwise no force is competent.',
  'no-connection': 'Add IP address, port and time of the act: the most direct way from an account to a person.',
  'connection-without-time': 'Add the time with its zone: addresses change hands within minutes.',
  'connection-without-port': 'Add the source port: many customers share one address.',
  'no-victim': 'Say what is known of the child, even if it is little: it decides how fast people move.',
  'no-victim-location': 'Add country, town, school or phone number of the child: help must know where to go.',
  'no-time-semantics':
    'Say in times when it occurred and when it was detected: a bare incident time is misread in court.',
  'occurred-unstated': 'Say in times when it occurred, or that it is unknown: charges and alibis depend on it.',
  'occurred-unknown': 'Narrow down when it occurred, if only to a span: an unknown time matches no records.',
  'uncertainty-unknown': 'Say how far the times may be off: a provider must know how wide to search.',
  'file-without-digest': 'Declare the SHA-256: it proves that the file is the one you mean.',
  'viewed-unstated': 'Say whether a person looked at the whole file: it decides whether police need a warrant.',
  'upload-time-missing': 'Add when the file was uploaded: it ties the file to a connection.',
  'file-connection-missing': 'Add the connection the file came over: the strongest tie between file and person.',
  'mark-without-basis': 'Say who or what set the mark, with version: somebody must stand for it.',
  'scan-without-source': 'Name data set or address where it was found: without a source nothing can be followed up.',
  'uploader-unexplained': 'Say why the uploader is unknown: it spares a search for records that do not exist.',
  'group-without-members': 'List the members with their phone numbers: each is a person to identify.',
  'group-without-name': 'Add the names the group had: it is what witnesses remember.',
  'member-without-country': 'Add the country or the number in international form: each nation must be told of its own.',
  'group-unobserved': 'Add who watched the group, with which device and when: a court will ask how this was seen.',
  'observation-without-span': 'Add from when to when was watched: what happened outside was not seen.',
  'observation-without-device': 'Add the device: it holds the first copy.',
  'device-clock-unchecked': "Add how far the device's clock was off: all times seen on it depend on that.",
  'message-time-unknown': 'Add when the message was sent, if it can be found: order decides what a conversation means.',
  'message-clock-unknown': 'Say whose clock the time of the message rests on: phones can be years off.',
  'handling-unstated': 'Add handling codes and evaluation: a receiver abroad must know what it may do.',
} as const;

export type GapName = keyof typeof GAPS;

/** One kind of thing that is missing. */
export interface Gap {
  readonly gap: GapName;
  /** JSON pointer (RFC 6901): what is lacking, or the place to add it. */
  readonly path: string;
  /** What to add, and why. */
  readonly message: string;
  /** In how many places; `path` is the first. */
  readonly count: number;
}

/** What an investigator will miss in a parsed referral, each kind once, in how many places. Refuses nothing and never throws. */
export function findGaps(referral: Referral): Gap[] {
  const places: [GapName, string[]][] = [
    ...findMissingWhole(referral),
    ...findInConnections(referral),
    ...findInTimes(referral),
    ...findInFiles(referral),
    ...findInGroups(referral),
    ...findInMessages(referral),
    ...findInObservations(referral),
  ];
  return places.flatMap(([gap, paths]) => {
    const [path] = paths;
    return path === undefined ? [] : [{ gap, path, message: GAPS[gap], count: paths.length }];
  });
}

function findMissingWhole(referral: Referral): [GapName, string[]][] {
  const isBatch = referral.batchedReport !== undefined;
  const victims = victimsOf(referral);
  const hasFiles = (referral.attachments ?? []).length > 0;
  const scan = findScanWithoutSource(referral);
  const { provenance } = referral;
  const isUnexplained =
    provenance !== undefined && findUser(referral) === undefined && !isSaid(provenance.uploaderUnknownReason);
  return [
    ['no-user-identifier', when(findUser(referral) === undefined, '/personOrUserReported')],
    ['no-content', when(findContent(referral) === undefined, '/attachments')],
    ['no-file', when(!hasFiles && referral.possession !== 'none', '/attachments')],
    ['no-location', when(findPlace(referral) === undefined, '/jurisdictionHints')],
    ['no-victim', when(victims.length === 0 && !isBatch, '/victim')],
    ['no-victim-location', victims.filter((role) => !isPlaced(role)).map(({ path }) => `${path}/estimatedLocation`)],
    ['mark-without-basis', findMarksWithoutBasis(referral)],
    ['scan-without-source', when(scan !== undefined, scan ?? '')],
    ['uploader-unexplained', when(isUnexplained, '/provenance/uploaderUnknownReason')],
    ['handling-unstated', when((referral.handling?.codes ?? []).length === 0, '/handling')],
  ];
}

function findInConnections(referral: Referral): [GapName, string[]][] {
  const connections = connectionsOf(referral);
  const timeless = connections.filter((connection) => !isTraceable(connection));
  const portless = connections.filter(({ event }) => event.port === undefined);
  return [
    ['no-connection', when(connections.length === 0, '/personOrUserReported/0/ipCaptureEvent')],
    ['connection-without-time', timeless.map(({ path }) => `${path}/dateTime`)],
    ['connection-without-port', portless.map(({ path }) => `${path}/port`)],
  ];
}

function findInTimes({ times }: Referral): [GapName, string[]][] {
  if (times === undefined) return [['no-time-semantics', ['/times']]];
  const unsure = Object.entries(times).filter(([, time]) => time?.uncertaintySeconds === 'unknown');
  return [
    ['occurred-unstated', when(times.occurred === undefined, '/times/occurred')],
    ['occurred-unknown', when(times.occurred?.at === 'unknown', '/times/occurred/at')],
    ['uncertainty-unknown', unsure.map(([name]) => `/times/${name}/uncertaintySeconds`)],
  ];
}

function findInFiles({ attachments = [], viewEvents = [] }: Referral): [GapName, string[]][] {
  const viewed = new Set(viewEvents.map(({ sha256 }) => sha256));
  const lacking = (isLacking: (file: Attachment) => boolean, field: string) =>
    attachments.flatMap((file, index) => when(isLacking(file), `/attachments/${index}/fileDetails/${field}`));
  const isUnstated = (file: Attachment) =>
    file.fileDetails?.fileViewedByEsp === undefined && !(file.sha256 !== undefined && viewed.has(file.sha256));
  const digestless = attachments.flatMap(({ sha256 }, index) =>
    when(sha256 === undefined, `/attachments/${index}/sha256`),
  );
  return [
    ['file-without-digest', digestless],
    ['viewed-unstated', lacking(isUnstated, 'fileViewedByEsp')],
    [
      'upload-time-missing',
      lacking((file) => file.fileDetails?.uploadedToEspTimestamp === undefined, 'uploadedToEspTimestamp'),
    ],
    ['file-connection-missing', lacking((file) => file.fileDetails?.ipCaptureEvent === undefined, 'ipCaptureEvent')],
  ];
}

function findInGroups({ chatGroups = [], observations = [] }: Referral): [GapName, string[]][] {
  const watched = new Set(observations.flatMap((observation) => observation.chatGroups ?? []));
  const lacking = (isLacking: (group: ChatGroup) => boolean, field: string) =>
    chatGroups.flatMap((group, index) => when(isLacking(group), `/chatGroups/${index}${field}`));
  const countryless = chatGroups.flatMap(({ members = [] }, index) =>
    members.flatMap(({ country, phone }, at) => {
      const isKnown = isSaid(country) || (phone !== undefined && hasCountry(phone));
      return when(!isKnown, `/chatGroups/${index}/members/${at}/country`);
    }),
  );
  return [
    ['group-without-members', lacking(({ members = [] }) => members.length === 0, '/members')],
    ['group-without-name', lacking(({ names = [] }) => names.length === 0, '/names')],
    ['group-unobserved', lacking(({ id }) => !watched.has(id), '')],
    ['member-without-country', countryless],
  ];
}

function findInMessages({ messages = [] }: Referral): [GapName, string[]][] {
  const lacking = (isLacking: (message: Message) => boolean, field: string) =>
    messages.flatMap((message, index) => when(isLacking(message), `/messages/${index}/sent/${field}`));
  return [
    ['message-time-unknown', lacking(({ sent }) => sent.at === 'unknown', 'at')],
    ['message-clock-unknown', lacking(({ sent }) => sent.clockSource === 'unknown', 'clockSource')],
  ];
}

function findInObservations({ observations = [] }: Referral): [GapName, string[]][] {
  const lacking = (isLacking: (observation: Observation) => boolean, field: string) =>
    observations.flatMap((observation, index) => when(isLacking(observation), `/observations/${index}/${field}`));
  const isUnchecked = ({ device }: Observation) => device !== undefined && device.clockOffsetSeconds === undefined;
  return [
    ['observation-without-span', lacking(({ window }) => !isSaid(window.from) || !isSaid(window.to), 'window')],
    ['observation-without-device', lacking(({ device }) => device === undefined, 'device')],
    ['device-clock-unchecked', lacking(isUnchecked, 'device/clockOffsetSeconds')],
  ];
}

function findMarksWithoutBasis({ incidentSummary, annotationBasis, attachments = [] }: Referral): string[] {
  const { reportAnnotations } = incidentSummary;
  return [
    ...unfounded(reportAnnotations, annotationBasis, '/incidentSummary/reportAnnotations'),
    ...attachments.flatMap((file, index) =>
      unfounded(
        file.fileDetails?.fileAnnotations,
        file.annotationBasis,
        `/attachments/${index}/fileDetails/fileAnnotations`,
      ),
    ),
  ];
}

function unfounded(marks: object = {}, basis: readonly { annotation: string }[] = [], path: string): string[] {
  const founded = new Set(basis.map(({ annotation }) => annotation));
  return Object.keys(marks).flatMap((mark) => when(!founded.has(mark), `${path}/${mark}`));
}

function when(isLacking: boolean, path: string): string[] {
  return isLacking ? [path] : [];
}
