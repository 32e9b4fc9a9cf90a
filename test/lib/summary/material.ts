// A synthetic story for the summary: invented people, numbers kept for fiction, talk of lost umbrellas and bicycles.
// Always true: the same call gives the same story; nothing in it is about anyone.
import { createHash } from 'node:crypto';
import { codesOf } from '../../../lib/packet/handling.ts';
import type { Case, Exhibit } from '../../../lib/packet/case.ts';
import { findGaps, type ChatGroup, type ChatMember, type Message, type Referral } from '../../../schemas/index.ts';

export interface StoryInput {
  readonly case: Case;
  readonly caseSha256: string;
  readonly referral: Referral;
}

export interface StorySize {
  readonly groups: number;
  readonly members: number;
  readonly messages: number;
  readonly exhibits: number;
  readonly days: number;
}

export const WHOLE: StorySize = { groups: 10, members: 256, messages: 1_500, exhibits: 800, days: 20 };
export const SMALL: StorySize = { groups: 2, members: 6, messages: 8, exhibits: 5, days: 2 };

export const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const uuid = (name: string): string => hex(name).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;
const START = Date.parse('2026-10-01T06:00:00.000Z');
const at = (minutes: number): string => new Date(START + minutes * 60_000).toISOString();

/** Country, what its numbers begin with. Numbers of the first four are kept for fiction; the others are plainly invented. */
const COUNTRIES = [
  ['US', '+120255501'],
  ['GB', '+4477009001'],
  ['AU', '+6149157001'],
  ['FR', '+3363998001'],
  ['DE', '+4915000000'],
  ['NL', '+3160000000'],
  ['ES', '+3460000000'],
  ['IT', '+3930000000'],
  ['PL', '+4850000000'],
  ['SE', '+4670174061'],
  ['BR', '+5511900000'],
  ['IN', '+9170000000'],
  ['PH', '+6390000000'],
  ['VN', '+8430000000'],
  ['GR', '+3069000000'],
  ['BG', '+3598700000'],
  ['KE', '+2547000000'],
  ['MX', '+5215500000'],
] as const;

const NAMES = [
  'Kim',
  'Ola',
  'Jo',
  'Ngọc Ánh',
  'Ελένη',
  'Борис',
  'Zoë',
  'Łucja',
  'Åse',
  'Renée',
  'Ada',
  'Tomás',
] as const;
const TOPICS = [
  'Lost umbrellas',
  'Bicycles of the north side',
  'Garden chairs, second hand',
  'Чай и чашки',
  'Ομπρέλες',
] as const;
const TALK = [
  'Has anybody seen a green umbrella near the station?',
  'Yes, it hangs on the fence beside the bicycle stand. I will leave it there until six.',
  'My bicycle has a new bell. The old one rang by itself whenever it rained, which it did all week, so that in the end nobody turned round any more.',
  'Thanks!',
  'Кто-нибудь видел синий велосипед?',
  'Ποιος έχασε μια ομπρέλα;',
  'Ai có thấy chiếc ô màu vàng không?',
  'I put two photos of the saddle here, one from above and one from the side.',
  'The chair wobbles a little.\nThe table does not.',
  'See https://example.org/umbrellas/green?found=2026-10-02&by=kim for the list.',
] as const;

export function storyOf(
  size: StorySize = WHOLE,
  change: { referral?: Partial<Referral>; case?: Partial<Case> } = {},
): StoryInput {
  const referral = { ...referralOf(size), ...change.referral };
  const held = { ...caseOf(referral, size), ...change.case };
  return { case: held, caseSha256: hex(JSON.stringify(held)), referral };
}

function referralOf(size: StorySize): Referral {
  const chatGroups = Array.from({ length: size.groups }, (_, n) => groupOf(n, size));
  const attachments = Array.from({ length: size.exhibits }, (_, n) => attachmentOf(n));
  return {
    incidentSummary: {
      incidentType: 'Misleading Domain Name',
      platform: 'Example Chat',
      escalateToHighPriority: 'The groups change their names every few days.',
      reportAnnotations: { spam: true },
      incidentDateTime: at(0),
      incidentDateTimeDescription: 'The first message that was seen.',
    },
    internetDetails: [
      {
        chatImIncident: {
          chatClient: 'Example Chat',
          chatRoomName: 'Lost umbrellas',
          additionalInfo: 'Ten groups that refer to one another.',
        },
      },
      { webPageIncident: { url: ['https://example.org/umbrellas'], thirdPartyHostedContent: true } },
    ],
    lawEnforcement: { agencyName: 'Example City Police', caseNumber: '00123/26', reportedToLe: true },
    reporter: {
      reportingPerson: {
        firstName: 'Ada',
        lastName: 'Example',
        email: [{ value: 'ada@example.org', type: 'Work' }],
        phone: [{ value: '+1 202 555 0101' }],
      },
      contactPerson: {
        firstName: 'Ola',
        lastName: 'Example',
        email: [{ value: 'desk@example.org' }],
        phone: [{ value: '020 7946 0123', countryCallingCode: '+44' }],
      },
      companyTemplate: 'Example Hotline is a charity. Requests reach it by e-mail within one working day.',
    },
    personOrUserReported: [
      {
        personOrUserReportedPerson: {
          firstName: 'Kim',
          lastName: 'Example',
          age: 44,
          phone: [{ value: '+44 7700 900123', type: 'Mobile' }],
        },
        espIdentifier: 'u-0001',
        screenName: 'umbrella.kim',
        displayName: ['Kim', 'Kim of the umbrellas'],
        profileUrl: ['https://example.org/u/kim'],
        ipCaptureEvent: [
          { ipAddress: '192.0.2.17', eventName: 'Login', dateTime: at(35), port: 51_334 },
          { ipAddress: '2001:db8::17', eventName: 'Upload', dateTime: at(95), port: 51_402 },
        ],
        deviceId: [{ idType: 'IMEI', idValue: '000000000000000' }],
        estimatedLocation: { city: 'Exampleton', region: 'North', countryCode: 'GB' },
      },
    ],
    intendedRecipient: [{ screenName: 'bicycle.jo', espIdentifier: 'u-0002' }],
    victim: [{ victimPerson: { age: 12 }, schoolName: 'Example School', estimatedLocation: { city: 'Exampleton' } }],
    otherPersons: [
      {
        role: 'witness',
        person: { firstName: 'Zoë', lastName: 'Example' },
        account: 'zoe on Example Chat',
        note: 'Saw the green umbrella first.',
      },
    ],
    additionalInfo:
      'Ten groups about lost umbrellas and bicycles were watched for twenty days. Their members are in at least eighteen countries. The same two owners open a new group whenever one is closed, and invite the members of the old one within the hour.',
    annotationBasis: [{ annotation: 'spam', by: 'person', name: 'Ola Example', at: at(20) }],
    times: {
      occurred: {
        from: at(0),
        to: at(28_000),
        source: 'platformServer',
        uncertaintySeconds: 60,
        note: 'From the first to the last message seen.',
      },
      uploaded: { at: at(95), source: 'platformServer', uncertaintySeconds: 1 },
      detected: { at: at(15), source: 'observer', uncertaintySeconds: 300 },
      reported: { at: at(30_000), source: 'observer', uncertaintySeconds: 'unknown' },
    },
    attachments,
    viewEvents: attachments.slice(0, 40).map(({ sha256 = '' }, n) => ({
      sha256,
      viewer: 'Ola Example',
      from: at(40 + n),
      to: at(41 + n),
      extent: n % 4 === 0 ? ('partial' as const) : ('full' as const),
    })),
    chatGroups,
    messages: Array.from({ length: size.messages }, (_, n) => messageOf(n, chatGroups, attachments)),
    observations: Array.from({ length: size.days * 3 }, (_, n) => observationOf(n, chatGroups)),
    distributionLinks: [
      {
        kind: 'inviteAggregator',
        url: 'https://example.net/list/umbrellas?page=1',
        seenAt: at(50),
        note: 'Lists seven of the ten groups.',
      },
      { kind: 'appStoreListing', url: 'https://example.com/app/umbrella-finder' },
    ],
    provenance: { detectionContext: 'observation', url: 'https://example.org/umbrellas' },
    possession: 'held',
    unheldMaterial: [
      {
        url: 'https://example.org/file/7',
        fileName: 'umbrella-7.jpg',
        sizeBytes: 48_213,
        seenAt: at(61),
        description: 'A photo of a red umbrella.',
      },
    ],
    jurisdictionHints: [
      { country: 'GB', basis: 'phone', note: 'Both owners use numbers from there.' },
      { country: 'DE', basis: 'platform' },
    ],
    linkedReferrals: [
      { externalReference: { system: 'Example City Police', id: '00123/26' }, relation: 'supplements' },
    ],
    handling: {
      codes: [{ code: 'H1' }, { code: 'H3', conditions: 'Ask Example Hotline first.' }],
      sourceEvaluation: 'B',
      informationEvaluation: '2',
    },
  };
}

function groupOf(n: number, size: StorySize): ChatGroup {
  const topic = pick(TOPICS, n);
  return {
    id: `g-${String(n + 1).padStart(3, '0')}`,
    platform: 'Example Chat',
    names: [
      { name: `${topic} ${n + 1}`, from: at(n * 60), to: at(9_000 + n) },
      { name: `${topic} ${n + 1}, reopened`, from: at(9_000 + n) },
    ],
    inviteLinks: [`https://chat.example.org/join/${hex(`invite ${n}`).slice(0, 22)}`],
    ...(n === 0 && {
      photos: [{ description: 'An umbrella in the rain.', from: at(0) }],
      description: 'For whoever has lost an umbrella.',
    }),
    members: Array.from({ length: Math.max(1, size.members - n * 9) }, (_, m) => memberOf(n, m)),
  };
}

function memberOf(group: number, m: number): ChatMember {
  const [country, start] = pick(COUNTRIES, m * 5 + Math.floor(m / 7) + group * 2);
  const role = m < 2 ? 'owner' : m < 6 ? 'admin' : 'member';
  const tail = String((group * 37 + m) % 100).padStart(2, '0');
  return {
    id: `m-${group + 1}-${m + 1}`,
    displayName: `${pick(NAMES, m + group)} Example ${m + 1}`,
    ...(m % 29 === 28
      ? {}
      : { phone: { value: m % 3 === 0 ? `${start}${tail}`.replace(/(\d{3})(?=\d)/g, '$1 ') : `${start}${tail}` } }),
    ...(m % 5 === 0 && { country }),
    role,
    from: at(group * 60 + m * 3),
    ...(m % 7 === 6 && { to: at(20_000 + m) }),
  };
}

function attachmentOf(n: number): NonNullable<Referral['attachments']>[number] {
  const types = ['image/jpeg', 'image/png', 'video/mp4', 'text/plain', 'application/pdf'];
  const type = pick(types, n % 11 === 0 ? 2 : n % 17 === 0 ? 3 : n % 3);
  return {
    path: `phone-${(n % 3) + 1}/2026-10-${String((n % 20) + 1).padStart(2, '0')}/umbrella-${String(n + 1).padStart(4, '0')}.${type.split('/')[1] ?? 'bin'}`,
    sha256: hex(`file ${n}`),
    sizeBytes: 20_000 + ((n * 7_919) % 4_000_000),
    contentType: type,
    ...(n % 2 === 0 && { fileDetails: { fileViewedByEsp: true } }),
  };
}

function messageOf(
  n: number,
  groups: readonly ChatGroup[],
  files: readonly { sha256?: string | undefined }[],
): Message {
  const group = pick(groups, n * 3 + Math.floor(n / 7));
  const member = pick(group.members ?? [], n * 7);
  const file = files.length > 0 && n % 6 === 5 ? pick(files, n).sha256 : undefined;
  return {
    id: `msg-${n + 1}`,
    chatGroup: group.id,
    sender: member.id ?? 'Kim',
    sent: { at: n % 211 === 210 ? 'unknown' : at(n * 18), clockSource: n % 4 === 3 ? 'device' : 'platformServer' },
    ...(n % 50 === 49 && { edited: { at: at(n * 18 + 4), clockSource: 'device' as const } }),
    ...(n % 90 === 89 && { deleted: { at: at(n * 18 + 9), clockSource: 'platformServer' as const } }),
    text: pick(TALK, n * 3 + (n % 7)),
    ...(file !== undefined && { attachments: [{ sha256: file }] }),
    ...(n % 8 === 7 && { replyTo: `msg-${n}` }),
  };
}

function observationOf(n: number, groups: readonly ChatGroup[]): NonNullable<Referral['observations']>[number] {
  const observers = [
    { name: 'Ola Example', role: 'analyst', organisation: 'Example Hotline' },
    { name: 'Jo Example', role: 'analyst', organisation: 'Example Hotline' },
  ];
  const devices = [
    { make: 'Example', model: 'Phone 5', serial: 'EX-5-0001', clockOffsetSeconds: 2 },
    { make: 'Example', model: 'Phone 6', serial: 'EX-6-0044', clockOffsetSeconds: -41 },
    { make: 'Example', model: 'Tablet 2' },
  ];
  const begin = Math.floor(n / 3) * 1_440 + (n % 3) * 190;
  return {
    observer: pick(observers, n),
    device: pick(devices, n),
    window: { from: at(begin), to: at(begin + 175) },
    done:
      n < 3
        ? 'Joined by the public link, read, saved messages and photos.'
        : 'Read, saved new messages and the list of members.',
    where: 'Exampleton, GB',
    chatGroups: (n % 3 === 2 ? groups : groups.slice(0, 1 + (n % 4))).map(({ id }) => id),
  };
}

// ── the case ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const ACTORS = [
  { id: uuid('reporter'), role: 'reporter', name: 'Example Hotline' },
  { id: uuid('officer'), role: 'officer', name: 'Ada Example' },
];

function caseOf(referral: Referral, size: StorySize): Case {
  const exhibits = (referral.attachments ?? []).map((each, n) => exhibitOf(each, n));
  const acts = [
    { seq: 0, time: at(30_001), actorId: ACTORS[0]?.id ?? '', act: 'open' as const },
    ...exhibits.map(({ seq, sealedAt, exhibit }) => ({
      seq,
      time: sealedAt,
      actorId: ACTORS[0]?.id ?? '',
      act: 'attach' as const,
      exhibit,
    })),
    { seq: exhibits.length + 1, time: at(30_900), actorId: ACTORS[0]?.id ?? '', act: 'finish' as const },
  ];
  return {
    version: 1,
    desk: uuid('desk'),
    immutability: 'advisory',
    packet: {
      id: uuid('packet'),
      agency: { id: uuid('agency'), name: 'Europol' },
      orderedAt: at(31_000),
      orderedBy: ACTORS[1]?.id ?? '',
      purpose: 'To tell the member states whose residents are in the groups.',
      legalBasis: 'Regulation (EU) 2016/794, article 26',
      terms: { profile: 'general', language: 'en', role: 'investigation', encryption: 'none' },
    },
    asOf: at(30_990),
    referral: {
      id: uuid('referral'),
      reporter: ACTORS[0]?.id ?? '',
      incidentType: referral.incidentSummary.incidentType,
      openedAt: at(30_001),
      finishedAt: at(30_900),
      keepUntil: at(600_000),
      sha256: hex('referral'),
      sizeBytes: 1_234_567,
      handling: codesOf(referral),
    },
    clearances: [],
    exhibits,
    views: (referral.viewEvents ?? []).map((view, n) => ({
      source: 'referral' as const,
      sha256: view.sha256,
      exhibit: exhibits[n]?.exhibit,
      viewer: view.viewer,
      from: view.from,
      to: view.to,
      extent: view.extent,
      afterFinish: false,
    })),
    actors: ACTORS,
    custody: { entries: acts.length, head: hex('head'), acts },
    log: {
      index: 4_711,
      size: 4_712,
      checkpoint: `example.org/desk\n4712\n${Buffer.from(hex('root'), 'hex').toString('base64')}\n\n— example.org/desk ${Buffer.from(hex('sig'), 'hex').toString('base64')}\n`,
    },
    gaps: findGaps(referral).map(({ gap, path, message, count }) => ({ gap, path, message, count })),
    phones: phonesOf(referral),
    files: Array.from({ length: size.exhibits + 5 }, (_, n) => ({
      path: `data/evidence/${n}`,
      sizeBytes: 1_000 + n,
      sha256: hex(`packet ${n}`),
    })),
  };
}

function exhibitOf(
  { path, sha256 = '', sizeBytes = 0, contentType }: NonNullable<Referral['attachments']>[number],
  n: number,
): Exhibit {
  const states = ['stated', 'unstated', 'partly', 'entered', 'statedNot'] as const;
  const exhibit = `E${String(n + 1).padStart(4, '0')}`;
  return {
    exhibit,
    path: `data/evidence/${exhibit}`,
    attachment: uuid(`attachment ${n}`),
    declared: n,
    originalName: path,
    contentType,
    sizeBytes,
    sha256,
    sha1: hex(`sha1 ${n}`).slice(0, 40),
    md5: hex(`md5 ${n}`).slice(0, 32),
    crc32: hex(`crc ${n}`).slice(0, 8),
    seq: n + 1,
    sealedAt: at(30_002 + n),
    viewed: n < 40 ? (n % 4 === 0 ? 'partly' : 'stated') : pick(states, n),
  };
}

function phonesOf(referral: Referral): Case['phones'] {
  const found: [string, { e164: string; country?: string }][] = [];
  for (const [g, { members = [] }] of (referral.chatGroups ?? []).entries())
    for (const [m, { phone }] of members.entries()) {
      const e164 = phone?.value.replaceAll(' ', '');
      const known = COUNTRIES.find(([, start]) => e164?.startsWith(start.slice(0, 5)));
      if (e164 !== undefined && known !== undefined)
        found.push([`/chatGroups/${g}/members/${m}/phone`, { e164, country: known[0] }]);
    }
  return {
    ...Object.fromEntries(found),
    '/personOrUserReported/0/personOrUserReportedPerson/phone/0': { e164: '+447700900123', country: 'GB' },
    '/reporter/contactPerson/phone/0': { e164: '+442079460123', country: 'GB' },
  };
}
