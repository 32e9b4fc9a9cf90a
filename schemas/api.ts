// The words of the HTTP API besides the referral itself: ids, bodies of requests, and the one form of an error.
// Always true: an unknown key in a request is an error; times carry their zone; nothing here is stored as it stands.
import * as z from 'zod';
import { AGENCY_KINDS, ENCRYPTIONS, LANGUAGES, PACKET_ROLES, PROFILES, REGIMES, VIEW_EXTENTS } from './codes.ts';
import { isoCountry } from './contact.ts';
import { sha256 } from './lexical.ts';
import { line, words, zonedTime } from './text-fields.ts';
import { UUID } from './uuid.ts';

const idOf = (what: string) =>
  z.string().regex(UUID, { error: 'Write the UUID in lower case, as the desk gave it.' }).meta({ description: what });

// Ids. All are given by the desk.

export const referralId = idOf('A referral.');
export const attachmentId = idOf('An attachment of a referral.');
export const uploadId = idOf('A slot for bytes sent straight to the vault.');
export const packetId = idOf('A packet.');
export const filingId = idOf('A filing.');
export const holdId = idOf('A hold.');
export const destructionId = idOf('A request for destruction.');
export const actorId = idOf('Somebody who may act.');
export const objectId = idOf('A sealed object, as an entry names it.');
export const organisationId = idOf('An organisation that refers.');
/** Chosen by the operator, and used in commands: short and readable. */
export const agencyId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,30}$/, { error: 'Write 2 to 31 of a-z, 0-9 and -, a letter first, such as de-bka.' })
  .meta({ description: 'An agency.' });

export const ROLES = ['reporter', 'investigator', 'supervisor', 'auditor', 'operator'] as const;
/** How far an agency has come with what it was sent. */
export const ANSWERS = ['received', 'triaged', 'outcome'] as const;
/** What an outcome was; the last four say why nothing came of it. */
export const REASONS = [
  'inquiryOpened',
  'addedToInquiry',
  'childSafeguarded',
  'arrest',
  'passedOn',
  'knownAlready',
  'noOffence',
  'notEnough',
  'other',
] as const;

// Requests.

export const viewRequest = z
  .strictObject({
    sha256: sha256().meta({ description: 'SHA-256 of the file that was looked at.' }),
    attachment: attachmentId.optional(),
    viewer: line('Who looked.'),
    from: zonedTime('When the looking began.'),
    to: zonedTime('When it ended; the moment it began without one.').optional(),
    extent: z.enum(VIEW_EXTENTS).meta({ description: 'How much was seen.' }),
  })
  .refine((view) => Date.parse(view.from) <= Date.parse(view.to ?? view.from), {
    error: 'Let from come before to.',
    path: ['to'],
  })
  .meta({ id: 'ViewRequest', description: 'Somebody looked at a file.' });

export const holdRequest = z
  .strictObject({
    reason: words('Why it may not be destroyed.'),
    legalBasis: words('Law, order or file number.'),
    until: zonedTime('When the hold is to be looked at again; it never ends by itself.').optional(),
  })
  .meta({ id: 'HoldRequest', description: 'Keep a referral by order.' });

export const destructionRequest = z
  .strictObject({ reason: words('Why it is to be destroyed.'), legalBasis: words('Law, order or file number.') })
  .meta({ id: 'DestructionRequest', description: 'Destroy a referral; another person must approve.' });

export const retractRequest = z
  .strictObject({ reason: words('Why it is taken back.').optional() })
  .meta({ id: 'RetractRequest', description: 'Take a referral back before it is finished.' });

export const endHoldRequest = z
  .strictObject({ reason: words('Why it may be let go.') })
  .meta({ id: 'EndHoldRequest', description: 'End a hold by an order of its own.' });

export const purposeRequest = z
  .strictObject({ purpose: words('What it is needed for; entered in the chain.') })
  .meta({ id: 'PurposeRequest', description: 'Ask for something that leaves the desk.' });

const terms = {
  profile: z.enum(PROFILES).optional().meta({ description: 'What the packet holds; else what is kept of the agency.' }),
  language: z
    .enum(LANGUAGES)
    .optional()
    .meta({ description: "Of the PDF's own words; else what is kept of the agency." }),
};

const selection = z
  .strictObject({
    files: z
      .array(z.string().regex(/^E\d{4,}$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/))
      .max(100_000)
      .optional()
      .meta({ description: 'The only files shown: attachment ids, or exhibits such as E0001; all without it.' }),
    leaveOut: z
      .array(
        z.string().regex(/^\/[A-Za-z0-9]+(?:\/\d+)?$/, { error: 'Write /victim, or /victim/0 for one of several.' }),
      )
      .max(100_000)
      .optional()
      .meta({ description: 'Parts of the referral that are left out: JSON pointers of fields, or of one of several.' }),
  })
  .meta({ id: 'PacketSelection', description: 'What of a referral a packet shows; the rest is proved, not shown.' });

export const packetRequest = z
  .strictObject({
    agency: agencyId,
    purpose: words('What the agency will use it for.'),
    legalBasis: words('Law, order or file number.'),
    regime: z.enum(REGIMES).optional().meta({
      description: 'Under which of the regimes that were named for the referral, where it is ordered for one.',
    }),
    role: z
      .enum(PACKET_ROLES)
      .optional()
      .meta({ description: 'triage: without files, and without whatever names a victim. Else investigation.' }),
    selection: selection.optional(),
    conditionsAccepted: z
      .literal(true)
      .optional()
      .meta({ description: 'The agency has read the conditions of handling code H3, and accepts them.' }),
    originatorConsent: line(
      'Where the reporter’s consent to a second agency (H2) is found, where she entered none herself: as stated by the supervisor.',
    ).optional(),
    ...terms,
    encryption: z
      .enum([...ENCRYPTIONS, 'none'])
      .optional()
      .meta({ description: "To which of the agency's keys, or to none; else the first that is kept of it." }),
  })
  .meta({ id: 'PacketRequest', description: 'Order a packet for an agency.' });

/** As the operator names a recipient; used in commands. */
export const recipientName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,30}$/, { error: 'Write 2 to 31 of a-z, 0-9 and -, a letter first, such as ncmec.' })
  .meta({ description: 'Whom reports are filed with.' });

export const filingRequest = z
  .strictObject({
    to: recipientName,
    server: z.string().min(1).max(2083).optional().meta({ description: 'Its base URL, where no other will do.' }),
    conditionsAccepted: z
      .literal(true)
      .optional()
      .meta({ description: 'The recipient knows the conditions of handling code H3, and accepts them.' }),
  })
  .meta({ id: 'FilingRequest', description: 'File a finished referral with a recipient, such as NCMEC.' });

export const acknowledgementRequest = z
  .strictObject({
    answer: z.enum(ANSWERS).meta({ description: 'How far the agency has come.' }),
    reason: z.enum(REASONS).optional().meta({ description: 'What an outcome was; with an outcome only.' }),
    caseNumber: line("The agency's own number; sealed.").optional(),
    note: words('More about it; sealed.').optional(),
    signature: z
      .base64()
      .max(200)
      .optional()
      .meta({ description: "By the agency's signing key, where somebody else enters its answer." }),
  })
  .refine(({ answer, reason }) => (answer === 'outcome') === (reason !== undefined), {
    error: 'Give a reason with an outcome, and with nothing else.',
    path: ['reason'],
  })
  .meta({ id: 'AcknowledgementRequest', description: "An agency's answer." });

export const linkRequest = z
  .strictObject({
    hours: z.int().min(1).max(720).default(72).meta({ description: 'How long it can be used.' }),
  })
  .meta({ id: 'LinkRequest', description: 'Make a link by which a packet can be taken once.' });

/** OpenID Connect Core: `iss` is an https address, `sub` its own name for her, never given to another. */
export const signIn = z
  .strictObject({
    issuer: z
      .string()
      .max(2048)
      .regex(/^https:\/\/[^\s?#]+$/, { error: 'Write the issuer as its tokens say it: https://…' })
      .meta({ description: 'Who vouches for her: `iss` of her tokens, word for word.' }),
    subject: line('By what name: `sub` of her tokens, word for word; sealed.', 255),
  })
  .meta({ id: 'SignIn', description: 'As whom a person signs in with an OpenID Connect issuer.' });

export const actorRequest = z
  .strictObject({
    role: z.enum(ROLES).meta({ description: 'What this actor may do.' }),
    name: line('Name of the person or program.'),
    organisation: organisationId.optional().meta({ description: "A reporter's organisation; left out for a new one." }),
    agency: agencyId.optional(),
    signIn: signIn.optional().meta({ description: 'Of a person; she acts by her tokens then, and has no key.' }),
  })
  .meta({ id: 'ActorRequest', description: 'Let somebody act.' });

/** Public keys of an agency, to which its packets are encrypted. Their contents are looked at by the desk. */
const packetKeyTexts = {
  ageRecipient: z.string().max(200).meta({ description: 'An X25519 recipient of age: age1…' }),
  certificate: z.string().max(20_000).meta({ description: 'An X.509 certificate for RSA key transport, PEM.' }),
  openpgpKey: z.string().max(60_000).meta({ description: 'An OpenPGP public key, ASCII-armored.' }),
};

export const agencyRequest = z
  .strictObject({
    id: agencyId,
    name: line('Name of the agency.'),
    country: isoCountry().optional(),
    kind: z
      .enum(AGENCY_KINDS)
      .optional()
      .meta({ description: 'What kind of authority it is; handling code H0 is for police only.' }),
    signingKey: z
      .string()
      .regex(/^[A-Za-z0-9+/]{43}=$/, { error: 'Write the 32 bytes of an Ed25519 public key in base64.' })
      .optional()
      .meta({ description: 'Ed25519 public key by which the agency signs its answers, base64.' }),
    ...terms,
    ageRecipient: packetKeyTexts.ageRecipient.optional(),
    certificate: packetKeyTexts.certificate.optional(),
    openpgpKey: packetKeyTexts.openpgpKey.optional(),
  })
  .meta({ id: 'AgencyRequest', description: 'Make an agency known.' });

export const agencyKeysRequest = z
  .strictObject({
    ageRecipient: packetKeyTexts.ageRecipient.nullable().optional(),
    certificate: packetKeyTexts.certificate.nullable().optional(),
    openpgpKey: packetKeyTexts.openpgpKey.nullable().optional(),
  })
  .meta({
    id: 'AgencyKeysRequest',
    description:
      "Change the keys to which an agency's packets are encrypted: null takes one away, what is left out stays.",
  });

// Errors.

export const finding = z
  .strictObject({
    code: z.string().meta({ description: 'What kind of thing is wrong; the name of the rule, when one was broken.' }),
    path: z.string().meta({ description: 'JSON pointer.' }),
    message: z.string().meta({ description: 'What to do.' }),
  })
  .meta({ id: 'Finding', description: 'One thing to put right.' });

/** RFC 9457, `application/problem+json`. */
export const problemDocument = z
  .strictObject({
    type: z.string().meta({ description: 'URI reference of the kind of problem.' }),
    title: z.string().meta({ description: 'The kind of problem, in words.' }),
    status: z.int().min(400).max(599).meta({ description: 'HTTP status.' }),
    code: z.string().meta({ description: 'Code from the closed list; programs look at this.' }),
    detail: z.string().meta({ description: 'What happened this time; never a value from a referral.' }),
    path: z.string().optional().meta({ description: 'JSON pointer, when one place is to blame.' }),
    todo: z.string().meta({ description: 'What to do next.' }),
    findings: z.array(finding).optional().meta({ description: 'Everything to put right, at once.' }),
  })
  .meta({ id: 'ProblemDocument', description: 'Any error.' });

export type ViewRequest = z.infer<typeof viewRequest>;
export type HoldRequest = z.infer<typeof holdRequest>;
export type DestructionRequest = z.infer<typeof destructionRequest>;
export type RetractRequest = z.infer<typeof retractRequest>;
export type EndHoldRequest = z.infer<typeof endHoldRequest>;
export type PurposeRequest = z.infer<typeof purposeRequest>;
export type PacketRequest = z.infer<typeof packetRequest>;
export type FilingRequest = z.infer<typeof filingRequest>;
export type AcknowledgementRequest = z.infer<typeof acknowledgementRequest>;
export type LinkRequest = z.infer<typeof linkRequest>;
export type SignIn = z.infer<typeof signIn>;
export type ActorRequest = z.infer<typeof actorRequest>;
export type AgencyRequest = z.infer<typeof agencyRequest>;
export type AgencyKeysRequest = z.infer<typeof agencyKeysRequest>;
export type ProblemDocument = z.infer<typeof problemDocument>;
