// Three judges of one document: our reader, our own schema, and NCMEC's file where it lies beside the checkout.
// Always true: both schemas are judged by libxml2; a document that is not well-formed is judged by nobody.
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { XmlDocument, XmlParseError, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import { cybertiplineXsd, readFileDetails, readReport } from '../../../../lib/formats/cybertipline/index.ts';
import { DeskError } from '../../../../lib/errors.ts';

const NCMEC_XSD = new URL('../../../../../shared/reference/cybertipline.xsd', import.meta.url);
export const hasNcmec = existsSync(NCMEC_XSD); // without it the other two judge alone
const itWithNcmec = hasNcmec ? it : it.skip; // NCMEC's file lies beside some checkouts only
/** Says in a run of tests whether NCMEC's file was among the judges: a test that is skipped where it was not. */
export function tellWhetherNcmecJudged(): void {
  itWithNcmec("are judged by NCMEC's own file too", async () => {
    expect((await judge('<report/>')).ncmec).toBe('invalid');
  });
}

const schemaIn = (xsd: string | Uint8Array): XsdValidator =>
  XsdValidator.fromDoc(typeof xsd === 'string' ? XmlDocument.fromString(xsd) : XmlDocument.fromBuffer(xsd));
const ours = schemaIn(cybertiplineXsd());
const ncmec = hasNcmec ? schemaIn(readFileSync(NCMEC_XSD)) : undefined;

export type Verdict = 'valid' | 'invalid' | 'malformed';

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Schemas {
  readonly ours: Verdict;
  readonly ncmec?: Verdict;
}

/** What every judge says that is there. */
export async function judge(xml: string): Promise<Schemas & { reader: Verdict }> {
  return { reader: await byReader(xml), ...bySchemas(xml) };
}

/** What the reader says. */
export async function byReader(xml: string): Promise<Verdict> {
  try {
    await (rootOf(xml) === 'fileDetails' ? readFileDetails : readReport)(encode(xml));
    return 'valid';
  } catch (error) {
    if (error instanceof DeskError && error.code === 'input/invalid') return 'invalid';
    if (error instanceof DeskError && error.code === 'input/malformed') return 'malformed';
    throw error;
  }
}

/** Name of the first element, its prefix included. */
export function rootOf(xml: string): string | undefined {
  return /^(?:\s|\ufeff|<!--.*?-->|<\?.*?\?>)*<([^\s/>]+)/s.exec(xml)?.[1];
}

/** What the schemas say. */
export function bySchemas(xml: string): Schemas {
  const document = parse(xml);
  const say = (schema: XsdValidator): Verdict => (document === undefined ? 'malformed' : validate(schema, document));
  try {
    return { ours: say(ours), ...(ncmec !== undefined && { ncmec: say(ncmec) }) };
  } finally {
    document?.dispose();
  }
}

function parse(xml: string): XmlDocument | undefined {
  try {
    return XmlDocument.fromString(xml);
  } catch (error) {
    if (error instanceof XmlParseError) return undefined;
    throw error;
  }
}

function validate(schema: XsdValidator, document: XmlDocument): Verdict {
  try {
    schema.validate(document);
    return 'valid';
  } catch (error) {
    if (error instanceof XmlValidateError) return 'invalid';
    throw error;
  }
}
