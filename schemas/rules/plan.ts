// Turns the schema into a plan of checks once, and walks any referral along it.
// Always true: only values that some rule cares about are visited; what a rule says of a group it says of it everywhere.
import type * as z from 'zod';
import { constraintsOf } from '../field.ts';
import { pointTo } from '../pointer.ts';
import { fieldsOf, type TreeField } from '../tree.ts';
import { checksFor, checkXmlCharacters, type ValueCheck } from './field-rules.ts';
import { GROUP_RULES } from './group-rules.ts';
import type { Inspection } from './table.ts';

export interface Plan {
  readonly checks: readonly ValueCheck[];
  readonly steps: readonly Step[];
}

interface Step {
  readonly name: string;
  readonly many: boolean;
  readonly plan: Plan;
}

/** `inTip`: whether the group goes into CyberTipline's XML. */
export function planFor(schema: z.ZodObject, groupName: string, inTip: boolean): Plan {
  const steps = fieldsOf(schema).map((field) => stepFor(field, inTip));
  return { checks: GROUP_RULES[groupName] ?? [], steps: steps.filter(({ plan }) => hasWork(plan)) };
}

export function inspect(value: unknown, plan: Plan, path: string, inspection: Inspection): void {
  for (const check of plan.checks) check(value, path, inspection);
  if (plan.steps.length === 0 || typeof value !== 'object' || value === null) return;
  for (const { name, many, plan: next } of plan.steps) {
    const child = (value as Record<string, unknown>)[name];
    if (child === undefined) continue;
    const childPath = pointTo(path, name);
    if (many && Array.isArray(child)) {
      child.forEach((item, index) => {
        inspect(item, next, `${childPath}/${index}`, inspection);
      });
    } else inspect(child, next, childPath, inspection);
  }
}

function stepFor({ name, many, meta, holds }: TreeField, inTip: boolean): Step {
  const childInTip = meta.document ?? (inTip && meta.kind !== 'own');
  if (holds.kind === 'group') return { name, many, plan: planFor(holds.schema, holds.group.name, childInTip) };
  const isFreeText = holds.type === 'text' || holds.type === 'token';
  const checks = [
    ...checksFor(constraintsOf(meta), childInTip),
    ...(childInTip && isFreeText ? [checkXmlCharacters] : []),
  ];
  return { name, many, plan: { checks, steps: [] } };
}

function hasWork(plan: Plan): boolean {
  return plan.checks.length > 0 || plan.steps.length > 0;
}
