// What every language must have words for: the fields of a referral, its closed codes, the roles of actors.
// Always true: the lists are the schema's own, so that a field or a code that is added there lacks its words here when types are checked.
import type * as codes from '../../../schemas/codes.ts';
import type { ROLES } from '../../../schemas/api.ts';
import type { Referral } from '../../../schemas/index.ts';

type KeysIn<T> = T extends readonly (infer Each)[]
  ? KeysIn<Each>
  : T extends object
    ? { [Key in keyof T & string]-?: Key | KeysIn<NonNullable<T[Key]>> }[keyof T & string]
    : never;

/** The name of a field, wherever it stands. */
export type FieldName = KeysIn<Referral>;

export type ActorRole = (typeof ROLES)[number];

type Codes = typeof codes;

/** Closed codes that are printed in words. Clocks, handling codes and evaluations have lists of their own. */
export type Code = Codes[
  | 'INCIDENT_TYPES'
  | 'BATCH_REASONS'
  | 'ADDRESS_TYPES'
  | 'EMAIL_TYPES'
  | 'PHONE_TYPES'
  | 'EVENT_NAMES'
  | 'ACCOUNT_TYPES'
  | 'FILE_RELEVANCES'
  | 'FILE_CLASSIFICATIONS'
  | 'DETAIL_TYPES'
  | 'MEMBER_ROLES'
  | 'VIEW_EXTENTS'
  | 'LINK_KINDS'
  | 'HINT_BASES'
  | 'RELATIONS'
  | 'DETECTION_CONTEXTS'
  | 'OTHER_ROLES'
  | 'BASIS_KINDS'][number];

export type Clock = Codes['CLOCK_SOURCES'][number];
export type HandlingCode = Codes['HANDLING_CODES'][number];
export type SourceGrade = Codes['SOURCE_EVALUATIONS'][number];
export type InformationGrade = Codes['INFORMATION_EVALUATIONS'][number];

/** A text for each key. */
export type Words<Key extends string | number> = Readonly<Record<Key, string>>;
