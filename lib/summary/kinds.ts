// What kind of value a referral's field holds, as far as the summary says one in words of its own. Written down beside the schema, since
// its forms take a tenth of drawing a PDF to make. Always true: it says of every field what the schema says (test/lib/summary/kinds.test.ts).

/** A time, one of a closed list, or anything else, which is shown as it was sent. */
export type ValueKind = 'time' | 'code' | 'other';

const TIMES = named(
  'incidentDateTime verificationDate dateTime disabledDate userNotifiedDate reenabledDate timestamp',
  'at from to uploadedToEspTimestamp crawledAt seenAt madeAt',
);
const CODES = named(
  'reason incidentType type country state eventName fleaCountry countryCode role annotation by source fileRelevance',
  'industryClassification detectionContext extent clockSource kind possession basis relation code',
  'sourceEvaluation informationEvaluation',
);
/** In the observer's own words, where elsewhere there is a list. */
const OWN_WORDS = /(?:^|\.)observer\.role$/;

/** Told by the last name; what the schema does not know is not asked for. @param path names joined by dots, without list indexes, as `FieldInfo.path` */
export function kindOf(path: string): ValueKind {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (TIMES.has(name)) return 'time';
  return CODES.has(name) && !OWN_WORDS.test(path) ? 'code' : 'other';
}

function named(...lines: string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}
