// What a referral says that the recipient has no place for: named by field and counted, so that whoever files it knows what the
// recipient will not see. Always true: no value of the referral is in the answer.
import type { FieldInfo, Referral } from '../../schemas/index.ts';
import { allFields } from '../../schemas/all-fields.ts';

/**
 * `own`: CyberTipline has no such field. `newer`: this recipient's schema has none yet. `characters`: no XML can carry some signs of it,
 * which stand as U+FFFD there.
 */
export interface LeftOut {
  /** Names joined by dots, without list indexes: `chatGroups`, `victim.victimPerson.ageAssertionDiscrepancy`. */
  readonly field: string;
  readonly why: 'own' | 'newer' | 'characters';
  /** Of a list its elements. */
  readonly count: number;
}

type Add = (field: string, why: LeftOut['why'], count: number) => void;

/** @param schema which elements the recipient knows */
export function leftOutOf(referral: Referral, schema: '2025' | '2026'): LeftOut[] {
  const found = new Map<string, LeftOut>();
  walk(referral, '', schema, (field, why, more) => {
    const { count = 0 } = found.get(`${why} ${field}`) ?? {};
    found.set(`${why} ${field}`, { field, why, count: count + more });
  });
  return [...found.values()];
}

function walk(value: unknown, path: string, schema: '2025' | '2026', add: Add): void {
  if (Array.isArray(value)) for (const each of value) walk(each, path, schema, add);
  else if (typeof value === 'string' && UNCARRIED.test(value)) add(path, 'characters', 1);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, child] of Object.entries(value)) {
      const below = path === '' ? name : `${path}.${name}`;
      const why = reasonOf(below, schema);
      if (why === undefined) walk(child, below, schema, add);
      else if (why !== 'carried' && countOf(child) > 0) add(below, why, countOf(child));
    }
  }
}

function reasonOf(path: string, schema: '2025' | '2026'): 'own' | 'newer' | 'carried' | undefined {
  const { kind, since } = fields().get(path) ?? {};
  if (since !== undefined && schema === '2025') return 'newer';
  if (BESIDE_THE_BYTES.has(path)) return 'carried';
  return kind === 'own' && path !== 'attachments' ? 'own' : undefined;
}

/** Files go as files: their bytes say digest and size, and name and kind go beside the bytes. */
const BESIDE_THE_BYTES: ReadonlySet<string> = new Set(
  ['path', 'sha256', 'sizeBytes', 'contentType'].map((name) => `attachments.${name}`),
);

/** What XML 1.0 does not allow (section 2.2). */
const UNCARRIED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

let cache: ReadonlyMap<string, FieldInfo> | undefined;

function fields(): ReadonlyMap<string, FieldInfo> {
  return (cache ??= new Map(allFields().map((field) => [field.path, field])));
}

function countOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}
