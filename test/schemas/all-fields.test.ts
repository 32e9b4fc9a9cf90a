// The list of all fields holds every element and attribute of CyberTipline, in NCMEC's order, and every one has words.
import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { allFields } from '../../schemas/index.ts';
import type { Constraints } from '../../schemas/field.ts';
import { ALL } from './fixtures.ts';

const LIST = new URL('./cybertipline-paths.txt', import.meta.url);
const REFERENCE = new URL('../../../shared/reference/cybertipline.md', import.meta.url);
const itWithReference = existsSync(REFERENCE) ? it : it.skip; // the reference tables lie beside some checkouts only
const fields = allFields();
const tips = fields.flatMap(({ cybertip }) =>
  cybertip === undefined || cybertip.endsWith('/text()') ? [] : [cybertip],
);

describe('the list of all fields', () => {
  it('holds exactly the committed list of CyberTipline paths (UPDATE=1 rewrites it)', () => {
    if (process.env['UPDATE'] === '1') writeFileSync(LIST, tips.map((path) => `${path}\n`).join(''));
    expect(tips).toEqual(readFileSync(LIST, 'utf8').trimEnd().split('\n'));
  });

  itWithReference('holds every element and attribute of the reference, in its order', () => {
    const types = readReference(readFileSync(REFERENCE, 'utf8'));
    const published = fields.filter(({ since }) => since === undefined).map(({ cybertip }) => cybertip);
    const expected = [...expand(types, 'report', 'report'), ...expand(types, 'fileDetails', 'fileDetails')];
    expect(expected.length).toBeGreaterThan(400);
    expect(tips.filter((path) => published.includes(path) && path !== 'fileDetails')).toEqual(expected);
  });

  itWithReference('has every limit that the reference documents, and no other', () => {
    const types = readReference(readFileSync(REFERENCE, 'utf8'));
    const expected = { ...limitsIn(types, 'report', 'report'), ...limitsIn(types, 'fileDetails', 'fileDetails') };
    const ours = fields.flatMap(({ cybertip, constraints }) =>
      cybertip === undefined || Object.keys(constraints).length === 0 ? [] : [[cybertip, constraints] as const],
    );
    expect(Object.keys(expected).length).toBeGreaterThan(200);
    expect(Object.fromEntries(ours)).toEqual(expected);
  });

  it('marks the four additions of 2026, and nothing else, as newer than the published XSD', () => {
    const newer = new Set(fields.flatMap(({ name, since }) => (since === '2026' ? [name] : [])));
    expect([...newer].toSorted()).toEqual([
      'ageAssertionDiscrepancy',
      'informational',
      'instrumentalUse',
      'potentialAggravatingFactors',
    ]);
  });

  it('is covered by the fixtures to the last field', () => {
    const seen = new Set(Object.values(ALL).flatMap((referral) => pathsIn(referral, '')));
    const lacking = fields.map(({ path }) => path).filter((path) => !seen.has(path));
    // Each of the five times is a point or a span; both forms occur, though not under every name.
    expect(lacking.filter((path) => !/^times\.\w+\.(at|from|to)$/.test(path))).toEqual([]);
  });

  it('tells of every field what it is for and why it is asked for, in one line each', () => {
    for (const { path, what, why } of fields) {
      for (const words of [what, why])
        expect({ path, words }).toEqual({ path, words: expect.stringMatching(/^\S.{3,}[.]$/) });
    }
  });

  it('gives ours no CyberTipline path, also below groups shared with CyberTipline', () => {
    const ours = fields.filter(({ kind }) => kind === 'own');
    expect(ours.every(({ cybertip }) => cybertip === undefined)).toBe(true);
    expect(ours.map(({ path }) => path)).toContain('chatGroups.members.phone.value');
    expect(ours.map(({ path }) => path)).toContain('reporter.reportingPerson.phone.e164');
  });

  it('numbers siblings from 0 in the order of the schema', () => {
    const summary = fields.filter(({ path }) => /^incidentSummary\.\w+$/.test(path));
    expect(summary.map(({ order }) => order)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(summary[0]).toMatchObject({
      name: 'incidentType',
      kind: 'element',
      required: true,
      within: 'IncidentSummary',
    });
  });
});

interface Row {
  readonly name: string;
  readonly type: string;
  /** What is documented beyond the schema. */
  readonly limits: string;
}

/** The tables of the reference: type name to its rows, attributes as `@name`. */
function readReference(markdown: string): Map<string, Row[]> {
  const types = new Map<string, Row[]>();
  for (const part of markdown.split(/^\*\*`/m).slice(1)) {
    const name = part.slice(0, part.indexOf('`'));
    const table = part.split('\n\n')[1] ?? '';
    const rows = table
      .split('\n')
      .slice(2)
      .map((line) => line.split('|').map((cell) => cell.trim()));
    types.set(
      name,
      rows.flatMap(([, , cell = '', , type = '', limits = '']) =>
        cell === '' ? [] : [{ name: cell === '*(text)*' ? 'text()' : cell.replaceAll('`', ''), type, limits }],
      ),
    );
  }
  return types;
}

function expand(types: Map<string, Row[]>, type: string, path: string): string[] {
  return (types.get(type) ?? []).flatMap(({ name, type: below }) => {
    if (name === 'text()') return [];
    const child = `${path}/${name}`;
    const inline = /attr `(@\w+)`/.exec(below)?.[1];
    return [child, ...(inline === undefined ? expand(types, below, child) : [`${child}/${inline}`])];
  });
}

/** By path, wherever there are limits: what the words of the reference ask for. */
function limitsIn(types: Map<string, Row[]>, type: string, path: string): Record<string, Constraints> {
  const all: Record<string, Constraints> = {};
  for (const { name, type: below, limits } of types.get(type) ?? []) {
    const child = `${path}/${name}`;
    const asked = { ...(below === 'dateTime' ? { zone: true as const } : {}), ...limitsOf(limits) };
    if (Object.keys(asked).length > 0) all[below.includes(' + attr ') ? `${child}/text()` : child] = asked;
    Object.assign(all, limitsIn(types, below, child));
  }
  return all;
}

function limitsOf(words: string): Constraints {
  const max = /(?:^|; )max (\d+)/.exec(words)?.[1];
  const range = /(\d+)\.\.(\d+)/.exec(words);
  const has = (pattern: RegExp): true | undefined => (pattern.test(words) ? true : undefined);
  const asked = {
    maxLength: max === undefined ? undefined : Number(max),
    range: range === null ? undefined : [Number(range[1]), Number(range[2])],
    notBlank: has(/(?:^|; )not blank(?:;|$| if present)/),
    past: has(/(?:^|; )(?:must be in the )?past(?:;|$)/),
    url: has(/valid URL/),
    email: has(/well-formed/),
    ip: has(/valid IPv4/),
    reportId: has(/valid (?:CyberTipline )?report id/),
  };
  return JSON.parse(JSON.stringify(asked)) as Constraints;
}

function pathsIn(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, path));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return [at, ...pathsIn(child, at)];
  });
}
