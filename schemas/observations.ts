// Who watched what, with which device, from when to when; and material that was seen but is not held.
// Always true: an observer is a named person who can testify.
import * as z from 'zod';
import { fileHash } from './file-details.ts';
import { group, own } from './field.ts';
import { count, dateTime, localId, text, truth } from './lexical.ts';
import { from, to } from './times.ts';

export const observer = group('Observer', 'Somebody who saw it and can say so in court.', {
  name: own(text(), {
    what: 'Name of the observer.',
    why: 'A court hears persons, not organisations.',
    notBlank: true,
    maxLength: 300,
  }),
  role: own(text().optional(), {
    what: 'Position, such as analyst.',
    why: 'Shows that the person was trained for it.',
    maxLength: 300,
  }),
  organisation: own(text().optional(), {
    what: 'Organisation the observer works for.',
    why: 'Tells whom to ask when the person has moved on.',
    maxLength: 300,
  }),
});

const device = group('ObserverDevice', 'What the observer watched with.', {
  make: own(text().optional(), {
    what: 'Maker.',
    why: 'The device may have to be examined.',
    maxLength: 200,
  }),
  model: own(text().optional(), {
    what: 'Model.',
    why: 'The device may have to be examined.',
    maxLength: 200,
  }),
  serial: own(text().optional(), {
    what: 'Serial number.',
    why: 'Tells two devices of one model apart.',
    maxLength: 200,
  }),
  clockOffsetSeconds: own(z.number({ error: 'Write a number of seconds.' }).optional(), {
    what: 'How far its clock was ahead of true time, in seconds; negative when behind.',
    why: 'Times seen on its screen can then be put right.',
  }),
});

const observationWindow = group('ObservationWindow', 'From when to when somebody watched.', { from, to });

export const observation = group('Observation', 'One stretch of watching by one person.', {
  observer: own(observer, { what: 'Who watched.', why: 'Becomes the witness.' }),
  device: own(device.optional(), {
    what: 'Device used.',
    why: 'Holds the first copy of what was seen.',
  }),
  window: own(observationWindow, {
    what: 'From when to when.',
    why: 'Shows what could be seen, and what happened while nobody watched.',
  }),
  done: own(text(), {
    what: 'What the observer did: joined, read, saved, photographed the screen.',
    why: 'Answers how the evidence was made, and whether anybody was provoked.',
    notBlank: true,
  }),
  where: own(text().optional(), {
    what: 'Where the observer was: place and country.',
    why: 'Decides which law applied to the watching.',
    maxLength: 500,
  }),
  chatGroups: own(z.array(localId()).optional(), {
    what: 'Ids of the groups watched.',
    why: 'Tells which observer can speak about which group.',
  }),
});

export const possessionStatement = group('PossessionStatement', 'What an observer states about material not held.', {
  observer: own(observer, { what: 'Who states it.', why: 'Becomes the witness.' }),
  statement: own(text(), {
    what: 'What was seen, and that no copy was kept, in the words of the observer.',
    why: 'Stands in for the file that the reporter may not hold.',
    notBlank: true,
  }),
  sworn: own(truth(), {
    what: 'Whether it was given under oath or in its place.',
    why: 'Decides whether a judge may rely on it.',
  }),
  madeAt: own(dateTime(), {
    what: 'When it was made.',
    why: 'Memory fades; an early statement weighs more.',
    zone: true,
    past: true,
  }),
});

export const unheldMaterial = group(
  'UnheldMaterial',
  'Material that was seen but is not in the hands of the reporter.',
  {
    url: own(text().optional(), {
      what: 'Address at which it was seen.',
      why: 'Lets police fetch it themselves.',
      url: true,
      maxLength: 2083,
    }),
    hash: own(z.array(fileHash).optional(), {
      what: 'Hashes of it.',
      why: 'Recognises it when it turns up elsewhere.',
    }),
    fileName: own(text().optional(), {
      what: 'Name it was shown under.',
      why: 'Lets it be found on a server or a device.',
      maxLength: 2056,
    }),
    sizeBytes: own(count().optional(), {
      what: 'Its size in bytes, when shown.',
      why: 'Helps to recognise it.',
    }),
    seenAt: own(dateTime().optional(), {
      what: 'When it was seen.',
      why: 'Tells how quickly it must be preserved.',
      zone: true,
      past: true,
    }),
    description: own(text().optional(), {
      what: 'What it is, in plain words and no more than needed.',
      why: 'Tells whether a child may be in danger.',
      maxLength: 3000,
    }),
  },
);

export type Observer = z.infer<typeof observer>;
export type Observation = z.infer<typeof observation>;
export type PossessionStatement = z.infer<typeof possessionStatement>;
export type UnheldMaterial = z.infer<typeof unheldMaterial>;
