// What is wrong with a document by the schema, and where.
// Always true: at the 100th finding the document is refused and nothing more is looked at; a message says what to do and holds no value out of the document.
import { DeskError, type Finding } from '../../errors.ts';

/** Kinds of faults by the schema; where JSON has the same fault, it has the same name. */
export type SchemaFault =
  | 'wrong-root'
  | 'wrong-namespace'
  | 'unknown-field'
  | 'missing-field'
  | 'wrong-order'
  | 'too-many'
  | 'choose-one'
  | 'stray-text'
  | 'wrong-form'
  | 'not-in-list';

export interface Findings {
  /** @throws DeskError input/invalid with all findings, by line, when there are as many as are told */
  add(code: SchemaFault, place: { readonly path: string; readonly line: number }, message: string): void;
  /** @throws DeskError input/invalid with all findings, by line, when there are any */
  refuseAny(): void;
}

const MOST = 100;

export function gatherFindings(): Findings {
  const kept: Finding[] = [];
  return {
    add(code, { path, line }, message) {
      kept.push({ code, path, line, message });
      if (kept.length >= MOST) throw refusal(kept);
    },
    refuseAny() {
      if (kept.length > 0) throw refusal(kept);
    },
  };
}

function refusal(kept: readonly Finding[]): DeskError {
  const findings = kept.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return new DeskError('input/invalid', 'The document is not as the CyberTipline schema has it.', { findings });
}
