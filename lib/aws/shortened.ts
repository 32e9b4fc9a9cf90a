// Long values of items, made shorter: DynamoDB charges for every kilobyte begun, of writes twice in a transaction. Always true: what was shortened
// is read back word for word, as the dictionary never changes (another one would be another attribute).
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DeskError } from '../errors.ts';

/** What is at most so long stays as it is, and fits one kilobyte with its keys. */
const LEAST_BYTES = 700;
/** What is longer stays as it is, and DynamoDB refuses it: nothing is kept that would not be read back. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Words of entries and rows, the most frequent last (RFC 1951 looks back from the end). */
const DICTIONARY = Buffer.from(
  [
    '"items":[{"id":"","sha256":"","sizeBytes":',
    '{"value":{"id":"","referral":"","attachment":"","state":"open","openedAt":"2026-","expiresAt":"2026-","lockedUntil":"2026-","sizeBytes":,"partBytes":16777216,"store":"","wrappedKey":"","words":"AngAAAAA',
    '"completed":{"seq":,"at":"2026-"},"lists":[{"list":"uploads/","sort":"2026-"},{"list":"open-uploads","sort":"2026-"},{"list":"unproved-uploads","sort":"2026-"}],"chain":"","seq":',
    '{"value":{"id":"","state":"finished","reporter":"","incidentType":"Child Pornography (possession, manufacture, and distribution)","openedAt":"2026-","expiresAt":"2026-","lockedUntil":"2027-","holds":[],"closedAt":"2026-","keepUntil":"2027-","kept":[{"seq":,"until":"2027-"}]},',
    '"lists":[{"list":"referrals","sort":"2026-"},{"list":"state/finished","sort":"2026-"},{"list":"reporter/","sort":"2026-"},{"list":"reporter/","sort":"2026-"},{"list":"due","sort":"2027-"}],"chain":"","seq":',
    '\\"original\\":\\"\\",\\"parts\\":\\"\\",\\"row:declared/\\":\\"\\",\\"row:lookup/0\\":\\"\\",\\"row:referral/',
    '{"text":"{\\"act\\":\\"open\\",\\"actorId\\":\\"{\\"act\\":\\"attach\\",\\"actorId\\":\\"\\",\\"chain\\":\\"\\",\\"commitments\\":{\\"entry\\":\\"\\",\\"row:attachment/\\":\\"\\",\\"row:upload/\\":\\"\\",\\"sha256\\":\\"\\"},\\"desk\\":\\"\\",\\"objects\\":[{\\"id\\":\\"\\",\\"sealed\\":\\"\\"},{\\"id\\":\\"\\",\\"sealed\\":\\"\\"}],\\"prev\\":\\"\\",\\"seq\\":,\\"time\\":\\"2026-',
    'T.Z\\",\\"version\\":1}","objects":[{"id":"","owner":"","kind":"evidence","wrappedKey":"","place":{"name":"","offset":0,"sizeBytes":}},{"id":"","owner":"","kind":"direct","wrappedKey":"==","place":{"name":"","offset":0,"sizeBytes":}},{"id":"","owner":"","kind":"words","wrappedKey":"==","place":{"name":"","offset":,"sizeBytes":}}],"stamp":"1',
  ].join(''),
  'utf8',
);

/** Undefined where it would gain nothing. */
export function shortened(value: string): Uint8Array | undefined {
  if (value.length <= LEAST_BYTES) return undefined;
  const sizeBytes = Buffer.byteLength(value);
  if (sizeBytes > MOST_BYTES) return undefined;
  const short = deflateRawSync(value, { level: 9, dictionary: DICTIONARY });
  return short.length < sizeBytes ? short : undefined;
}

/** @throws DeskError ledger/failed, where it is nothing that was shortened */
export function lengthened(short: Uint8Array): string {
  try {
    return inflateRawSync(short, { dictionary: DICTIONARY, maxOutputLength: MOST_BYTES }).toString('utf8');
  } catch (cause) {
    throw new DeskError('ledger/failed', 'The book holds an item that cannot be read. Restore it.', { cause });
  }
}
