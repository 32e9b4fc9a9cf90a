// The typefaces that the PDF is set in, read from the packages they come in.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { FontName } from '../ports.ts';

const { resolve } = createRequire(import.meta.url);

const FILES: Readonly<Record<FontName, string>> = {
  sans: '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  sansBold: '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf',
  mono: '@expo-google-fonts/noto-sans-mono/400Regular/NotoSansMono_400Regular.ttf',
};

/** A whole TrueType file. */
export async function localFont(name: FontName): Promise<Uint8Array> {
  return readFile(resolve(FILES[name]));
}
