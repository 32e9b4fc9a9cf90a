// The one way in which a document is refused as not being XML that we take.
// Always true: the message says what to do and holds nothing out of the document.
import { DeskError } from '../../errors.ts';

export type XmlFault = 'not-well-formed' | 'dtd' | 'encoding' | 'too-deep';

export function malformed(code: XmlFault, line: number, message: string): DeskError {
  return new DeskError('input/malformed', message, { findings: [{ code, path: '', line, message }] });
}

export function withDtd(line: number): DeskError {
  return malformed('dtd', line, 'Send the XML without a DOCTYPE.');
}
