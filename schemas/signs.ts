// What a referral gives an investigator to go on: who, what, where, which child. Gaps and predictions are built on it.
// Always true: a sign is a place in the referral that holds something; blank text counts as nothing.
import type { IpCaptureEvent } from './account-fields.ts';
import type { Address, Person, Phone } from './contact.ts';
import { readInstant } from './instant.ts';
import type { InternetDetails } from './internet-details.ts';
import type { IntendedRecipient, PersonOrUserReported, Victim } from './people.ts';
import type { Referral } from './referral.ts';

type Account = PersonOrUserReported | IntendedRecipient | Victim;

export interface Role {
  readonly path: string;
  readonly account: Account;
  readonly person: Person | undefined;
}

export interface Connection {
  readonly path: string;
  readonly event: IpCaptureEvent;
}

/** Whether the text says anything. */
export function isSaid(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== '';
}

export function reportedOf({ personOrUserReported = [] }: Referral): Role[] {
  return personOrUserReported.map((account, index) => ({
    path: `/personOrUserReported/${index}`,
    account,
    person: account.personOrUserReportedPerson,
  }));
}

export function victimsOf({ victim = [] }: Referral): Role[] {
  return victim.map((account, index) => ({ path: `/victim/${index}`, account, person: account.victimPerson }));
}

function recipientsOf({ intendedRecipient = [] }: Referral): Role[] {
  return intendedRecipient.map((account, index) => ({
    path: `/intendedRecipient/${index}`,
    account,
    person: account.intendedRecipientPerson,
  }));
}

/** Whether a provider or an operator could be asked who this is. */
export function isIdentified({ account, person }: Role): boolean {
  const { espIdentifier, screenName, profileUrl = [], deviceId = [] } = account;
  const others = 'associatedAccount' in account ? (account.associatedAccount ?? []) : [];
  return (
    isSaid(espIdentifier) ||
    isSaid(screenName) ||
    profileUrl.some(isSaid) ||
    deviceId.length > 0 ||
    [...(person?.phone ?? []), ...(person?.email ?? [])].some(({ value }) => isSaid(value)) ||
    others.some((other) => isSaid(other.espIdentifier) || isSaid(other.screenName))
  );
}

/** Where a user can be asked for: reported people, and members of chat groups by number or id. */
export function findUser(referral: Referral): string | undefined {
  const reported = reportedOf(referral).find(isIdentified);
  if (reported !== undefined) return reported.path;
  for (const [index, { members = [] }] of (referral.chatGroups ?? []).entries()) {
    const at = members.findIndex(({ id, phone }) => isSaid(phone?.value) || isSaid(id));
    if (at >= 0) return `/chatGroups/${index}/members/${at}`;
  }
  return undefined;
}

/** A file, words, or an address at which the material was. A description by the reporter is not content. */
export function findContent(referral: Referral): string | undefined {
  if ((referral.attachments ?? []).length > 0) return '/attachments/0';
  const message = (referral.messages ?? []).findIndex(({ text }) => isSaid(text));
  if (message >= 0) return `/messages/${message}`;
  if ((referral.unheldMaterial ?? []).length > 0) return '/unheldMaterial/0';
  const place = (referral.internetDetails ?? []).findIndex(hasContent);
  return place >= 0 ? `/internetDetails/${place}` : undefined;
}

function hasContent(place: InternetDetails): boolean {
  const words = [place.emailIncident, place.newsgroupIncident, place.chatImIncident, place.onlineGamingIncident];
  return words.some((kind) => isSaid(kind?.content)) || (place.webPageIncident?.url ?? []).some(isSaid);
}

/** Every connection in the referral, whoever's it is. */
export function connectionsOf(referral: Referral): Connection[] {
  const roles = [...reportedOf(referral), ...recipientsOf(referral), ...victimsOf(referral)];
  const ofRoles = roles.flatMap(({ path, account }) => listed(path, account.ipCaptureEvent));
  const ofPlaces = (referral.internetDetails ?? []).flatMap(({ peer2peerIncident }, index) =>
    listed(`/internetDetails/${index}/peer2peerIncident`, peer2peerIncident?.ipCaptureEvent),
  );
  const ofFiles = (referral.attachments ?? []).flatMap(({ fileDetails }, index) => {
    const event = fileDetails?.ipCaptureEvent;
    return event === undefined ? [] : [{ path: `/attachments/${index}/fileDetails/ipCaptureEvent`, event }];
  });
  return [...ofRoles, ...ofPlaces, ...ofFiles];
}

function listed(path: string, events: readonly IpCaptureEvent[] = []): Connection[] {
  return events.map((event, index) => ({ path: `${path}/ipCaptureEvent/${index}`, event }));
}

/** Whether a provider could answer: an address with a moment. */
export function isTraceable({ event }: Connection): boolean {
  return isSaid(event.ipAddress) && readInstant(event.dateTime ?? '')?.hasZone === true;
}

/** Where somebody or something can be looked for, reporter aside. */
export function findPlace(referral: Referral): string | undefined {
  const connection = connectionsOf(referral).find(isTraceable);
  if (connection !== undefined) return connection.path;
  const roles = [...victimsOf(referral), ...reportedOf(referral), ...recipientsOf(referral)];
  const role = roles.find(isPlaced);
  if (role !== undefined) return role.path;
  if ((referral.jurisdictionHints ?? []).length > 0) return '/jurisdictionHints/0';
  const place = (referral.internetDetails ?? []).findIndex(isOnMap);
  return place >= 0 ? `/internetDetails/${place}` : findMemberCountry(referral);
}

/** Whether a role says where the person is. */
export function isPlaced({ account, person }: Role): boolean {
  const hasSchool = 'schoolName' in account && isSaid(account.schoolName);
  return (
    hasSchool ||
    isSaid(account.estimatedLocation?.countryCode) ||
    (person?.address ?? []).some(isFindable) ||
    (person?.phone ?? []).some(hasCountry)
  );
}

function isFindable({ city, state, country, zipCode }: Address): boolean {
  return [city, state, country, zipCode].some(isSaid);
}

/** Whether the country of a number is known without guessing. */
export function hasCountry({ value, e164, country, countryCallingCode }: Phone): boolean {
  return [e164, country, countryCallingCode].some(isSaid) || value.trim().startsWith('+');
}

function isOnMap({ cellPhoneIncident: cell, nonInternetIncident: place }: InternetDetails): boolean {
  const isLocated = cell?.latitude !== undefined && cell.longitude !== undefined;
  return isLocated || isSaid(place?.locationName) || (place?.incidentAddress ?? []).some(isFindable);
}

function findMemberCountry({ chatGroups = [] }: Referral): string | undefined {
  for (const [index, { members = [] }] of chatGroups.entries()) {
    const at = members.findIndex(({ country, phone }) => isSaid(country) || (phone !== undefined && hasCountry(phone)));
    if (at >= 0) return `/chatGroups/${index}/members/${at}`;
  }
  return undefined;
}

/** A victim of whom more is known than that there is one. */
export function findVictim(referral: Referral): string | undefined {
  const hasName = ({ person }: Role) => isSaid(person?.firstName) || isSaid(person?.lastName);
  return victimsOf(referral).find((role) => isIdentified(role) || isPlaced(role) || hasName(role))?.path;
}
