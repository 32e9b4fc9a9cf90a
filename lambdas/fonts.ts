// The typefaces of the PDF, which lie beside the bundle (bundle.ts).
import { readFile } from 'node:fs/promises';
import type { FontName } from '../lib/ports.ts';

/** A whole TrueType file. */
export async function bundledFont(name: FontName): Promise<Uint8Array> {
  return readFile(new URL(`./fonts/${name}.ttf`, import.meta.url));
}
