// The part of the words that CyberTipline has: for each group its elements in order, its attributes, its text.
// Always true: everything here is read from schemas/; fields of ours are left out.
import type { GroupMeta, Holding, TreeField } from '../../../schemas/index.ts';
import { fileDetails as fileDetailsSchema } from '../../../schemas/file-details.ts';
import { referralSchema } from '../../../schemas/referral.ts';
import { fieldsOf, holdingOf } from '../../../schemas/tree.ts';

export interface Shape {
  readonly group: GroupMeta;
  /** Child elements, in the order of NCMEC's sequence. */
  readonly elements: readonly TreeField[];
  /** Element name to its position. */
  readonly order: ReadonlyMap<string, number>;
  readonly attributes: readonly TreeField[];
  /** Set when the element holds text and no elements. */
  readonly text: TreeField | undefined;
}

type GroupHolding = Extract<Holding, { kind: 'group' }>;

/** The shape of a group; made once. */
export function shapeOf({ schema, group }: GroupHolding): Shape {
  const known = shapes.get(group.name) ?? makeShape(group, fieldsOf(schema));
  shapes.set(group.name, known);
  return known;
}

const shapes = new Map<string, Shape>();

function makeShape(group: GroupMeta, fields: readonly TreeField[]): Shape {
  const elements = fields.filter(({ meta }) => meta.kind === 'element');
  return {
    group,
    elements,
    order: new Map(elements.map(({ name }, at) => [name, at])),
    attributes: fields.filter(({ meta }) => meta.kind === 'attribute'),
    text: fields.find(({ meta }) => meta.kind === 'text'),
  };
}

/** A document of CyberTipline: the name of its root, and what the root holds. */
export interface Root {
  readonly name: 'report' | 'fileDetails';
  readonly shape: Shape;
}

export const REPORT: Root = { name: 'report', shape: rootShape(holdingOf(referralSchema)) };
/** Beside an attachment these two may be missing; a document must have them. */
export const FILE_DETAILS: Root = {
  name: 'fileDetails',
  shape: rootShape(holdingOf(fileDetailsSchema), ['reportId', 'fileId']),
};

function rootShape(holding: Holding, required: readonly string[] = []): Shape {
  if (holding.kind === 'leaf') throw new Error('the root of a document is a group');
  const fields = fieldsOf(holding.schema).map((field) =>
    required.includes(field.name) ? { ...field, required: true } : field,
  );
  return makeShape(holding.group, fields);
}
