// NCMEC's CyberTipline documents: read into the words of a referral, and written from them.
// Always true: what is read and written again is the same tree.
import type { FileDetails, Referral } from '../../../schemas/index.ts';
import { DeskError } from '../../errors.ts';

/** Where something stands in a document: element path and line (from 1). */
export interface Place {
  readonly path: string;
  readonly line: number;
}

export interface ReadDocument<T> {
  readonly value: T;
  /** Where a JSON pointer into `value` stands in the document. */
  readonly locate: (pointer: string) => Place;
}

/** File details as a document: they name report and file. */
export type FileDetailsDocument = FileDetails & { readonly reportId: string | number; readonly fileId: string };

/** Which elements may be written: NCMEC's published XSD, or that and the four additions of 2026. */
export interface WriteOptions {
  readonly schema?: '2025' | '2026';
}

export type Answer =
  | {
      readonly root: 'reportResponse';
      readonly code: number;
      readonly description: string;
      readonly reportId?: string;
      readonly fileId?: string;
      readonly hash?: string;
    }
  | {
      readonly root: 'reportDoneResponse';
      readonly code: number;
      readonly reportId: string;
      readonly fileIds: readonly string[];
    };

const toCome = (): DeskError => new DeskError('internal', 'To come.');

export function readReport(_bytes: Uint8Array): Promise<ReadDocument<Referral>> {
  return Promise.reject(toCome());
}
export function readFileDetails(_bytes: Uint8Array): Promise<ReadDocument<FileDetailsDocument>> {
  return Promise.reject(toCome());
}
export function reportXml(_referral: Referral, _options: WriteOptions = {}): string {
  throw toCome();
}
export function fileDetailsXml(_details: FileDetailsDocument, _options: WriteOptions = {}): string {
  throw toCome();
}
export function cybertiplineXsd(): string {
  throw toCome();
}
export function writeAnswer(_answer: Answer): string {
  throw toCome();
}
export function readAnswer(_bytes: Uint8Array): Promise<Answer | undefined> {
  return Promise.reject(toCome());
}
