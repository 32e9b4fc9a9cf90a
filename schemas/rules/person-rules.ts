// Rules that look at all people of a referral together.
// Always true: an e-mail address belongs to somebody, and a referral is about one person.
import type { Referral } from '../referral.ts';
import type { Inspection } from './table.ts';

export function checkPeople(referral: Referral, { report }: Inspection): void {
  if (!(referral.reporter.reportingPerson.email ?? []).some(({ value }) => value !== '')) {
    report('reporter-email-required', '/reporter/reportingPerson');
  }
  if (referral.batchedReport === undefined && (referral.personOrUserReported ?? []).length > 1) {
    report('one-person-reported', '/personOrUserReported');
  }
  checkIncidentEmails(referral, report);
}

function checkIncidentEmails(referral: Referral, report: Inspection['report']): void {
  const known = emailsOfPeople(referral);
  (referral.internetDetails ?? []).forEach((place, index) => {
    for (const kind of ['emailIncident', 'newsgroupIncident'] as const) {
      (place[kind]?.emailAddress ?? []).forEach(({ value }, at) => {
        const path = `/internetDetails/${index}/${kind}/emailAddress/${at}`;
        if (value !== '' && !known.has(fold(value))) report('email-of-a-person', path);
      });
    }
  });
}

function emailsOfPeople({ personOrUserReported = [], intendedRecipient = [], victim = [] }: Referral): Set<string> {
  const people = [
    ...personOrUserReported.map((role) => role.personOrUserReportedPerson),
    ...intendedRecipient.map((role) => role.intendedRecipientPerson),
    ...victim.map((role) => role.victimPerson),
  ];
  return new Set(people.flatMap((person) => person?.email ?? []).map(({ value }) => fold(value)));
}

function fold(email: string): string {
  return email.trim().toLowerCase();
}
