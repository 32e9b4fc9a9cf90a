// The two answers of a door, as elements of the schema.
import type { XmlContent } from '../xml/index.ts';
import { document, xs } from './xsd-parts.ts';

type Row = readonly [name: string, type: string, what: string, card?: Record<string, string>];
const OPTIONAL = { minOccurs: '0' };

const RESPONSE: readonly Row[] = [
  ['responseCode', 'xs:int', '0 for success; any other number is an error.'],
  ['responseDescription', 'xs:string', 'What happened, in words.'],
  ['reportId', 'xs:long', 'Number of the report.', OPTIONAL],
  ['fileId', 'xs:token', 'Id given to an uploaded file.', OPTIONAL],
  ['hash', 'xs:token', 'MD5 of the bytes received.', OPTIONAL],
];
const DONE: readonly Row[] = [
  ['responseCode', 'xs:int', '0 for success.'],
  ['reportId', 'xs:long', 'Number of the report.'],
];
const FILE: Row = [
  'fileId',
  'xs:string',
  'Id of a file that belongs to the report.',
  { minOccurs: '0', maxOccurs: 'unbounded' },
];

const files = xs('element', { name: 'files' }, document('The files of the report.'), sequence([leaf(FILE)]));

export const ANSWER_ELEMENTS: readonly XmlContent[] = [
  xs('element', { name: 'reportResponse' }, document('Answer to every call but finish.'), sequence(RESPONSE.map(leaf))),
  xs('element', { name: 'reportDoneResponse' }, document('Answer to finish.'), sequence([...DONE.map(leaf), files])),
];

function sequence(particles: readonly XmlContent[]): XmlContent {
  return xs('complexType', {}, xs('sequence', {}, ...particles));
}

function leaf([name, type, what, card = {}]: Row): XmlContent {
  return xs('element', { name, type, ...card }, document(what));
}
