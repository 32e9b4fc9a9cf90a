// Every failure the desk speaks of: one class, one closed list of codes. A message says what to do and never holds a name,
// a number, a digest or a file name out of a referral.

/** code → HTTP status. The code is the contract; tests assert codes, never texts. */
export const CODES = {
  // what the caller sent
  'input/malformed': 400,
  'input/too-large': 413,
  'input/too-deep': 400,
  'input/duplicate-key': 400,
  'input/forbidden-key': 400,
  'input/not-unicode': 400,
  'input/invalid': 422,
  'input/rule': 422,
  'input/unsupported-type': 415,
  'input/missing-header': 400,
  'input/range': 416,
  // who the caller is, and what she may do
  'access/unauthenticated': 401,
  'access/denied': 403,
  'access/same-person': 403,
  'access/signature': 403,
  'access/address': 403,
  'access/too-many-requests': 429,
  // what was asked for
  'absent/route': 404,
  'absent/method': 405,
  'absent/referral': 404,
  'absent/attachment': 404,
  'absent/upload': 404,
  'absent/object': 404,
  'absent/hold': 404,
  'absent/regime': 404,
  'absent/notice': 404,
  'absent/destruction': 404,
  'absent/actor': 404,
  'absent/packet': 404,
  'absent/report': 404,
  'absent/file': 404,
  'absent/filing': 404,
  'absent/recipient': 409,
  'absent/link': 410,
  'absent/destroyed': 410,
  // the state things are in
  'state/key-reused': 409,
  'state/not-open': 409,
  'state/already-finished': 409,
  'state/retracted': 409,
  'state/described': 409,
  'state/not-finished': 409,
  'state/not-frozen': 409,
  'state/not-made': 409,
  'state/not-taken': 409,
  'state/incomplete': 409,
  'state/attachment-differs': 409,
  'state/part-differs': 409,
  'state/parts-missing': 409,
  'state/upload-complete': 409,
  'state/upload-ended': 409,
  'state/exists': 409,
  'state/too-many': 409,
  'state/packet-changed': 409,
  'state/handling': 409,
  'state/held': 409,
  'state/retained': 409,
  'state/contended': 503,
  // an attachment's bytes
  'attachment/no-digest': 400,
  'attachment/digest-mismatch': 422,
  'attachment/size-mismatch': 422,
  'attachment/cut-off': 400,
  'attachment/not-as-declared': 422,
  // what rests: vault, keys, ledger
  'vault/exists': 500,
  'vault/absent': 500,
  'vault/damaged': 500,
  'vault/full': 507,
  'vault/failed': 500,
  'keys/absent': 500,
  'keys/wrong-passphrase': 500,
  'keys/refused': 500,
  'keys/failed': 500,
  'ledger/failed': 500,
  'ledger/full': 507,
  'log/damaged': 500,
  'sealed/damaged': 500,
  'sealed/unsupported': 500,
  // the desk's own place
  'desk/absent': 500,
  'desk/exists': 500,
  'desk/owned': 500,
  'desk/unreachable': 503,
  'desk/deadline': 503,
  'desk/answer-too-large': 501,
  'desk/other-bytes': 502,
  'desk/newer': 500,
  'desk/moved': 500,
  'desk/readable-by-others': 500,
  'desk/not-allowed': 500,
  'desk/damaged': 500,
  'desk/local-only': 400,
  'alarm/failed': 500,
  // filing with others
  'recipient/unreached': 502,
  'recipient/lost': 502,
  'recipient/refused': 502,
  'recipient/unreadable': 502,
  'recipient/credentials': 502,
  // time stamps
  'stamp/failed': 502,
  'stamp/refused': 502,
  'recipient/other-bytes': 502,
  // reading what others hold
  'proof/malformed': 400,
  internal: 500,
} as const;

/** One of the closed list. */
export type Code = keyof typeof CODES;

/** One thing wrong with what was sent: where (JSON pointer) and what to do about it. */
export interface Finding {
  /** The rule that was broken, or the kind of fault. */
  readonly code: string;
  /** JSON pointer (RFC 6901) into what was sent; empty for all of it. */
  readonly path: string;
  /** In XML: the line, from 1; `path` is then an element path such as /report/victim[2]/screenName. */
  readonly line?: number;
  /** What to do; never a value out of a referral. */
  readonly message: string;
}

/** The desk's one error. `message` is safe to show and to log; `findings` name places in the caller's own input. */
export class DeskError extends Error {
  readonly code: Code;
  readonly findings: readonly Finding[];

  constructor(code: Code, message: string, more: { cause?: unknown; findings?: readonly Finding[] } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'DeskError';
    this.code = code;
    this.findings = more.findings ?? [];
  }

  /** The HTTP status that goes with the code (RFC 9110). */
  get status(): number {
    return CODES[this.code];
  }
}

/** True for a DeskError carrying `code`. */
export function isCode(error: unknown, code: Code): error is DeskError {
  return error instanceof DeskError && error.code === code;
}
