// Who stands in the referral by name or number: one person reported, two recipients, one child of whom nothing is known, bystanders.
// Always true: addresses are of the blocks kept for documentation (RFC 5737, RFC 3849), and nobody exists.
import type { IpCaptureEvent, Referral } from '../../../schemas/index.ts';
import type { Days } from './days.ts';
import type { Person } from './people.ts';

type Roles = Pick<Referral, 'personOrUserReported' | 'intendedRecipient' | 'victim' | 'otherPersons'>;

const NETWORKS = ['192.0.2.', '198.51.100.', '203.0.113.', '2001:db8::'] as const;

/** A connection of the nth person; the same person comes from the same few addresses. */
export function connectionOf(n: number, eventName: 'Login' | 'Upload', dateTime: string): IpCaptureEvent {
  const network = NETWORKS[n % NETWORKS.length] ?? '';
  return { ipAddress: `${network}${(n % 250) + 1}`, eventName, dateTime, port: 49_152 + ((n * 977) % 16_000) };
}

export function storyRoles(people: readonly Person[], days: Days): Roles {
  return {
    personOrUserReported: people.slice(0, 1).map((person) => ({
      personOrUserReportedPerson: phonesOf(person),
      ...accountOf(person, 0, days),
      profileBio: 'Collects umbrellas. All of them.',
      deviceId: [{ idType: 'Example device id', idValue: 'EXAMPLE-DEVICE-0001' }],
      associatedAccount: [{ type: 'Linked', espIdentifier: '2000001', screenName: 'rain_collector' }],
    })),
    intendedRecipient: people.slice(4, 6).map((person, n) => ({
      intendedRecipientPerson: phonesOf(person),
      ...accountOf(person, n + 4, days),
    })),
    victim: [
      {
        victimPerson: {},
        estimatedLocation: { countryCode: 'IE' },
        additionalInfo: 'Nothing is known, not even an age. Asked in the chat for the way to the library.',
      },
    ],
    otherPersons: [
      { role: 'witness', person: { firstName: 'Ada', lastName: 'Sample' }, note: 'Told the charity about the groups.' },
      { role: 'uninvolved', account: 'bakery_example at Example Chat', note: 'Keeps the umbrellas that are found.' },
    ],
  };
}

function accountOf({ name }: Person, n: number, days: Days) {
  return {
    espIdentifier: String(1_000_001 + n),
    espService: 'Example Chat',
    screenName: `umbrella_${n + 1}`,
    displayName: [name],
    ipCaptureEvent: [0.2, 6.4, 13.7, 19.1].map((day, at) => connectionOf(n + at, 'Login', days.at(day))),
  };
}

function phonesOf({ phone }: Person) {
  return phone === undefined ? {} : { phone: [{ value: phone }] };
}
