// The words for the names of a referral's fields and for its closed codes. Text that a sender wrote never passes through here.
// Always true: what has no words of its own is split at its capitals, never left out.
import type { Catalogue } from './language/index.ts';
import { country, word } from './words.ts';

/** `screenName` → `Screen name`. */
export function label({ labels }: Catalogue, key: string): string {
  if (Object.hasOwn(labels, key)) return word(labels, key);
  const name = split(key);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A label in the middle of a line. */
export function within(words: Catalogue, key: string): string {
  return words.within(label(words, key));
}

/** A code of a closed list. @param field the name of the field that it stands in */
export function plainCode(words: Catalogue, field: string, code: string): string {
  if (/country/i.test(field)) return country(words, code);
  if (field === 'annotation') return within(words, code);
  if (field === 'clockSource' || field === 'source') return word(words.clocks, code);
  return Object.hasOwn(words.codes, code) ? word(words.codes, code) : split(code);
}

/** `/attachments/0/fileDetails/fileName` → `attachment 1: file details, file name`. */
export function placeName(words: Catalogue, pointer: string): string {
  const names: string[] = [];
  for (const each of pointer.split('/').slice(1)) {
    if (/^\d+$/.test(each)) names.push(words.common.numberedOne(names.pop() ?? '', Number(each) + 1));
    else names.push(within(words, each));
  }
  const [first = words.missing.theReferral, ...others] = names;
  return others.length === 0 ? first : `${first}: ${others.join(words.separator)}`;
}

function split(key: string): string {
  return key.replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}
