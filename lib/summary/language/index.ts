// The languages of the summary, one file each. Adding one is adding its file, its tag in schemas/codes.ts and its line here.
import type { Language } from '../../../schemas/index.ts';
import type { Catalogue } from './catalogue.ts';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { he } from './he.ts';

export type { Catalogue } from './catalogue.ts';

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, fr, es, de, he, ar };

export function catalogueOf(language: Language): Catalogue {
  return CATALOGUES[language];
}
