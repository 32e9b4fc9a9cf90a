// Plain words for what the case manifest and a referral say in codes: times, looking at files, acts, handling.
// Always true: no words go beyond what the code means (lib/packet/viewed.ts, schemas/handling.ts), and they name on whose word it is.
import type { ViewedState } from '../packet/case.ts';

/** Each with its title, and what it is the time of. */
export const TIMES = [
  ['occurred', 'Occurred', 'when the act happened'],
  ['uploaded', 'Uploaded', 'when the material reached the service'],
  ['detected', 'Detected', 'when the reporter noticed it'],
  ['viewed', 'Viewed', 'when a person at the reporter looked at it'],
  ['reported', 'Reported', 'when it was handed to the desk'],
] as const;

export const VIEWED_WORDS: Readonly<Record<ViewedState, string>> = {
  entered: 'Viewed in full, entered at the desk',
  stated: 'Viewed in full, by statement',
  partly: 'Viewed in part',
  statedNot: 'Not viewed, by statement or entry',
  unstated: 'Nothing claimed',
};

/** Says on whose word, and never more than the state means. */
export const VIEWED_MEANINGS: Readonly<Record<ViewedState, string>> = {
  entered: 'Before the referral was finished, the desk took an entry that exactly these bytes were looked at in full.',
  stated:
    "That they were looked at in full is the submitter's word alone. Before the referral was finished, the desk took no counted entry of its own in full; annex D lists every look.",
  partly:
    'Before the referral was finished, a look at a part was stated or entered, and no look at the whole. Annex D lists every look.',
  statedNot:
    "It is stated, by the submitter or in an entry, that they were not viewed. Before the referral was finished, nobody stated or entered a look. The submitter's flag speaks for its own organisation alone; annex D lists every look.",
  unstated:
    'Before the referral was finished, nobody stated or entered anything. Looks entered after it stand in annex D. Not to be taken as viewed, nor as not viewed.',
};

/** For narrow columns. */
export const VIEWED_SHORT: Readonly<Record<ViewedState, string>> = {
  entered: 'in full, entered',
  stated: 'in full, stated',
  partly: 'in part',
  statedNot: 'said: not viewed',
  unstated: 'nothing claimed',
};

export const IMMUTABILITY = {
  enforced: 'The store itself refuses to change or delete the sealed bytes before their lock ends, whoever asks.',
  advisory:
    'Only the desk keeps the sealed bytes from being changed or deleted: whoever rules the machine can do either, and nothing prevents it.',
} as const;

export const ACT_WORDS: Readonly<Record<string, string>> = {
  init: 'Desk set up',
  open: 'Referral received and sealed',
  attach: 'File received and sealed',
  'describe-file': 'Details of a file received and sealed',
  view: 'A look at a file entered',
  read: 'File or summary read at the desk',
  finish: 'Referral finished: list of contents committed to',
  retract: 'Referral taken back',
  warn: 'Warned that it was unfinished',
  expire: 'Expired unfinished',
  hold: 'Hold placed: must not be destroyed',
  'end-hold': 'Hold ended',
  'keep-locked': 'Lock extended',
  'assign-regime': 'A law that it falls under named',
  'meet-regime': 'What a law asks for done by hand',
  remind: 'Somebody reminded of what is due',
  clear: 'A finding that clears entered, and notices made',
  'acknowledge-notice': 'A notice of clearance acknowledged',
  'request-destruction': 'Destruction asked for',
  destroy: 'Destroyed',
  certify: 'Destruction certified',
  'export-key': 'A key was handed out',
  'add-actor': 'Actor added',
  'revoke-actor': 'Actor revoked',
  'add-agency': 'Agency added',
  'rotate-key': 'Key changed',
  backup: 'Backup made',
  restore: 'Restored from a backup',
  'order-packet': 'Packet ordered',
  'freeze-packet': 'Packet frozen',
  'link-packet': 'Link to a packet made',
  'end-links': 'Links to a packet ended',
  release: 'Packet released',
  acknowledge: "Agency's answer entered",
  'order-filing': 'Filing with another body ordered',
  'file-step': 'A step of the filing',
  stamp: 'Log stamped with the time by others',
};

/** As schemas/handling.ts says it, and who may lift it. */
export const HANDLING_WORDS: Readonly<Record<string, string>> = {
  H0: 'police use only',
  H1: "not before a court without the reporter's permission",
  H2: "not to be passed on without the reporter's permission",
  H3: 'as the conditions say',
};

export const SOURCE_WORDS: Readonly<Record<string, string>> = {
  A: 'reliable without doubt',
  B: 'mostly reliable',
  C: 'mostly not reliable',
  X: 'reliability not known',
};

export const INFORMATION_WORDS: Readonly<Record<string, string>> = {
  1: 'certain',
  2: 'seen by the source itself',
  3: 'confirmed hearsay',
  4: 'unconfirmed hearsay',
};
