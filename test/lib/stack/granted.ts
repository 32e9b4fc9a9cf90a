// What the synthesized stack grants, read back from it: each lambda's role, its statements, and the same words in which lambdas/README.md says what a lambda may.
import type { Part } from '../../../lambdas/authorities.ts';
import { PARTS } from '../../lambdas/tables.ts';
import { listOf, type Statement } from './policy.ts';
import { all, only, type Resources } from './synthesized.ts';

/** An action that a role is granted, on a part of the desk; `kinds` where the encryption context is bound. */
export interface Granted {
  readonly on: Part | 'own log' | 'own dead letters';
  readonly action: string;
  readonly kinds?: readonly string[];
}

/** The statements of the role of this id, in all policies that name it. */
export function statementsOfRole(resources: Resources, id: string): Statement[] {
  const role = only(resources, 'AWS::IAM::Role', id).id;
  return all(resources, 'AWS::IAM::Policy')
    .filter(({ resource }) => JSON.stringify(resource.Properties['Roles']).includes(`"${role}"`))
    .flatMap(({ resource }) => (resource.Properties['PolicyDocument'] as { Statement: Statement[] }).Statement);
}

/** All that a lambda's role is granted; an unknown resource or a denial is an error. */
export function grantedTo(resources: Resources, lambda: string): Granted[] {
  return statementsOfRole(resources, `${lambda}-role`).flatMap((statement) => {
    if (statement.Effect !== 'Allow') throw new Error(`A role's policy denies: ${lambda}`);
    const kinds = kindsOf(statement);
    return listOf(statement.Resource).flatMap((resource) =>
      listOf(statement.Action).map((action) => ({
        on: partOf(lambda, statement, JSON.stringify(resource)),
        action: String(action),
        ...(kinds === undefined ? {} : { kinds }),
      })),
    );
  });
}

function kindsOf({ Condition }: Statement): string[] | undefined {
  const kinds = Condition?.['StringEquals']?.['kms:EncryptionContext:kind'];
  return kinds === undefined ? undefined : listOf(kinds).map(String);
}

/** By the logical id that the ARN is taken of, and the conditions that narrow it. */
function partOf(lambda: string, { Condition = {} }: Statement, resource: string): Granted['on'] {
  const condition = JSON.stringify(Condition);
  const names = (id: string): boolean => new RegExp(`"${id.replaceAll('-', '')}[0-9A-F]{8}"`).test(resource);
  if (names('evidence-bucket')) return 'evidence';
  if (names('log-bucket')) return 'log files';
  if (names('book-table')) return 'book';
  if (names('secrets-table') && condition.includes('"secrets/*"')) return 'secrets';
  if (names('secrets-table') && condition.includes('["signing"]')) return 'signing';
  for (const key of ['data', 'storage', 'lookup', 'receipts', 'packets', 'log'] as const)
    if (names(`${key}-key`)) return `${key} key`;
  if (names(`${lambda}-logs`)) return 'own log';
  if (names(`${lambda}-dead-letters`)) return 'own dead letters';
  return byTag(lambda, condition, resource);
}

/** Keys without a name: one purpose's follow-ups, or any that is being made. */
function byTag(lambda: string, condition: string, resource: string): Granted['on'] {
  const purposes = ['receipts', 'packets', 'log'] as const;
  const named = purposes.filter((purpose) => new RegExp(`/referral-desk":\\[?[^\\]]*"${purpose}"`).test(condition));
  const isAnyKey = resource === '"*"' || resource.includes(':key/*');
  if (isAnyKey && named.length === purposes.length) return 'new key';
  const [purpose] = named;
  if (isAnyKey && purpose !== undefined && named.length === 1) return `${purpose} key`;
  throw new Error(`${lambda} is granted something on ${resource}, which no part of the desk is.`);
}

/** As a cell of the table says it, each action apart: `part: action (kinds)`, sorted. What every lambda has is left out. */
export function saidOf(granted: readonly Granted[]): string[] {
  const said = granted
    .filter(({ on }) => (PARTS as readonly string[]).includes(on))
    .map(
      ({ on, action, kinds }) => `${on}: ${action}${kinds === undefined ? '' : ` (${[...kinds].sort().join(', ')})`}`,
    );
  return [...new Set(said)].sort();
}

/** The same of a cell of lambdas/README.md. */
export function readCell(cell: string): string[] {
  return cell
    .split(';')
    .flatMap((part) => {
      const colon = part.indexOf(':');
      const on = part.slice(0, colon).trim();
      const actions = [...part.slice(colon + 1).matchAll(/`([^`]+)`(?: \(([^)]*)\))?/g)];
      return actions.map(([, action = '', kinds]) => {
        const bound = kinds === undefined ? '' : ` (${kinds.split(', ').sort().join(', ')})`;
        return `${on}: ${action}${bound}`;
      });
    })
    .sort();
}
