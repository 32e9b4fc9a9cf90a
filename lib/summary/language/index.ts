// The languages of the summary, one file each, loaded with the first summary in it. Adding one is adding its file, its tag in schemas/codes.ts
// and its line here.
import type { Language } from '../../../schemas/index.ts';
import type { Catalogue } from './catalogue.ts';

export type { Catalogue } from './catalogue.ts';

const CATALOGUES: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: async () => (await import('./en.ts')).en,
  fr: async () => (await import('./fr.ts')).fr,
  es: async () => (await import('./es.ts')).es,
  de: async () => (await import('./de.ts')).de,
  he: async () => (await import('./he.ts')).he,
  ar: async () => (await import('./ar.ts')).ar,
};

export function catalogueOf(language: Language): Promise<Catalogue> {
  return CATALOGUES[language]();
}
