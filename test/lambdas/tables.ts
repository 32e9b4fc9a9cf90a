// The tables of lambdas/README.md, drawn from the data: `node test/lambdas/tables.ts` prints them, authorities.test.ts holds the file to them.
import { AUTHORITIES, type Authority, type Grant, type Part } from '../../lambdas/authorities.ts';

/** In the order of the README's table. */
export const PARTS: readonly Part[] = [
  'book',
  'secrets',
  'signing',
  'evidence',
  'log files',
  'data key',
  'storage key',
  'lookup key',
  'receipts key',
  'packets key',
  'log key',
  'new key',
];

/** One line for each authority, cells trimmed. */
export function authorityRows(): string[][] {
  return entries().map(([name, { may, mayNever, grants }]) => [name, may, mayNever, iamOf(grants)]);
}

export function routeRows(): string[][] {
  return entries().map(([name, { routes, everyMinutes }]) => [
    name,
    routes.map((route) => `\`${route}\``).join(', ') || 'none',
    everyMinutes === undefined ? 'never' : `${everyMinutes} min`,
  ]);
}

function entries(): [string, Authority][] {
  return Object.entries(AUTHORITIES);
}

function iamOf(grants: readonly Grant[]): string {
  return PARTS.flatMap((part) => {
    const here = grants.filter((grant) => grant.on === part);
    const plain = here.filter(({ kinds }) => kinds === undefined).flatMap(({ actions }) => actions.map(quoted));
    const bound = here.flatMap(({ kinds, actions }) =>
      kinds === undefined ? [] : actions.map((action) => `${quoted(action)} (${kinds.join(', ')})`),
    );
    const all = [...new Set([...plain, ...bound])];
    return all.length === 0 ? [] : [`${part}: ${all.join(', ')}`];
  }).join('; ');
}

function quoted(action: string): string {
  return `\`${action}\``;
}

if (import.meta.main) {
  for (const rows of [authorityRows(), routeRows()])
    process.stdout.write(`${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`);
}
