// One group of ours as one complex type: its elements in sequence, any order or choice, its attributes, its text.
import type { Choice, TreeField } from '../../../schemas/index.ts';
import type { XmlContent } from '../xml/index.ts';
import type { Shape } from './shape.ts';
import { document, typeName, xs } from './xsd-parts.ts';
import type { SimpleTypes } from './xsd-simple.ts';

export function complexType(shape: Shape, types: SimpleTypes, name = typeName(shape.group.name)): XmlContent {
  const { group, text } = shape;
  const attributes = shape.attributes.map((field) => attribute(field, group.name, types));
  const content =
    text === undefined
      ? [...children(shape, types), ...attributes]
      : [xs('simpleContent', {}, xs('extension', { base: typeOf(text, group.name, types) }, ...attributes))];
  const words = text === undefined ? [] : [document(wordsOf(text))];
  return xs('complexType', { name }, ...words, ...content);
}

function attribute(field: TreeField, group: string, types: SimpleTypes): XmlContent {
  const { name, required } = field;
  const words = { name, type: typeOf(field, group, types), use: required ? 'required' : undefined };
  return xs('attribute', words, document(wordsOf(field)));
}

function children({ group, elements }: Shape, types: SimpleTypes): XmlContent[] {
  if (elements.length === 0) return [];
  const { name, choice, anyOrder } = group;
  if (anyOrder === true) return [xs('all', {}, ...elements.map((field) => element(field, name, types)))];
  if (choice === undefined) return [xs('sequence', {}, ...elements.map((field) => element(field, name, types)))];
  const inChoice = elements.filter((field) => choice.among.includes(field.name));
  const particle = choose(
    choice,
    inChoice.map((field) => element({ ...field, required: true }, name, types)),
  );
  if (inChoice.length === elements.length) return [particle];
  const particles = elements.flatMap((field) => {
    if (field === inChoice[0]) return [particle];
    return inChoice.includes(field) ? [] : [element(field, name, types)];
  });
  return [xs('sequence', {}, ...particles)];
}

function choose({ need }: Choice, among: readonly XmlContent[]): XmlContent {
  return xs('choice', { minOccurs: need === 'at-most-one' ? '0' : undefined }, ...among);
}

function element(field: TreeField, group: string, types: SimpleTypes): XmlContent {
  const { name, required, many, holds } = field;
  const words = {
    name,
    type: typeOf(field, group, types),
    minOccurs: required ? undefined : '0',
    maxOccurs: many ? 'unbounded' : undefined,
    fixed: holds.kind === 'leaf' && holds.type === 'flag' ? 'true' : undefined,
  };
  return xs('element', words, document(wordsOf(field)));
}

function typeOf({ name, holds }: TreeField, group: string, types: SimpleTypes): string {
  return holds.kind === 'group' ? typeName(holds.group.name) : types.nameOf(holds, group, name);
}

function wordsOf({ meta }: TreeField): string {
  return meta.since === undefined ? meta.what : `${meta.what} Newer than NCMEC's schema of 2025.`;
}
