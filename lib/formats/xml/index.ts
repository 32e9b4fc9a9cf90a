// XML in and out: what others send is read by libxml2, what we send is written here.
// Always true: text stays text; no DTD, no entity but the five that XML itself has.
import { DeskError } from '../../errors.ts';

export interface XmlAttribute {
  readonly name: string;
  /** Empty for none. */
  readonly namespace: string;
  readonly value: string;
}

/** An element. Comments and processing instructions are gone; neighbouring text and CDATA are one text. */
export interface XmlElement {
  readonly name: string;
  /** Empty for none. */
  readonly namespace: string;
  /** From 1. */
  readonly line: number;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly (XmlElement | string)[];
}

export function readXml(_bytes: Uint8Array): Promise<XmlElement> {
  return Promise.reject(new DeskError('internal', 'To come.'));
}
