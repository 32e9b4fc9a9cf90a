// Who may what among the lambdas: one authority each, what calls it, and every action it is granted. Plain data that imports nothing; the table in
// README.md, the routes a lambda answers and the stack's roles say the same, which tests hold against it.

/** What a lambda acts on. `signing` are the rows of the secrets table under the partition key `signing`; `secrets` those under `secrets/<n>`. */
export type Part =
  | 'evidence'
  | 'log files'
  | 'book'
  | 'secrets'
  | 'signing'
  | 'data key'
  | 'storage key'
  | 'lookup key'
  | 'receipts key'
  | 'packets key'
  | 'log key'
  | 'new key';

/** The `kind` in the encryption context of the data key (lib/ports.ts). */
export type Kind = 'evidence' | 'direct' | 'words' | 'packet';

export interface Grant {
  readonly on: Part;
  readonly actions: readonly string[];
  /** Of the data key: only with this `kind` in the encryption context. */
  readonly kinds?: readonly Kind[];
}

export interface Authority {
  readonly may: string;
  readonly mayNever: string;
  /** By their `operation` in the route table. */
  readonly routes: readonly string[];
  /** EventBridge asks it so often; nobody else does. */
  readonly everyMinutes?: number;
  readonly grants: readonly Grant[];
}

// ── what several have ─────────────────────────────────────────────────────────────────────────────────────────────────

const on = (part: Part, ...actions: string[]): Grant => ({ on: part, actions });
const withKinds = (action: string, ...kinds: Kind[]): Grant => ({ on: 'data key', actions: [action], kinds });
const opens = (...kinds: Kind[]): Grant => withKinds('kms:Decrypt', ...kinds);
const seals = (...kinds: Kind[]): Grant[] => [
  withKinds('kms:GenerateDataKey', ...kinds),
  on('evidence', 's3:PutObject', 's3:PutObjectRetention', 's3:GetObject'),
  on('storage key', 'kms:GenerateDataKey'),
];

const readsBook = on('book', 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query');
const writesBook = on('book', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem');
/** A secret is held against the lookup key each time it is read. */
const readsSecrets: readonly Grant[] = [on('secrets', 'dynamodb:GetItem'), on('lookup key', 'kms:GenerateMac')];
const readsSigning = on('signing', 'dynamodb:Query');
const signs = (part: Part): Grant[] => [readsSigning, on(part, 'kms:Sign')];
const readsBytes: readonly Grant[] = [
  on('evidence', 's3:GetObject', 's3:GetObjectVersion'),
  on('storage key', 'kms:Decrypt'),
];
const enters: readonly Grant[] = [readsBook, writesBook, ...readsSecrets];

// ── each of them ──────────────────────────────────────────────────────────────────────────────────────────────────────

export const AUTHORITIES = {
  intake: {
    may: 'seal and enter what comes in; tell what the book says without opening anything',
    mayNever: 'open anything; destroy a secret; sign a packet, a certificate or the log',
    routes: [
      'openReferral',
      'listReferrals',
      'readReferral',
      'recordView',
      'finishReferral',
      'retractReferral',
      'readReceipt',
      'readCustody',
      'attach',
      'openUpload',
      'announceParts',
      'completeUpload',
      'endUpload',
      'putPart',
      'listPackets',
      'acknowledge',
      'endLinks',
      'meetRegime',
      'listNotices',
      'acknowledgeNotice',
      'orderHold',
      'endHold',
      'requestDestruction',
      'readCertificate',
      'readDeskCustody',
      'addActor',
      'listAgencies',
      'addAgency',
      'changeAgencyKeys',
    ],
    grants: [
      ...enters,
      on('secrets', 'dynamodb:PutItem', 'dynamodb:BatchGetItem'),
      ...seals('evidence', 'direct', 'words'),
      on(
        'evidence',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
        's3:GetObjectRetention',
        's3:ListBucket', // else S3 does not say that a file is not there
      ),
      on('storage key', 'kms:Decrypt'), // S3 asks it of whoever sends parts, to put them together: the desk's own ciphertext comes out
      ...signs('receipts key'),
    ],
  },
  reading: {
    may: 'open evidence and words for a person who may read them, or to hold an order against them; enter that',
    mayNever: 'take anything in as evidence; destroy a secret; sign a receipt or the log',
    routes: [
      'readAttachment',
      'readViews',
      'readSummary',
      'orderPacket',
      'readPacket',
      'makeLink',
      'assignRegime',
      'orderFiling',
      'listFilings',
      'clear',
      'clearPacket',
      'consent',
      'withdraw',
      'withdrawPacket',
      'readNotice',
      'listActors',
      'exportKey',
    ],
    grants: [
      ...enters,
      ...readsBytes,
      opens('evidence', 'direct', 'words', 'packet'),
      ...seals('words'),
      ...signs('packets key'),
    ],
  },
  downloads: {
    may: 'hand out packets, each time entered first; hand out what is public: log, trust, contract',
    mayNever: 'open anything but packets; write evidence; destroy a secret; sign',
    routes: [
      'takePacket',
      'lookAtLink',
      'takeByLink',
      'readCheckpoint',
      'readLogFile',
      'readTrust',
      'readContract',
      'health',
    ],
    grants: [...enters, readsSigning, ...readsBytes, opens('packet'), ...seals('words')],
  },
  inspect: {
    may: 'open what was sent directly and compare it with what was declared; extend its lock',
    mayNever: 'open anything else; destroy a secret; sign',
    routes: [],
    everyMinutes: 1,
    grants: [...enters, ...readsBytes, opens('direct'), ...seals('words'), on('evidence', 's3:GetObjectRetention')],
  },
  packets: {
    may: 'open what a packet shows, draw it, seal and sign it; make whole what was kept in parts before the desk was moved',
    mayNever: 'be asked by anyone; take anything in as evidence; destroy a secret; sign a receipt or the log',
    routes: [],
    everyMinutes: 1,
    grants: [
      ...enters,
      ...readsBytes,
      opens('evidence', 'direct', 'words', 'packet'),
      ...seals('words', 'packet'),
      on('evidence', 's3:GetObjectRetention', 's3:AbortMultipartUpload', 's3:ListBucket'),
      ...signs('packets key'),
    ],
  },
  log: {
    may: 'take entries into the log, sign its checkpoints, and put what is new of it as files into the bucket of the log',
    mayNever: 'read a secret; open or seal anything; change an entry; touch evidence',
    routes: [],
    everyMinutes: 1,
    grants: [
      readsBook,
      on('book', 'dynamodb:PutItem', 'dynamodb:BatchWriteItem'),
      ...signs('log key'),
      on('log files', 's3:PutObject', 's3:GetObject', 's3:ListBucket'), // else S3 does not say that a file is not there
    ],
  },
  clock: {
    may: 'warn, expire, remind, extend locks, give up slots whose time is over; have the log stamped with the time',
    mayNever: 'open or seal anything; shorten a lock; destroy a secret; sign',
    routes: [],
    everyMinutes: 1,
    grants: [
      ...enters,
      readsSigning,
      on('evidence', 's3:GetObject', 's3:GetObjectRetention', 's3:PutObjectRetention', 's3:AbortMultipartUpload'),
    ],
  },
  courier: {
    may: 'open a finished referral and file it with the recipient that was ordered; seal the answers',
    mayNever: 'be asked by anyone; take anything in as evidence; destroy a secret; sign',
    routes: [],
    everyMinutes: 1,
    grants: [...enters, ...readsBytes, opens('evidence', 'direct', 'words'), ...seals('words')],
  },
  destroy: {
    may: 'destroy a secret that two persons, or the clock of an unfinished referral, have ended; certify it; end a key',
    mayNever: 'open or seal anything; touch evidence; sign a receipt or the log',
    routes: ['approveDestruction', 'revokeActor'],
    everyMinutes: 1,
    grants: [...enters, on('secrets', 'dynamodb:BatchWriteItem'), ...signs('packets key')],
  },
  watch: {
    may: 'read everything again: chains, log, rows, sealed bytes, keys, locks',
    mayNever: 'write anything anywhere; sign',
    routes: ['watch'],
    everyMinutes: 1440,
    grants: [
      readsBook,
      ...readsSecrets,
      on('secrets', 'dynamodb:Query'),
      readsSigning,
      ...readsBytes,
      on('evidence', 's3:GetObjectRetention', 's3:ListBucket'),
      opens('evidence', 'direct', 'words', 'packet'),
    ],
  },
  rotate: {
    may: 'have a new signing key made, which the old one vouches for',
    mayNever: 'open or seal anything; touch evidence; destroy a secret',
    routes: ['rotateKey'],
    grants: [
      readsBook,
      on('book', 'dynamodb:PutItem'),
      ...readsSecrets,
      readsSigning,
      on('signing', 'dynamodb:PutItem'),
      on('new key', 'kms:CreateKey', 'kms:TagResource', 'kms:GetPublicKey'),
      on('receipts key', 'kms:Sign'),
      on('packets key', 'kms:Sign'),
      on('log key', 'kms:Sign'),
    ],
  },
  found: {
    may: 'found the desk on its fresh stack, once, when whoever deployed it asks by hand: first secret, keys, actors',
    mayNever: 'be asked by anyone else; open anything; destroy a secret; sign a receipt or a packet',
    routes: [],
    grants: [
      ...enters,
      on('book', 'dynamodb:BatchWriteItem'),
      on('secrets', 'dynamodb:PutItem', 'dynamodb:BatchGetItem'),
      on('signing', 'dynamodb:Query', 'dynamodb:PutItem'),
      ...seals('words'),
      on('receipts key', 'kms:GetPublicKey'),
      on('packets key', 'kms:GetPublicKey'),
      on('log key', 'kms:GetPublicKey', 'kms:Sign'),
    ],
  },
  'keys-authorizer': {
    may: 'say who shows a key',
    mayNever: 'write anything; open or seal anything; touch evidence; sign',
    routes: [],
    grants: [on('book', 'dynamodb:GetItem', 'dynamodb:Query'), ...readsSecrets],
  },
} as const satisfies Readonly<Record<string, Authority>>;

export type AuthorityName = keyof typeof AUTHORITIES;
