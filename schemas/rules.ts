// The second layer: what NCMEC documents beyond its XSD, and what our own fields owe to one another.
// Always true: a rule has a name that never changes meaning, and findings name places, never values.
import type { Referral } from './referral.ts';
import { referralSchema } from './referral.ts';
import { checkBatch } from './rules/batch-rules.ts';
import { checkEvidence } from './rules/evidence-rules.ts';
import { checkPeople } from './rules/person-rules.ts';
import { inspect, planFor, type Plan } from './rules/plan.ts';
import { RULES, type Finding, type Inspection } from './rules/table.ts';

export { RULES, type Finding, type Rule, type RuleName } from './rules/table.ts';

/** What the rules cannot know by themselves. */
export interface RuleOptions {
  readonly now: Date;
  /** How many seconds clocks may differ before a time counts as future; 300 without it. */
  readonly skewSeconds?: number;
}

/**
 * All that is wrong with a parsed referral beyond its structure, warnings too; empty when nothing is. Each rule, its reason and its
 * source (CyberTipline's documentation, or this desk) stand in `RULES`. Never throws.
 */
export function checkRules(referral: Referral, { now, skewSeconds = 300 }: RuleOptions): Finding[] {
  const findings: Finding[] = [];
  const inspection: Inspection = {
    latestMs: now.getTime() + skewSeconds * 1000,
    report: (rule, path, detail = '') => {
      const { severity, todo } = RULES[rule];
      findings.push({ rule, path, severity, message: todo.replace('{}', detail) });
    },
  };
  plan ??= planFor(referralSchema, 'Referral', true);
  inspect(referral, plan, '', inspection);
  checkPeople(referral, inspection);
  checkBatch(referral, inspection);
  checkEvidence(referral, inspection);
  return findings;
}

let plan: Plan | undefined;
