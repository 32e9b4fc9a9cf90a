// CyberTipline's documents, read: bytes in, the words of a referral out, or everything that is wrong by the schema.
// Always true: what comes out is a valid referral (or file details); text, numbers and times are as they were sent.
import type { Referral } from '../../../schemas/index.ts';
import { fileDetails as fileDetailsSchema } from '../../../schemas/file-details.ts';
import { referralSchema } from '../../../schemas/referral.ts';
import { DeskError } from '../../errors.ts';
import { readXml, type XmlElement } from '../xml/index.ts';
import type { FileDetailsDocument, ReadDocument } from './document.ts';
import { gatherFindings, type Findings } from './finding.ts';
import { locate } from './locate.ts';
import { FILE_DETAILS, REPORT, type Root } from './shape.ts';
import { spotOf } from './spot.ts';
import { readGroup } from './walk.ts';

/**
 * Reads a `report` document as a referral.
 * @throws DeskError input/malformed and input/too-large as `readXml`; input/invalid with at most 100 findings (element path, line)
 */
export async function readReport(bytes: Uint8Array): Promise<ReadDocument<Referral>> {
  return readDocument(bytes, REPORT, (value) => referralSchema.safeParse(value));
}

/**
 * Reads a `fileDetails` document; it names report and file.
 * @throws DeskError as `readReport`
 */
export async function readFileDetails(bytes: Uint8Array): Promise<ReadDocument<FileDetailsDocument>> {
  return readDocument(bytes, FILE_DETAILS, (value) => {
    const parsed = fileDetailsSchema.safeParse(value);
    const { reportId, fileId } = parsed.data ?? {};
    if (reportId === undefined || fileId === undefined) return { success: false };
    return { success: true, data: { ...parsed.data, reportId, fileId } };
  });
}

type Parse<T> = (value: unknown) => { success: true; data: T } | { success: false };

async function readDocument<T>(bytes: Uint8Array, root: Root, parse: Parse<T>): Promise<ReadDocument<T>> {
  const element = await readXml(bytes);
  const findings = gatherFindings();
  const value = isRoot(element, root, findings) ? readRoot(element, root, findings) : undefined;
  findings.refuseAny();
  const parsed = parse(value);
  if (!parsed.success) throw new DeskError('internal', 'The reader let pass what the schema refuses.');
  return { value: parsed.data, locate: (pointer) => locate(element, root, pointer) };
}

function readRoot(element: XmlElement, root: Root, findings: Findings): unknown {
  return readGroup(spotOf(element, `/${root.name}`), root.shape, findings);
}

function isRoot({ name, namespace, line }: XmlElement, root: Root, findings: Findings): boolean {
  if (name !== root.name)
    findings.add('wrong-root', { path: '/', line }, `Send a document with the root ${root.name}.`);
  else if (namespace !== '') {
    findings.add('wrong-namespace', { path: `/${root.name}`, line }, 'Write the document without a namespace.');
  } else return true;
  return false;
}
