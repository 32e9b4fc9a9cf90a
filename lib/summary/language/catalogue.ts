// Everything that the summary says of its own, in one language: one file for each language, all of this type.
// Always true: nothing that a sender wrote passes through here but to be put beside the desk's words; what is missing in a language
// is an error of types, not a hole in a page.
import type { ProfileName } from '../../../schemas/index.ts';
import type { Omission, SectionName } from '../../profile/index.ts';
import type { AnnexWords } from './annex-words.ts';
import type { ClearanceWords } from './clearance-words.ts';
import type { Forms } from './forms.ts';
import type { Clock, Code, FieldName, Words } from './keys.ts';
import type { PartWords } from './part-words.ts';
import type { SectionWords } from './section-words.ts';

export interface Catalogue extends Forms, SectionWords, AnnexWords, ClearanceWords {
  /** BCP 47. */
  readonly language: string;
  /** Between the items of a list: `, `. */
  readonly separator: string;
  /** A label in the middle of a line. */
  readonly within: (label: string) => string;
  readonly common: Words<
    | 'notStated'
    | 'noneStated'
    | 'none'
    | 'unknown'
    | 'blank'
    | 'yes'
    | 'no'
    | 'id'
    | 'number'
    | 'conditions'
    | 'note'
    | 'theDesk'
  > & {
    readonly numbered: (name: string, at: number) => string;
    readonly numberedOf: (name: string, at: number, all: number) => string;
    /** One of a list whose label is in the plural. */
    readonly numberedOne: (name: string, at: number) => string;
    readonly the: (at: number) => string;
    readonly seconds: (value: number) => string;
    readonly bytes: (value: number) => string;
    readonly by: (time: string, name: string) => string;
  };
  readonly time: Words<'noZone'> & {
    readonly until: (to: string) => string;
    readonly from: (from: string) => string;
    readonly span: (from: string, to: string) => string;
  };
  readonly page: Words<'goesOn' | 'continued' | 'handlingNotStated' | 'readingCopy' | 'caseDigest' | 'copyDigest'> & {
    readonly pageOf: (page: number, pages: number) => string;
    readonly referral: (id: string) => string;
    readonly packet: (id: string) => string;
    readonly handling: (codes: string) => string;
  };
  readonly document: Words<'subject'> & { readonly title: (referral: string, packet: string | undefined) => string };
  readonly sections: Words<SectionName>;
  readonly part: PartWords;
  readonly cover: Words<
    | 'kicker'
    | 'titleOfCopy'
    | 'whatThisIs'
    | 'whatCopyIs'
    /** In which language the desk speaks, and that the words of senders stand as sent. */
    | 'language'
    | 'notEncrypted'
    | 'copyWarning'
    | 'caseDigest'
    | 'referral'
    | 'cameAs'
    | 'packet'
    | 'noPacket'
    | 'desk'
    | 'for'
    | 'ordered'
    | 'stateAsOf'
    | 'purpose'
    | 'legalBasis'
    | 'handling'
    | 'noHandling'
    /** Before the number of its entry. */
    | 'consented'
    | 'consentStated'
    | 'incident'
    | 'contact'
    | 'email'
    | 'phone'
    | 'groups'
    | 'memberships'
    | 'countries'
    | 'messages'
    | 'files'
    | 'entries'
    | 'profile'
    | 'leftOut'
    | 'contents'
  > & {
    readonly profiles: Words<ProfileName>;
    /** What is left out, why, and where it stands. */
    readonly omissions: Words<Omission>;
    readonly titleFor: (agency: string) => string;
    /** `method`: age, CMS or OpenPGP; `recipient`: the fingerprint of the agency's key. */
    readonly encrypted: (method: string, recipient: string) => string;
    readonly source: (coded: string, shown: string) => string;
    readonly report: (id: string) => string;
  };
  readonly clocks: Words<Clock>;
  readonly labels: Words<FieldName>;
  readonly codes: Words<Code>;
}
