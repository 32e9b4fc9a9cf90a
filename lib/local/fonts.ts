// The typefaces that the PDF is set in, read from the packages they come in.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { FontName } from '../ports.ts';

const { resolve } = createRequire(import.meta.url);

const FILES: Readonly<Record<FontName, string>> = {
  sans: '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  sansBold: '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf',
  mono: '@expo-google-fonts/noto-sans-mono/400Regular/NotoSansMono_400Regular.ttf',
  hebrew: '@expo-google-fonts/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf',
  hebrewBold: '@expo-google-fonts/noto-sans-hebrew/700Bold/NotoSansHebrew_700Bold.ttf',
  arabic: '@expo-google-fonts/noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf',
  arabicBold: '@expo-google-fonts/noto-sans-arabic/700Bold/NotoSansArabic_700Bold.ttf',
  devanagari: '@expo-google-fonts/noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf',
  thai: '@expo-google-fonts/noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf',
  chinese: '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  japanese: '@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf',
  korean: '@expo-google-fonts/noto-sans-kr/400Regular/NotoSansKR_400Regular.ttf',
};

/** Where the file of each lies. */
export function fontPaths(): { readonly name: string; readonly path: string }[] {
  return Object.entries(FILES).map(([name, file]) => ({ name, path: resolve(file) }));
}

/** Every PDF begins with these. */
const FIRST: ReadonlySet<FontName> = new Set(['sans', 'sansBold', 'mono']);

/**
 * A whole TrueType file. The first ones, half a megabyte each, are read at once: they are asked for beside the library that parses them,
 * whose loading would hold up every step of a read that waits for its turn. Of the others some are twenty times as large.
 */
export async function localFont(name: FontName): Promise<Uint8Array> {
  const path = resolve(FILES[name]);
  return FIRST.has(name) ? readFileSync(path) : readFile(path);
}
