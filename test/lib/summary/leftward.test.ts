// Documents in Hebrew and Arabic: their words in the order of reading, digits and addresses to the right, the page mirrored.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { localFont } from '../../../lib/local/fonts.ts';
import { catalogueOf } from '../../../lib/summary/language/index.ts';
import { renderSummary } from '../../../lib/summary/index.ts';
import { SMALL, storyOf } from './material.ts';
import { bare, read, type Read } from './read.ts';

async function shown(language: 'he' | 'ar'): Promise<Read> {
  const input = storyOf(SMALL);
  const { packet } = input.case;
  if (packet === undefined) throw new Error('no packet');
  const held = { ...input.case, packet: { ...packet, terms: { ...packet.terms, language } } };
  return read(await renderSummary({ ...input, case: held }, localFont));
}

const SAID = {
  he: {
    cover: ['תוכן העניינים', 'מטרה', 'בסיס משפטי', 'עמוד 1 מתוך '],
    table: ['אירע', 'מתי התרחש המעשה', 'שרת הפלטפורמה', 'מתואר שם כך'],
    day: '1 באוק׳ 2026',
  },
  ar: {
    cover: ['المحتويات', 'الغرض', 'الأساس القانوني', 'صفحة 1 من '],
    table: ['الوقوع', 'متى وقع الفعل', 'خادم المنصة', 'وصفه هناك'],
    day: '1 أكتوبر 2026',
  },
} as const;

describe.each(['he', 'ar'] as const)('a document in %s', (language) => {
  const { cover, table, day } = SAID[language];
  let told: Read;
  beforeAll(async () => {
    told = await shown(language);
  });

  it('says on its cover and in its tables what its catalogue says, in the order of reading', () => {
    for (const text of cover) expect(bare(told.pages[0] ?? '')).toContain(bare(text));
    for (const text of table) expect(bare(told.whole)).toContain(bare(text));
    expect(bare(told.whole)).toContain(bare(day));
  });

  it('leaves digits, addresses and what senders wrote as they are', () => {
    for (const text of ['192.0.2.17', '2001:db8::17', 'ada@example.org', 'https://example.org/umbrellas'])
      expect(bare(told.whole)).toContain(text);
    expect(told.whole).toContain('Kim of the umbrellas');
    expect(told.whole).not.toMatch(/\[U\+0[56]/);
  });

  it('has the title of every section', async () => {
    const { sections } = await catalogueOf(language);
    for (const title of [sections.incident, sections.times, sections.people, sections.custody, sections.everyFile])
      expect(bare(told.whole)).toContain(bare(title));
  });
});
