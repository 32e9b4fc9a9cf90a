// What is known of pdfkit's document (pinned to 0.20.2) to write objects past it.
// Always true: an object that was begun was written, or the document is refused.

/** The part of pdfkit's document by which objects are written. */
export interface ObjectSink {
  /** By number less one; null until it is written. Of a packed object: less than zero. */
  readonly _offsets: (number | null)[];
  readonly _offset: number;
  readonly _root: { readonly id: number; readonly data: { StructTreeRoot?: object; MarkInfo?: object } };
  readonly _info: { readonly id: number };
  readonly _id: Uint8Array;
  readonly _waiting: number;
  _write(data: string | Uint8Array): void;
  _refEnd(reference: object): void;
  _finalize(): void;
  push(end: null): unknown;
}

/** pdfkit's reference of the stream that a page's content becomes. */
export interface PageContent {
  readonly id: number;
  end(): void;
}

/** pdfkit's reference, by which it writes an object in three parts: its head, what it says, its end. */
export interface Reference {
  readonly id: number;
  document: object;
}

/** A value written here, to stand where pdfkit expects a reference of its own. */
export function written(text: string): object {
  return { [Symbol.toStringTag]: 'Written', toString: () => text, end: () => undefined };
}

/** @throws Error an object was begun and never written: pdfkit would wait for its own for ever, and write a table without the others */
export function demandWhole({ _waiting: waiting, _offsets: offsets }: ObjectSink): void {
  if (waiting > 0 || offsets.includes(null)) throw new Error('An object of the PDF was never written.');
}
