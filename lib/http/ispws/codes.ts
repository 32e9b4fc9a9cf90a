// What each of the desk's errors is in NCMEC's words: HTTP status and responseCode, in one table that has every code of the desk.
// NCMEC documents the codes, and of the statuses only 400 for 4100; the others are choices, and the README gives their reasons.
import type { Code } from '../../errors.ts';

export const ENDPOINTS = ['status', 'xsd', 'submit', 'upload', 'fileinfo', 'finish', 'retract'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** NCMEC's codes, each with its words in the documentation (appendix D). */
export const PHRASES = {
  0: 'Success',
  1000: 'Server error',
  1100: 'Save failed',
  1111: 'File upload failed',
  1210: 'Resource not found',
  2000: 'Authentication required',
  3000: 'User is not authorized to perform this action',
  3100: 'User does not have authorization to make submissions',
  4000: 'Invalid request',
  4100: 'Validation failed',
  4110: 'Malformed XML submittal',
  4200: 'Malformed file submittal',
  5001: 'Report does not exist',
  5002: 'File does not exist',
  5101: 'Report already retracted',
  5102: 'Report already finished',
} as const;

export type ResponseCode = keyof typeof PHRASES;

interface Verdict {
  readonly status: number;
  readonly code: ResponseCode;
  /** Where another code says it better. */
  readonly at?: Readonly<Partial<Record<Endpoint, ResponseCode>>>;
}

/** The desk's own affair: nothing is said of it. */
const FAULT: Verdict = { status: 500, code: 1000 };
const BUSY: Verdict = { status: 503, code: 1000 };
const FULL: Verdict = { status: 507, code: 1100, at: { upload: 1111 } };
const INVALID: Verdict = { status: 400, code: 4000 };
const NO_REPORT: Verdict = { status: 404, code: 5001 };
const DENIED: Verdict = { status: 403, code: 3000, at: { submit: 3100 } };
/** Wrong in itself: as an XML document, as a file's form, as a form with a number. */
const MALFORMED: Verdict = { status: 400, code: 4000, at: { submit: 4110, fileinfo: 4110, upload: 4200 } };
/** Readable, and not what is asked for: a document that the schema refuses, or a form without its fields. */
const WRONG: Verdict = { status: 400, code: 4000, at: { submit: 4100, fileinfo: 4100 } };
const REFUSED: Verdict = { status: 400, code: 4100 };

export const VERDICTS: Readonly<Record<Code, Verdict>> = {
  'input/malformed': MALFORMED,
  'input/not-unicode': MALFORMED,
  'input/too-deep': MALFORMED,
  'input/too-large': { status: 413, code: 4000 },
  'input/invalid': WRONG,
  'input/rule': REFUSED,
  'input/unsupported-type': { status: 415, code: 4000 },
  'input/duplicate-key': INVALID,
  'input/forbidden-key': INVALID,
  'input/missing-header': INVALID,
  'input/range': INVALID,
  'access/unauthenticated': { status: 401, code: 2000 },
  'access/denied': DENIED,
  'access/same-person': DENIED,
  'access/signature': DENIED,
  'access/address': DENIED,
  'access/too-many-requests': { status: 429, code: 1000 },
  'absent/route': { status: 404, code: 1210 },
  'absent/method': { status: 405, code: 4000 },
  'absent/report': NO_REPORT,
  'absent/referral': NO_REPORT,
  'absent/destroyed': NO_REPORT,
  'absent/file': { status: 404, code: 5002 },
  'absent/attachment': { status: 404, code: 5002 },
  'absent/upload': { status: 404, code: 1210 },
  'absent/object': { status: 404, code: 1210 },
  'absent/hold': { status: 404, code: 1210 },
  'absent/regime': { status: 404, code: 1210 },
  'absent/notice': { status: 404, code: 1210 },
  'absent/destruction': { status: 404, code: 1210 },
  'absent/actor': { status: 404, code: 1210 },
  'absent/packet': { status: 404, code: 1210 },
  'absent/filing': { status: 404, code: 1210 },
  'absent/recipient': { status: 404, code: 1210 },
  'absent/link': { status: 404, code: 1210 },
  'state/retracted': { status: 400, code: 5101 },
  'state/already-finished': { status: 400, code: 5102 },
  'state/described': REFUSED,
  'state/incomplete': REFUSED,
  'state/not-open': NO_REPORT,
  'state/contended': BUSY,
  'state/key-reused': INVALID,
  'state/not-finished': INVALID,
  'state/not-frozen': INVALID,
  'state/not-made': INVALID,
  'state/not-taken': INVALID,
  'state/attachment-differs': INVALID,
  'state/part-differs': INVALID,
  'state/parts-missing': INVALID,
  'state/upload-complete': INVALID,
  'state/upload-ended': INVALID,
  'state/exists': INVALID,
  'state/too-many': INVALID,
  'state/handling': INVALID,
  'state/packet-changed': INVALID,
  'state/held': INVALID,
  'state/retained': INVALID,
  'attachment/cut-off': { status: 400, code: 4200 },
  'attachment/no-digest': { status: 400, code: 4200 },
  'attachment/digest-mismatch': { status: 400, code: 4200 },
  'attachment/size-mismatch': { status: 400, code: 4200 },
  'attachment/not-as-declared': { status: 400, code: 4200 },
  'vault/full': FULL,
  'ledger/full': FULL,
  'vault/exists': FAULT,
  'vault/absent': FAULT,
  'vault/damaged': FAULT,
  'vault/failed': FAULT,
  'keys/absent': FAULT,
  'keys/wrong-passphrase': FAULT,
  'keys/refused': FAULT,
  'keys/failed': FAULT,
  'ledger/failed': FAULT,
  'log/damaged': FAULT,
  'sealed/damaged': FAULT,
  'sealed/unsupported': FAULT,
  'desk/absent': FAULT,
  'desk/exists': FAULT,
  'desk/owned': FAULT,
  'desk/other-bytes': FAULT,
  'desk/unreachable': BUSY,
  'desk/moved': FAULT,
  'desk/deadline': BUSY,
  'desk/answer-too-large': FAULT,
  'desk/newer': FAULT,
  'desk/readable-by-others': FAULT,
  'desk/not-allowed': FAULT,
  'desk/damaged': FAULT,
  'desk/local-only': INVALID,
  'recipient/unreached': FAULT,
  'recipient/lost': FAULT,
  'recipient/refused': FAULT,
  'recipient/unreadable': FAULT,
  'recipient/credentials': FAULT,
  'recipient/other-bytes': FAULT,
  'stamp/failed': FAULT,
  'stamp/refused': FAULT,
  'alarm/failed': FAULT,
  'proof/malformed': INVALID,
  internal: FAULT,
};

/** @param endpoint where it happened; none where the path is no endpoint's */
export function verdictOf(code: Code, endpoint?: Endpoint): { readonly status: number; readonly code: ResponseCode } {
  const { status, code: usual, at } = VERDICTS[code];
  return { status, code: (endpoint === undefined ? undefined : at?.[endpoint]) ?? usual };
}
