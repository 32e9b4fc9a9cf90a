// The front door of the folder: all that others may import. The desk itself imports values from the file that holds them, so that nothing is
// loaded which is not used.
// Always true: nothing behind it imports anything but zod.
export { parseReferral, type Parsed, type Problem, type ProblemCode } from './parse.ts';
export { referralSchema, type Referral } from './referral.ts';
export { checkRules, RULES, type Finding, type Rule, type RuleName, type RuleOptions } from './rules.ts';
export { findGaps, GAPS, type Gap, type GapName } from './gaps.ts';
export { predictActionable, type Prediction, type Reason, type ReasonCode } from './actionable.ts';
export { explain, type Explanation, type Place, type RuleNote } from './explain.ts';
export { allFields, type FieldInfo } from './all-fields.ts';
export type { Choice, Constraints, FieldKind, GroupMeta } from './field.ts';
export { faultOf, fieldsOf, holdingOf, type Holding, type Leaf, type TreeField } from './tree.ts';
export type { LexicalType } from './lexical.ts';
export { referralJsonSchema, type JsonSchema } from './json-schema.ts';
export { msOf, readInstant, type Instant } from './instant.ts';
export { UUID } from './uuid.ts';
export { pointTo, toPointer } from './pointer.ts';
export * from './codes.ts';
export * from './api.ts';
export * from './uploads.ts';
export * from './answers.ts';
export * from './filing-answers.ts';
export { lentObject } from './lent.ts';
export {
  acknowledgeNoticeRequest,
  clearanceShown,
  clearedAnswer,
  clearRequest,
  conflictShown,
  consentRequest,
  consentShown,
  lawId,
  metRequest,
  noticeDocument,
  noticeId,
  noticePage,
  noticeShown,
  regimeRequest,
  regimeShown,
  withdrawnAnswer,
  withdrawRequest,
} from './lawful.ts';
export type * from './lawful.ts';
export type * from './account-fields.ts';
export type * from './associated-account.ts';
export type * from './attachments.ts';
export type * from './chat.ts';
export type * from './contact.ts';
export type * from './file-details.ts';
export type * from './handling.ts';
export type * from './incident.ts';
export type * from './internet-details.ts';
export type * from './observations.ts';
export type * from './people.ts';
export type * from './times.ts';
export { fileDetails as fileDetailsSchema } from './file-details.ts';
