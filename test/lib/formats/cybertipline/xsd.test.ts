// The schema that is served keeps step with schemas/: every path with its cardinality, its type, its values; in our words.
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { cybertiplineXsd, writeAnswer } from '../../../../lib/formats/cybertipline/index.ts';
import { readXml, type XmlElement } from '../../../../lib/formats/xml/index.ts';
import { allFields, type FieldInfo } from '../../../../schemas/index.ts';
import { encode, hasNcmec, judge } from './judge.ts';

const REFERENCE = new URL('../../../../../shared/reference/cybertipline.xsd', import.meta.url);
const itWithNcmec = hasNcmec ? it : it.skip; // NCMEC's file lies beside some checkouts only

const schema = await readXml(encode(cybertiplineXsd()));
const below = (element: XmlElement, name?: string): XmlElement[] =>
  element.children
    .filter((child) => typeof child !== 'string')
    .filter((child) => name === undefined || child.name === name);
const attribute = (element: XmlElement, name: string): string | undefined =>
  element.attributes.find((each) => each.name === name)?.value;
const named = (kind: string, name: string): XmlElement | undefined =>
  below(schema, kind).find((each) => attribute(each, 'name') === name);

/** Elements and attributes in a complex type, each with the particle it stands in. */
function partsOf(element: XmlElement, within = ''): { part: XmlElement; within: string }[] {
  return below(element).flatMap((child) => {
    if (child.name === 'element' || child.name === 'attribute') return [{ part: child, within }];
    return partsOf(child, ['choice', 'all', 'sequence'].includes(child.name) ? child.name : within);
  });
}

/** The declaration at a CyberTipline path. */
function find(path: string): { part: XmlElement; within: string } | undefined {
  const [root = '', ...steps] = path.split('/');
  const start = named('element', root);
  return steps.reduce<{ part: XmlElement; within: string } | undefined>(
    (at, step) => {
      const type = at === undefined ? undefined : named('complexType', attribute(at.part, 'type') ?? '');
      const kind = step.startsWith('@') ? 'attribute' : 'element';
      const name = step.replace('@', '');
      return type && partsOf(type).find(({ part }) => part.name === kind && attribute(part, 'name') === name);
    },
    start && { part: start, within: '' },
  );
}

const fields = allFields().filter(({ cybertip }) => cybertip !== undefined && cybertip !== 'fileDetails');
const tipOf = ({ cybertip }: FieldInfo): string => cybertip ?? '';
const inChoice = /^report\/internetDetails\/\w+$|^fileDetails\/(potentialMeme|fileAnnotations)$/;
const isRequired = (field: FieldInfo): boolean =>
  field.required || /^fileDetails\/(reportId|fileId)$/.test(tipOf(field));
const BUILT_IN: Record<string, string> = {
  text: 'string',
  token: 'token',
  boolean: 'boolean',
  flag: 'boolean',
  integer: 'int',
  long: 'long',
  decimal: 'double',
  dateTime: 'dateTime',
  date: 'date',
  code: 'string',
};

/** Only the two documents keep the capital of their group. */
const spelt = (group: string): string =>
  ['Referral', 'FileDetails'].includes(group) ? group : group.charAt(0).toLowerCase() + group.slice(1);

describe('the served schema', () => {
  it('has every element and attribute, as often as it may occur, and no other', () => {
    for (const field of fields.filter((each) => !tipOf(each).endsWith('/text()'))) {
      const { part, within } = find(tipOf(field)) ?? {};
      const tip = tipOf(field);
      if (part === undefined) throw new Error(`the schema lacks ${tip}`);
      if (part.name === 'attribute') {
        expect([tip, attribute(part, 'use')]).toEqual([tip, isRequired(field) ? 'required' : undefined]);
        continue;
      }
      const least = isRequired(field) || inChoice.test(tip) ? undefined : '0';
      expect([tip, attribute(part, 'minOccurs'), attribute(part, 'maxOccurs')]).toEqual([
        tip,
        least,
        field.many ? 'unbounded' : undefined,
      ]);
      expect([tip, within]).toEqual([tip, inChoice.test(tip) ? 'choice' : field.type === 'flag' ? 'all' : 'sequence']);
    }
    const groups = new Set(fields.map(({ within }) => spelt(within)));
    const declared = below(schema, 'complexType').flatMap((type) =>
      partsOf(type).map(({ part }) => `${attribute(type, 'name') ?? ''} ${attribute(part, 'name') ?? ''}`),
    );
    const known = new Set(fields.map(({ within, name }) => `${spelt(within)} ${name}`));
    expect(declared.filter((each) => !known.has(each))).toEqual([]);
    expect(
      below(schema, 'complexType')
        .map((type) => attribute(type, 'name'))
        .toSorted(),
    ).toEqual([...groups].toSorted());
  });

  it('gives no two types one name', () => {
    const names = [...below(schema, 'complexType'), ...below(schema, 'simpleType')].map((type) =>
      attribute(type, 'name')?.toLowerCase(),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('gives every value its type, its list and its pattern', () => {
    for (const field of fields.filter(({ type }) => type !== 'group')) {
      const tip = tipOf(field);
      const { part } = find(tip.replace(/\/text\(\)$/, '')) ?? {};
      const named_ = part === undefined ? undefined : attribute(part, 'type');
      const type = tip.endsWith('/text()')
        ? attribute(
            below(below(named('complexType', named_ ?? '') ?? schema, 'simpleContent')[0] ?? schema, 'extension')[0] ??
              schema,
            'base',
          )
        : named_;
      const simple = named('simpleType', type ?? '');
      const restriction = simple && below(simple, 'restriction')[0];
      expect([tip, restriction === undefined ? type : attribute(restriction, 'base')]).toEqual([
        tip,
        `xs:${BUILT_IN[field.type] ?? ''}`,
      ]);
      const values = restriction && below(restriction, 'enumeration').map((each) => attribute(each, 'value'));
      expect([tip, values ?? []]).toEqual([tip, field.values ?? []]);
      expect([tip, part && attribute(part, 'fixed')]).toEqual([tip, field.type === 'flag' ? 'true' : undefined]);
    }
  });

  it('says of every field what it is for', () => {
    const xsd = cybertiplineXsd();
    const silent = fields.filter(({ what }) => !xsd.includes(`<xs:documentation>${what.replaceAll('&', '&amp;')}`));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  itWithNcmec("has no sentence of NCMEC's", () => {
    const sentences = (xsd: string): string[] =>
      [...xsd.matchAll(/<xs:documentation>([^<]{25,})</g)].map(([, words = '']) => words.trim());
    const theirs = new Set(sentences(readFileSync(REFERENCE, 'utf8')));
    expect(theirs.size).toBeGreaterThan(100);
    expect(sentences(cybertiplineXsd()).filter((words) => theirs.has(words))).toEqual([]);
  });

  it('takes the answers of the desk', async () => {
    const answers = [
      writeAnswer({ root: 'reportResponse', code: 0, description: '' }),
      writeAnswer({
        root: 'reportResponse',
        code: 0,
        description: 'Success',
        reportId: '4564654',
        fileId: 'b0',
        hash: 'fa',
      }),
      writeAnswer({ root: 'reportDoneResponse', code: 0, reportId: '4564654', fileIds: [] }),
      writeAnswer({ root: 'reportDoneResponse', code: 0, reportId: '4564654', fileIds: ['b0', 'b1'] }),
    ];
    for (const answer of answers) {
      const { ours, ncmec = ours } = await judge(answer);
      expect([answer, ours, ncmec]).toEqual([answer, 'valid', 'valid']);
    }
    for (const harmed of [
      answers[2]?.replace('<files/>', ''),
      answers[0]?.replace('<responseCode>0', '<responseCode>x'),
    ]) {
      const { ours, ncmec = ours } = await judge(harmed ?? '');
      expect([harmed, ours, ncmec]).toEqual([harmed, 'invalid', 'invalid']);
    }
  });
});
