// The fields that every account has, whoever owns it: identifiers, connections, devices, state, place.
// Always true: declared once here and used in the order that each kind of person asks for.
import * as z from 'zod';
import { EVENT_NAMES } from './codes.ts';
import { cybertipCountry } from './contact.ts';
import { attribute, element, group, textOf } from './field.ts';
import { dateTime, integer, long, oneOf, text, truth } from './lexical.ts';

const eventName = element(oneOf(EVENT_NAMES).optional(), {
  what: 'What the user did at that moment.',
  why: 'An upload ties the connection to the act; a login only to the account.',
});

export const ipCaptureEvent = group('IpCaptureEvent', 'One connection: address, port and time.', {
  ipAddress: element(text(), {
    what: 'IPv4 or IPv6 address.',
    why: 'The access provider can be asked who used it.',
    notBlank: true,
    ip: true,
  }),
  eventName,
  dateTime: element(dateTime().optional(), {
    what: 'When the connection was seen, with its zone.',
    why: 'Addresses change hands within minutes: without the time the provider cannot answer.',
    zone: true,
    past: true,
  }),
  possibleProxy: element(truth().optional(), {
    what: 'Whether the address may belong to a proxy or VPN.',
    why: 'Saves asking a provider who cannot know the user.',
  }),
  port: element(integer().optional(), {
    what: 'Source port of the connection.',
    why: 'Many customers share one address; only the port tells them apart.',
    range: [1, 65535],
  }),
});

export const deviceId = group('DeviceId', 'One identifier of a device.', {
  idType: element(text(), {
    what: 'What kind of identifier it is, such as IMEI.',
    why: 'Tells who can be asked about it.',
    notBlank: true,
    maxLength: 255,
  }),
  idValue: element(text(), {
    what: 'The identifier itself.',
    why: 'Ties several accounts to one device, and a seized device to the account.',
    notBlank: true,
    maxLength: 2083,
  }),
  eventName,
  dateTime: element(dateTime().optional(), {
    what: 'When the device was seen, with its zone.',
    why: 'Tells who held the device at that moment.',
    zone: true,
    past: true,
  }),
});

const location = group('EstimatedLocation', 'Where the user probably is, as the service estimates it.', {
  city: element(text().optional(), {
    what: 'City.',
    why: 'Decides which local force receives the case.',
    maxLength: 255,
  }),
  region: element(text().optional(), {
    what: 'State or region; in the US its two-letter code.',
    why: 'Routes the case within the country.',
    maxLength: 255,
  }),
  countryCode: element(cybertipCountry().optional(), { what: 'Country code.', why: 'Decides which nation acts.' }),
  verified: attribute(truth().optional(), {
    what: 'Whether the service checked the place by a second sign.',
    why: 'A checked place can justify a quick visit.',
  }),
  timestamp: attribute(dateTime().optional(), {
    what: 'When the place was estimated.',
    why: 'People move; an old estimate may mislead.',
    zone: true,
    past: true,
  }),
});

const disabledDate = attribute(dateTime().optional(), {
  what: 'When the account was disabled.',
  why: 'From then on the user may know that something was noticed.',
  zone: true,
  past: true,
});
const userNotified = attribute(truth().optional(), {
  what: 'Whether the user was told.',
  why: 'A warned user may destroy evidence.',
});
const userNotifiedDate = attribute(dateTime().optional(), {
  what: 'When the user was told.',
  why: 'Tells how long the user has had to destroy evidence.',
  zone: true,
  past: true,
});

const temporarilyDisabled = group('AccountTemporarilyDisabled', 'Whether the account is suspended for a while.', {
  value: textOf(truth(), { what: 'True when suspended.', why: 'Tells whether the user can still reach children.' }),
  disabledDate,
  userNotified,
  userNotifiedDate,
  reenabledDate: attribute(dateTime().optional(), {
    what: 'When the account was or will be opened again.',
    why: 'From then on the user can reach children again.',
    zone: true,
  }),
});

const permanentlyDisabled = group('AccountPermanentlyDisabled', 'Whether the account is closed for good.', {
  value: textOf(truth(), { what: 'True when closed.', why: 'Tells whether the user can still reach children.' }),
  disabledDate,
  userNotified,
  userNotifiedDate,
});

export const espIdentifier = (maxLength: number) =>
  element(text().optional(), {
    what: "The service's own, unchanging id of the account.",
    why: 'Screen names change; this is what a warrant must name.',
    maxLength,
  });
export const espService = (maxLength: number) =>
  element(text().optional(), {
    what: 'The product or part of the service that was used.',
    why: 'Tells which records the service can be asked for.',
    maxLength,
  });
export const groupIdentifier = (maxLength: number) =>
  element(text().optional(), {
    what: "The service's id of the group the account was active in.",
    why: 'Leads to the other members.',
    maxLength,
  });
export const compromisedAccount = element(truth().optional(), {
  what: 'Whether somebody else may have taken the account over.',
  why: 'Keeps an innocent owner from being accused.',
});
export const screenName = element(text().optional(), {
  what: 'Name the account is addressed by.',
  why: 'The same name on another service may be the same person.',
  maxLength: 256,
});
export const displayName = element(z.array(text()).optional(), {
  what: 'Names shown to others, one entry each.',
  why: 'Ties the account to what witnesses have seen.',
  maxLength: 255,
});
export const profileUrl = element(z.array(text()).optional(), {
  what: "Addresses of the account's public pages.",
  why: 'Lets the page be preserved before it disappears.',
  url: true,
  maxLength: 2083,
});
export const profileBio = element(text().optional(), {
  what: 'What the user writes about himself.',
  why: 'Often names a place, an age or another account.',
});
export const ipCaptureEvents = element(z.array(ipCaptureEvent).optional(), {
  what: 'Connections of the account.',
  why: 'The most direct way to a person: address, port and time together.',
});
export const deviceIds = element(z.array(deviceId).optional(), {
  what: 'Devices the account was used on.',
  why: 'Ties several accounts to one device.',
});
export const priorReports = element(z.array(long()).optional(), {
  what: 'Numbers of earlier CyberTipline reports about the same account.',
  why: 'Shows a pattern and spares doing the same work twice.',
  reportId: true,
});
export const accountTemporarilyDisabled = element(temporarilyDisabled.optional(), {
  what: 'Whether the account is suspended for a while.',
  why: 'Tells whether the user can still reach children.',
});
export const accountPermanentlyDisabled = element(permanentlyDisabled.optional(), {
  what: 'Whether the account is closed for good.',
  why: 'Tells whether the user can still reach children.',
});
export const estimatedLocation = element(location.optional(), {
  what: 'Where the user probably is.',
  why: 'Decides which force acts when no address is known.',
});
export const allEmailsReported = element(truth().optional(), {
  what: 'Whether every e-mail address that the service knows is listed.',
  why: 'Tells whether it is worth asking for more.',
});

export type IpCaptureEvent = z.infer<typeof ipCaptureEvent>;
export type DeviceId = z.infer<typeof deviceId>;
export type EstimatedLocation = z.infer<typeof location>;
export type AccountTemporarilyDisabled = z.infer<typeof temporarilyDisabled>;
export type AccountPermanentlyDisabled = z.infer<typeof permanentlyDisabled>;
