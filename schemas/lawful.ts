// The words of what the law asks about a referral: regimes it falls under, findings that clear, notices of them. Requests and answers.
// Always true: answers name laws, codes and times; what was found about whom is in the statement of a notice alone.
import * as z from 'zod';
import { agencyId, packetId, recipientName, referralId } from './api.ts';
import { line, words, zonedTime } from './text-fields.ts';
import { CLEARANCES, REGIMES } from './codes.ts';
import { UUID } from './uuid.ts';

const time = (what: string) => z.iso.datetime({ precision: 3 }).meta({ description: `${what} RFC 3339, UTC.` });

// Regimes.

/** As the tables of lib/regime name it. */
export const lawId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,40}$/, { error: 'Write the name of a rule as "regimes" shows it.' })
  .meta({ description: 'A rule of a law, such as us-2258a.' });

export const regimeRequest = z
  .strictObject({
    regime: z.enum(REGIMES),
    law: lawId
      .optional()
      .meta({ description: 'One rule alone, such as that of an order; all that are in force without it.' }),
    since: zonedTime('What its clock begins with: when it was detected, or the order received.').optional(),
    zone: line('Time zone (IANA) of the State that counts; UTC without it.', 60).optional(),
    holidays: z.array(z.iso.date()).max(100).optional().meta({ description: 'Its days off beside weekends.' }),
  })
  .meta({ id: 'RegimeRequest', description: 'Name a body of law that a referral falls under.' });

export const metRequest = z
  .strictObject({ law: lawId, how: words('How it was done: where to, under which number.') })
  .meta({ id: 'MetRequest', description: 'What a rule asks for was done by other means than a packet or a filing.' });

export const regimeShown = z
  .strictObject({
    law: lawId,
    regime: z.enum(REGIMES),
    since: time('What its clock began with.'),
    namedAt: time('When it was named.'),
    missing: z.array(z.string()).meta({ description: 'Which gaps lack what it asks for.' }),
    standing: z.enum(['waiting', 'late', 'done']),
    deadline: time('From when on it is too late; absent where the law gives no number.').optional(),
    met: z
      .strictObject({ at: time('When.'), how: z.enum(['packet', 'filing', 'hand']) })
      .optional()
      .meta({ description: 'When what it asks for was done, and by what.' }),
    keepUntil: time('It asks for it to be kept until.').optional(),
    deleteBy: time('It allows it to be kept no longer than.').optional(),
  })
  .meta({ id: 'RegimeShown', description: 'A rule that a referral falls under, and how that stands.' });

export const conflictShown = z
  .strictObject({ keeps: lawId, deletes: lawId })
  .meta({ id: 'RegimeConflict', description: 'One rule asks for it to be kept longer than the other allows.' });

// Consent.

export const consentRequest = z
  .strictObject({
    to: agencyId.meta({ description: 'The agency that it may go to, or the recipient of a filing.' }),
    reason: words('Why. It is sealed, and told to nobody.'),
    end: z.literal(true).optional().meta({ description: 'It may go there no longer.' }),
  })
  .meta({ id: 'ConsentRequest', description: 'Let a referral go on to another agency (H2), or no longer.' });

export const consentShown = z
  .strictObject({
    to: agencyId,
    at: time('When it was entered.'),
    seq: z.int().meta({ description: 'Its place in the chain.' }),
    endedAt: time('When it was ended.').optional(),
  })
  .meta({ id: 'ConsentShown', description: 'Whom its reporter lets a referral go on to (H2).' });

// Clearance.

/** Where in a referral a person or a file stands: what a finding may be about, beside all of it. */
const PERSON =
  /^\/(?:(?:personOrUserReported|intendedRecipient|victim|otherPersons)\/\d{1,6}|chatGroups\/\d{1,6}\/members\/\d{1,6})$/;
const FILE = /^\/attachments\/\d{1,6}$/;

const isAbout = (finding: string, about: string): boolean =>
  about === 'referral' || (finding === 'innocent' ? PERSON : FILE).test(about);

export const clearRequest = z
  .strictObject({
    finding: z.enum(CLEARANCES),
    about: z
      .string()
      .max(100)
      .meta({ description: 'referral, or the JSON pointer of a person (innocent) or an attachment (not-illegal).' }),
    reason: words('On what it rests.'),
    decidedBy: line('Who found so: a court, an authority, a person.'),
    reference: line('File number, judgment.').optional(),
  })
  .refine(({ finding, about }) => isAbout(finding, about), {
    error: 'Write referral, or the pointer of a person who is innocent or an attachment that is not illegal.',
    path: ['about'],
  })
  .meta({ id: 'ClearRequest', description: 'Enter a finding that clears, and tell everyone who received it.' });

export const withdrawRequest = z
  .strictObject({
    clearance: z.int().nonnegative().meta({ description: 'The finding: the number of its entry, `seq`.' }),
    reason: words('Why it does not stand.'),
    decidedBy: line('Who found so.'),
    reference: line('File number, judgment.').optional(),
  })
  .meta({
    id: 'WithdrawRequest',
    description: 'Withdraw a finding that cleared, and tell everyone who was told of it.',
  });

/** A clearance as everyone sees it who sees the referral's state. */
export const clearanceShown = z
  .strictObject({
    finding: z.enum(CLEARANCES),
    about: z.enum(['referral', 'part']).meta({ description: 'All of it, or a person or file in it.' }),
    at: time('When it was entered.'),
    seq: z.int().meta({ description: 'Its place in the chain.' }),
    withdrawn: z
      .strictObject({ at: time('When.'), seq: z.int().meta({ description: 'By which entry.' }) })
      .optional()
      .meta({ description: 'It stands no more.' }),
  })
  .meta({ id: 'ClearanceShown', description: 'A finding that clears.' });

export const noticeId = z
  .string()
  .regex(UUID, { error: 'Write the UUID in lower case, as the desk gave it.' })
  .meta({ description: 'A notice of clearance.' });

const notice = {
  noticeId,
  referralId,
  clearance: clearanceShown,
  agency: agencyId.optional().meta({ description: 'Whom it is for: an agency with a key of its own.' }),
  recipient: recipientName.optional().meta({ description: 'Or whom the referral was filed with: to be told by hand.' }),
  withdraws: z.int().optional().meta({ description: 'It says that the finding of this entry was withdrawn.' }),
  packets: z.array(packetId).meta({ description: 'The packets that it is about.' }),
  at: time('When it was made.'),
  acknowledged: z
    .strictObject({ at: time('When.'), isByHand: z.boolean().meta({ description: 'A supervisor says so.' }) })
    .optional(),
};

export const noticeShown = z
  .strictObject(notice)
  .meta({ id: 'NoticeShown', description: 'A notice of clearance, and whether it arrived.' });

export const noticePage = z
  .strictObject({
    items: z.array(noticeShown),
    next: z.string().optional().meta({ description: 'Hand it back as `after`; absent on the last page.' }),
  })
  .meta({ id: 'NoticePage', description: 'Notices, oldest first.' });

export const clearedAnswer = {
  clearance: clearanceShown,
  notices: z.array(noticeShown).meta({ description: 'Whom it is told to.' }),
  ended: z
    .strictObject({ links: z.int(), orders: z.int(), filings: z.int() })
    .meta({ description: 'What was ended with it: unused links, packets not made yet, filings not begun.' }),
};

export const withdrawnAnswer = { clearance: clearanceShown, notices: clearedAnswer.notices };

export const acknowledgeNoticeRequest = z
  .strictObject({ note: words('What was done with it; from a supervisor, how it was told and to whom.').optional() })
  .meta({ id: 'AcknowledgeNoticeRequest', description: 'Say that a notice arrived.' });

/** What an agency files: signed, and complete by itself. */
export const noticeDocument = z
  .strictObject({
    version: z.literal(1),
    desk: z.string(),
    noticeId: z.string(),
    referralId: z.string(),
    agency: z.string().optional(),
    recipient: z.string().optional(),
    packets: z.array(z.string()),
    finding: z.enum(CLEARANCES),
    about: z.string(),
    withdraws: z
      .int()
      .optional()
      .meta({ description: 'The finding of this entry was withdrawn: why is the reason given here.' }),
    findingOf: z.string().meta({ description: 'An agency, or desk.' }),
    reason: z.string(),
    decidedBy: z.string(),
    reference: z.string().optional(),
    at: time('When it was entered.'),
    seq: z.int().nonnegative(),
    keyId: z.string(),
    signature: z.base64(),
  })
  .meta({ id: 'Notice', description: 'A notice of clearance, signed with the packets key.' });

export type RegimeRequest = z.infer<typeof regimeRequest>;
export type MetRequest = z.infer<typeof metRequest>;
export type RegimeShown = z.infer<typeof regimeShown>;
export type ConsentRequest = z.infer<typeof consentRequest>;
export type ClearRequest = z.infer<typeof clearRequest>;
export type WithdrawRequest = z.infer<typeof withdrawRequest>;
export type ClearanceShown = z.infer<typeof clearanceShown>;
export type NoticeShown = z.infer<typeof noticeShown>;
export type AcknowledgeNoticeRequest = z.infer<typeof acknowledgeNoticeRequest>;
/** A notice of clearance as an agency keeps it. */
export type Notice = z.infer<typeof noticeDocument>;
