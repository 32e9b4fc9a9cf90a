// Who: the reporter, whom the referral is about, recipients, children, others, and police who already know.
// Always true: each role stands under its own heading, also when nobody is named in it.
import { fields, nothing, subheading } from './blocks.ts';
import { listing, type Row } from './listing.ts';
import type { Story } from './story.ts';

export function who(story: Story): void {
  const { referral } = story;
  roles(story, 'Reporter', '/reporter', [referral.reporter]);
  roles(story, 'Person or account reported', '/personOrUserReported', referral.personOrUserReported);
  roles(story, 'Intended recipient', '/intendedRecipient', referral.intendedRecipient);
  roles(story, 'Child', '/victim', referral.victim);
  roles(story, 'Witnesses and others, who are not reported', '/otherPersons', referral.otherPersons);
  roles(story, 'Police who already know', '/lawEnforcement', referral.lawEnforcement && [referral.lawEnforcement]);
}

function roles(story: Story, title: string, pointer: string, held: readonly object[] = []): void {
  if (held.length === 0) {
    role(story, title, []);
    return;
  }
  for (const [at, each] of held.entries()) {
    const numbered = held.length > 1 ? `${title} ${at + 1} of ${held.length}` : title;
    const isList = Array.isArray((story.referral as Record<string, unknown>)[pointer.slice(1)]);
    role(story, numbered, listing(story, each, isList ? `${pointer}/${at}` : pointer));
  }
}

function role({ sheet }: Story, title: string, rows: readonly Row[]): void {
  subheading(sheet, title);
  if (rows.length === 0) nothing(sheet, 'Nobody stated, or nothing known.');
  fields(sheet, rows);
}
