// What is wrong with a document by the schema, and where.
// Always true: at most 100 findings are kept; a message says what to do and holds no value out of the document.
import type { Finding } from '../../errors.ts';

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
  /** By line, as they were added. */
  inOrder(): Finding[];
  add(code: SchemaFault, place: { readonly path: string; readonly line: number }, message: string): void;
}

const MOST = 100;

export function gatherFindings(): Findings {
  const kept: Finding[] = [];
  return {
    inOrder: () => kept.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    add(code, { path, line }, message) {
      if (kept.length < MOST) kept.push({ code, path, line, message });
    },
  };
}
