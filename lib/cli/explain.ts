// `explain`: what a field is for, in the words of its declaration.
import type { Command } from 'commander';
import type { Explanation } from '../../schemas/index.ts';
import { explain } from '../../schemas/explain.ts';
import { UsageError } from './failure.ts';
import { acting, addCommand, type Outcome } from './frame.ts';

export function addExplain(program: Command): void {
  addCommand(program, 'explain <field>', {
    summary: 'what a field is for, what may stand in it, and which rules ask what of it',
    example: 'explain victim.victimPerson.age',
    more: ['Takes a name, a path, a JSON pointer from a finding, or the path in a CyberTipline report.'],
    needsDesk: false,
  }).action(acting((field: string) => Promise.resolve(explained(field))));
}

function explained(field: string): Outcome {
  const explanation = explain(field);
  if (explanation === undefined) {
    throw new UsageError('The referral has no field of this name. A JSON pointer from "check" works here.');
  }
  return { words: explanationWords(explanation), json: explanation };
}

function explanationWords(explanation: Explanation): string[] {
  const { path, what, why, type, howMany, cybertip, values, constraints, rules, places } = explanation;
  const limits = Object.entries(constraints).map(([name, limit]) => `${name} ${String(limit)}`);
  return [
    path,
    `  ${what}`,
    `  Why: ${why}`,
    `  ${type}, ${howMany}${limits.length === 0 ? '' : `; ${limits.join(', ')}`}`,
    ...(cybertip === undefined ? ['  CyberTipline has no such field.'] : [`  CyberTipline: ${cybertip}`]),
    ...(values === undefined ? [] : [`  One of: ${values.join(' | ')}`]),
    ...rules.map(
      ({ rule, severity, todo, reason }) =>
        `  ${severity === 'refuse' ? 'Rule' : 'Advice'}: ${todo} ${reason} [${rule}]`,
    ),
    ...(places.length > 1
      ? ['', 'Also under this name:', ...places.slice(1).map((place) => `  ${place.path}  ${place.what}`)]
      : []),
  ];
}
