// CyberTipline's documents beside the JSON that says the same: element by element, attribute by attribute, in neither more than in the
// other. In which order elements stand is not looked at; that is the schema's.
import { demand } from './bytes.ts';
import { canonical, isList, isObject, type Json, type JsonObject } from './json.ts';
import { readXml, type Element } from './xml.ts';

/** What a referral says in words that CyberTipline has; everything else at its top is not written. */
const REPORT = [
  'batchedReport',
  'incidentSummary',
  'internetDetails',
  'lawEnforcement',
  'reporter',
  'personOrUserReported',
  'intendedRecipient',
  'victim',
  'additionalInfo',
];

/** @throws Error when the XML is no `report` that says just what the referral says */
export function demandReport(xml: Buffer, referral: JsonObject): void {
  const report = readXml(xml);
  demand(report.name === 'report', 'its XML is no report');
  const known = Object.entries(referral).filter(([name]) => REPORT.includes(name));
  demandSays(report, Object.fromEntries(known));
}

/** @throws Error when the XML is no `fileDetails` that says just this */
export function demandDetails(xml: Buffer, details: JsonObject): void {
  const element = readXml(xml);
  demand(element.name === 'fileDetails', 'its XML is no file details');
  demandSays(element, details);
}

function demandSays(element: Element, value: Json): void {
  if (!isObject(value)) {
    demand(element.children.length === 0 && element.attributes.size === 0, `${element.name}: says more`);
    demandText(element.name, element.text, value);
    return;
  }
  const children = Map.groupBy(element.children, ({ name }) => name);
  for (const [name, each] of Object.entries(value)) {
    const attribute = element.attributes.get(name);
    if (attribute !== undefined) demandText(name, attribute, each);
    else if (name === 'value' && element.children.length === 0) demandText(element.name, element.text, each);
    else if (!isOurs(element, name)) demandEach(name, children.get(name) ?? [], isList(each) ? each : [each]);
  }
  const said = [...children.keys(), ...element.attributes.keys()];
  demand(
    said.every((name) => Object.hasOwn(value, name)),
    `${element.name}: says more`,
  );
}

function demandEach(name: string, elements: readonly Element[], values: readonly Json[]): void {
  demand(elements.length === values.length, `${name}: not as often`);
  for (const [index, element] of elements.entries()) demandSays(element, values[index] ?? null);
}

/** What the desk's words have for every phone beside CyberTipline's. */
function isOurs({ name }: Element, field: string): boolean {
  return /phone$/i.test(name) && ['e164', 'country'].includes(field);
}

/** Booleans by value, a mark by being there, numbers by how JSON writes them, all other text to the letter or without its blanks. */
function demandText(name: string, text: string, value: Json): void {
  const collapsed = text.replace(/[ \t\n]+/g, ' ').replace(/^ | $/g, '');
  const spellings = typeof value === 'boolean' ? (value ? ['true', '1', ''] : ['false', '0']) : [plainOf(value)];
  demand(spellings.includes(text) || spellings.includes(collapsed), `${name}: another text`);
}

function plainOf(value: Json): string {
  return typeof value === 'string' ? value : canonical(value);
}
