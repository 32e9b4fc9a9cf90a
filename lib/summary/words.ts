// Plain words for codes, field names, numbers and times. Text that a sender wrote never passes through here.
// Always true: a code that has no words is shown as it is.
import type { ViewedState } from '../packet/case.ts';

export const CLOCKS: Readonly<Record<string, string>> = {
  platformServer: "the platform's server",
  device: 'a device',
  observer: 'the observer',
  fileMetadata: 'data in the file',
  thirdParty: 'a third party',
  unknown: 'unknown',
};

export const TIMES = {
  occurred: 'Occurred',
  uploaded: 'Uploaded',
  detected: 'Detected',
  viewed: 'Viewed',
  reported: 'Reported',
} as const;

export const TIME_MEANINGS: Readonly<Record<keyof typeof TIMES, string>> = {
  occurred: 'when the act happened',
  uploaded: 'when the material reached the service',
  detected: 'when the reporter noticed it',
  viewed: 'when a person at the reporter looked at it',
  reported: 'when it was handed to the desk',
};

export const VIEWED_WORDS: Readonly<Record<ViewedState, string>> = {
  entered: 'Viewed in full, entered at the desk',
  stated: 'Viewed in full, by statement',
  partly: 'Viewed in part',
  statedNot: 'Not viewed, by statement',
  unstated: 'Nothing claimed',
};

/** Says on whose word, and never more than the state means. */
export const VIEWED_MEANINGS: Readonly<Record<ViewedState, string>> = {
  entered: 'Before the referral was finished, the desk took an entry that exactly these bytes were looked at in full.',
  stated:
    "The submitter states that they were looked at in full. The desk has no entry of its own; it is the submitter's word alone.",
  partly: 'Only a part was looked at. It was entered at the desk or stated by the submitter; annex D says which.',
  statedNot: 'The submitter states that nobody looked at them.',
  unstated: 'Nobody claims anything. It must not be taken as viewed, nor as not viewed.',
};

/** For narrow columns. */
export const VIEWED_SHORT: Readonly<Record<ViewedState, string>> = {
  entered: 'in full, entered',
  stated: 'in full, stated',
  partly: 'in part',
  statedNot: 'stated: not viewed',
  unstated: 'nothing claimed',
};

export const ACT_WORDS: Readonly<Record<string, string>> = {
  init: 'Desk set up',
  open: 'Referral received and sealed',
  attach: 'File received and sealed',
  view: 'A look at a file entered',
  read: 'A file was read out of the vault',
  finish: 'Referral finished: list of contents committed to',
  retract: 'Referral taken back',
  warn: 'Warned that it was unfinished',
  expire: 'Expired unfinished',
  hold: 'Hold placed: must not be destroyed',
  'end-hold': 'Hold ended',
  'keep-locked': 'Lock extended',
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
  release: 'Packet released',
  acknowledge: 'Receipt of a packet acknowledged',
};

export const HANDLING_WORDS: Readonly<Record<string, string>> = {
  H0: 'police use only',
  H1: 'not before a court',
  H2: 'not to be passed on',
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

const LABELS: Readonly<Record<string, string>> = {
  url: 'URL',
  legalURL: 'Page for legal process',
  ipAddress: 'IP address',
  ipCaptureEvent: 'Connection',
  eventName: 'Event',
  dateTime: 'Time',
  idType: 'Kind',
  idValue: 'Id',
  profileUrl: 'Profile page',
  espIdentifier: 'Id at the service',
  espService: 'Part of the service',
  priorCTReports: 'Earlier CyberTipline reports',
  email: 'E-mail',
  emailAddress: 'E-mail address',
  reportedToLe: 'Reported to police',
  fleaCountry: 'Foreign country',
  e164: 'E.164 as sent',
  additionalInfo: 'More information',
  chatImIncident: 'Chat',
  webPageIncident: 'Web page',
  peer2peerIncident: 'File sharing',
  sha256: 'SHA-256',
  id: 'Id',
  fileViewedByEsp: 'Submitter says viewed',
  exifViewedByEsp: 'Submitter says EXIF viewed',
};

/** `screenName` → `Screen name`. */
export function label(key: string): string {
  const known = LABELS[key];
  if (known !== undefined) return known;
  const words = key.replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function word(words: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(words, code) ? (words[code] ?? code) : code;
}

/** `1234567` → `1,234,567`. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 file`, `2 files`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

export function bytes(value: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  const rank = Math.min(Math.floor(Math.log2(Math.max(value, 1)) / 10), units.length);
  const exact = count(value, 'byte');
  return rank === 0 ? exact : `${exact} (${(value / 1024 ** rank).toFixed(1)} ${units[rank - 1] ?? ''})`;
}

/** An RFC 3339 time, all its digits kept but `.000`: `2026-11-22 10:00:00 UTC`. Anything else is left as it is. */
export function time(at: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(\.\d+)?([Zz]|[+-]\d\d:\d\d)?$/.exec(at);
  if (parts === null) return at;
  const [, day = '', clock = '', fraction = '', zone = ''] = parts;
  const shown = /^\.0+$/.test(fraction) ? '' : fraction;
  return `${day} ${clock}${shown}${zone === '' ? '' : ` ${/z/i.test(zone) ? 'UTC' : zone}`}`;
}

/** For narrow columns: `2026-11-22 10:00:00Z`. */
export function tight(at: string): string {
  return time(at)
    .replace(/ UTC$/, 'Z')
    .replace(/ (?=[+-]\d\d:\d\d$)/, '');
}

/** `a to b`; what is not stated is called so. */
export function span(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return to === undefined ? 'not stated' : `until ${time(to)}, begin not stated`;
  return to === undefined ? `from ${time(from)}, end not stated` : `${time(from)} to ${time(to)}`;
}

const regions = new Intl.DisplayNames(['en'], { type: 'region' });

/** `Germany (DE)`. */
export function country(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code === '' ? 'blank' : code;
  const name = regions.of(code);
  return name === undefined || name === code ? code : `${name} (${code})`;
}

export function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

/** The first 8 digits: enough to tell two cases apart on a desk. */
export function short(id: string): string {
  return id.length > 13 ? id.slice(0, 8) : id;
}
