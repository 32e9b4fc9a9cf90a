// What the HTTP API answers of filings: how each stands, and of one that has ended what the recipient answered.
// Always true: an answer holds ids, states, times and counts; the recipient's own words stand in `receipt` and `refusal` and nowhere else.
import * as z from 'zod';
import { actorId, filingId, recipientName } from './api.ts';

const time = (what: string) => z.iso.datetime({ precision: 3 }).meta({ description: `${what} RFC 3339, UTC.` });

export const FILING_STATES = ['ordered', 'delivered', 'refused', 'undelivered', 'dropped'] as const;
const FILING_STEPS = ['submit', 'upload', 'fileinfo', 'finish', 'retract'] as const;
const STANDINGS = ['begun', 'done', 'refused', 'untaken', 'unclear'] as const;

const reason = (what: string, at: string) =>
  z.strictObject({ code: z.string().meta({ description: 'From the closed list of codes.' }), at: time(at) }).meta({
    description: what,
  });

/** Part of a referral's status too. */
export const filingState = {
  filingId,
  to: recipientName,
  server: z.string().meta({ description: 'Which server of that name, by its base URL.' }),
  state: z.enum(FILING_STATES).meta({
    description:
      'ordered: under way. delivered: the recipient has it. refused: the recipient does not take it. undelivered: ' +
      'it could not be delivered in time. dropped: its referral was cleared or destroyed before.',
  }),
  orderedAt: time('When it was first ordered.'),
  deadline: time('What fails after this is tried no more.'),
  reports: z.int().meta({ description: 'How many reports were begun with the recipient.' }),
  orphans: z.int().meta({
    description: 'How many of them may be left there unfinished, since no answer said whether they were opened.',
  }),
  step: z
    .strictObject({
      name: z.enum(FILING_STEPS),
      n: z.int().meta({ description: 'Which file, from 1; 0 where it is about no file.' }),
      standing: z.enum(STANDINGS),
    })
    .optional()
    .meta({ description: 'The last call to the recipient, and what became of it.' }),
  failure: reason('Why it is refused or undelivered.', 'Since when.').optional(),
  failing: reason('Why it did not get through so far; the desk tries again by itself.', 'When last.').optional(),
  endedAt: time('When it was delivered, refused or given up.').optional(),
  isReceiptLost: z.boolean().optional().meta({
    description:
      'True where the answer to finish never came, and the recipient said afterwards that it has the report.',
  }),
  differing: z.int().optional().meta({
    description: 'In how many files the answer to finish differs from what was sent.',
  }),
};

const recipientAnswer = z.strictObject({
  seq: z.int().meta({ description: 'Its entry.' }),
  at: time('When it came.'),
  status: z.int().meta({ description: 'HTTP status.' }),
  answer: z.base64().meta({ description: 'The body, word for word.' }),
  requestId: z.string().optional().meta({ description: "The recipient's own name for its answer." }),
});

const filing = z
  .strictObject({
    ...filingState,
    orderedBy: actorId,
    calls: z
      .strictObject({ done: z.int(), all: z.int() })
      .optional()
      .meta({ description: 'How many of the calls that it takes are done, while it is under way.' }),
    reportId: z.string().optional().meta({ description: "The recipient's number of the report." }),
    receipt: recipientAnswer
      .optional()
      .meta({ description: 'What the recipient answered at last: to finish, or to the question what became of it.' }),
    refusal: recipientAnswer
      .optional()
      .meta({ description: 'What the recipient answered to the call for which the filing failed, once it has ended.' }),
  })
  .meta({ id: 'Filing', description: 'A referral filed with a recipient.' });

export const filingList = z
  .strictObject({ items: z.array(filing) })
  .meta({ id: 'FilingList', description: 'The filings of a referral, oldest first.' });

/** The parts of an answer to an order that are words; its entry stands with the proofs. */
export const filingOrderedWords = {
  filingId,
  isNew: z.boolean().meta({ description: 'False when it is under way or delivered already.' }),
  leftOut: z
    .array(
      z.strictObject({
        field: z.string().meta({ description: 'Names joined by dots.' }),
        why: z.enum(['own', 'newer', 'characters']).meta({
          description:
            'own: CyberTipline has no such field. newer: this recipient does not know it yet. characters: no XML can carry some of them.',
        }),
        count: z.int(),
      }),
    )
    .meta({ description: 'What the referral says that the recipient has no place for.' }),
};
