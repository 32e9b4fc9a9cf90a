// What is read and what is written: the two documents of CyberTipline and what is known of them besides their value.
import type { FileDetails } from '../../../schemas/index.ts';

/** Where something stands in a document: element path and line (from 1). */
export interface Place {
  /** /report/personOrUserReported[2]/email[1]/@type: an index (from 1) only where an element may repeat. */
  readonly path: string;
  /** Of the element, or of the nearest one around it when there is none. */
  readonly line: number;
}

export interface ReadDocument<T> {
  readonly value: T;
  /** Where a JSON pointer into `value` stands in the document; what is not there has the line of what is around it. */
  readonly locate: (pointer: string) => Place;
}

/** File details as a document: they name report and file. */
export type FileDetailsDocument = FileDetails & { readonly reportId: string | number; readonly fileId: string };

/** Which elements may be written: NCMEC's published XSD, or that and the four additions of 2026 (the default). */
export interface WriteOptions {
  readonly schema?: '2025' | '2026';
}
