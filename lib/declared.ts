// What a referral declares of its attachments: rows that are written with its first entry and never again. Always true: to look for one of many costs no more
// than to look for one of a few.
import { rowsOf, type Core, type RowDraft } from './core.ts';
import { DeskError } from './errors.ts';
import type { Json, StoredRow } from './ports.ts';
import { isVouched } from './vouch.ts';

/** An attachment the referral declares: the id the desk gave it, and a commitment to the SHA-256 declared, where one was. */
export interface DeclaredAttachment {
  readonly id: string;
  readonly sha256?: string;
  readonly sizeBytes?: number;
}

const DECLARED_PER_ROW = 1000;

/** Many declarations make several rows, so that no row outgrows what a ledger takes. */
export function declaredRows(referral: string, declared: readonly DeclaredAttachment[]): RowDraft[] {
  const rows: RowDraft[] = [];
  for (let at = 0; at < declared.length; at += DECLARED_PER_ROW) {
    const items = declared.slice(at, at + DECLARED_PER_ROW);
    const sort = String(at).padStart(10, '0');
    rows.push({
      kind: 'declared',
      id: `${referral}/${at}`,
      value: { items: items as unknown as Json },
      lists: [{ list: `declared/${referral}`, sort }],
    });
  }
  return rows;
}

/** The declared attachments in the order of the document. */
export async function declaredOf(core: Core, referral: string): Promise<DeclaredAttachment[]> {
  const all: DeclaredAttachment[] = [];
  for await (const row of rowsOf(core, `declared/${referral}`)) all.push(...itemsOf(row));
  return all;
}

/** The same, where something is decided on them: the entry that wrote each row must vouch for it. @throws DeskError ledger/failed */
export async function vouchedDeclaredOf(core: Core, referral: string): Promise<DeclaredAttachment[]> {
  const all: DeclaredAttachment[] = [];
  for await (const row of rowsOf(core, `declared/${referral}`)) {
    if (!(await isVouched(core, row)))
      throw new DeskError('ledger/failed', 'A list of declared attachments was altered past the desk: run watch.');
    all.push(...itemsOf(row));
  }
  return all;
}

/** The declaration of one attachment, where the referral has it. */
export async function findDeclared(
  core: Core,
  referral: string,
  attachment: string,
): Promise<DeclaredAttachment | undefined> {
  const recent = recentIn(core);
  const found =
    recent.lists.get(referral) ?? new Map((await declaredOf(core, referral)).map((each) => [each.id, each]));
  remember(recent, referral, found);
  return found.get(attachment);
}

/** Declarations by their ids. */
type List = ReadonlyMap<string, DeclaredAttachment>;

/** Lists of the referrals whose files came lately, the latest last; some 200 bytes a declaration. */
interface Recent {
  readonly lists: Map<string, List>;
  kept: number;
}

const MOST_KEPT = 100_000;

/** By the vault, which is one and the same for all acts of a desk. */
const RECENT = new WeakMap<Core['vault'], Recent>();

function recentIn({ vault }: Core): Recent {
  const known = RECENT.get(vault) ?? { lists: new Map<string, List>(), kept: 0 };
  RECENT.set(vault, known);
  return known;
}

function remember(recent: Recent, referral: string, list: List): void {
  const weight = ({ size }: List): number => size + 1;
  const before = recent.lists.get(referral);
  recent.lists.delete(referral);
  recent.lists.set(referral, list);
  recent.kept += weight(list) - (before === undefined ? 0 : weight(before));
  for (const [oldest, found] of recent.lists) {
    if (recent.kept <= MOST_KEPT) return;
    recent.lists.delete(oldest);
    recent.kept -= weight(found);
  }
}

function itemsOf(row: StoredRow): DeclaredAttachment[] {
  return row.value['items'] as unknown as DeclaredAttachment[];
}

/** The label of the commitment to a declared digest. It stands in the declared row, keyed like any other commitment of entry 0. */
export function declaredLabel(attachment: string): string {
  return `declared/${attachment}`;
}
