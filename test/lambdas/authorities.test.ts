// The table of authorities is one: as data, as README, and as what there is.
import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUTHORITIES, type Authority } from '../../lambdas/authorities.ts';
import { BUNDLED } from '../../lambdas/bundle.ts';
import { ROUTES } from '../../lib/http/all-routes.ts';
import { authorityRows, routeRows } from './tables.ts';

const FOLDER = join(import.meta.dirname, '../../lambdas');
const all: readonly (readonly [string, Authority])[] = Object.entries(AUTHORITIES);

/** Rows of every table of a Markdown file, cells trimmed. */
function rowsOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.replaceAll(/\s+/g, ' '));
}

function granted(name: keyof typeof AUTHORITIES, action: string) {
  const { grants }: Authority = AUTHORITIES[name];
  return grants.filter(({ actions }) => actions.includes(action));
}

describe('the authorities', () => {
  it('stand in the README as they are', () => {
    const readme = rowsOf(readFileSync(join(FOLDER, 'README.md'), 'utf8'));
    const drawn = [...authorityRows(), ...routeRows()].map((cells) => `| ${cells.join(' | ')} |`);
    expect(readme).toEqual(expect.arrayContaining(drawn)); // else: node test/lambdas/tables.ts, and paste
  });

  it('have every route of the API once, and no other', () => {
    const placed = all.flatMap(([, { routes }]) => routes).sort();
    expect(placed).toEqual([...ROUTES.map(({ operation }) => operation), 'readContract'].sort());
  });

  it('have a lambda each, of a few lines', () => {
    for (const name of BUNDLED) {
      const file = join(FOLDER, `${name}.ts`);
      expect(existsSync(file)).toBe(true);
      expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(40);
    }
  });

  it('let nobody but those who open decrypt, downloads packets alone, and intake nothing', () => {
    const who = all.filter(([, { grants }]) =>
      grants.some((grant) => grant.on === 'data key' && grant.actions.includes('kms:Decrypt')),
    );
    expect(who.map(([name]) => name)).toEqual(['reading', 'downloads', 'inspect', 'packets', 'courier', 'watch']);
    expect(granted('intake', 'kms:Decrypt').map(({ on }) => on)).toEqual(['storage key']); // which S3 alone may use for it
    expect(granted('downloads', 'kms:Decrypt').filter(({ on }) => on === 'data key')).toEqual([
      { on: 'data key', actions: ['kms:Decrypt'], kinds: ['packet'] },
    ]);
  });

  it('let destroy alone write over a secret, rotate alone make keys, and watch write nothing', () => {
    const may = (action: string, on: string): string[] =>
      all
        .filter(([, { grants }]) => grants.some((each) => each.on === on && each.actions.includes(action)))
        .map(([name]) => name);
    expect(may('dynamodb:BatchWriteItem', 'secrets')).toEqual(['destroy']);
    expect(may('dynamodb:DeleteItem', 'secrets')).toEqual([]);
    expect(may('kms:CreateKey', 'new key')).toEqual(['rotate']);
    expect(may('dynamodb:PutItem', 'signing')).toEqual(['rotate', 'found']);
    const { grants }: Authority = AUTHORITIES.watch;
    expect(
      grants
        .flatMap(({ actions }) => actions)
        .filter((action) => /Put|Delete|Write|Sign|GenerateData|Create/.test(action)),
    ).toEqual([]);
  });
});
