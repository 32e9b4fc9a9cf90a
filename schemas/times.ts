// When things happened: never one bare "incident time", but five named times, each with its source and its doubt.
// Always true: a time that nobody knows is called unknown, or its part is left out; it is never guessed.
import * as z from 'zod';
import { CLOCK_SOURCES } from './codes.ts';
import { group, own } from './field.ts';
import { dateTime, numberOrUnknown, oneOf, text, timeOrUnknown } from './lexical.ts';

export const from = own(dateTime().optional(), {
  what: 'First moment of the span, with its zone.',
  why: 'A span shows how long something lasted.',
  zone: true,
  past: true,
});
export const to = own(dateTime().optional(), {
  what: 'Last moment of the span, with its zone.',
  why: 'A span shows how long something lasted.',
  zone: true,
  past: true,
});

export const knownTime = group('KnownTime', 'A point or span in time, who says so, and how sure it is.', {
  at: own(timeOrUnknown().optional(), {
    what: 'The moment, with its zone, or unknown; for a span use from and to.',
    why: 'Everything else is laid along this time.',
    zone: true,
    past: true,
  }),
  from,
  to,
  source: own(oneOf(CLOCK_SOURCES), {
    what: 'Whose clock or word the time rests on.',
    why: "A server's clock can be checked; a telephone's may be minutes or years off.",
  }),
  uncertaintySeconds: own(numberOrUnknown(), {
    what: 'How far the time may be off, in seconds, or unknown.',
    why: 'An access provider needs to know how wide to search.',
  }),
  note: own(text().optional(), {
    what: 'How the time was found.',
    why: 'Answers the question that the defence will ask.',
  }),
});

const moment = (what: string, why: string) => own(knownTime.optional(), { what, why });

export const times = group('Times', 'The five times of an incident, told apart.', {
  occurred: moment('When the act happened.', 'The time of the offence; charges and alibis depend on it.'),
  uploaded: moment('When the material reached the service.', 'Ties the material to a connection.'),
  detected: moment('When the reporter noticed it.', 'Often printed as the incident time, and often misread as such.'),
  viewed: moment('When a person at the reporter looked at it.', 'Shows what was known, and when.'),
  reported: moment('When it was handed to the desk.', 'Starts the clocks that the law sets.'),
});

export const stamp = group('Stamp', 'When something was done to a message, and by whose clock.', {
  at: own(timeOrUnknown(), {
    what: 'The moment, with its zone, or unknown.',
    why: 'A conversation is only evidence when its order is certain.',
    zone: true,
    past: true,
  }),
  clockSource: own(oneOf(CLOCK_SOURCES), {
    what: 'Whose clock it was.',
    why: "A server's clock can be checked; a telephone's may be minutes or years off.",
  }),
});

export type KnownTime = z.infer<typeof knownTime>;
export type Times = z.infer<typeof times>;
export type Stamp = z.infer<typeof stamp>;
