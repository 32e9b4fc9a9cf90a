// Files that lie in the PDF, as pdf.js finds them.
import { expect, it } from '@jest/globals';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { localFont } from '../../../lib/local/fonts.ts';
import { renderSummary, type Attached } from '../../../lib/summary/index.ts';
import { SMALL, storyOf } from './material.ts';

it('lie in the order of their names’ characters, whatever a language says', async () => {
  const attached = ['b.json', 'a.json', 'B.json'].map((name): Attached => ({
    name,
    bytes: Buffer.from(name),
    relationship: 'Data',
    description: 'Umbrellas',
  }));
  const data = new Uint8Array(await renderSummary({ ...storyOf(SMALL), attached }, localFont));
  const document = await getDocument({ data, verbosity: 0 }).promise;
  const found = (await document.getAttachments()) as Readonly<Record<string, { content: Uint8Array }>>;
  expect(Object.keys(found)).toEqual(['B.json', 'a.json', 'b.json']);
  for (const [name, { content }] of Object.entries(found)) expect(Buffer.from(content).toString()).toBe(name);
});
