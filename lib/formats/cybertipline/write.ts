// CyberTipline's documents, written: elements and attributes in the schema's order, and nothing that CyberTipline lacks.
// Always true: what is written reads back to the same value, but for numbers, which come back as text.
import type { Referral, TreeField } from '../../../schemas/index.ts';
import { writeXml, type XmlContent } from '../xml/index.ts';
import { INSTANCE } from './attributes.ts';
import type { FileDetailsDocument, WriteOptions } from './document.ts';
import { FILE_DETAILS, REPORT, shapeOf, type Root, type Shape } from './shape.ts';
import { writeText } from './text.ts';

/** The address that clients of NCMEC conventionally name as the place of the schema. */
const SCHEMA_LOCATION = 'https://report.cybertip.org/ispws/xsd';

/** A referral as a `report` document; attachments and everything else of ours is left out. */
export function reportXml(referral: Referral, options: WriteOptions = {}): string {
  return writeDocument(REPORT, referral, options);
}

/** File details as a `fileDetails` document. */
export function fileDetailsXml(details: FileDetailsDocument, options: WriteOptions = {}): string {
  return writeDocument(FILE_DETAILS, details, options);
}

type Value = Readonly<Record<string, unknown>>;

function writeDocument(root: Root, value: object, { schema = '2026' }: WriteOptions): string {
  const content = writeGroup(root.name, root.shape, value as Value, (field) => schema === '2026' || isPublished(field));
  const location = [
    { name: 'xmlns:xsi', value: INSTANCE },
    { name: 'xsi:noNamespaceSchemaLocation', value: SCHEMA_LOCATION },
  ];
  return writeXml({ ...content, attributes: [...location, ...content.attributes] });
}

type Wanted = (field: TreeField) => boolean;

function isPublished({ meta }: TreeField): boolean {
  return meta.since === undefined;
}

function writeGroup(name: string, shape: Shape, value: Value, wanted: Wanted): XmlContent {
  const attributes = shape.attributes.flatMap((field) => {
    const held = value[field.name];
    return held === undefined || !wanted(field) ? [] : [{ name: field.name, value: textOf(field, held) }];
  });
  if (shape.text !== undefined) return { name, attributes, children: [textOf(shape.text, value[shape.text.name])] };
  return {
    name,
    attributes,
    children: shape.elements.filter(wanted).flatMap((field) => writeField(field, value, wanted)),
  };
}

function writeField(field: TreeField, value: Value, wanted: Wanted): XmlContent[] {
  const held = value[field.name];
  if (held === undefined) return [];
  const all: unknown[] = field.many ? (held as unknown[]) : [held];
  return all.map((each) => writeElement(field, each, wanted));
}

function writeElement(field: TreeField, held: unknown, wanted: Wanted): XmlContent {
  const { name, holds } = field;
  if (holds.kind === 'group') return writeGroup(name, shapeOf(holds), held as Value, wanted);
  const text = textOf(field, held);
  return { name, attributes: [], children: text === '' ? [] : [text] };
}

function textOf({ holds }: TreeField, held: unknown): string {
  if (holds.kind === 'group') throw new Error('a group is not written as text');
  return writeText(holds, held);
}
