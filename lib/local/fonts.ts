// The typefaces that the PDF is set in, read from the packages they come in.
import { readFileSync } from 'node:fs';
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

/**
 * A whole TrueType file, read as Node reads code: each is asked for once per process, beside the library that parses it, whose loading
 * would hold up every step of a read that waits for its turn.
 */
export function localFont(name: FontName): Promise<Uint8Array> {
  return new Promise((give) => {
    give(readFileSync(resolve(FILES[name])));
  });
}
