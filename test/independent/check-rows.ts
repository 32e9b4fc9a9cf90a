// Checks the rows against the entries that last wrote them, the lists against the rows, and that no row is missing.
import { demand, wrong } from './bytes.ts';
import { headsOf, type Link } from './check-chains.ts';
import { commitmentWith, keyOf } from './derive.ts';
import type { Findings } from './findings.ts';
import type { Folder } from './folder.ts';
import { readCertificate } from './certificate.ts';
import { canonical } from './json.ts';
import { listLine, listsOf, type StoredRow } from './ledger.ts';

const LOOKUP_LABEL = 'row:lookup/0';

function rowName({ kind, id }: StoredRow): string {
  return `row ${kind}/${id}`;
}

export function checkRows(folder: Folder, links: readonly Link[], findings: Findings): void {
  const byPlace = new Map(links.map((link) => [`${link.entry.chain} ${link.entry.seq}`, link]));
  for (const row of folder.ledger.rows) {
    findings.attempt(rowName(row), () => {
      demandVouchedFor(folder, row, byPlace.get(`${row.chain} ${row.seq}`) ?? wrong('its entry is missing'));
    });
  }
  checkNoneMissing(folder, links, findings);
  checkLists(folder, findings);
  checkCertificates(folder, links, findings);
}

/** The row is what its entry committed to, as far as the chain's secret still stands. */
function demandVouchedFor(folder: Folder, row: StoredRow, { entry }: Link): void {
  const { kind, id, label, chain, seq, value, lists } = row;
  demand(label === (kind === 'lookup' ? LOOKUP_LABEL : `row:${kind}/${id}`), 'its label is that of another row');
  const expected = entry.commitments.get(label) ?? wrong('its entry does not vouch for it');
  const secret = folder.secrets.get(chain);
  if (secret === undefined) return;
  const key = keyOf(secret, 'commit', chain, seq, label);
  demand(commitmentWith(key, label, 'row', { kind, id, value, lists }) === expected, 'is not what its entry wrote');
}

/** The last entry that wrote a row is the one that the row names. */
function checkNoneMissing(folder: Folder, links: readonly Link[], findings: Findings): void {
  const writers = new Map<string, string>();
  for (const { entry } of links) {
    for (const label of entry.commitments.keys()) {
      if (label.startsWith('row:') && label !== LOOKUP_LABEL) writers.set(label, `${entry.chain} ${entry.seq}`);
    }
  }
  const rows = new Map(folder.ledger.rows.map((row) => [row.label, `${row.chain} ${row.seq}`]));
  for (const [label, writer] of writers) {
    findings.expect(rows.get(label) === writer, label, 'is missing or older than the last entry that wrote it');
  }
}

function checkLists(folder: Folder, findings: Findings): void {
  const { rows, lists } = folder.ledger;
  const wanted = new Set(rows.flatMap((row) => listsOf(row).map((line) => listLine(row.kind, row.id, line))));
  for (const line of wanted) findings.expect(lists.has(line), `list ${line}`, 'is missing');
  for (const line of lists) findings.expect(wanted.has(line), `list ${line}`, 'belongs to no row');
}

/** Acts after which a copy may lie elsewhere. */
const COPYING: ReadonlySet<string> = new Set(['read', 'export-key', 'release', 'order-filing']);

/** Each certificate is signed and says what the book says of its referral. */
function checkCertificates(folder: Folder, links: readonly Link[], findings: Findings): void {
  const certificates = folder.ledger.rows.filter(({ kind }) => kind === 'certificate');
  const heads = headsOf(links);
  for (const row of certificates) {
    findings.attempt(rowName(row), () => {
      const certificate = readCertificate(row.value, folder.trust);
      const referral = certificate.text('referralId');
      const own = links.filter(({ entry }) => entry.chain === referral);
      const copies = own.filter(({ entry }) => COPYING.has(entry.act));
      const named = copies.map(({ entry: { act, seq, time, actorId } }) => ({ act, seq, time, actorId }));
      const objects = own.reduce((count, { records }) => count + records.length, 0);
      demand(row.id === referral, 'is about another referral');
      demand(certificate.text('chainHead') === heads.get(referral)?.hash, 'names another head of the chain');
      demand(certificate.count('sealedObjects') === objects, 'counts other objects');
      demand(canonical(certificate.any('copies')) === canonical(named), 'names other copies');
    });
  }
}
