// What an XML document is to us: elements, attributes and text.
// Always true: comments and processing instructions are gone, neighbouring text is one text, and text is never anything else.

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
  /** From 1: where its start tag ends; at most 65535. */
  readonly line: number;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly (XmlElement | string)[];
  /** Some of its own text was written as CDATA, be it empty. */
  readonly hasCData?: true;
}

/** What `writeXml` takes: names are written as they are given, prefixes and declarations of namespaces included. */
export interface XmlContent {
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly children: readonly (XmlContent | string)[];
}
