// `check`: what a desk would say of a referral, said here and sent nowhere.
import type { Command } from 'commander';
import type { Prediction, Referral } from '../../schemas/index.ts';
import { predictActionable } from '../../schemas/actionable.ts';
import { findGaps } from '../../schemas/gaps.ts';
import { parseReferral } from '../../schemas/parse.ts';
import { checkRules } from '../../schemas/rules.ts';
import { parseStrictJson } from '../formats/strict-json.ts';
import { DeskError } from '../errors.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { commandLine, quoted } from './command-line.ts';
import { readInput } from './paths.ts';
import { shown } from './shown.ts';

/** `schema` and `rule` refuse the referral; `warning` and `gap` do not. */
export interface CheckFinding {
  readonly kind: 'schema' | 'rule' | 'warning' | 'gap';
  readonly code: string;
  /** JSON pointer. */
  readonly path: string;
  readonly message: string;
}

export interface Checked {
  /** Whether a desk would take it. */
  readonly ok: boolean;
  readonly findings: readonly CheckFinding[];
  /** What an agency will call it; undefined where it cannot be read as a referral. */
  readonly prediction: Prediction | undefined;
}

export function addCheck(program: Command): void {
  addCommand(program, 'check <referral.json>', {
    summary: 'what is wrong with a referral and what an investigator will miss; sends nothing',
    example: 'check referral.json',
    more: ['Needs no desk. Exit code 1 when a desk would refuse the referral.'],
    needsDesk: false,
  }).action(acting(check));
}

async function check(path: string, options: Common): Promise<Outcome> {
  const checked = checkBytes(await readInput(path), new Date());
  const { ok, findings, prediction } = checked;
  const next = `${commandLine(`submit ${quoted(path)} <files or folders>`)}${options.data === undefined ? '' : ` --data ${quoted(options.data)}`}`;
  return {
    words: [
      ...checkWords(checked),
      '',
      ok ? 'A desk would take it. Send it with:' : 'A desk would refuse it. For any field:',
      `  ${ok ? next : commandLine('explain <field>')}`,
    ],
    json: { ok, findings, predicted: prediction?.verdict ?? null, reasons: prediction?.reasons ?? [] },
    exitCode: ok ? 0 : 1,
  };
}

/** Goes over a referral as a desk does when it arrives. */
export function checkBytes(body: Uint8Array, now: Date): Checked {
  try {
    const parsed = parseReferral(parseStrictJson(body));
    if (parsed.ok) return checkReferral(parsed.referral, now);
    const findings = parsed.problems.map((problem) => ({ kind: 'schema' as const, ...problem }));
    return { ok: false, findings, prediction: undefined };
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    const whole = { code: error.code, path: '', message: error.message };
    const places = error.findings.length > 0 ? error.findings : [whole];
    return { ok: false, findings: places.map((place) => ({ kind: 'schema', ...place })), prediction: undefined };
  }
}

/**
 * Says what a desk of this version would refuse, before gigabytes have been read.
 * @throws DeskError input/invalid, input/rule
 */
export function demandGood(body: Uint8Array, now: Date): void {
  const refused = checkBytes(body, now).findings.filter(({ kind }) => kind === 'schema' || kind === 'rule');
  const [first] = refused;
  if (first === undefined) return;
  const findings = refused.map(({ code, path, message }) => ({ code, path, message }));
  if (first.kind === 'rule') throw new DeskError('input/rule', 'The referral breaks a rule.', { findings });
  throw new DeskError('input/invalid', 'The referral is not of the form the schema asks for.', { findings });
}

function checkReferral(referral: Referral, now: Date): Checked {
  const rules = checkRules(referral, { now }).map(({ rule, path, message, severity }) => {
    return { kind: severity === 'refuse' ? ('rule' as const) : ('warning' as const), code: rule, path, message };
  });
  const gaps = findGaps(referral).map(({ gap, path, message, count }) => {
    const more = count > 1 ? ` (${count} places)` : '';
    return { kind: 'gap' as const, code: gap, path, message: `${message}${more}` };
  });
  return {
    ok: rules.every(({ kind }) => kind !== 'rule'),
    findings: [...rules, ...gaps],
    prediction: predictActionable(referral),
  };
}

const HEADINGS = [
  ['schema', 'Not of the form the schema asks for (refused):'],
  ['rule', 'Breaks a rule (refused):'],
  ['warning', 'Worth a second look (taken all the same):'],
  ['gap', 'What an investigator will miss (taken all the same):'],
] as const;

function checkWords({ findings, prediction }: Checked): string[] {
  const lists = HEADINGS.flatMap(([kind, heading]) => {
    const own = findings.filter((finding) => finding.kind === kind);
    return own.length === 0
      ? []
      : [heading, ...own.map(({ path, message, code }) => shown(`  ${path}  ${message} [${code}]`))];
  });
  const found = findings.length === 0 ? ['Nothing is wrong and nothing is missing.'] : lists;
  return [...found, ...predictionWords(prediction)];
}

function predictionWords(prediction: Prediction | undefined): string[] {
  if (prediction === undefined) return [];
  const verdict =
    prediction.verdict === 'referral'
      ? 'An agency will probably call it a referral: something it can act on.'
      : 'An agency will probably call it informational: not enough to act on.';
  const signs = { for: '+', against: '-' };
  return [
    verdict,
    ...prediction.reasons.map(({ counts, message, path }) => shown(`  ${signs[counts]} ${message} (${path})`)),
  ];
}
