// What the HTTP API answers, as far as it is words. What is signed or proved (entry, receipt, custody, trust) has its form beside
// the code that checks it, in lib. Always true: an answer holds ids, states, times and counts, and of the referral's own words none.
import * as z from 'zod';
import {
  actorId,
  agencyId,
  ANSWERS,
  attachmentId,
  destructionId,
  finding,
  holdId,
  objectId,
  organisationId,
  packetId,
  REASONS,
  referralId,
  ROLES,
  signIn,
  viewRequest,
} from './api.ts';
import { AGENCY_KINDS, HANDLING_CODES, ENCRYPTIONS, LANGUAGES, PROFILES } from './codes.ts';
import { isoCountry } from './contact.ts';
import { filingState } from './filing-answers.ts';
import { GAPS } from './gaps.ts';
import { clearanceShown, conflictShown, consentShown, regimeShown } from './lawful.ts';
import { REGIMES } from './codes.ts';

const REFERRAL_STATES = ['open', 'finished', 'retracted', 'expired', 'destroying', 'destroyed'] as const;
const time = (what: string) => z.iso.datetime({ precision: 3 }).meta({ description: `${what} RFC 3339, UTC.` });
const hex32 = (what: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ description: what });

const record = {
  state: z.enum(REFERRAL_STATES),
  reporter: organisationId,
  incidentType: z.string().meta({ description: "CyberTipline's incident type." }),
  openedAt: time('When it came.'),
  expiresAt: time('When it will be destroyed unless it is finished.'),
  warnedAt: time('When that was last announced.').optional(),
  report: z
    .strictObject({ id: z.string().regex(/^[1-9][0-9]{15}$/) })
    .optional()
    .meta({ description: 'The number of a CyberTipline report, where it came as one.' }),
  closedAt: time('When it was finished, retracted or expired.').optional(),
  keepUntil: time('It is not destroyed before.').optional(),
  kept: z
    .array(z.strictObject({ seq: z.int(), until: time('Until when.') }))
    .optional()
    .meta({ description: 'By which entries that date was set, in their order.' }),
  clearances: z.array(clearanceShown).optional().meta({ description: 'Findings that clear.' }),
  consents: z.array(consentShown).optional().meta({ description: 'Whom its reporter lets it go on to (H2).' }),
  lockedUntil: time('How far the locks on its sealed bytes surely reach.'),
  holds: z.array(z.strictObject({ id: holdId, from: time('Since when.'), until: z.string().optional() })),
  destruction: z
    .strictObject({ id: destructionId, requestedBy: actorId, requestedAt: time('When it was asked for.') })
    .optional(),
  destroyedAt: time('When its secret was destroyed.').optional(),
};

const referralRecord = z
  .strictObject({ id: referralId, ...record })
  .meta({ id: 'ReferralRecord', description: 'State and dates of a referral; none of its words.' });

export const referralPage = z
  .strictObject({
    items: z.array(referralRecord),
    next: z.string().optional().meta({ description: 'Hand it back as `after`; absent on the last page.' }),
  })
  .meta({ id: 'ReferralPage', description: 'Referrals, oldest first.' });

const attachmentStatus = z
  .strictObject({
    id: attachmentId,
    state: z.enum(['sealed', 'missing', 'unproved']).meta({
      description: 'missing: declared and not received. unproved: sent directly, and not looked at by the desk yet.',
    }),
    declared: z.int().nullable().meta({ description: "Its place among the referral's attachments, where declared." }),
    sizeBytes: z.int().optional(),
    sealedAt: time('When it was sealed.').optional(),
  })
  .meta({ id: 'AttachmentStatus', description: 'Whether an attachment has arrived.' });

const answered = z
  .strictObject({
    answer: z.enum(ANSWERS),
    reason: z.enum(REASONS).optional(),
    at: time('When it was entered.'),
  })
  .meta({ id: 'AgencyAnswer', description: 'How far an agency has come.' });

const packetState = {
  agency: agencyId,
  state: z.enum(['ordered', 'frozen', 'dropped']).meta({
    description: 'frozen: it can be taken. dropped: its referral was cleared or destroyed before it was made.',
  }),
  handling: z
    .array(z.enum(HANDLING_CODES))
    .optional()
    .meta({ description: 'Handling codes that travel with it; absent where there are none.' }),
  regime: z.enum(REGIMES).optional().meta({ description: 'For which regime it was ordered.' }),
  orderedAt: time('When it was ordered.'),
  answers: z.array(answered).meta({ description: "The agency's answers, in the order they came." }),
};

export const referralStatus = z
  .strictObject({
    referralId,
    ...record,
    attachments: z.array(attachmentStatus),
    custody: z
      .strictObject({ entries: z.int(), head: hex32('SHA-256 of the last entry.') })
      .meta({ description: 'Its chain as it stands.' }),
    packets: z
      .array(z.strictObject({ packetId, ...packetState }))
      .meta({ description: 'What was packed for agencies, and what they answered.' }),
    regimes: z.array(regimeShown).meta({ description: 'Under which rules it falls, and how that stands.' }),
    conflicts: z.array(conflictShown).meta({ description: 'Rules that contradict each other: a person must decide.' }),
    filings: z.array(z.strictObject(filingState)).meta({ description: 'With whom it was filed, and how that stands.' }),
  })
  .meta({ id: 'ReferralStatus', description: 'What the desk says of a referral without opening anything.' });

const packetEncryption = z
  .union([
    z.literal('none'),
    z.strictObject({
      method: z.enum(ENCRYPTIONS),
      recipient: z.string().meta({ description: "Fingerprint of the agency's key." }),
    }),
  ])
  .meta({ description: 'To which key of its agency it is encrypted.' });

const packetRecord = z
  .strictObject({
    packetId,
    referralId,
    ...packetState,
    orderedBy: actorId,
    frozenAt: time('When it was made.').optional(),
    sizeBytes: z.int().optional().meta({ description: 'Of the whole packet as it is taken, once it is made.' }),
    encryption: packetEncryption,
    links: z
      .array(
        z.strictObject({
          expiresAt: time('Until when it can be used.'),
          usedAt: time('When it was used.').optional(),
          endedAt: time('When it was ended unused.').optional(),
        }),
      )
      .meta({ description: 'Links by which it could be taken once.' }),
  })
  .meta({ id: 'Packet', description: 'What an agency receives, and how it stands.' });

export const packetPage = z
  .strictObject({
    items: z.array(packetRecord),
    next: z.string().optional().meta({ description: 'Hand it back as `after`; absent on the last page.' }),
  })
  .meta({ id: 'PacketPage', description: 'Packets, oldest first.' });

export const packetStatus = packetRecord
  .safeExtend({
    sha256: hex32(
      'SHA-256 of the whole packet as it is taken, once all of it was read: by who made it, who took it whole, or the desk soon after.',
    ).optional(),
    plain: z
      .strictObject({ sizeBytes: z.int(), sha256: hex32('SHA-256.') })
      .optional()
      .meta({ description: 'The packet inside, where it is encrypted; with `sha256`.' }),
    clearances: z.array(clearanceShown).optional().meta({ description: 'Findings that clear its referral or a part.' }),
    making: z
      .strictObject({ code: z.string(), at: time('When it was last tried.') })
      .optional()
      .meta({ description: 'Why it could not be made or read so far; the desk tries again by itself.' }),
    releases: z
      .array(
        z.strictObject({
          seq: z.int().meta({ description: 'Its place in the chain.' }),
          at: time('When.'),
          actorId: z.string().meta({ description: 'Who took it; for a link, who made the link.' }),
          offset: z.int(),
          sizeBytes: z.int().meta({ description: 'How many bytes, from `offset` on.' }),
          byLink: z.boolean(),
        }),
      )
      .meta({ description: 'Who took what, when, how many bytes; each was entered before the bytes left.' }),
  })
  .meta({ id: 'PacketStatus', description: 'A packet, and who took it.' });

export const linkMade = z
  .strictObject({
    path: z.string().meta({ description: 'Where it is taken; shown this once.' }),
    expiresAt: time('Until when.'),
  })
  .meta({ id: 'LinkMade', description: 'A link by which a packet can be taken once, by whoever holds it.' });

export const linksEnded = z
  .strictObject({ ended: z.int().meta({ description: 'How many could still be used until then.' }) })
  .meta({ id: 'LinksEnded', description: 'Links that can be used no more.' });

/** The parts of an answer to a new referral that are words; its receipt stands with the proofs. */
export const openedWords = {
  referralId,
  attachments: z
    .array(z.strictObject({ id: attachmentId, declared: z.int() }))
    .meta({ description: 'Ids for the attachments it declares, in their order.' }),
  missing: z
    .array(z.strictObject({ gap: z.enum(Object.keys(GAPS)), path: z.string(), count: z.int(), message: z.string() }))
    .meta({ description: 'What an investigator will miss.' }),
  warnings: z.array(finding).meta({ description: 'Rules that warn without refusing.' }),
  isNew: z.boolean().meta({ description: 'False when the same call had come before.' }),
};

export const certificateDocument = z
  .strictObject({
    version: z.literal(1),
    desk: z.string(),
    referralId,
    requestedBy: z.string(),
    approvedBy: z.string(),
    destroyedAt: time('When.'),
    chainHead: hex32('SHA-256 of the last entry of its chain.'),
    sealedObjects: z.int().meta({ description: 'How many sealed objects can no longer be opened.' }),
    copies: z
      .array(z.strictObject({ act: z.string(), seq: z.int(), time: time('When.'), actorId: z.string() }))
      .meta({ description: 'Readings and exports of keys before: copies that may exist elsewhere.' }),
    backups: z.array(z.strictObject({ id: z.string(), madeAt: time('When.'), expiresAt: z.string() })),
    keyId: z.string(),
    signature: z.base64(),
  })
  .meta({ id: 'Certificate', description: 'What remains of a destroyed referral, signed.' });

export const actorList = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          id: actorId,
          role: z.enum(ROLES),
          name: z.string(),
          organisation: z.string().optional(),
          agency: agencyId.optional(),
          addedAt: time('Since when.'),
          revokedAt: time('When the key was ended, or her tokens.').optional(),
          hasKey: z.boolean().meta({ description: "False for the house's own, and for a person who signs in." }),
          signIn: signIn.optional().meta({ description: 'Of a person.' }),
        })
        .meta({ id: 'Actor', description: 'Somebody who may act.' }),
    ),
  })
  .meta({ id: 'ActorList', description: 'Everybody who may act or once could.' });

export const actorAdded = z
  .strictObject({
    actorId,
    key: z.string().optional().meta({ description: 'The key, shown this once; none for a person who signs in.' }),
  })
  .meta({ id: 'ActorAdded', description: 'A new actor.' });

export const agencyRecord = z
  .strictObject({
    id: agencyId,
    name: z.string(),
    country: isoCountry().optional(),
    addedAt: time('Since when.'),
    keys: z.array(z.string()).meta({ description: 'Its public keys: ed25519:<base64> signs its answers.' }),
    kind: z.enum(AGENCY_KINDS).optional(),
    profile: z.enum(PROFILES).optional(),
    language: z.enum(LANGUAGES).optional(),
    packetKeys: z
      .array(
        z.strictObject({
          method: z.enum(ENCRYPTIONS),
          fingerprint: z.string().meta({ description: 'To compare with the agency: of age the recipient itself.' }),
          key: z.string().meta({ description: 'The public key.' }),
        }),
      )
      .optional()
      .meta({ description: 'To which its packets are encrypted.' }),
  })
  .meta({ id: 'Agency', description: 'Who receives packets.' });

export const agencyList = z
  .strictObject({ items: z.array(agencyRecord) })
  .meta({ id: 'AgencyList', description: 'The agencies the desk knows.' });

export const exportedKey = z
  .strictObject({
    object: objectId,
    owner: z.string(),
    keyNamespace: z.string(),
    keyName: z.string(),
    key: hex32('The raw AES-256 key, hex.'),
    encryptionContext: z.strictObject({ owner: z.string(), object: objectId }),
    place: z
      .strictObject({ name: z.string(), offset: z.int(), sizeBytes: z.int() })
      .meta({ description: 'Where the ciphertext lies in the vault.' }),
  })
  .meta({ id: 'ExportedKey', description: 'What opens one sealed object in any AWS Encryption SDK.' });

export const viewedAnswer = z
  .strictObject({
    views: z.array(viewRequest.safeExtend({ seq: z.int().meta({ description: 'Its place in the chain.' }) })),
    viewed: z
      .array(hex32('SHA-256.'))
      .meta({ description: 'Files looked at in full before the referral was finished; nothing is claimed of others.' }),
  })
  .meta({ id: 'Viewed', description: 'Who looked at what.' });

const seen = z.array(z.strictObject({ code: z.string(), where: z.string() }));

export const watched = z
  .strictObject({
    findings: seen.meta({ description: 'What does not hold.' }),
    notes: seen.meta({ description: 'Worth knowing, and no finding.' }),
    checked: z.record(z.string(), z.int()).meta({ description: 'How much was gone over.' }),
  })
  .meta({ id: 'Watched', description: 'The desk gone over again.' });

export const healthAnswer = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health', description: 'It runs.' });
