// What makes the PDF one to be kept: it declares PDF/A-3, says of itself the same in both places, and carries the files it was drawn from.
// Always true: it is declared, and nobody here has validated it; dates and names come from the input alone.
import { createHash } from 'node:crypto';
import { deflate } from 'node:zlib';

/** A file that lies in the PDF. */
export interface Attached {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** `Source`: what came in. `Data`: what the pages are drawn from. */
  readonly relationship: 'Source' | 'Data';
  readonly description: string;
}

/** The part of pdfkit's document (pinned to 0.20.2) that is used here. */
export interface Archive {
  readonly info: PDFKit.DocumentInfo;
  readonly _root: {
    readonly data: { AF?: readonly object[]; readonly Names: { readonly data: { EmbeddedFiles?: NameTree } } };
  };
  ref(data: object): { end(content?: Uint8Array): void };
  addNamedEmbeddedFile(name: string, ref: object): void;
  appendXML(xml: string): void;
  _addInfo(): void;
}

interface NameTree {
  _compareKeys: (a: string, b: string) => number;
}

export interface PackedFile extends Omit<Attached, 'bytes'> {
  readonly sizeBytes: number;
  readonly md5: Uint8Array;
  /** Its bytes in zlib's form (RFC 1950), as PDF's FlateDecode has them. */
  readonly packed: Uint8Array;
}

/** Packs files on other threads, while pages are drawn: pdfkit would do it where all else waits for it. */
export function packFiles(files: readonly Attached[]): Promise<readonly PackedFile[]> {
  return Promise.all(
    files.map(async ({ bytes, ...file }) => {
      const md5 = new Uint8Array(createHash('md5').update(bytes).digest());
      return { ...file, sizeBytes: bytes.length, md5, packed: await deflated(bytes) };
    }),
  );
}

function deflated(bytes: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    deflate(bytes, (error, content) => {
      if (error === null) resolve(content);
      else reject(error);
    });
  });
}

/** Not pdfkit's own `file`, which writes the checksum as text and not as the 16 bytes that it is. */
export function attach(document: Archive, files: readonly PackedFile[], at: Date): void {
  const specs = files.map(({ name, sizeBytes, md5, packed, relationship, description }) => {
    const embedded = document.ref({
      Type: 'EmbeddedFile',
      Subtype: 'application#2Fjson',
      Filter: 'FlateDecode',
      Params: { Size: sizeBytes, ModDate: at, CheckSum: md5 },
    });
    embedded.end(packed);
    const spec = document.ref({
      Type: 'Filespec',
      AFRelationship: relationship,
      F: textOf(name),
      UF: textOf(name),
      EF: { F: embedded, UF: embedded },
      Desc: textOf(description),
    });
    spec.end();
    document.addNamedEmbeddedFile(name, spec);
    return spec;
  });
  if (specs.length > 0) document._root.data.AF = specs;
  const { EmbeddedFiles: names } = document._root.data.Names.data;
  if (names !== undefined) names._compareKeys = inOrder;
}

/**
 * A name tree is in the order of its names' bytes (ISO 32000-1, 7.9.6), which for names in ASCII, as ours are, is that of their characters. pdfkit 0.20.2 asks
 * for that of a language, for which ICU is loaded (7 ms).
 */
function inOrder(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** pdfkit writes a boxed string as text and a plain one as a name. */
function textOf(text: string): object {
  return Object(text) as object;
}

/** The metadata as XML, equal to what stands in the document's own information. pdfkit's lacks the date of change, and escapes nothing. */
export function describe(document: Archive): void {
  const { info } = document;
  const text = (key: keyof PDFKit.DocumentInfo): string => escape(String(info[key]));
  const date = (info.CreationDate ?? new Date(0)).toISOString().replace(/\.\d+/, '');
  document._addInfo = () => {
    document.appendXML(
      [
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">',
        `<xmp:CreateDate>${date}</xmp:CreateDate><xmp:ModifyDate>${date}</xmp:ModifyDate>`,
        `<xmp:CreatorTool>${text('Creator')}</xmp:CreatorTool><pdf:Producer>${text('Producer')}</pdf:Producer>`,
        `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${text('Title')}</rdf:li></rdf:Alt></dc:title>`,
        `<dc:creator><rdf:Seq><rdf:li>${text('Author')}</rdf:li></rdf:Seq></dc:creator>`,
        `<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${text('Subject')}</rdf:li></rdf:Alt></dc:description>`,
        '</rdf:Description>',
      ].join('\n'),
    );
  };
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
