// The answers of a CyberTipline door: reportResponse, and reportDoneResponse to /finish.
// Always true: ids stay text; what is no such answer is `undefined`, whatever the bytes.
import { readXml, writeXml, type XmlContent, type XmlElement } from '../xml/index.ts';
import { elementsIn, textIn } from './spot.ts';
import { collapse } from './collapse.ts';

export type Answer =
  | {
      readonly root: 'reportResponse';
      /** 0 is success. */
      readonly code: number;
      readonly description: string;
      readonly reportId?: string;
      readonly fileId?: string;
      /** MD5 of the bytes received. */
      readonly hash?: string;
    }
  | {
      readonly root: 'reportDoneResponse';
      readonly code: number;
      readonly reportId: string;
      readonly fileIds: readonly string[];
    };

/** An answer as a document, its elements in NCMEC's order. */
export function writeAnswer(answer: Answer): string {
  return writeXml(leafless(answer.root, childrenOf(answer)));
}

function childrenOf(answer: Answer): XmlContent[] {
  const code = leaf('responseCode', String(answer.code));
  if (answer.root === 'reportDoneResponse') {
    const files = leafless(
      'files',
      answer.fileIds.flatMap((id) => leaf('fileId', id)),
    );
    return [...code, ...leaf('reportId', answer.reportId), files];
  }
  const { description, reportId, fileId, hash } = answer;
  return [
    ...code,
    ...leaf('responseDescription', description),
    ...leaf('reportId', reportId),
    ...leaf('fileId', fileId),
    ...leaf('hash', hash),
  ];
}

function leaf(name: string, text: string | undefined): XmlContent[] {
  return text === undefined ? [] : [{ name, attributes: [], children: text === '' ? [] : [text] }];
}

function leafless(name: string, children: XmlContent[]): XmlContent {
  return { name, attributes: [], children };
}

/** The answer in some bytes, unknown elements passed over; undefined when there is none. Never throws. */
export async function readAnswer(bytes: Uint8Array): Promise<Answer | undefined> {
  const root = await readXml(bytes).catch(() => undefined);
  if (root?.name === 'reportResponse') return readResponse(root);
  return root?.name === 'reportDoneResponse' ? readDone(root) : undefined;
}

function readResponse(root: XmlElement): Answer | undefined {
  const code = codeIn(root);
  const reportId = childText(root, 'reportId');
  if (code === undefined || (reportId !== undefined && !isReportId(reportId))) return undefined;
  const [fileId, hash] = [childText(root, 'fileId'), childText(root, 'hash')];
  return {
    root: 'reportResponse',
    code,
    description: childText(root, 'responseDescription') ?? '',
    ...(reportId !== undefined && { reportId }),
    ...(fileId !== undefined && { fileId }),
    ...(hash !== undefined && { hash }),
  };
}

function readDone(root: XmlElement): Answer | undefined {
  const code = codeIn(root);
  const reportId = childText(root, 'reportId');
  if (code === undefined || reportId === undefined || !isReportId(reportId)) return undefined;
  const files = childrenNamed(root, 'files').flatMap((each) => childrenNamed(each, 'fileId'));
  return { root: 'reportDoneResponse', code, reportId, fileIds: files.map((each) => collapse(textIn(each))) };
}

function childrenNamed(element: XmlElement, wanted: string): XmlElement[] {
  return elementsIn(element).filter(({ name }) => name === wanted);
}

function childText(element: XmlElement, name: string): string | undefined {
  const [first] = childrenNamed(element, name);
  return first === undefined ? undefined : collapse(textIn(first));
}

function codeIn(root: XmlElement): number | undefined {
  const text = childText(root, 'responseCode') ?? '';
  return /^[+-]?[0-9]{1,9}$/.test(text) ? Number(text) : undefined;
}

function isReportId(text: string): boolean {
  return /^[0-9]{1,19}$/.test(text);
}
