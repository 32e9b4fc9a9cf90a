// A packet that is kept in parts, put together: its list, its own bytes behind it, and between them the exhibits, opened where they were sealed;
// where it is delivered as a file of age, encrypted once more with the key that is kept for it.
import { createCipheriv } from 'node:crypto';
import { demand, wrong } from './bytes.ts';
import { readRecords, type ObjectRecord } from './entry.ts';
import { openObject, readStretch, type Folder } from './folder.ts';
import { canonical, Fields, parseCanonical, type Json } from './json.ts';

const PIECE_BYTES = 64 * 1024;

/** @param kept the plaintext of what was sealed for it */
export function wholePacket(folder: Folder, owner: string, kept: Buffer, listBytes: number): Buffer {
  const { head, places } = listIn(kept.subarray(0, listBytes));
  const parts: Buffer[] = [];
  let [at, own] = [0, listBytes];
  const takeOwn = (sizeBytes: number): void => {
    demand(sizeBytes >= 0 && own + sizeBytes <= kept.length, 'its exhibits do not lie where its list says');
    parts.push(kept.subarray(own, own + sizeBytes));
    own += sizeBytes;
    at += sizeBytes;
  };
  for (const { offset, sizeBytes, id } of places) {
    takeOwn(offset - at);
    const exhibit = exhibitOf(folder, owner, id);
    demand(exhibit.length === sizeBytes, 'an exhibit is not as large as its list says');
    parts.push(exhibit);
    at += sizeBytes;
  }
  takeOwn(kept.length - own);
  demand(at === head.count('sizeBytes'), 'it is not as large as its list says');
  const plain = Buffer.concat(parts);
  return head.has('age') ? ageOf(new Fields(head.any('age'), 'age', ['head', 'key']), plain) : plain;
}

interface Place {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly id: string;
}

const RECORD_BYTES = 28;

function listIn(list: Buffer): { readonly head: Fields; readonly places: readonly Place[] } {
  const end = list.indexOf(10);
  const json = parseCanonical(list.toString('utf8', 0, end));
  const head = new Fields(json, 'list of a packet', ['version', 'sizeBytes', 'exhibits'], ['age']).version();
  const count = head.count('exhibits');
  demand(list.length === end + 1 + count * RECORD_BYTES, 'its list is not as long as it says');
  const places = Array.from({ length: count }, (_, n) => {
    const at = end + 1 + n * RECORD_BYTES;
    const [a = '', b = '', c = '', d = '', e = ''] = [0, 4, 6, 8, 10].map((from, part) =>
      list.toString('hex', at + 12 + from, at + 12 + ([4, 6, 8, 10, 16][part] ?? 0)),
    );
    return { offset: list.readUIntBE(at, 6), sizeBytes: list.readUIntBE(at + 6, 6), id: [a, b, c, d, e].join('-') };
  });
  return { head, places };
}

/** Only what the same referral took in. */
function exhibitOf(folder: Folder, owner: string, id: string): Buffer {
  const record = recordOf(folder, id) ?? wrong('the book lacks one of its exhibits');
  demand(record.owner === owner, 'an exhibit is another referral’s');
  demand(record.kind === 'evidence' || record.kind === 'direct', 'an exhibit is sealed as something else');
  return openObject(folder, record, readStretch(folder, record)) ?? wrong('an exhibit cannot be opened');
}

function recordOf({ ledger }: Folder, id: string): ObjectRecord | undefined {
  const n = ledger.objects.get(id);
  const stored = ledger.entries.find((entry) => entry.n === n);
  return stored && readRecords(stored.objects).find((record) => record.id === id);
}

function ageOf(age: Fields, plain: Buffer): Buffer {
  const [head, key] = [age.base64('head'), age.base64('key', 32)];
  const pieces = Math.max(1, Math.ceil(plain.length / PIECE_BYTES));
  const sealed = Array.from({ length: pieces }, (_, n) => {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(n, 7);
    nonce[11] = n === pieces - 1 ? 1 : 0;
    const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
    const piece = cipher.update(plain.subarray(n * PIECE_BYTES, (n + 1) * PIECE_BYTES));
    return Buffer.concat([piece, cipher.final(), cipher.getAuthTag()]);
  });
  return Buffer.concat([head, ...sealed]);
}

/** How many bytes of its object are the list, where its row says that it is kept in parts. */
export function listBytesOf({ ledger }: Folder, packetId: string): number | undefined {
  const { value = null } = ledger.rows.find(({ kind, id }) => kind === 'packet' && id === packetId) ?? {};
  const { frozen } = value as { readonly frozen?: { readonly listBytes?: Json } };
  if (frozen?.listBytes === undefined) return undefined;
  demand(typeof frozen.listBytes === 'number', `${canonical(frozen.listBytes)} is no size of a list`);
  return frozen.listBytes;
}

/** One in parts as it is delivered, found by the row that says where it was frozen. */
export function packetInParts(folder: Folder, owner: string, packetId: string): Buffer {
  const listBytes = listBytesOf(folder, packetId) ?? wrong('its packet is not in parts');
  const row = folder.ledger.rows.find(({ kind, id }) => kind === 'packet' && id === packetId);
  const { frozen } = row?.value as { readonly frozen: { readonly seq: number } };
  const stored = folder.ledger.entries.find(({ chain, seq }) => chain === owner && seq === frozen.seq);
  const [record] = readRecords(stored?.objects ?? wrong('its packet was frozen by no entry'));
  if (record === undefined) return wrong('its packet is missing');
  const kept = openObject(folder, record, readStretch(folder, record)) ?? wrong('its packet cannot be opened');
  return wholePacket(folder, owner, kept, listBytes);
}
