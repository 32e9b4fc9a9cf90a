// pdfkit's document: what it declares, what it says of itself, and all that it gives away.
// Always true: dates come from the case alone.
import type { Case } from '../packet/case.ts';
import type { Catalogue } from './language/index.ts';
import type { Typefaces } from './typeface.ts';

/** What the PDF declares itself to be. The older one, which no packet holds, is for a checker that knows no other. */
export type Form = 'PDF/A-3a' | 'PDF/A-1a';

/** With what it says of itself. */
export async function newDocument(
  words: Catalogue,
  held: Case,
  faces: Typefaces,
  form: Form,
): Promise<PDFKit.PDFDocument> {
  const { default: PDFDocument } = await import('pdfkit');
  return new PDFDocument({
    size: 'A4',
    margin: 0,
    font: faces.sans.font as unknown as string,
    autoFirstPage: false,
    pdfVersion: form === 'PDF/A-1a' ? '1.4' : '1.7',
    subset: form,
    lang: words.language,
    displayTitle: true,
    info: information(words, held),
  });
}

function information({ document }: Catalogue, held: Case): PDFKit.DocumentInfo {
  const { packet, referral } = held;
  return {
    Title: document.title(referral.id, packet?.id),
    Subject: document.subject,
    Author: 'Referral Desk',
    Creator: 'Referral Desk',
    Producer: 'pdfkit 0.20.2',
    CreationDate: timeOf(held),
    ModDate: timeOf(held),
  };
}

export function timeOf({ packet, asOf }: Case): Date {
  return new Date(packet?.orderedAt ?? asOf);
}

/** Takes all that the document gives away as soon as it does, and not when there is time. */
export async function flowing(document: PDFKit.PDFDocument): Promise<{ readonly chunks: Promise<Buffer[]> }> {
  const taken: Buffer[] = [];
  const chunks = new Promise<Buffer[]>((resolve, reject) => {
    document.once('end', () => {
      resolve(taken);
    });
    document.once('error', reject);
  });
  await new Promise((resolve) => {
    document.once('resume', resolve);
    document.on('data', (chunk: Buffer) => taken.push(chunk));
  });
  return { chunks };
}
