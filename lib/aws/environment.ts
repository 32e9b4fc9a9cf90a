// What a stack tells a lambda, read once at the edge: names of buckets, tables and keys, and the desk's periods. Always true: what is missing or
// malformed is named all at once, before anything is asked of AWS; no value is said back. Endpoints and regions are the SDK's own variables.
import { X509Certificate } from 'node:crypto';
import { SETTINGS, type Settings } from '../core.ts';
import { DeskError, type Finding } from '../errors.ts';
import type { AwsParts } from './open.ts';

/** What a lambda is told, by its variables. */
export interface Environment {
  /** DESK_NAME (the desk's own id), EVIDENCE_BUCKET, BOOK_TABLE, SECRETS_TABLE, the six key ids, LOCK_MODE. */
  readonly parts: Omit<AwsParts, 's3' | 'dynamo' | 'kms'>;
  /** LOG_BUCKET: the public log as files; who puts them cannot do without it. */
  readonly logBucket: string | undefined;
  /** DESK_SETTINGS: a JSON object of some of `Settings`; the others are SETTINGS. */
  readonly settings: Settings;
  /** NCMEC_URL and what goes with it; nobody is filed with where it is missing. */
  readonly ncmec: NcmecEnvironment | undefined;
  /** TSA_URL and TSA_CERTIFICATES; the log is stamped by nobody where they are missing. */
  readonly tsa: TsaEnvironment | undefined;
}

/** Whoever stamps the log with the time (RFC 3161). */
export interface TsaEnvironment {
  /** TSA_URL: http or https */
  readonly url: string;
  /** TSA_CERTIFICATES: those that its stamps must lead to (X.509), DER in base64, blanks between. */
  readonly certificates: readonly Uint8Array[];
}

export interface NcmecEnvironment {
  /** NCMEC_URL */
  readonly url: string;
  /** NCMEC_SCHEMA: 2026 without it. */
  readonly schema: '2025' | '2026';
  /**
   * NCMEC_CREDENTIALS, base64: what KMS made of the JSON {"user", "password"} under the data key, with the encryption context {desk, owner: "desk",
   * object: "ncmec", kind: "words"}.
   */
  readonly credentials: Uint8Array;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws DeskError input/invalid, whose findings name each variable */
export function readEnvironment(variables: Variables): Environment {
  const findings: Finding[] = [];
  const read = reader(variables, findings);
  const environment = {
    parts: {
      desk: read.text('DESK_NAME'),
      evidenceBucket: read.text('EVIDENCE_BUCKET'),
      bookTable: read.text('BOOK_TABLE'),
      secretsTable: read.text('SECRETS_TABLE'),
      dataKeyId: read.text('DATA_KEY_ID'),
      storageKeyId: read.text('STORAGE_KEY_ID'),
      lookupKeyId: read.text('LOOKUP_KEY_ID'),
      firstKeys: {
        receipts: read.text('RECEIPTS_KEY_ID'),
        log: read.text('LOG_KEY_ID'),
        packets: read.text('PACKETS_KEY_ID'),
      },
      lockMode: read.oneOf('LOCK_MODE', ['COMPLIANCE', 'GOVERNANCE']),
    },
    logBucket: read.optional('LOG_BUCKET'),
    settings: settingsIn(read, findings),
    ncmec: ncmecIn(read),
    tsa: tsaIn(read),
  };
  if (findings.length === 0) return environment;
  const names = findings.map(({ path }) => path.slice(1)).join(', ');
  throw new DeskError('input/invalid', `Set these variables of the lambda: ${names}.`, { findings });
}

interface Reader {
  readonly text: (name: string) => string;
  readonly optional: (name: string) => string | undefined;
  /** The first where it is missing. */
  readonly oneOf: <T extends string>(name: string, values: readonly [T, ...T[]]) => T;
  readonly refuse: (name: string, message: string) => void;
}

function reader(variables: Variables, findings: Finding[]): Reader {
  const refuse = (name: string, message: string): void =>
    void findings.push({ code: 'variable', path: `/${name}`, message });
  const optional = (name: string): string | undefined => variables[name] || undefined;
  return {
    optional,
    refuse,
    text: (name) => {
      const value = optional(name);
      if (value === undefined) refuse(name, 'It is missing.');
      return value ?? '';
    },
    oneOf: (name, values) => {
      const value = optional(name) ?? values[0];
      const known = values.find((each) => each === value);
      if (known === undefined) refuse(name, `It is one of: ${values.join(', ')}.`);
      return known ?? values[0];
    },
  };
}

function settingsIn(read: Reader, findings: Finding[]): Settings {
  const text = read.optional('DESK_SETTINGS');
  if (text === undefined) return SETTINGS;
  const before = findings.length;
  const given = objectIn(text);
  for (const [name, value] of Object.entries(given ?? { '': undefined })) {
    const isGood = Object.hasOwn(SETTINGS, name) && Number.isSafeInteger(value) && Number(value) > 0;
    if (!isGood && findings.length === before)
      read.refuse('DESK_SETTINGS', 'It is a JSON object of periods and limits, whole numbers above 0.');
  }
  return { ...SETTINGS, ...(given as Partial<Settings>) };
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function ncmecIn(read: Reader): NcmecEnvironment | undefined {
  const url = read.optional('NCMEC_URL');
  if (url === undefined) return undefined;
  const schema = read.oneOf('NCMEC_SCHEMA', ['2026', '2025']);
  return { url, schema, credentials: Buffer.from(read.text('NCMEC_CREDENTIALS'), 'base64') };
}

function tsaIn(read: Reader): TsaEnvironment | undefined {
  const url = read.optional('TSA_URL');
  if (url === undefined) return undefined;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) read.refuse('TSA_URL', 'It is a URL of http or https.');
  const words = read.text('TSA_CERTIFICATES').split(/\s+/);
  return { url, certificates: words.filter((each) => each !== '').map((each) => certificateIn(each, read)) };
}

function certificateIn(base64: string, read: Reader): Uint8Array {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).raw;
  } catch {
    read.refuse('TSA_CERTIFICATES', 'Each is a certificate: its DER in base64.');
    return new Uint8Array();
  }
}
