// The receipt: a signed promise about one entry, and openings that show which bytes the entry and those before it are about.
import { demand, fromBase64, messageOf, sha256, wrong } from './bytes.ts';
import { commitmentWith, contentsRoot, documentRoot, formOf, type CommitmentType, type Content } from './derive.ts';
import { readEntry, type Entry } from './entry.ts';
import { canonical, Fields, isObject, parse, type Json } from './json.ts';
import { leafHash, rootByInclusion } from './merkle.ts';
import { isSignedBy } from './signed.ts';
import { keyFor, readTrust } from './trust.ts';

/** What whoever holds a receipt has: the bytes he sent, by the ids that the receipt gives them. */
export interface Files {
  readonly original: Uint8Array;
  /** The parsed referral, where it is not the same JSON as the bytes sent. */
  readonly document?: Json;
  readonly attachments: ReadonlyMap<string, Uint8Array>;
  /** What was described of an attachment, parsed. */
  readonly details?: ReadonlyMap<string, Json>;
}

export interface Opening {
  readonly seq: number;
  readonly label: string;
  readonly type: CommitmentType;
  readonly key: Buffer;
  readonly commitment: string;
  readonly documentKey: Buffer | undefined;
  readonly attachment: string | undefined;
}

const RECEIPT = ['version', 'desk', 'keyId', 'entry', 'deadline', 'path', 'signature', 'openings'];

/** What is wrong with a receipt, its trust.json or the files; nothing when the receipt vouches for every one of them. */
export function checkReceipt(receipt: Json, trust: Json, files: Files): readonly string[] {
  const findings: string[] = [];
  const attempt = (check: () => void): void => {
    try {
      check();
    } catch (error) {
      findings.push(messageOf(error));
    }
  };
  attempt(() => {
    const { entry, openings } = readReceipt(receipt, trust);
    const original = openings.find(({ label }) => label === 'original');
    for (const opening of openings) {
      attempt(() => {
        demandTied(opening, entry, openings);
      });
      attempt(() => {
        demandOpens(opening, original, openings, files);
      });
    }
    attempt(() => {
      demandAllVouchedFor(openings, files);
    });
  });
  return findings;
}

/** Reads a receipt and holds its signature. */
function readReceipt(value: Json, trusted: Json): { entry: Entry; openings: readonly Opening[] } {
  const trust = readTrust(trusted);
  const fields = new Fields(value, 'receipt', RECEIPT).version();
  const entry = readEntry(fields.any('entry'));
  demand(fields.text('desk') === trust.desk && entry.desk === trust.desk, 'receipt: of another desk');
  fields.time('deadline');
  const { version, desk, keyId, deadline } = fields.value;
  const signed = { version, desk, keyId, entry: fields.any('entry'), deadline };
  const leaf = leafHash(Buffer.from(canonical(signed as Json)));
  const path = new Fields(fields.any('path'), 'path', ['index', 'size', 'hashes']);
  const hashes = path.list('hashes').map((hash) => fromBase64(typeof hash === 'string' ? hash : '', 32));
  const root = rootByInclusion(leaf, path.count('index'), path.count('size'), hashes);
  const message = Buffer.concat([Buffer.from('referral-desk/receipt/1\n'), root]);
  const { publicKey, to } = keyFor(trust, 'receipts', fields.text('keyId'));
  demand(to === undefined || entry.time <= to, 'receipt: its key had been replaced by then');
  demand(isSignedBy(publicKey, message, fields.base64('signature', 64)), 'receipt: its signature does not hold');
  return { entry, openings: fields.list('openings').map(readOpening) };
}

const OPENING = ['seq', 'label', 'type', 'key', 'commitment'];
const TYPES: readonly CommitmentType[] = ['sha256', 'root', 'text', 'row'];

/** One opening, as receipts and packets carry it. */
export function readOpening(value: Json): Opening {
  const fields = new Fields(value, 'opening', OPENING, ['documentKey', 'attachment']);
  return {
    seq: fields.count('seq'),
    label: fields.text('label'),
    type: TYPES.find((type) => type === fields.text('type')) ?? wrong('opening: its type is not known'),
    key: fields.base64('key', 32),
    commitment: fields.hex('commitment').toString('hex'),
    documentKey: fields.has('documentKey') ? fields.base64('documentKey', 32) : undefined,
    attachment: fields.has('attachment') ? fields.id('attachment') : undefined,
  };
}

function nameOf({ label, attachment }: Opening): string {
  return attachment === undefined ? label : `${label} of ${attachment}`;
}

/**
 * An opening stands on the signed entry itself, or on the `contents` that a finish entry commits to.
 */
function demandTied(opening: Opening, entry: Entry, openings: readonly Opening[]): void {
  const { seq, label, commitment } = opening;
  if (seq === entry.seq) {
    demand(entry.commitments.get(label) === commitment, `${nameOf(opening)}: not what stands in the signed entry`);
    return;
  }
  const contents = openings.find((other) => other.label === 'contents' && other.seq === entry.seq);
  const isContent = label === 'original' || formOf(label) !== undefined || opening.attachment !== undefined;
  demand(contents !== undefined && isContent, `${nameOf(opening)}: nothing ties it to the signed entry`);
}

/** A commitment opens to what the files say. */
function demandOpens(
  opening: Opening,
  original: Opening | undefined,
  openings: readonly Opening[],
  files: Files,
): void {
  const { key, label, type, commitment } = opening;
  const value = valueOf(opening, openings, files);
  demand(commitmentWith(key, label, type, value) === commitment, `${nameOf(opening)}: not what was committed to`);
  demand(label !== 'contents' || original !== undefined, 'contents: without the opening of the original');
}

function valueOf(opening: Opening, openings: readonly Opening[], files: Files): Json {
  const { label, type, documentKey, attachment } = opening;
  switch (`${label} ${type}`) {
    case 'original sha256':
      return sha256(files.original).toString('hex');
    case 'parts root':
    case 'document root': {
      const document = files.document ?? parse(Buffer.from(files.original).toString('utf8'));
      const form = formOf(label);
      demand(form !== undefined && documentKey !== undefined && isObject(document), `${label}: cannot be rebuilt`);
      return documentRoot(form, documentKey, document);
    }
    case 'sha256 sha256': {
      const file = files.attachments.get(attachment ?? '') ?? wrong(`${nameOf(opening)}: its file is not here`);
      return sha256(file).toString('hex');
    }
    case 'details text': {
      const details = files.details?.get(attachment ?? '') ?? wrong(`${nameOf(opening)}: it is not here`);
      return [attachment ?? null, details];
    }
    case 'contents root':
      return contentsRoot(openings.flatMap(contentOf));
    default:
      return wrong(`${nameOf(opening)}: of a kind that no receipt opens`);
  }
}

function contentOf({ label, seq, commitment, attachment }: Opening): readonly Content[] {
  if (label === 'original' || formOf(label) !== undefined) return [{ name: label, seq, commitment }];
  if (attachment === undefined) return [];
  return [{ name: label === 'details' ? `details/${attachment}` : attachment, seq, commitment }];
}

function demandAllVouchedFor(openings: readonly Opening[], files: Files): void {
  const opened = new Set(openings.map(({ attachment }) => attachment));
  const left = [...files.attachments.keys()].filter((id) => !opened.has(id));
  demand(left.length === 0, `no opening vouches for ${left.join(', ')}`);
}
