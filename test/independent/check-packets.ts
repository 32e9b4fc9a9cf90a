// Checks what the book says of packets: rows against the entries they speak of, what was frozen, what was answered.
import { openAge } from './age.ts';
import { answerMessage, answerOf } from './answer.ts';
import { demand, fromBase64, sha256, wrong } from './bytes.ts';
import type { Link } from './check-chains.ts';
import type { Findings } from './findings.ts';
import type { Folder } from './folder.ts';
import { canonical, Fields, parseCanonical, type Json } from './json.ts';
import { listsOf, type StoredRow } from './ledger.ts';
import { unpacked } from './packet.ts';
import { listBytesOf, packetInParts, wholePacket } from './packet-parts.ts';
import { isSignedBy } from './signed.ts';
import { readZip, zipTime } from './zip.ts';

const ROW = ['id', 'referral', 'agency', 'state', 'encryption', 'orderedBy', 'orderedAt', 'seq', 'answers', 'links'];

export function checkPackets(folder: Folder, links: readonly Link[], findings: Findings): void {
  const packets = folder.ledger.rows.filter(({ kind }) => kind === 'packet');
  for (const row of packets) {
    findings.attempt(`row packet/${row.id}`, () => {
      demandRow(row, links);
    });
  }
  const ordered = links.filter(({ entry }) => entry.act === 'order-packet').length;
  findings.expect(packets.length === ordered, 'packets', 'are not as many as were ordered');
}

/** Every time and name in the row is that of the entry it speaks of, and every such entry is spoken of. */
function demandRow(row: StoredRow, links: readonly Link[]): void {
  const value = new Fields(row.value, 'packet', ROW, ['frozen', 'regime', 'isCleared']);
  const [referral, orderedAt, state] = [value.id('referral'), value.text('orderedAt'), value.text('state')];
  demand(row.chain === referral && value.id('id') === row.id, 'is of another packet');
  demandLists(row, value);
  const own = links
    .filter(({ entry }) => entry.chain === referral && entry.commitments.has(row.label))
    .map(({ entry }) => entry);
  const spokenOf = (act: string) =>
    own.filter((entry) => entry.act === act).map(({ seq, time }) => ({ seq, at: time }));
  const ordered = own.find(({ act }) => act === 'order-packet') ?? wrong('was ordered by no entry');
  const isOrder = value.count('seq') === ordered.seq && orderedAt === ordered.time;
  demand(isOrder && value.text('orderedBy') === ordered.actorId, 'speaks of another order');
  const frozen = value.has('frozen')
    ? [new Fields(value.any('frozen'), 'frozen', ['seq', 'at', 'sizeBytes'], ['listBytes', 'digestSeq'])]
    : [];
  const given = own.some(({ act }) => act === 'clear' || act === 'destroy') ? 'dropped' : 'ordered';
  demand(state === (frozen.length === 0 ? given : 'frozen'), 'is in another state');
  demand(value.has('isCleared') === (state === 'dropped' && own.some(({ act }) => act === 'clear')), 'is cleared');
  same('freezing', frozen.map(placeOf), spokenOf('freeze-packet'));
  const digested = frozen.filter((each) => each.has('digestSeq') && each.any('digestSeq') !== null);
  same(
    'digests',
    digested.map((each) => each.count('digestSeq')),
    own.filter(({ act }) => act === 'digest-packet').map(({ seq }) => seq),
  );
  demand(
    frozen.every((each) => each.has('listBytes') === each.has('digestSeq')),
    'its digests stand elsewhere',
  );
  const answers = value
    .list('answers')
    .map((each) => new Fields(each, 'answer', ['answer', 'at', 'seq'], ['reason', 'signatureSha256']));
  same('answers', answers.map(placeOf), spokenOf('acknowledge'));
  demandLinks(value, own);
}

function placeOf(each: Fields): Json {
  return { seq: each.count('seq'), at: each.text('at') };
}

function same(what: string, told: Json, entered: Json): void {
  demand(canonical(told) === canonical(entered), `its ${what} are not what was entered`);
}

function demandLists(row: StoredRow, value: Fields): void {
  const frozen = value.has('frozen') ? value.map('frozen') : {};
  const names = [`packets/${value.id('referral')}`, `agency-packets/${value.text('agency')}`, 'packets'];
  if (value.text('state') === 'ordered') names.push('ordered-packets');
  if ('listBytes' in frozen) names.push('packets-in-parts');
  if (frozen['digestSeq'] === null) names.push('unread-packets');
  const lines = names.map((list) => canonical({ list, sort: value.text('orderedAt') }));
  const told = listsOf(row).map(canonical);
  demand(canonical(told.toSorted()) === canonical(lines.toSorted()), 'stands in other lists');
}

function demandLinks(
  value: Fields,
  own: readonly { readonly act: string; readonly actorId: string; readonly time: string }[],
): void {
  const links = value
    .list('links')
    .map((each) => new Fields(each, 'link', ['sha256', 'madeBy', 'expiresAt'], ['usedAt', 'taking', 'endedAt']));
  for (const link of links) {
    link.hex('sha256');
    link.time('expiresAt');
    if (link.has('taking')) link.hex('taking');
  }
  const made = own.filter(({ act }) => act === 'link-packet').map(({ actorId }) => actorId);
  same(
    'links',
    links.map((link) => link.text('madeBy')),
    made,
  );
  const used = links.flatMap((link) => link.optionalText('usedAt') ?? []).sort();
  const ended = new Set(links.flatMap((link) => link.optionalText('endedAt') ?? []));
  const endings = own.filter(({ act }) => act === 'end-links' || (act === 'clear' && links.length > 0));
  same('ended links', [...ended].sort(), [...new Set(endings.map(({ time }) => time))].sort());
  demand(
    links.every((link) => !(link.has('usedAt') && link.has('endedAt')) || link.has('taking')),
    'a link was both used and ended, and not in stretches',
  );
  same(
    'used links',
    used,
    own
      .filter(({ act }) => act === 'release')
      .map(({ time }) => time)
      .sort(),
  );
}

const FROZEN = ['version', 'packet', 'sizeBytes', 'caseSha256', 'tagManifestSha256'];
const DIGESTS = ['sha256', 'plain'];

/** What is committed to of a packet: labels, and SHA-256 in hex. */
type Digests = readonly (readonly [label: string, sha256: string])[];

/** What was frozen is the packet that its words and its folder name, made in the time of its order; one in parts was not read for that. */
export function demandPacket(folder: Folder, { records, entry }: Link, opened: readonly Buffer[]): Digests {
  const kept = opened[0] ?? wrong('its packet is missing');
  const words = new Fields(parseCanonical(opened[1]?.toString('utf8') ?? ''), 'words', FROZEN, DIGESTS).version();
  demand(records[0]?.kind === 'packet', 'its packet is sealed as something else');
  const listBytes = listBytesOf(folder, words.id('packet'));
  const bytes = listBytes === undefined ? kept : wholePacket(folder, entry.chain, kept, listBytes);
  demand(words.count('sizeBytes') === bytes.length, 'its words are of another packet');
  demand(
    words.has('sha256') === (listBytes === undefined),
    'its digest is said where it is read later, or is not said',
  );
  const isEncrypted = bytes.subarray(0, AGE.length).toString('latin1') === AGE;
  const digests = words.has('sha256') ? demandSaid(bytes, words) : [];
  const zip = readZip(isEncrypted ? openAge(bytes) : bytes);
  const { folder: name, files } = unpacked(zip);
  demand(name === `referral-desk-packet-${words.id('packet')}`, 'its folder is of another packet');
  const digestOf = (path: string): string => sha256(files.get(path) ?? '').toString('hex');
  demand(words.text('caseSha256') === digestOf('data/case.json'), 'its case manifest is another');
  demand(words.text('tagManifestSha256') === digestOf('tagmanifest-sha256.txt'), 'its tag manifest is another');
  const { asOf } = parseCanonical(files.get('data/case.json')?.toString('utf8') ?? '') as { readonly asOf: string };
  demand(zip.time === zipTime(asOf), 'its files have another time than the order');
  return [['manifest', words.text('tagManifestSha256')], ...digests];
}

const AGE = 'age-encryption.org/v1';

/** What was found by reading a packet in parts is of the packet that was frozen before. */
export function demandDigests(folder: Folder, { entry }: Link, opened: readonly Buffer[]): Digests {
  const words = new Fields(
    parseCanonical(opened[0]?.toString('utf8') ?? ''),
    'words',
    ['version', 'packet', 'sizeBytes', 'sha256'],
    ['plain'],
  ).version();
  const bytes = packetInParts(folder, entry.chain, words.id('packet'));
  demand(words.count('sizeBytes') === bytes.length, 'its words are of another packet');
  return demandSaid(bytes, words);
}

function demandSaid(bytes: Buffer, words: Fields): Digests {
  const digest = sha256(bytes).toString('hex');
  demand(words.text('sha256') === digest, 'its words are of other bytes');
  const isEncrypted = bytes.subarray(0, AGE.length).toString('latin1') === AGE;
  demand(words.has('plain') === isEncrypted, 'it speaks of a packet inside that is none, or does not speak of it');
  if (!isEncrypted) return [['packet', digest]];
  return [
    ['packet', digest],
    ['plain', sha256(demandPlain(openAge(bytes), words)).toString('hex')],
  ];
}

function demandPlain(plain: Buffer, words: Fields): Buffer {
  const said = new Fields(words.any('plain'), 'plain', ['sizeBytes', 'sha256']);
  const isSame = said.count('sizeBytes') === plain.length && said.text('sha256') === sha256(plain).toString('hex');
  demand(isSame, 'another packet is inside');
  return plain;
}

export const ANSWER = ['reason', 'caseNumber', 'note', 'signature'];

/** What was answered; where it is signed, by a key of the agency that the packet is for. */
export function demandAnswer({ desk, ledger }: Folder, said: Fields): Json {
  if (said.has('signature')) {
    const valueOf = (kind: string, id: string): Fields => {
      const { value = null } = ledger.rows.find((row) => row.kind === kind && row.id === id) ?? {};
      return new Fields(value, kind, [], Object.keys(value ?? {}));
    };
    const packet = valueOf('packet', said.id('packet'));
    const agency = valueOf('agency', packet.text('agency'));
    const keys = agency.list('keys').map((key) => readKey(key));
    const [message, signature] = [answerMessage(desk, said), said.base64('signature', 64)];
    demand(
      keys.some((key) => isSignedBy(key, message, signature)),
      'no key of the agency signed it',
    );
    const kept = packet.list('answers').map((each) => (each as { readonly signatureSha256?: string }).signatureSha256);
    demand(kept.includes(sha256(signature).toString('hex')), 'its signature is not kept in the packet’s row');
  }
  return answerOf(said);
}

function readKey(key: Json): Buffer {
  demand(typeof key === 'string' && key.startsWith('ed25519:'), 'a key of the agency is of no known kind');
  return fromBase64(key.slice('ed25519:'.length), 32);
}
