// What a referral declares of its attachments: rows that are written with its first entry and never again.
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

/**
 * The declaration of one attachment, where the referral has it. The rows are read once for all files of a referral that come one after
 * another, up to the bound of `Lately`. @throws DeskError ledger/failed
 */
export async function findDeclared(
  core: Core,
  referral: string,
  attachment: string,
): Promise<DeclaredAttachment | undefined> {
  const name = `declared/${referral}`;
  const known = core.lately.get(name) as ReadonlyMap<string, DeclaredAttachment> | undefined;
  if (known !== undefined) return known.get(attachment);
  const read = new Map((await vouchedDeclaredOf(core, referral)).map((each) => [each.id, each]));
  if (read.size > 0) core.lately.keep(name, read); // rows that are missing may come back, with what is restored
  return read.get(attachment);
}

function itemsOf(row: StoredRow): DeclaredAttachment[] {
  return row.value['items'] as unknown as DeclaredAttachment[];
}

/** The label of the commitment to a declared digest. It stands in the declared row, keyed like any other commitment of entry 0. */
export function declaredLabel(attachment: string): string {
  return `declared/${attachment}`;
}
