// What the sections of the summary say, section by section (lib/summary/language/catalogue.ts).
// Always true: a sentence that holds a number or a name is a function of it, so that each language puts it where it belongs.
import type { Act } from '../../custody.ts';
import type { ViewedState } from '../../packet/viewed-state.ts';
import type { GapName } from '../../../schemas/gaps.ts';
import type { Referral } from '../../../schemas/index.ts';
import type { Disagreement } from '../looks.ts';
import type { ActorRole, HandlingCode, InformationGrade, SourceGrade, Words } from './keys.ts';

export interface SectionWords {
  readonly incident: Words<
    | 'kind'
    | 'platform'
    | 'urgency'
    | 'notEscalated'
    | 'escalated'
    | 'marks'
    | 'inTheirWords'
    | 'noWords'
    | 'onTheNet'
    | 'netNotStated'
  >;
  readonly times: Words<
    | 'time'
    | 'moment'
    | 'clock'
    | 'doubt'
    | 'single'
    | 'described'
    | 'atTheDesk'
    | 'received'
    | 'finished'
    | 'notFinished'
    | 'ordered'
    | 'keptUntil'
    | 'notSet'
  > & {
    readonly known: Readonly<Record<keyof NonNullable<Referral['times']>, readonly [title: string, meaning: string]>>;
  };
  readonly people: Words<
    | 'reporter'
    | 'reported'
    | 'recipient'
    | 'victim'
    | 'others'
    | 'police'
    | 'noPolice'
    | 'nobody'
    | 'nothingSaid'
    | 'seenAt'
    | 'event'
    | 'address'
    | 'port'
    | 'proxy'
    | 'readAs'
  > & { readonly numberOf: (number: string, country: string) => string };
  readonly places: Words<'none' | 'country' | 'basis'>;
  readonly handling: Words<'none' | 'source' | 'information' | 'notEvaluated'> & {
    readonly code: (code: string) => string;
    readonly codes: Words<HandlingCode>;
    readonly sources: Words<SourceGrade>;
    readonly informations: Words<InformationGrade>;
  };
  readonly sources: Words<
    | 'found'
    | 'noneFound'
    | 'notHeld'
    | 'noneHeld'
    | 'linked'
    | 'noneLinked'
    | 'leading'
    | 'noneLeading'
    | 'kind'
    | 'address'
    | 'seen'
    | 'possession'
    | 'held'
    | 'none'
    | 'unstated'
    | 'filesCame'
    | 'statement'
  >;
  readonly observations: Words<
    | 'none'
    | 'observer'
    | 'role'
    | 'organisation'
    | 'stretches'
    | 'maker'
    | 'model'
    | 'serial'
    | 'clock'
    | 'notChecked'
    | 'right'
    | 'windows'
    | 'fromTo'
    | 'who'
    | 'with'
    | 'groups'
    | 'done'
    | 'at'
  > & {
    readonly extent: (stretches: number, from: string | undefined, to: string | undefined, open: number) => string;
    readonly ahead: (seconds: string) => string;
    readonly behind: (seconds: string) => string;
    readonly all: (groups: number) => string;
  };
  readonly groups: Words<
    | 'none'
    | 'byName'
    | 'platform'
    | 'members'
    | 'owners'
    | 'admins'
    | 'countries'
    | 'total'
    | 'overall'
    | 'country'
    | 'groups'
    | 'memberships'
    | 'leaders'
    | 'noMembers'
    | 'countryByNumber'
    | 'id'
    | 'names'
    | 'description'
    | 'links'
    | 'noneListed'
  > & {
    readonly overallNote: (memberships: number, numbers: number) => string;
    readonly group: (name: string) => string;
    readonly overTime: (entries: number) => string;
  };
  readonly messages: Words<
    'none' | 'group' | 'messages' | 'senders' | 'withFiles' | 'first' | 'last' | 'noGroup' | 'all'
  > & {
    readonly clocks: (list: string) => string;
    readonly zoneless: (messages: number) => string;
    readonly changed: (edited: number, deleted: number) => string;
  };
  readonly files: Words<
    | 'none'
    | 'type'
    | 'files'
    | 'bytes'
    | 'all'
    | 'looked'
    | 'state'
    | 'means'
    | 'disagreeNote'
    | 'disagree'
    | 'firstExhibit'
  > & {
    readonly intro: (files: number, bytes: string, different: number) => string;
    readonly disagreements: Words<Disagreement>;
    readonly viewed: Words<ViewedState>;
    readonly viewedMeaning: Words<ViewedState>;
    readonly viewedShort: Words<ViewedState>;
  };
  readonly custody: Words<
    | 'entry'
    | 'when'
    | 'what'
    | 'by'
    | 'seeFiles'
    | 'whoActed'
    | 'noActors'
    | 'role'
    | 'name'
    | 'actor'
    | 'entries'
    | 'nameGone'
    | 'noneRecorded'
    | 'holds'
    | 'looks'
    | 'readings'
    | 'keys'
    | 'head'
    | 'received'
  > & {
    readonly intro: (entries: number) => string;
    readonly immutability: Words<'enforced' | 'advisory'>;
    readonly to: (time: string) => string;
    readonly times: (act: string, many: number) => string;
    readonly range: (first: string, last: string) => string;
    readonly held: (placed: number, ended: number) => string;
    readonly looked: (looks: number) => string;
    readonly read: (readings: number) => string;
    readonly receivedSize: (bytes: string) => string;
    readonly roles: Words<ActorRole>;
    readonly acts: Words<Act>;
  };
  readonly log: Words<'notBound' | 'intro' | 'last' | 'checkpoint'> & {
    readonly entryOf: (entry: number, all: number) => string;
  };
  readonly checking: Words<'notOfCopy' | 'manifests' | 'caseDigest' | 'trust' | 'program'> & {
    readonly named: (files: number, bytes: string) => string;
  };
  readonly missing: Words<'nothing' | 'note' | 'what' | 'first' | 'places' | 'theReferral'> & {
    readonly gaps: Words<GapName>;
  };
}
